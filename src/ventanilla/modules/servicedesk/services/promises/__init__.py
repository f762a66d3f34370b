"""What becomes of promises: `escalating` on the way to a deadline, `repromising` when a service level is edited.

May import the module's models, `services.promising` and the core. Start reading at `repromising/foreseeing.py` and
`escalating/watching.py`.
"""

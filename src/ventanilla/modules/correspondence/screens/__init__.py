"""Pages of correspondence: lists, registering, the record and its actions, files, the public verification.

May import services, forms and the web. Start reading at `record.py`, then `actions.py`.
"""

"""The clocks of tickets against an oracle that counts seconds: `oracle` reads, `lives` makes histories, `million` runs them.

Start reading at `oracle.py`; `python -m ventanilla.modules.servicedesk.tests.clocks.million` compares a million.
"""

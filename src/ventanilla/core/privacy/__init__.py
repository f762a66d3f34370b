"""Personal data: notices and their receipts, what is kept of people and why, and the requests by which they exercise their rights.

`registry.py` is where every app declares its personal fields; `declared/` declares those of the core, which may not import this
room. `models/` and `services/` hold notices, requests (a kind of case), findings, erasure and opposition. May import every other
app of the core. Start reading at `registry.py`, then `flow.py`.
"""

"""Mesa de servicio: from a request to a known cause (ITIL 4 practices over the spine of `core.cases`).

May import `web`, `core` and `lib`; never another module. Start reading at `flow.py` (what may happen to a request, an
incident, a problem, a known error, a change), then `services/tickets.py`.
"""

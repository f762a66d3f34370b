"""Pages of the configuration database: the list, an item and its relations, impact, loads, types, what must be tidied.

May import `services.cmdb` and the web. Start reading at `record.py`, then `impact.py` and `drawing.py`.
"""

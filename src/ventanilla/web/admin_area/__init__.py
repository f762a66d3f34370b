"""The administration area: units, people, grants, calendars, catalogues, imports, the log.

May import `web.ui` and the core. No rules live here: views parse, call verbs of the core and show what they say.
Start reading at `urls.py`, then `pages.py` (who may open what, and how a form page works). A module adds its
catalogues through `registry.py`.
"""

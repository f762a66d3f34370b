"""The door for scripts written against iTop: its REST protocol, its states, and the import of its exports.

May import the module's services and `web.api` (tokens, scopes). Nothing of iTop is in here: the protocol and the tables of
states are facts. Start reading at `profile.py` (states as a pure table), then `view.py`; the importer is `importing/`.
"""

"""Pages of the registry, by subject: editor, import, lists, life cycle, public pages.

May import the services and `web`. Start reading at `editor.py`.
"""

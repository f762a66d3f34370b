"""Pages of the registry, by subject. May import the services and `web`. Start reading at `editor.py`."""

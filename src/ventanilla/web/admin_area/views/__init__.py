"""Views by subject. They parse, call verbs of the core, and show what those say.

May import forms and services; hold no rules. Start reading at `home.py`, then `units.py`.
"""

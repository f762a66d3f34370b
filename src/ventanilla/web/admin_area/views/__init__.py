"""Views by subject. They parse, call verbs of the core, and show what those say."""

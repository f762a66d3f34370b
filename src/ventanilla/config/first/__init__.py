"""The first institution of an installation that does not begin with the demo, and who administers it.

May import everything. Start reading at `making.py`; the command is `ventanilla institution create`.
"""

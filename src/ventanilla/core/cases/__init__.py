"""THE SPINE: Case, Clock, Turn, Answer, Note, Move, Tray; folio, flow engine, access and search.

May import everything of the core below it. Start reading at `models`, then `moving.py`.
"""

"""Forms on pages: the macro that draws one, reading what was sent, the public survey, the builder and the results.

May import the core and `web.ui`, `web.admin_area`; no rules here. Start reading at `drawing.py`, then `receiving.py`.
"""

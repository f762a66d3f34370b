"""What every page is made of: shell, macros, charts, error pages, sign-in, drafts, styles and icons.

May import `core` and `lib`; knows no case and no module. Start reading at `environment.py` (what templates
can call), `jinja2/ui/base.html` (the shell) and `docs/modules/ui.md` (how to build a page).
"""

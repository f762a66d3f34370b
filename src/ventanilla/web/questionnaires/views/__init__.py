"""Pages: the public survey, suggestions of references, the builder, trying, publishing and results of a form.

May import `web.questionnaires` and below. Start reading at `survey.py`, then `editor.py`.
"""

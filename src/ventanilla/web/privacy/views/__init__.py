"""Views of personal data: `public.py` for everybody, `notices.py` for who publishes, `requests.py` and `gathering.py` for the officer.

They parse, call the verbs of `core.privacy`, and show what they say. Start reading at `public.py`.
"""

"""Pages of personal data: the public notice and request, what is shown once at sign-in, the officer's desk, and the editor of notices.

May import the core and the other parts of `web`; no rules here. `api.py` is its part of API v1. Start reading at `urls.py`, then
`views/public.py`.
"""

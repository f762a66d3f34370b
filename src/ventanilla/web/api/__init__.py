"""API v1 (django-ninja, OpenAPI 3.1), its tokens, idempotency keys, and webhooks.

May import `core`, `web.ui`, `web.events` (the relay hands moves over). A module brings `api.py` with `PREFIX` and
`router`. Start reading at `v1.py` (how it is put together), then `cases.py`; outgoing: `webhooks.py`; its document: `reference.py`.
"""

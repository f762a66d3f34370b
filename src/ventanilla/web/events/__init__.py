"""Live news: the relay that reads the outbox, the stream to browsers, and the centre of notices (/avisos/).

May import `core` and `web.ui`. Start reading at `relay.py` (who writes), `hub.py` and `stream.py` (who streams),
`screens.py` (pages). docs/modules/events.md draws how they meet.
"""

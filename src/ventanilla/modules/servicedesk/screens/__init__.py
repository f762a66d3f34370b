"""Pages of the service desk. Start reading at `record.py`; the portal of those who ask is `portal.py`."""

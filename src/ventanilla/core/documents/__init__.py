"""Content-addressed files: versions, type by content, antivirus, text and OCR, previews.

May import `core.orgs`, `core.audit`, `core.workdays`, `lib`. Start reading at `services.py`.
"""

"""One field and form engine: extra fields of cases, surveys, request forms, instruments of an index, the practice form.

`definition/` is pure (a form as data); `models.py` keeps instruments, their versions and responses; `services/` writes,
`statistics.py` counts. May import `core.cases` and below. Start reading at `definition/fields.py`, then `models.py`.
"""

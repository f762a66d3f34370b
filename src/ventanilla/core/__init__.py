"""The shared rules: models and services, without HTTP.

May import `lib` only; inside, `audit` is the ground and `cases` the spine.
Start reading at `cases/models.py`.
"""

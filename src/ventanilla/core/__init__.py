"""The shared rules: models and services, without HTTP.

May import `lib` only; inside, `plans` (how statements are sent) and `audit` are the ground and `cases` the spine.
Start reading at `cases/models.py`.
"""

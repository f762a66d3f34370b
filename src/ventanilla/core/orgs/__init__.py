"""Institutions, unit tree, posts, people, grants, delegations and absences.

May import `core.audit` and `lib`. Start reading at `models.py`, then `services`.
"""

"""Where matters wait and whom they open to, brought up to date by one statement for any number of cases.

The rules stand in SQL functions (migrations 0002 and 0008: `cases_places`, `cases_place`, `cases_refresh`), so the button, the importer
and a reorganisation of a million cases give equal rows.
"""
from collections.abc import Sequence

from django.db import connection


def refresh(case_ids: Sequence[int]) -> None:
    """Recompute trays, access tokens and search tokens of these cases, in the current transaction."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT public.cases_refresh(%s::bigint[])", [list(case_ids)])


def place(case_ids: Sequence[int]) -> None:
    """Trays and access tokens, written where they are missing or differ: of new cases, or after moments changed."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT public.cases_place(%s::bigint[])", [list(case_ids)])


def appear(case_ids: Sequence[int], words: Sequence[str]) -> None:
    """Trays, access tokens and search rows of new cases; `words` are further text by which each is found."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT public.cases_appear(%s::bigint[], %s::text[])", [list(case_ids), list(words)])

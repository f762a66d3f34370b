"""Where matters wait and whom they open to, brought up to date by one statement for any number of cases.

The rules stand in the SQL functions of migration 0002 (`cases_refresh`), so the button, the importer
and a reorganisation of a million cases give equal rows.
"""
from collections.abc import Sequence

from django.db import connection


def refresh(case_ids: Sequence[int]) -> None:
    """Recompute trays, access tokens and search tokens of these cases, in the current transaction."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT public.cases_refresh(%s::bigint[])", [list(case_ids)])

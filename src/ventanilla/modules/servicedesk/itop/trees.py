"""BELOW and ABOVE of OQL: which objects stand so to others in the tree of their class, by the path of keys from the root down to each.

As in iTop an object is below and above itself, unless STRICT is said; and a NOT asks for an other to which it does not stand so.
"""
from typing import Any

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import Exists, F, Func, OuterRef, Q, QuerySet


def seen_from(op: str) -> str:
    """The same relation as the other object sees it."""
    return op.replace("BELOW", "ABOVE") if "BELOW" in op else op.replace("ABOVE", "BELOW")


def standing(op: str, rows: QuerySet[Any], parent: str, path: str) -> Q:
    """Objects that stand `op` ([NOT ]BELOW|ABOVE[ STRICT]) to at least one of `rows`; `parent` and `path` are columns of their class."""
    line = f"{parent}__{path}" if op.endswith("STRICT") else path
    if "BELOW" in op:
        others = ArraySubquery(rows.values("pk"))
        return Q(Exists(rows)) & ~Q(**{f"{line}__contains": others}) if op.startswith("NOT") else Q(**{f"{line}__overlap": others})
    if op.startswith("NOT"):
        return Q(Exists(rows.exclude(**{f"{line}__contains": [OuterRef("pk")]})))
    return Q(pk__in=rows.values(above=Func(F(line), function="unnest")))

"""Lists of some kinds of case, as one person sees them: a page costs what it shows, whoever looks and however many there are.

What opens a case (`Access`) holds its kind. Of a few cases it tells all keys at once, and whatever is asked is asked of those. Of a whole
list of more, a page in the order of registration is found there: the nearest case of each token and kind; no page reaches beyond the
nearest of as many as it has rows; only those are looked through. In other orders, and with filters, either what the person sees is taken
from the index and asked (it costs as much as that is), or cases are walked in the order asked for and each is asked whether it opens (the
more, the less the person sees).
"""
from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Final

from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.models import BooleanField, F, Func
from django.db.models.sql.compiler import SQLCompiler

from ventanilla.core import plans
from ventanilla.core.orgs.models import Person
from ventanilla.core.orgs.reach import reach_of

MOST: Final = 1000
"""Lists tell how many there are up to here."""
PAGE: Final = 50
_ASKED: Final = 6
"""Asking a walked case whether it opens costs so many times what it costs to take a row of `Access`."""

# Behind a query of its own an array is not weighed value by value, so that the plan, which does not depend on who asks, is kept.
_EACH = "unnest(ARRAY(SELECT unnest(%(tokens)s::bigint[]))) h (token) CROSS JOIN unnest(ARRAY(SELECT unnest(%(kinds)s::text[]))) k (kind)"
# A unit's cases are of its institution; what is addressed to a person may be of another one, and is not listed.
_HERE = "(a.token > 0 OR EXISTS (SELECT 1 FROM cases_case c WHERE c.id = a.case_id AND c.institution_id = %(institution)s))"
_HELD = f"""
SELECT count(DISTINCT s.case_id),
  CASE WHEN count(*) <= {2 * MOST} THEN coalesce(array_agg(DISTINCT s.case_id ORDER BY s.case_id), '{{}}') END
FROM (SELECT a.case_id FROM {_EACH} CROSS JOIN LATERAL (
    SELECT a.case_id FROM cases_access a WHERE a.token = h.token AND a.kind = k.kind AND {_HERE} LIMIT {2 * MOST + 1}) a
  LIMIT {2 * MOST + 1}) s
"""
_SIZES = """
SELECT public.cases_opened(%(tokens)s::bigint[], %(kinds)s::text[]), c.reltuples FROM pg_class c WHERE c.oid = 'public.cases_case'::regclass
"""
# {before} and {after} are the comparisons of the way that the page goes.
_PAGE = f"""
WITH head AS MATERIALIZED (
  SELECT h.token, k.kind, a.case_id FROM {_EACH} CROSS JOIN LATERAL (
    SELECT a.case_id FROM cases_access a WHERE a.token = h.token AND a.kind = k.kind AND a.case_id {{after}} %(key)s::bigint AND {_HERE}
    ORDER BY a.case_id {{way}} LIMIT 1) a
), bound AS MATERIALIZED (
  SELECT coalesce((SELECT d.case_id FROM (SELECT DISTINCT h.case_id FROM head h) d ORDER BY d.case_id {{way}}
                   OFFSET %(limit)s - 1 LIMIT 1), {{end}}) AS case_id
)
SELECT DISTINCT a.case_id FROM bound b JOIN head h ON h.case_id {{before}}= b.case_id CROSS JOIN LATERAL (
  SELECT a.case_id FROM cases_access a WHERE a.token = h.token AND a.kind = h.kind AND {_HERE}
    AND a.case_id {{after}}= h.case_id AND a.case_id {{before}}= b.case_id ORDER BY a.case_id {{way}} LIMIT %(limit)s) a
ORDER BY a.case_id {{way}} LIMIT %(limit)s
"""
FIRST, TOP = 0, 2**62
_DOWN, _UP = _PAGE.format(way="DESC", after="<", before=">", end=FIRST), _PAGE.format(way="", after=">", before="<", end=TOP)


@dataclass(frozen=True)
class Whole:
    """All cases of some kinds that a person may read, with nothing searched or filtered; `known`: so many at least; `few`: the keys of all
    of them, rising, where they are few."""

    person: Person
    kinds: tuple[str, ...]
    known: int
    few: tuple[int, ...] | None

    @property
    def total(self) -> int | None:
        """How many there are, up to MOST + 1; None: not known without counting."""
        return self.known if self.few is not None else MOST + 1 if self.known > MOST else None

    def keys(self, *, down: bool, beyond: int | None, limit: int) -> list[int]:
        """The keys of one page, newest first (`down`) or last, beyond a key."""
        key = beyond if beyond is not None else TOP if down else FIRST
        if self.few is not None:
            return _nearest(self.few, key, down, limit)
        return [row[0] for row in plans.rows(_DOWN if down else _UP, _values(self.person, self.kinds) | {"limit": limit, "key": key})]

    def walked(self, rows: int) -> bool:
        """Whether so many rows are found sooner by walking cases than by taking all that open, as PostgreSQL estimates both."""
        return self.few is None and self._sizes[0] ** 2 > _ASKED * rows * self._sizes[1]

    @cached_property
    def _sizes(self) -> tuple[float, float]:
        """Rows that open these kinds to the person, and cases of everybody."""
        opened, cases = plans.rows(_SIZES, _values(self.person, self.kinds))[0]
        return opened, cases


class Opened(Func):
    """Whether a case (`key` is the way to its key: `pk`, `case_id`) is one of a whole list, in the words that suit its size and what is
    asked: a page (in an order), or a count."""

    output_field = BooleanField()
    few = "{key} = ANY (ARRAY(SELECT unnest(%s::bigint[])))"
    # In order, so that the index is taken where tokens are too few for PostgreSQL to tell one from another.
    named = """{key} = ANY (ARRAY(
      SELECT a.case_id FROM unnest(%s::bigint[]) h (token) CROSS JOIN unnest(%s::text[]) k (kind) CROSS JOIN LATERAL (
        SELECT a.case_id FROM cases_access a WHERE a.token = h.token AND a.kind = k.kind ORDER BY a.case_id OFFSET 0) a))"""
    # Never a join: it would take all that opens after all. An array out of a query is not weighed value by value.
    walked = """EXISTS (SELECT 1 FROM cases_access a
      WHERE a.case_id = {key} AND a.token = ANY (ARRAY(SELECT unnest(%s::bigint[]))) OFFSET 0)"""

    def __init__(self, held: Whole, key: str = "pk") -> None:
        super().__init__(F(key))
        self.held = held

    def as_sql(self, compiler: SQLCompiler, connection: BaseDatabaseWrapper, **_extra: Any) -> Any:  # type: ignore[override]
        """As PostgreSQL is asked."""
        key, _params = compiler.compile(self.source_expressions[0])
        if self.held.few is not None:
            return self.few.format(key=key), (_array(self.held.few),)
        tokens = _array(reach_of(self.held.person).tokens)
        if self.held.walked(PAGE if compiler.query.order_by else MOST):
            return self.walked.format(key=key), (tokens,)
        return self.named.format(key=key), (tokens, _array(self.held.kinds))


def whole(person: Person, kinds: Sequence[str]) -> Whole:
    """What the person sees of these kinds, by one statement."""
    known, few = plans.rows(_HELD, _values(person, kinds))[0]
    return Whole(person, tuple(kinds), known, None if few is None else tuple(few))


def _nearest(held: Sequence[int], key: int, down: bool, limit: int) -> list[int]:
    """So many of these keys, which rise, before the key (`down`: the nearest first) or behind it."""
    if down:
        end = bisect_left(held, key)
        return list(held[max(end - limit, 0):end][::-1])
    start = bisect_right(held, key)
    return list(held[start:start + limit])


def _array(values: Sequence[Any]) -> str:
    return str(plans.array(list(values)))


def _values(person: Person, kinds: Sequence[str]) -> dict[str, Any]:
    return {"tokens": reach_of(person).tokens, "kinds": list(kinds), "institution": person.institution_id}

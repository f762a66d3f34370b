"""Lists of some kinds of case, as one person sees them: a page costs what it shows, whoever looks and however many there are.

What opens a case (`Access`) holds its kind and its reception, in two orders of two indexes. Of the whole list a page in such an order
is found there: the nearest case of each token and kind; no page reaches beyond the nearest of as many as it has rows; only those are
looked through. In other orders, and with filters, either what the person sees is taken from the index and asked (it costs as much as
that is), or cases are walked in the order asked for and each is asked whether it opens (the more, the less the person sees).
"""
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache, cached_property
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
ORDERS: Final = {"pk": ("case_id",), "received_at": ("received_at", "case_id")}
"""What the order of a page is in `Access`."""
_ASKED: Final = 6
"""Asking a walked case whether it opens costs so many times what it costs to take a row of `Access`."""

# A unit's cases are of its institution; what is addressed to a person may be of another one, and is not listed.
_HERE = "(a.token > 0 OR EXISTS (SELECT 1 FROM cases_case c WHERE c.id = a.case_id AND c.institution_id = %(institution)s))"
_HELD = f"""
SELECT count(DISTINCT s.case_id), count(*) <= {2 * MOST} FROM (
  SELECT a.case_id FROM unnest(%(tokens)s::bigint[]) h (token) CROSS JOIN unnest(%(kinds)s::text[]) k (kind) CROSS JOIN LATERAL (
    SELECT a.case_id FROM cases_access a WHERE a.token = h.token AND a.kind = k.kind AND {_HERE} LIMIT {2 * MOST + 1}) a
  LIMIT {2 * MOST + 1}) s
"""
_SIZES = """
SELECT public.cases_opened(%(tokens)s::bigint[], %(kinds)s::text[]), c.reltuples FROM pg_class c WHERE c.oid = 'public.cases_case'::regclass
"""
_PAGE = """
WITH head AS MATERIALIZED (
  SELECT h.token, k.kind, {of_a} FROM unnest(%(tokens)s::bigint[]) h (token) CROSS JOIN unnest(%(kinds)s::text[]) k (kind)
  CROSS JOIN LATERAL (
    SELECT {of_a} FROM cases_access a WHERE a.token = h.token AND a.kind = k.kind AND {here}{beyond} ORDER BY {order} LIMIT 1) a
), bound AS MATERIALIZED (
  SELECT {of_a} FROM (SELECT DISTINCT {of_a} FROM head a) a ORDER BY {order} OFFSET %(limit)s - 1 LIMIT 1
)
SELECT DISTINCT {of_a} FROM head h LEFT JOIN bound b ON true CROSS JOIN LATERAL (
  SELECT {of_a} FROM cases_access a WHERE a.token = h.token AND a.kind = h.kind AND {here}
    AND ({of_a}) {since} ({of_h}) AND ({of_a}) {until} ({of_b}) ORDER BY {order} LIMIT %(limit)s) a
WHERE ({of_h}) {until} ({of_b}) ORDER BY {order} LIMIT %(limit)s
"""
_FARTHEST = {"case_id": ("0", str(2**62)), "received_at": ("'-infinity'", "'infinity'")}


@dataclass(frozen=True)
class Whole:
    """All cases of some kinds that a person may read, with nothing searched or filtered; `known`: so many at least, and `few`: no more."""

    person: Person
    kinds: tuple[str, ...]
    known: int
    few: bool

    @property
    def total(self) -> int | None:
        """How many there are, up to MOST + 1; None: not known without counting."""
        return self.known if self.few else MOST + 1 if self.known > MOST else None

    def keys(self, field: str, *, down: bool, beyond: tuple[Any, int] | None, limit: int) -> list[int]:
        """The keys of one page in that order (see ORDERS), beyond a value and a key."""
        values = _values(self.person, self.kinds) | {"limit": limit}
        if beyond is not None:
            values |= {"at": beyond[0], "id": beyond[1]}
        return [row[-1] for row in plans.rows(_page(field, down, beyond is not None), values)]

    def walked(self, rows: int) -> bool:
        """Whether so many rows are found sooner by walking cases than by taking all that open, as PostgreSQL estimates both."""
        return not self.few and self._sizes[0] ** 2 > _ASKED * rows * self._sizes[1]

    @cached_property
    def _sizes(self) -> tuple[float, float]:
        """Rows that open these kinds to the person, and cases of everybody."""
        opened, cases = plans.rows(_SIZES, _values(self.person, self.kinds))[0]
        return opened, cases


class Opened(Func):
    """Whether a case is one of a whole list, in the words that suit its size and what is asked: a page (in an order), or a count."""

    output_field = BooleanField()
    named = """{key} = ANY (ARRAY(SELECT a.case_id FROM cases_access a
      WHERE a.token = ANY (ARRAY(SELECT unnest(%s::bigint[]))) AND a.kind = ANY (ARRAY(SELECT unnest(%s::text[])))))"""
    # Never a join: it would take all that opens after all. An array out of a query is not weighed value by value.
    walked = """EXISTS (SELECT 1 FROM cases_access a
      WHERE a.case_id = {key} AND a.token = ANY (ARRAY(SELECT unnest(%s::bigint[]))) OFFSET 0)"""

    def __init__(self, held: Whole) -> None:
        super().__init__(F("pk"))
        self.held = held

    def as_sql(self, compiler: SQLCompiler, connection: BaseDatabaseWrapper, **_extra: Any) -> Any:  # type: ignore[override]
        """As PostgreSQL is asked."""
        key, _params = compiler.compile(self.source_expressions[0])
        tokens = _array(reach_of(self.held.person).tokens)
        if self.held.walked(PAGE if compiler.query.order_by else MOST):
            return self.walked.format(key=key), (tokens,)
        return self.named.format(key=key), (tokens, _array(self.held.kinds))


def whole(person: Person, kinds: Sequence[str]) -> Whole:
    """What the person sees of these kinds, by one statement."""
    return Whole(person, tuple(kinds), *plans.rows(_HELD, _values(person, kinds))[0])


def _array(values: Sequence[Any]) -> str:
    return str(plans.array(list(values)))


def _values(person: Person, kinds: Sequence[str]) -> dict[str, Any]:
    return {"tokens": reach_of(person).tokens, "kinds": list(kinds), "institution": person.institution_id}


@cache
def _page(field: str, down: bool, beyond: bool) -> str:
    names, way = ORDERS[field], " DESC" if down else ""
    of = {f"of_{row}": ", ".join(f"{row}.{name}" for name in names) for row in "ah"}
    bound = ", ".join(f"coalesce(b.{name}, {_FARTHEST[name][not down]})" for name in names)
    values = "%(at)s::timestamptz, %(id)s::bigint" if len(names) > 1 else "%(id)s::bigint"
    return _PAGE.format(
        **of, of_b=bound, here=_HERE, order=", ".join(f"a.{name}{way}" for name in names), since="<=" if down else ">=",
        until=">=" if down else "<=", beyond=f" AND ({of['of_a']}) {'<' if down else '>'} ({values})" if beyond else "")

"""Finding units by code (also old ones, also misread ones) and by name the Spanish way."""
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from django.db import connection
from django.db.models import Exists, Func, OuterRef, Q, QuerySet, TextField, Value
from django.utils import timezone

from ventanilla.core.orgs.models import Appointment, Institution, Person, Unit, UnitCode
from ventanilla.core.orgs.services.posts import valid_on

MOST_WORDS: Final = 12
"""Further words of what somebody typed are not looked at."""
_FIND: Final = """
WITH q AS (SELECT public.norm(%(text)s) AS folded, public.tri(%(text)s) AS grams),
hits AS (
  SELECT u.id, 0 AS rank, 0::float AS far FROM orgs_unit u
  WHERE u.institution_id = %(institution)s AND upper(u.code) = upper(%(text)s)
  UNION ALL
  SELECT u.id, 1, 0 FROM orgs_unitcode c JOIN orgs_unit u ON u.id = c.unit_id
  WHERE u.institution_id = %(institution)s AND upper(c.code) = upper(%(text)s)
  UNION ALL
  SELECT u.id, 2, 0 FROM orgs_unit u, q
  WHERE u.institution_id = %(institution)s AND public.norm(u.short_name) = q.folded
  UNION ALL
  SELECT u.id, 3, length(u.code) FROM orgs_unit u
  WHERE u.institution_id = %(institution)s AND upper(u.code) LIKE %(prefix)s
  UNION ALL
  SELECT u.id, 3, length(c.code) FROM orgs_unitcode c JOIN orgs_unit u ON u.id = c.unit_id
  WHERE u.institution_id = %(institution)s AND upper(c.code) LIKE %(prefix)s
  UNION ALL
  SELECT u.id, 4, position(q.folded IN public.norm(u.name)) FROM orgs_unit u, q
  WHERE u.institution_id = %(institution)s AND public.norm(u.name) LIKE ALL (%(words)s)
  UNION ALL
  SELECT u.id, 5, 1 - (SELECT count(*) FROM unnest(public.tri(u.name)) g WHERE g = ANY (q.grams))::float
                      / greatest(cardinality(q.grams), 1)
  FROM orgs_unit u, q WHERE u.institution_id = %(institution)s AND public.tri(u.name) && q.grams
)
SELECT h.id FROM hits h JOIN orgs_unit u ON u.id = h.id
WHERE (h.rank < 5 OR h.far <= 0.5) AND (%(closed)s OR u.valid_to IS NULL)
GROUP BY h.id, u.valid_to, u.sort_key
ORDER BY min(h.rank), (u.valid_to IS NOT NULL), min(h.far), u.sort_key LIMIT %(limit)s
"""


def find_units(institution: Institution, text: str, *, closed: bool = False, limit: int = 20) -> list[Unit]:
    """Units whose code, old code, initials or name fit, best first. Accents and case do not matter; ñ does.

    A name with a misspelling is found by its trigrams. `closed` also finds units that no longer exist.
    """
    text = " ".join(text.replace("\x00", "").split())[:200]
    if not text:
        return []
    escaped = text.replace("\\", r"\\").replace("%", r"\%").replace("_", r"\_")
    with connection.cursor() as cursor:
        cursor.execute("SELECT array_agg('%%' || public.norm(w) || '%%') FROM unnest(%s::text[]) w", [escaped.split()])
        words = cursor.fetchone()[0]
        cursor.execute(_FIND, {"text": text, "prefix": escaped.upper() + "%", "words": words, "closed": closed,
                               "institution": institution.pk, "limit": limit})
        ids = [row[0] for row in cursor.fetchall()]
    found = Unit.objects.select_related("parent").in_bulk(ids)
    return [found[i] for i in ids]


def find_people(rows: QuerySet[Person], text: str) -> QuerySet[Person]:
    """Of these people those who fit: each word stands in the name, in the name, code or initials of the unit, or in a post held
    today; a word with @ stands in the e-mail. Accents and case do not matter; ñ does. In Spanish order.
    """
    for word in text.replace("\x00", "").replace(" · ", " ").split()[:MOST_WORDS]:
        if "@" in word:
            rows = rows.filter(email__icontains=word)
            continue
        folded = Func(Value(word, TextField()), function="public.norm", output_field=TextField())
        key = Func(folded, Value("ñ"), Value("n~"), function="replace", output_field=TextField())
        held = Appointment.objects.filter(valid_on(timezone.localdate()), person=OuterRef("pk"))
        held = held.annotate(said=Func("post__title", function="public.norm", output_field=TextField())).filter(said__contains=folded)
        unit = Q(unit__sort_key__contains=key) | Q(unit__code__istartswith=word) | Q(unit__short_name__iexact=word)
        rows = rows.filter(Q(sort_key__contains=key) | unit | Exists(held))
    return rows.order_by("sort_key", "pk")


@dataclass(frozen=True)
class CodeGuess:
    """The unit whose code is nearest to what was read; `cost` 0 is exact; `sure` when no other is as near."""

    code: str
    unit: Unit
    cost: float
    sure: bool


_LOOKALIKES: Final = ("S58B", "O0QD", "IL1", "Z2", "G6", "T7", "A4", "UV")
_ALIKE: Final = {(a, b) for group in _LOOKALIKES for a in group for b in group}
FARTHEST: Final = 2.0


def nearest_code(institution: Institution, text: str) -> CodeGuess | None:
    """The code (current or old) nearest to a misread one: an S read as 5 or 8 costs a quarter of a letter.

    None when nothing lies within two letters. Old codes lead to their unit as it is today.
    """
    read = "".join(c for c in text.upper() if c.isalnum())[:40]
    if not read:
        return None
    best = sorted((cost, code) for code in _codes(institution) if (cost := _cost(read, code)) <= FARTHEST)[:2]
    if not best:
        return None
    cost, code = best[0]
    sure = cost == 0 or (cost <= 1 and (len(best) == 1 or best[1][0] - cost >= 0.5))
    unit = _unit_of(institution, code)
    return CodeGuess(code, unit, cost, sure) if unit else None


def _codes(institution: Institution) -> Iterable[str]:
    now = Unit.objects.filter(institution=institution).exclude(code="").values_list("code", flat=True)
    old = UnitCode.objects.filter(unit__institution=institution).values_list("code", flat=True)
    return set(now.iterator()) | set(old.iterator())


def _unit_of(institution: Institution, code: str) -> Unit | None:
    return next(iter(Unit.objects.filter(institution=institution, code=code).order_by("valid_to")[:1]), None) or next(
        (c.unit for c in UnitCode.objects.select_related("unit").filter(unit__institution=institution, code=code)), None)


def _cost(read: str, code: str) -> float:
    """Letters that differ, lookalikes a quarter; inserted or lost letters count one. Above FARTHEST it stops."""
    code = code.upper()
    if len(read) == len(code):
        return sum(_letter(a, b) for a, b in zip(read, code, strict=True) if a != b)
    if abs(len(read) - len(code)) > FARTHEST:
        return FARTHEST + 1
    row: list[float] = [float(n) for n in range(len(code) + 1)]
    for i, a in enumerate(read, 1):
        previous, row = row, [float(i)]
        for j, b in enumerate(code, 1):
            row.append(min(previous[j] + 1, row[-1] + 1, previous[j - 1] + (_letter(a, b) if a != b else 0)))
        if min(row) > FARTHEST:
            return FARTHEST + 1
    return row[-1]


def _letter(a: str, b: str) -> float:
    return 0.25 if (a, b) in _ALIKE else 1.0

"""Searching text, folios, names and units: newest first, or ranked over the newest 5,000 hits.

Of a common word the newest months are looked through first, and more until there is enough, so that it costs what a page
costs. Everything is filtered by access tokens inside the same index.
"""
import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.db import connection, transaction
from django.db.models import BooleanField, F, Func, Q, Value
from django.db.models.expressions import RawSQL
from django.utils import timezone

from ventanilla.core.cases.kinds import searchables
from ventanilla.core.cases.models import Attachment, Case, SearchRow
from ventanilla.core.cases.places import refresh
from ventanilla.core.documents.models import DocumentVersion
from ventanilla.core.orgs.models import Person
from ventanilla.core.orgs.reach import reach_of
from ventanilla.core.plans import array
from ventanilla.lib.spanish import fold

RANKED = 5000
WINDOWS = (1, 3, 12, 60)  # months, then everything
SPARSE = 5000  # rows that say the words, as PostgreSQL estimates: no more than these are asked for at once, whatever their month
FEW = 2000  # cases in a state: with no more than these, they are looked through instead of the text
_MEANT = re.compile(r'"|(?:^|\s)-\w')  # as in `doc_query`
COMMON, LISTED = 20_000, 2_000  # cases that say the words of a search line: not looked at before, listed one by one
EVERYBODY = 0


@dataclass(frozen=True)
class Wanted:
    """What is searched. `since` and `until` are aware moments of reception; `before` pages by (at, id)."""

    text: str
    kinds: Sequence[str] = ()
    unit_id: int | None = None
    state: str = ""
    since: datetime | None = None
    until: datetime | None = None
    ranked: bool = False
    before: tuple[datetime, int] | None = None
    limit: int = 50


@dataclass(frozen=True)
class Hit:
    """A found row. `snippet` marks words with \\x02 … \\x03 (the page turns them into <mark>)."""

    id: int
    kind: str
    ref: int
    page: int
    case_id: int | None
    title: str
    snippet: str
    at: datetime
    rank: float = 0.0


@dataclass
class Found:
    """One page of hits; `capped` tells that ranking looked only at the newest RANKED hits."""

    hits: list[Hit] = field(default_factory=list)
    more: bool = False
    capped: bool = False


_SAYS = "s.vector @@ public.doc_query(%(text)s) AND s.tokens && %(tokens)s::bigint[] AND s.institution_id = %(institution)s"
_HITS = """
SELECT h.id, h.kind, h.ref, h.page, h.case_id, h.title, h.at{rank} FROM (
SELECT s.* FROM cases_searchrow s{join}
WHERE {says}{months}{filters}
ORDER BY s.at DESC, s.id DESC LIMIT %(limit)s) h ORDER BY h.at DESC, h.id DESC
"""
_MARKED = "public.doc_query(%s), E'StartSel=\\x02,StopSel=\\x03,MaxWords=28,MinWords=12,MaxFragments=2')"
_SNIPPET = f"""
SELECT s.id, ts_headline('pg_catalog.spanish', left(CASE WHEN s.body = '' THEN s.title ELSE s.body END, 20000), {_MARKED}
FROM cases_searchrow s WHERE s.id = ANY(%s)
"""
_READ = "SELECT s.id, s.kind, left(s.body, 20000) FROM cases_searchrow s WHERE s.id = ANY(%s) AND s.body <> ''"
_READ_SNIPPET = f"SELECT t.id, ts_headline('pg_catalog.spanish', t.body, {_MARKED} FROM unnest(%s::bigint[], %s::text[]) t (id, body)"


def search(person: Person, wanted: Wanted) -> Found:
    """What this person may find, one page. An empty text finds nothing."""
    if not wanted.text.strip():
        return Found()
    need = RANKED if wanted.ranked else wanted.limit + 1
    rows = _widening(person, wanted, need)
    page = sorted(rows, key=lambda r: (-r[7], -r[0]))[: wanted.limit + 1] if wanted.ranked else rows
    shown = page[: wanted.limit]
    marks = _snippets(wanted.text, shown)
    hits = [Hit(r[0], r[1], r[2], r[3], r[4], r[5], marks.get(r[0], ""), r[6], r[7] if wanted.ranked else 0.0)
            for r in shown]
    return Found(hits, len(page) > wanted.limit, wanted.ranked and len(rows) >= RANKED)


def _widening(person: Person, wanted: Wanted, need: int) -> list[tuple[Any, ...]]:
    if _expected(person, wanted) <= SPARSE:
        return _run(person, wanted, need, None)
    for months in (*WINDOWS, None):
        rows = _run(person, wanted, need, months)
        if len(rows) >= need or months is None:
            return rows
        if months == WINDOWS[0] and wanted.state and (few := _few(person, wanted.state)) is not None:
            return _run(person, wanted, need, None, few)
    return []


def _expected(person: Person, wanted: Wanted) -> float:
    """How many rows say the words and open to the person, as PostgreSQL estimates it."""
    with connection.cursor() as cursor:
        cursor.execute(f"EXPLAIN (FORMAT JSON) SELECT 1 FROM cases_searchrow s WHERE {_SAYS}", _values(person, wanted))
        return float(cursor.fetchone()[0][0]["Plan"]["Plan Rows"])


_FEW = """
SELECT c.id FROM cases_case c WHERE c.institution_id = %(institution)s AND c.state = %(state)s LIMIT %(limit)s
"""


def _few(person: Person, state: str) -> list[int] | None:
    """The cases in this state, where it is one of open cases and they are few; else None.

    A common word in a rare state would be looked for through every month.
    """
    with connection.cursor() as cursor:
        cursor.execute("SELECT EXISTS (SELECT 1 FROM cases_state s WHERE s.state = %s AND s.ends)", [state])
        if cursor.fetchone()[0]:
            return None
        cursor.execute(_FEW, {"institution": person.institution_id, "state": state, "limit": FEW + 1})
        ids = [row[0] for row in cursor.fetchall()]
    return ids if len(ids) <= FEW else None


def _run(person: Person, wanted: Wanted, need: int, months: int | None, cases: Sequence[int] | None = None) -> list[tuple[Any, ...]]:
    values = _values(person, wanted) | {"limit": need, "cases": cases}
    if months is not None:
        values["months"] = _month_tokens(wanted.before[0] if wanted.before else timezone.now(), months)
    sql = _HITS.format(
        rank=", ts_rank(h.vector, public.doc_query(%(text)s))" if wanted.ranked else "",
        join=" JOIN cases_case c ON c.id = s.case_id" if wanted.unit_id or wanted.state else "", says=_SAYS,
        months=" AND s.tokens && %(months)s::bigint[]" if months is not None else "",
        filters=_filters(wanted) + ("" if cases is None else " AND s.case_id = ANY(%(cases)s)"))
    with connection.cursor() as cursor:
        cursor.execute(sql, values)
        found: list[tuple[Any, ...]] = cursor.fetchall()
        return found


def _values(person: Person, wanted: Wanted) -> dict[str, Any]:
    public = bool(wanted.kinds) and set(wanted.kinds) <= {s.slug for s in searchables().values() if s.everybody}
    at, key = wanted.before or (None, None)
    return {
        "text": wanted.text[:400], "tokens": [EVERYBODY, *(() if public else reach_of(person).search_tokens)],
        "institution": person.institution_id, "kinds": list(wanted.kinds), "unit": wanted.unit_id, "state": wanted.state,
        "since": wanted.since, "until": wanted.until, "before_at": at, "before_id": key,
    }


def _filters(wanted: Wanted) -> str:
    parts = [("kinds", "s.kind = ANY(%(kinds)s)"), ("unit_id", "c.unit_id = %(unit)s"), ("state", "c.state = %(state)s"),
             ("since", "s.at >= %(since)s"), ("until", "s.at < %(until)s"),
             ("before", "(s.at, s.id) < (%(before_at)s, %(before_id)s)")]
    return "".join(f" AND {sql}" for name, sql in parts if getattr(wanted, name))


def _month_tokens(newest: datetime, months: int) -> list[int]:
    """Tokens of the month of `newest` and the ones before it; the month after too (clocks differ)."""
    last = newest.year * 12 + newest.month
    return [4_000_000_000_000_000 + m for m in range(last - months, last + 1)]


def _snippets(text: str, rows: Sequence[tuple[Any, ...]]) -> dict[int, str]:
    """What each row says around the words, by its key: as it is indexed, or as its kind says that people read it."""
    if not rows:
        return {}
    reading = {slug: kind.reading for slug, kind in searchables().items() if kind.reading}
    told = [row[0] for row in rows if row[1] in reading]
    with connection.cursor() as cursor:
        cursor.execute(_SNIPPET, [text[:400], [row[0] for row in rows if row[1] not in reading]])
        marks = dict(cursor.fetchall())
        if told:
            cursor.execute(_READ, [told])
            read = [(pk, reading[kind](body)) for pk, kind, body in cursor.fetchall()]
            cursor.execute(_READ_SNIPPET, [text[:400], [pk for pk, _body in read], [body for _pk, body in read]])
            marks |= dict(cursor.fetchall())
    return marks


def by_folio(person: Person, folio: str, limit: int = 10) -> list[Case]:
    """Cases whose folio begins so, newest first; for the palette and the search box."""
    cases = Case.objects.visible_to(person).filter(folio__istartswith=folio.strip())
    return list(cases.select_related("unit").order_by("-pk")[:limit])


# What opens a case opens its row of the search, so that the index gives only what the person may read; the list asks again.
_SAYING = """
SELECT s.case_id FROM cases_searchrow s
WHERE s.vector @@ public.words_query(%s) AND s.tokens && %s::bigint[] AND s.institution_id = %s AND s.kind <> 'page'
"""


def few_saying(person: Person, words: str) -> list[int] | None:
    """The cases that the person may read and that say all these words; None when they are more than COMMON.

    Looked through are folio, subject and what else the module is found by, no pages of documents. A word counts in another form,
    without its accents, and from three letters on when it is only begun; a number with any noughts before it.
    PostgreSQL estimates how many there are before it looks.
    """
    with connection.cursor() as cursor:
        cursor.execute("SELECT public.cases_saying(%s, %s, %s, %s)", [*_asked(person, words), COMMON])
        found: list[int] | None = cursor.fetchone()[0]
        return found


def saying(person: Person, words: str, case: str) -> Q:
    """Rows whose case (`case` is the way to its key: `pk`, `case_id`) says all these words, for `filter` on what the person may read.

    Few are taken from the index, and everything else is asked of those; of more, only those between the first and the last are
    walked; very common words are met soon by walking the list from its top.
    """
    ids = few_saying(person, words)
    if ids is not None and len(ids) <= LISTED:
        return Q(_Among(F(case), Value(array(ids))))
    found = Q(**{f"{case}__in": RawSQL(_SAYING, _asked(person, words))})
    return found if ids is None else found & Q(**{f"{case}__range": (min(ids), max(ids))})


def begun(person: Person, wanted: Wanted) -> list[Hit]:
    """Cases that say all these words, those only begun too, newest first: for who finds too little by whole words.

    None of them when more than COMMON say so, which would cost more than to type on, nor of what is in quotes or without a word.
    """
    ids = few_saying(person, wanted.text) if wanted.text.strip() and not _MEANT.search(wanted.text) else None
    if not ids:
        return []
    asked = {"kind__in": list(wanted.kinds), "unit_id": wanted.unit_id, "state": wanted.state, "received_at__gte": wanted.since,
             "received_at__lt": wanted.until}
    rows = Case.objects.visible_to(person).filter(Q(_Among(F("pk"), Value(array(ids)))), **{name: v for name, v in asked.items() if v})
    return [Hit(0, case.kind, case.pk, 0, case.pk, case.folio, "", case.received_at) for case in rows.order_by("-pk")[:wanted.limit]]


def _asked(person: Person, words: str) -> list[Any]:
    return [words[:400], reach_of(person).tokens, person.institution_id]


class _Among(Func):
    """Whether a key is one of an array, sent as one value: of thousands Django would write each."""

    template, arg_joiner = "%(expressions)s::bigint[])", " = ANY ("
    output_field = BooleanField()


_DIRECTORY = """
SELECT s.id, s.kind, s.ref, s.title, s.body, s.at
FROM cases_searchrow s, (SELECT public.doc_query(%(text)s) || to_tsquery('pg_catalog.simple', %(prefix)s) AS q) w
WHERE s.kind IN ('unit', 'person') AND s.institution_id = %(institution)s AND s.vector @@ w.q
ORDER BY ts_rank(s.vector, w.q) DESC, s.kind DESC, s.title COLLATE "C", s.id LIMIT %(limit)s
"""


def directory(person: Person, text: str, limit: int = 5) -> list[Hit]:
    """Units and active people of the person's institution by name, code (old ones too) or post; beginnings of words do.

    Everybody of the institution may find them. `snippet` says codes, or post and unit.
    """
    words = re.findall(r"\w+", fold(text[:400]).lower())
    if not words:
        return []
    with connection.cursor() as cursor:
        cursor.execute(_DIRECTORY, {"text": text[:400], "prefix": " & ".join(f"{w}:*" for w in words), "limit": limit,
                                    "institution": person.institution_id})
        return [Hit(pk, kind, ref, 0, None, title, _once(body), at) for pk, kind, ref, title, body, at in cursor.fetchall()]


def _once(said: str) -> str:
    """Who holds a post in the unit where they belong is of that unit once."""
    return " · ".join(dict.fromkeys(said.split(" · ")))


@transaction.atomic
def index_version(version: DocumentVersion) -> int:
    """Make the pages of a document findable by whoever may read its case; returns how many rows it has now.

    Private ones are not found by anybody: a case's search rows open to all who may read the case.
    """
    attachment = Attachment.objects.filter(document_id=version.document_id).first()
    if attachment is None or attachment.private:
        return 0
    case = Case.objects.select_for_update(no_key=True).get(pk=attachment.case_id)  # before its rows, as every step does
    SearchRow.objects.filter(kind="page", ref=version.document_id).delete()
    rows = [SearchRow(institution_id=case.institution_id, kind="page", ref=version.document_id, page=page.number,
                      case=case, version_id=version.pk, title="", body=page.text, at=case.received_at, tokens=[])
            for page in version.pages.order_by("number").iterator(chunk_size=200) if page.text.strip()]
    SearchRow.objects.bulk_create(rows, batch_size=500)
    refresh([case.pk])
    return len(rows)

"""The database side of a drill: the institution it works in, and what must be true of it whatever was killed.

`python -m tests.drill_checks setup <folder>` writes job.json and pictures; `… check <folder> <final 0|1>` prints what is
wrong, as JSON; run against the installation's own database.
"""
import io
import json
import sys
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from uuid import UUID, uuid5

import django

GAPS = """
SELECT f.series_id, f.last, n.there, n.top FROM cases_foliocounter f
LEFT JOIN (SELECT series_id, year, count(*) AS there, max(number) AS top, count(DISTINCT number) AS different
           FROM cases_case GROUP BY 1, 2) n ON n.series_id = f.series_id AND n.year = f.year
WHERE (n.there, n.top, n.different) IS DISTINCT FROM (f.last, f.last, f.last) AND f.last > 0
"""
STUCK = """
SELECT j.id, j.task_name, j.status::text, j.attempts FROM procrastinate_jobs j
LEFT JOIN procrastinate_workers w ON w.id = j.worker_id
WHERE j.status = 'failed' AND NOT EXISTS (SELECT 1 FROM procrastinate_periodic_defers d WHERE d.task_name = j.task_name)
   OR j.status = 'doing' AND (w.id IS NULL OR w.last_heartbeat < now() - interval '2 minutes')
   OR j.status = 'todo' AND j.task_name <> 'documents.process' AND coalesce(j.scheduled_at, now() - interval '1 hour') < now() - interval '3 minutes'
      AND NOT EXISTS (SELECT 1 FROM procrastinate_events e WHERE e.job_id = j.id AND e.at > now() - interval '3 minutes')
"""
PLACES = (
    "SELECT case_id, turn_id, side, unit_id, person_id, tab, token, due_at, amber_at, order_at, since FROM cases_tray ORDER BY 1, 2, 3",
    "SELECT token, case_id FROM cases_access ORDER BY 1, 2",
    "SELECT kind, ref, page, tokens FROM cases_searchrow ORDER BY 1, 2, 3",
)


def setup(folder: Path) -> None:
    """A small institution, a token per person, a session of the clerk, scans as pictures."""
    from tests import make
    from ventanilla.config.benches.people import cookie
    from ventanilla.web.api.scopes import SCOPES
    from ventanilla.web.api.services import create_token

    w = make.world("simulacro")
    tokens = {name: create_token(actor=w.people[name], name="Simulacro", scopes=list(SCOPES), days=2)[1]
              for name in ("head", "north_head", "south_head")}
    units = {name: str(getattr(w, name).uuid) for name in ("root", "north", "south")}
    facts = {"tokens": tokens, "units": units, "root": w.root.pk, "type": w.oficio.pk, "cookie": cookie(w.clerk)}
    for n in range(4):
        (folder / f"scan-{n}.jpg").write_bytes(picture(n))
    (folder / "job.json").write_text(json.dumps(facts))


def picture(seed: int) -> bytes:
    """The head of a letter as a scanner sends it, at about 120 dots per inch: quickly read."""
    from ventanilla.modules.correspondence.specimens import images, specimen

    page = images(specimen(seed), "scan")[0].convert("L")
    page = page.crop((0, 0, page.width, page.height // 4))
    page.thumbnail((1000, 1000))
    out = io.BytesIO()
    page.save(out, "JPEG", quality=80)
    return out.getvalue()


def check(folder: Path, final: bool) -> dict[str, Any]:
    """Everything that is wrong (`problems`), and figures."""
    from tests.drill_clients import acknowledged

    told = acknowledged(folder)
    problems = [*_kept(told), *_history(told), *_folios(), *_places(), *_log(), *_jobs()]
    states = _documents()
    if final:
        problems += [*_told_once(told), *_measures(), *(f"document {k}: {n}" for k, n in states.items() if k not in ("ready", "told"))]
    return {"problems": problems, "acknowledged": {verb: len(keys) for verb, keys in sorted(told.items())},
            "documents": states, "working": _working()}


def _kept(told: dict[str, dict[str, str]]) -> Iterator[str]:
    """Each acknowledged thing is there once, as it was told, and nothing else is."""
    from ventanilla.core.cases.models import Answer, Attachment, Case, Turn
    from ventanilla.core.documents.models import Document, DocumentVersion

    letters = {uuid5(UUID(k), "1"): folio for k, folio in told.get("register", {}).items()}
    forms = {UUID(k): place for k, place in told.get("form", {}).items()}
    there = {c.uuid: c for c in Case.objects.all()}
    yield from (f"lost letter {u}" for u in (*letters, *forms) if u not in there)
    yield from (f"another folio {u}" for u, folio in letters.items() if u in there and there[u].folio != folio)
    yield from (f"another case {u}: {place}" for u, place in forms.items() if u in there and f"/{there[u].pk}/" not in place)
    yield from (f"doubled letter {s}" for s, n in Counter(c.subject for c in there.values()).items() if n > 1)
    yield from _same("case", set(there), {*letters, *forms})
    yield from _same("turn", set(Turn.objects.values_list("uuid", flat=True)), {uuid5(UUID(k), "1") for k in told.get("route", {})})
    yield from _same("answer", set(Answer.objects.values_list("uuid", flat=True)), set(map(UUID, told.get("answer", {}))))
    yield from _same("document", set(Document.objects.values_list("uuid", flat=True)), set(map(UUID, told.get("upload", {}))))
    if DocumentVersion.objects.count() != len(told.get("upload", {})):
        yield "a document has not one version"
    if Attachment.objects.count() != len(told.get("upload", {})):
        yield f"{Attachment.objects.count()} attachments of {len(told.get('upload', {}))} documents"


def _same(what: str, there: set[UUID], told: set[UUID]) -> Iterator[str]:
    yield from (f"lost {what} {u}" for u in told - there)
    yield from (f"{what} {u} that nobody was told of" for u in there - told)


def _history(told: dict[str, dict[str, str]]) -> Iterator[str]:
    """A line of history per acknowledged step."""
    from ventanilla.core.cases.models import Move

    lines = Counter(Move.objects.values_list("verb", flat=True))
    expected = {"register": len(told.get("register", {})) + len(told.get("form", {})),
                **{verb: len(told.get(verb, {})) for verb in ("route", "answer", "approve")}}
    yield from (f"{lines[verb]} lines of «{verb}» in the history, {n} acknowledged" for verb, n in expected.items() if lines[verb] != n)


def _rows(statement: str) -> list[tuple[Any, ...]]:
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute(statement)
        return list(cursor.fetchall())


def _folios() -> Iterator[str]:
    """Consecutive, without gap or duplicate."""
    yield from (f"folios {row}" for row in _rows(GAPS))


def _places() -> Iterator[str]:
    """Trays, access and search tokens equal what a recomputation from nothing gives, in one snapshot."""
    from django.db import OperationalError

    for _attempt in range(5):
        try:
            before, after = _recomputed()
            break
        except OperationalError:  # a worker indexed a page meanwhile
            continue
    else:
        yield "places could not be recomputed in peace"
        return
    for name, old, new in zip(("trays", "access", "search"), before, after, strict=True):
        if old != new:
            yield f"{name} differ from a recomputation: {sorted(set(map(repr, old)) ^ set(map(repr, new)))[:4]}"


def _recomputed() -> tuple[list[Any], list[Any]]:
    from django.db import connection, transaction

    from ventanilla.core.cases.models import Case
    from ventanilla.core.cases.places import refresh

    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ")
            before = [_rows(statement) for statement in PLACES]
            cursor.execute("DELETE FROM cases_tray; DELETE FROM cases_access")
        refresh(list(Case.objects.values_list("pk", flat=True)))
        after = [_rows(statement) for statement in PLACES]
        transaction.set_rollback(True)
    return before, after


def _log() -> Iterator[str]:
    """The sealed log verifies."""
    from ventanilla.core.audit.verify import verify

    yield from map(str, verify().findings)


def _jobs() -> Iterator[str]:
    """None failed (periodic care is done by its next turn), none is held by a dead worker, none waits behind a stack of scans."""
    yield from (f"job {row}" for row in _rows(STUCK))


def _working() -> int:
    """Jobs on documents and notices that are not over."""
    return int(_rows("SELECT count(*) FROM procrastinate_jobs WHERE status IN ('todo', 'doing') "
                     "AND task_name = 'documents.process'")[0][0])


def _documents() -> dict[str, int]:
    """By state: ready (words were read), told (a problem was), waiting, silent (neither words nor a problem)."""
    from ventanilla.core.documents.models import WAITING, DocumentVersion, Page

    read = set(Page.objects.filter(source="ocr").exclude(text="").values_list("version_id", flat=True))
    states = Counter[str]()
    for version in DocumentVersion.objects.all():
        if version.state in WAITING:
            states["waiting"] += 1
        elif version.problem:
            states["told"] += 1
        else:
            states["ready" if version.state == "ready" and version.pk in read and version.searchable_id else "silent"] += 1
    return dict(states)


def _told_once(told: dict[str, dict[str, str]]) -> Iterator[str]:
    """Each turn and each answer gave one notice to each person concerned."""
    from ventanilla.core.notices.models import Notice

    turns = Counter(Notice.objects.filter(kind="turn").values_list("person_id", "case_id"))
    if len(turns) < len(told.get("route", {})) or set(turns.values()) - {1}:
        yield f"{len(turns)} notices of {len(told.get('route', {}))} turns, at most {max(turns.values(), default=0)} times"


def _measures() -> Iterator[str]:
    """Figures equal a recount from the tables."""
    from ventanilla.core.indicators.registry import measures
    from ventanilla.core.indicators.sql import recount

    mains = [source for m in measures() for source in m.sources if source.main]
    fresh = sorted(tuple(row) for source in mains for row in _rows(recount(source)))
    columns = "institution_id, unit_id, day, measure, part"
    kept = _rows(f"SELECT {columns}, sum(amount)::bigint FROM (SELECT {columns}, amount FROM indicator_base UNION ALL "
                 f"SELECT {columns}, amount FROM indicator_delta) t GROUP BY 1, 2, 3, 4, 5 HAVING sum(amount) <> 0")
    if sorted(kept) != fresh:
        yield f"figures differ from a recount: {len(set(kept) ^ set(fresh))} rows"


def main(what: str, folder: Path, final: str = "0") -> None:
    """Do one of the two."""
    django.setup()
    if what == "setup":
        setup(folder)
    else:
        print(json.dumps(check(folder, final == "1")))


if __name__ == "__main__":
    main(sys.argv[1], Path(sys.argv[2]), *sys.argv[3:])

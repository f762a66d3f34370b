"""What the platform keeps of the person who asks, across every app, by the declarations of `registry.py`.

This is the one read that does not start from what the officer may otherwise see: the law obliges the institution to give the person all
of it. It is bound to a request whose identity was proven, written into the log each time, shows only declared personal fields, and of
matters under reserve that the officer may not read it says only which unit has one (docs/decisions/personal-data-has-a-room.md).
"""
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Final

from django.db import transaction
from django.db.models import Count
from django.utils import timezone
from django.utils.translation import gettext as _

from ventanilla.core.audit.services import record
from ventanilla.core.cases.models import Case
from ventanilla.core.cases.moving import lock_case
from ventanilla.core.orgs.models import Person
from ventanilla.core.orgs.services.setup import NotAllowed, Refused
from ventanilla.core.privacy.models import Finding, PersonSearch, SubjectRequest
from ventanilla.core.privacy.registry import Asked, PersonalData, declaration_of, declared, held_case

PAGE: Final = 25
"""Rows of one table that a page shows; the others are on the next ones."""
Keys = set[tuple[str, int]]
PROVEN: Final = ("processing", "resolved", "fulfilled")
WORKABLE: Final = ("processing", "resolved")


@dataclass(frozen=True)
class Found:
    """A row in which the person stands, as the officer may see it. `held`: why it could not be erased today."""

    source: PersonalData
    pk: int
    title: str
    facts: list[tuple[str, str]]
    unit: str = ""
    url: str = ""
    correct: str = ""
    reserved: bool = False
    held: str = ""
    finding: Finding | None = None

    @property
    def key(self) -> str:
        """How a form names it."""
        return f"{self.source.slug}:{self.pk}"


@dataclass(frozen=True)
class Gathered:
    """What one table holds: the rows of a page, how many there are in all, and before which row the next page begins (0: none)."""

    source: PersonalData
    rows: list[Found]
    total: int
    rest: int = 0


def asked_of(request: SubjectRequest) -> Asked:
    """The words under which the officer searched last."""
    return Asked(*(tuple(request.terms.get(name, ())) for name in ("names", "emails", "codes")))


def attending(officer: Person, request: SubjectRequest, states: Collection[str] = PROVEN) -> SubjectRequest:
    """The request as it is now, for an officer who attends it, in one of these states. Raises NotAllowed, Refused."""
    row = SubjectRequest.objects.attended_by(officer).select_related("case", "institution").filter(pk=request.pk).first()
    if row is None:
        raise NotAllowed
    if row.case.state not in states:
        raise Refused(_("Primero debe constar la identidad: téngala por acreditada y vuelva."))
    return row


def terms_of(asked: Asked) -> dict[str, list[str]]:
    """As they are kept."""
    return {"names": list(asked.names), "emails": list(asked.emails), "codes": list(asked.codes)}


@transaction.atomic
def gathered(*, actor: Person, search: PersonSearch, slug: str = "", before: int = 0) -> list[Gathered]:
    """What a search has found, newest first: a page of each table, or of one (`slug`) the page of the rows `before` that one.

    Reading it once it has ended is an entry of the log. Raises NotAllowed, Refused.
    """
    row = attending(actor, search.request, WORKABLE)
    known = {(f.source, f.ref): f for f in row.findings.all()}
    counts = dict(search.hits.values_list("source").annotate(n=Count("pk")).order_by("source"))
    wanted = [one for one in declared() if one.slug in counts and slug in ("", one.slug)]
    found = [_page(actor, search, one, known, before if slug else 0, counts[one.slug]) for one in wanted]
    if search.finished_at:
        record("privacy.read", actor=actor, institution_id=row.institution_id, subject=f"case:{row.pk}", case_id=row.pk,
               detail={"found": {g.source.slug: len(g.rows) for g in found}})
    return [g for g in found if g.rows]


def _page(actor: Person, search: PersonSearch, source: PersonalData, known: Mapping[Any, Finding], before: int, total: int) -> Gathered:
    hits = search.hits.filter(source=source.slug, **({"ref__lt": before} if before else {})).order_by("-ref")
    refs = list(hits.values_list("ref", flat=True)[: PAGE + 1])
    rows = source.rows(search.request.institution_id).filter(pk__in=refs[:PAGE]).order_by("-pk")
    shown = _shown(actor, source, rows, search.asked, known)
    return Gathered(source, shown, total, refs[PAGE - 1] if len(refs) > PAGE else 0)


def _shown(actor: Person, source: PersonalData, rows: Iterable[Any], asked: Asked, known: Mapping[Any, Finding]) -> list[Found]:
    pairs = [(row, source.case_of(row)) for row in rows]
    open_to = readable(actor, [case for _row, case in pairs if case])
    return [_found(source, row, case, asked, known.get((source.slug, row.pk)), case is None or case.pk in open_to) for row, case in pairs]


def readable(officer: Person, cases: Collection[Case]) -> set[int]:
    """Of these cases, the ids of those that the officer may read."""
    return set(Case.objects.visible_to(officer).filter(pk__in={c.pk for c in cases}).values_list("pk", flat=True)) if cases else set()


def _found(source: PersonalData, row: Any, case: Case | None, asked: Asked, finding: Finding | None, opens: bool) -> Found:
    unit = case.unit.name if case else ""
    if case and case.level and not opens:
        return Found(source, row.pk, _("Un asunto reservado"), [], unit, reserved=True)
    title = f"{case.folio} · {source.title(row)}" if case else source.title(row)
    return Found(source, row.pk, title[:300], source.said(row, asked), unit, source.url(row) if source.url and opens else "",
                 source.correct(row) if source.correct and opens else "", held=why_held(source, row), finding=finding)


def why_held(source: PersonalData, row: Any) -> str:
    """Why a row may not be erased: of its kind, or now; "" when it may."""
    if source.erase is None:
        return str(source.kept)
    return (source.held(row) if source.held else "") or held_case(source.case_of(row))


@transaction.atomic
def tick(*, actor: Person, request: SubjectRequest, asked: Asked, ticked: Collection[str], offered: Collection[str]) -> int:
    """Keep which of the rows that were offered ("source:id") are the person's; returns how many. What was done already stays.

    Only rows in which the words of this search stand are taken, never those of matters under reserve, nor of another institution. The
    words are added to those of earlier searches: what was ticked by any of them is erased under all. Raises NotAllowed, Refused.
    """
    lock_case(request.pk)
    row = attending(actor, request, WORKABLE)
    wanted, shown = _parsed(ticked), _parsed(offered)
    own = {key for slug in {s for s, _pk in wanted} for key in _taken(actor, row, declaration_of(slug), asked, wanted)}
    joined = _joined(row, asked)
    for slug, pk in shown - own:
        row.findings.filter(source=slug, ref=pk, outcome=Finding.Outcome.PENDING).delete()
    Finding.objects.bulk_create([Finding(request=row, source=slug, ref=pk, ticked_by=actor, ticked_at=timezone.now())
                                 for slug, pk in sorted(own)], ignore_conflicts=True)
    SubjectRequest.objects.filter(pk=row.pk).update(terms=terms_of(joined))
    record("privacy.tick", actor=actor, institution_id=row.institution_id, subject=f"case:{row.pk}", case_id=row.pk,
           detail={"ticked": sorted(f"{s}:{pk}" for s, pk in own)})
    return len(own)


def _joined(row: SubjectRequest, asked: Asked) -> Asked:
    """The words of this search and, where something was ticked before, those of the searches that found it."""
    if not row.findings.exists():
        return asked
    pairs = zip(terms_of(asked_of(row)).values(), terms_of(asked).values(), strict=True)
    return Asked(*(tuple(dict.fromkeys((*old, *new))) for old, new in pairs))


def _parsed(given: Collection[str]) -> Keys:
    known = {one.slug for one in declared() if one.looked}
    parts = [key.rpartition(":") for key in given]
    return {(slug, int(pk)) for slug, _colon, pk in parts if slug in known and pk.isascii() and pk.isdigit() and len(pk) < 19}


def _taken(actor: Person, request: SubjectRequest, source: PersonalData, asked: Asked, wanted: Keys) -> list[tuple[str, int]]:
    ids = [pk for slug, pk in wanted if slug == source.slug]
    rows = list(source.find(request.institution_id, asked).filter(pk__in=ids))
    return [(source.slug, f.pk) for f in _shown(actor, source, rows, asked, {}) if not f.reserved]


@transaction.atomic
def read_findings(*, actor: Person, request: SubjectRequest) -> list[Found]:
    """What was ticked, for who opens the request: an entry of the log where there is something to read."""
    found = findings_of(actor, request)
    if found:
        record("privacy.read", actor=actor, institution_id=request.institution_id, subject=f"case:{request.pk}", case_id=request.pk,
               detail={"rows": len(found)})
    return found


def findings_of(officer: Person, request: SubjectRequest) -> list[Found]:
    """What was ticked, as it stands now; a row that is gone is not shown, and nothing where identity was never proven."""
    if request.case.state not in PROVEN or not SubjectRequest.objects.attended_by(officer).filter(pk=request.pk).exists():
        return []
    known = {(f.source, f.ref): f for f in request.findings.all()}
    asked, slugs = asked_of(request), {one.slug for one in declared()}
    found = []
    for slug in dict.fromkeys(s for s, _ref in known if s in slugs):
        source = declaration_of(slug)
        rows = source.rows(request.institution_id).filter(pk__in=[ref for s, ref in known if s == slug]).order_by("pk")
        found += [f for f in _shown(officer, source, rows, asked, known) if not f.reserved]
    return found

"""Problems proposed from repeated incidents, for the desk: with words, places and dates; accepted or dismissed with a reason."""
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.dateparse import parse_date
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from ventanilla.core.cases.models import Case
from ventanilla.core.orgs.models import Person, Unit
from ventanilla.core.orgs.services.setup import NotAllowed, Refused
from ventanilla.lib.spanish import MONTHS
from ventanilla.modules.servicedesk.models import Candidate, ConfigurationItem
from ventanilla.modules.servicedesk.screens.record import person_of
from ventanilla.modules.servicedesk.services import candidates
from ventanilla.modules.servicedesk.services.working import works_somewhere
from ventanilla.web.ui.formats import long_date

SHOWN = 200


@dataclass(frozen=True)
class Shown:
    """A proposal as the page tells it: a name to begin with, where, how often by week, and its tickets."""

    row: Candidate
    name: str
    where: str
    named: Sequence[tuple[str, int, int]]
    units: Sequence[tuple[str, int]]
    weeks: Sequence[tuple[date, int]]
    cases: Sequence[Case]

    @property
    def bars(self) -> list[str]:
        """Labels of the weeks."""
        return [f"{day.day} {MONTHS[day.month - 1][:3]}" for day, _n in self.weeks]

    @property
    def week_rows(self) -> list[tuple[str, int]]:
        """The table twin of the weeks."""
        return [(long_date(day), n) for day, n in self.weeks]

    @property
    def times(self) -> float | None:
        """How many times more than expected."""
        expected = float(self.row.evidence.get("expected") or 0)
        return len(self.row.tickets) / expected if expected >= 0.5 else None


def agent_of(request: HttpRequest) -> Person:
    """Somebody of the desk, or 404."""
    person = person_of(request)
    if not works_somewhere(person):
        raise Http404
    return person


def home(request: HttpRequest) -> HttpResponse:
    """What waits for a decision, strongest first, and what was decided."""
    person = agent_of(request)
    decided = [*candidates.visible(person, "accepted", 30), *candidates.visible(person, "dismissed", 30)]
    decided.sort(key=lambda c: c.decided_at or c.found_at, reverse=True)
    return render(request, "servicedesk/candidates/home.html", {"rows": _shown(person, candidates.visible(person)), "decided": decided})


def _shown(person: Person, rows: Sequence[Candidate]) -> list[Shown]:
    ids = {pk for row in rows for pk in row.tickets}
    cases = Case.objects.visible_to(person).filter(pk__in=ids).only("pk", "folio", "subject", "received_at", "kind", "state").in_bulk()
    here = {"institution_id": person.institution_id}
    items = dict(ConfigurationItem.objects.visible_to(person).filter(pk__in=_refs(rows, "ci", "cis")).values_list("pk", "name"))
    units = dict(Unit.objects.filter(pk__in=_refs(rows, "unit", "units"), **here).values_list("pk", "name"))
    return [_one(row, cases, items, units) for row in rows]


def _refs(rows: Sequence[Candidate], place: str, evidence: str) -> set[int]:
    found = {pk for row in rows for pk, _n in row.evidence.get(evidence, [])}
    return found | {int(row.place.split(":")[1]) for row in rows if row.place.startswith(f"{place}:")}


def _one(row: Candidate, cases: dict[int, Any], items: dict[int, str], units: dict[int, str]) -> Shown:
    kind, ref = row.place.split(":")
    names = {"ci": items.get(int(ref), ""), "unit": units.get(int(ref), "")}
    words = [word for word, _n in row.evidence.get("words", [])]
    mine = [cases[pk] for pk in row.tickets if pk in cases]
    subject = Counter(c.subject for c in mine).most_common(1)[0][0] if mine else " ".join(words[:4])
    return Shown(
        row, subject, names.get(kind, ""), [(items[pk], pk, n) for pk, n in row.evidence.get("cis", []) if pk in items],
        [(units[pk], n) for pk, n in row.evidence.get("units", []) if pk in units], _weeks(row), mine[-SHOWN:])


def _weeks(row: Candidate) -> list[tuple[date, int]]:
    """Every week from the first to the last, also those without any."""
    known = {day: n for text, n in row.evidence.get("weeks", []) if (day := parse_date(text))}
    if not known:
        return []
    first, last = min(known), max(known)
    return [(day, known.get(day, 0)) for day in (first + timedelta(weeks=n) for n in range((last - first).days // 7 + 1))]


def _asked(request: HttpRequest, pk: int) -> tuple[Person, Candidate]:
    person = agent_of(request)
    row = candidates.candidate_for(person, pk)
    if row is None:
        raise Http404
    return person, row


@require_POST
def accept(request: HttpRequest, pk: int) -> HttpResponse:
    """Open the problem."""
    person, row = _asked(request, pk)
    try:
        problem = candidates.accept(actor=person, candidate=row, subject=request.POST.get("subject", ""))
    except NotAllowed:
        messages.error(request, _("No puede abrirlo: alguno de los incidentes es de otro equipo."))
        return redirect("candidates")
    except Refused as refusal:
        messages.error(request, refusal.message)
        return redirect("candidates")
    messages.success(request, _("Se abrió el problema %(folio)s con sus incidentes.") % {"folio": problem.folio})
    return redirect("ticket", problem.pk)


@require_POST
def dismiss(request: HttpRequest, pk: int) -> HttpResponse:
    """It is not a problem."""
    person, row = _asked(request, pk)
    try:
        candidates.dismiss(actor=person, candidate=row, reason=request.POST.get("reason", ""))
        messages.success(request, _("Se descartó: no volverá a proponerse por los mismos incidentes."))
    except (NotAllowed, Refused) as refusal:
        messages.error(request, refusal.message or _("No puede hacerlo."))
    return redirect("candidates")

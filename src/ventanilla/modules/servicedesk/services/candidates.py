"""Problems proposed from repeated incidents: found every night, kept with their evidence, accepted or dismissed by the desk.

What was decided is not proposed again for the same tickets: only when half as many new ones, three at least, came after.
"""
from collections.abc import Iterable, Sequence
from dataclasses import asdict
from datetime import datetime, timedelta
from typing import Any, Final

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from ventanilla.core.audit.services import record
from ventanilla.core.cases.models import Case, CaseLink
from ventanilla.core.orgs.models import Institution, Person
from ventanilla.core.orgs.services.setup import NotAllowed, Refused
from ventanilla.lib.recurrence import Item, Proposal, Ticket, proposals
from ventanilla.lib.spanish import clean_text
from ventanilla.modules.servicedesk.models import Candidate, ConfigurationItem
from ventanilla.modules.servicedesk.services.hints import as_written
from ventanilla.modules.servicedesk.services.naming import items_of
from ventanilla.modules.servicedesk.services.solving import open_problem
from ventanilla.modules.servicedesk.services.working import works_somewhere

DAYS: Final = 90
SAME: Final = 0.5
"""Share of the smaller one's tickets from which two proposals are the same one."""
NEW: Final = 3
MOST: Final = 40_000


def tickets_of(institution: Institution, since: datetime) -> list[Ticket]:
    """The incidents of a period as the finder reads them, newest MOST."""
    rows = Case.objects.filter(institution=institution, kind="incident", received_at__gte=since, ticket__isnull=False)
    values = list(rows.exclude(state__in=("cancelled", "merged")).order_by("-received_at", "-pk").values_list(
        "pk", "received_at", "subject", "ticket__description", "ticket__unit_id", "ticket__cause__name")[:MOST])
    named = items_of(v[0] for v in values)
    return [Ticket(pk, timezone.localtime(at), f"{subject} {text[:2000]}", named.get(pk, ()), unit, cause or "")
            for pk, at, subject, text, unit, cause in values]


@transaction.atomic
def refresh(institution: Institution, now: datetime) -> int:
    """Look for repeated incidents of the last DAYS days and keep what is found; returns how many are open.

    One that is still found is brought up to date, one that is not found any more leaves the page.
    """
    tickets = tickets_of(institution, now - timedelta(days=DAYS))
    found, texts = proposals(tickets, _items(institution)), {t.id: t.text for t in tickets}
    known = list(Candidate.objects.select_for_update().filter(institution=institution).exclude(state="gone"))
    decided = {pk for c in known if c.state != "open" for pk in c.tickets} | _tied(institution, found)
    waiting = [c for c in known if c.state == "open"]
    for proposal in found:
        fresh = set(proposal.tickets) - decided
        if fresh != set(proposal.tickets) and len(fresh) < max(NEW, len(proposal.tickets) * SAME):
            continue
        row = next((c for c in waiting if same(c.tickets, proposal.tickets)), None)
        waiting = [c for c in waiting if c is not row]
        _keep(row or Candidate(institution=institution, found_at=now), proposal, [texts[pk] for pk in proposal.tickets], now)
    Candidate.objects.filter(pk__in=[c.pk for c in waiting]).update(state="gone")
    return Candidate.objects.filter(institution=institution, state="open").count()


def same(one: Iterable[int], other: Iterable[int]) -> bool:
    """Whether two proposals share half of the smaller one's tickets."""
    a, b = set(one), set(other)
    return len(a & b) >= SAME * max(1, min(len(a), len(b)))


def _items(institution: Institution) -> dict[int, Item]:
    rows = ConfigurationItem.objects.filter(institution=institution).values_list("pk", "name", "type__slug")
    return {pk: Item(name, kind) for pk, name, kind in rows}


def _tied(institution: Institution, found: Sequence[Proposal]) -> set[int]:
    """Tickets that have a problem already."""
    ids = {pk for p in found for pk in p.tickets}
    return set(CaseLink.objects.filter(case_id__in=ids, case__institution=institution, kind="caused_by").values_list("case_id", flat=True))


def _keep(row: Candidate, proposal: Proposal, texts: Sequence[str], now: datetime) -> None:
    evidence: dict[str, Any] = asdict(proposal.evidence)
    evidence["words"] = [(as_written([word], texts)[0], n) for word, n in proposal.evidence.words]
    evidence["weeks"] = [(day.isoformat(), n) for day, n in proposal.evidence.weeks]
    row.tickets, row.place = list(proposal.tickets), f"{proposal.place[0]}:{proposal.place[1]}"
    row.first_at, row.last_at, row.strength = proposal.first, proposal.last, round(proposal.strength, 2)
    row.evidence, row.seen_at = evidence, now
    row.save()


def visible(person: Person, state: str = "open", limit: int = 100) -> list[Candidate]:
    """What the desk may decide on, strongest first: only proposals whose every ticket this person may read. Nothing for others."""
    if not works_somewhere(person):
        return []
    rows = list(Candidate.objects.filter(institution_id=person.institution_id, state=state).select_related(
        "problem", "decided_by").order_by("-strength", "pk")[:limit])
    readable = set(_readable(person, {pk for row in rows for pk in row.tickets}))
    return [row for row in rows if readable.issuperset(row.tickets)]


def _readable(person: Person, ids: set[int]) -> Iterable[int]:
    return Case.objects.visible_to(person).filter(pk__in=ids).values_list("pk", flat=True)


def candidate_for(person: Person, pk: int) -> Candidate | None:
    """One open proposal that the person may decide on."""
    return next((c for c in visible(person, limit=1000) if c.pk == pk), None)


@transaction.atomic
def accept(*, actor: Person, candidate: Candidate, subject: str) -> Case:
    """Open a problem with all its incidents tied. Raises NotAllowed (a ticket is not theirs) and Refused (decided already)."""
    row = _open(actor, candidate)
    if not clean_text(subject):
        raise Refused(_("Escriba cómo se llama el problema."), "subject")
    incidents = list(Case.objects.visible_to(actor).filter(pk__in=row.tickets).order_by("received_at", "pk"))
    row.problem = open_problem(actor=actor, incidents=incidents, subject=clean_text(subject)[:300], description=described(row))
    _decide(row, actor, "accepted")
    return row.problem


@transaction.atomic
def dismiss(*, actor: Person, candidate: Candidate, reason: str) -> Candidate:
    """It is not a problem, with the reason; not proposed again for the same tickets. Raises NotAllowed and Refused."""
    row = _open(actor, candidate)
    if not clean_text(reason):
        raise Refused(_("Escriba por qué no es un problema."), "reason")
    row.reason = clean_text(reason)[:500]
    return _decide(row, actor, "dismissed")


def _open(actor: Person, candidate: Candidate) -> Candidate:
    row = Candidate.objects.select_for_update(of=("self",)).get(pk=candidate.pk)
    mine = row.institution_id == actor.institution_id and works_somewhere(actor)
    if not mine or set(_readable(actor, set(row.tickets))) != set(row.tickets):
        raise NotAllowed
    if row.state != "open":
        raise Refused(_("Alguien ya decidió sobre esta propuesta."))
    return row


def _decide(row: Candidate, actor: Person, state: str) -> Candidate:
    row.state, row.decided_by, row.decided_at = state, actor, timezone.now()
    row.save()
    record(f"candidate.{state}", actor=actor, institution_id=row.institution_id, subject=f"candidate:{row.pk}",
           detail={"tickets": len(row.tickets), **({"problem": row.problem_id} if row.problem_id else {"reason": row.reason})})
    return row


def described(row: Candidate) -> str:
    """The evidence in words, for the problem's description."""
    words = ", ".join(f"«{word}» ({n})" for word, n in row.evidence.get("words", []))
    causes = ", ".join(f"{cause} ({n})" for cause, n in row.evidence.get("causes", []))
    lines = [_("Propuesto por %(n)s incidentes repetidos; se esperaban %(e)s.") % {
        "n": len(row.tickets), "e": round(row.evidence.get("expected", 0), 1)},
        _("Palabras que comparten: %(words)s.") % {"words": words} if words else "",
        _("Causas registradas: %(causes)s.") % {"causes": causes} if causes else ""]
    return "\n".join(line for line in lines if line)

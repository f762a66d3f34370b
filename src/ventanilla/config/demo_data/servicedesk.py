"""Two years of the demo's service desk: set up, lived, and written by set; the shares of a year are those of practice form 5."""
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from random import Random
from typing import Any
from uuid import UUID

from django.db.models import F
from django.utils import timezone

from ventanilla.config.demo_data import desk_tables as words
from ventanilla.config.demo_data.desk_catalogue import DESK, Setup, set_up
from ventanilla.config.demo_data.desk_help import write_help
from ventanilla.config.demo_data.desk_lives import Told, invent
from ventanilla.config.demo_data.desk_mail import write_mail
from ventanilla.config.demo_data.desk_major import write_major
from ventanilla.config.demo_data.desk_practices import write_practices
from ventanilla.config.demo_data.desk_rules import write_rules
from ventanilla.config.demo_data.desk_ties import write_ties
from ventanilla.config.demo_data.institution import Organisation
from ventanilla.config.demo_data.worktime import OfficeTime
from ventanilla.core.cases.models import Case, Note
from ventanilla.core.questionnaires.models import Response
from ventanilla.core.questionnaires.services import AnswersDraft, ValuesDraft, record_answers, record_many_values
from ventanilla.core.workdays.services import version_for
from ventanilla.modules.servicedesk.models import Approval, ChecklistItem, ConfigurationItem, TimeEntry
from ventanilla.modules.servicedesk.services.candidates import refresh
from ventanilla.modules.servicedesk.services.cmdb.filling import fill
from ventanilla.modules.servicedesk.services.importing import write_tickets
from ventanilla.modules.servicedesk.services.items import tie_answers

ITEMS = 5000


@dataclass
class Desk:
    """What was written: tickets in order with their ids."""

    setup: Setup
    told: list[Told]
    ids: list[int]


def write_desk(org: Organisation, rng: Random, items: int = ITEMS) -> int:
    """Set the desk up, live two years and write them; returns how many tickets there are."""
    now = timezone.now()
    first = min(timezone.localdate() - timedelta(days=730), date(now.year - 1, 1, 1))
    people = [org.head(org.units[DESK]), org.staff(org.units[DESK])]
    if items:
        fill(org.institution, people, rng, items)
    setup = set_up(org, rng, first)
    off = set(version_for(org.units[DESK]).days.values_list("day", flat=True))
    office = OfficeTime(first, timezone.localdate() + timedelta(days=400), off)
    told = invent(setup, office, first, now)
    ids: list[int] = []
    for start in range(0, len(told), 1000):
        ids += [life.id for life in write_tickets([t.past for t in told[start:start + 1000]], source="demo")]
    desk = Desk(setup, told, ids)
    for step in (_approvals, _work, _notes, _values, _answers):
        step(desk, rng)
    write_practices(setup, rng, now, _incidents(desk))
    write_ties(setup, now)
    write_rules(setup)
    write_help(setup, rng)
    write_mail(setup)
    write_major(setup)
    refresh(org.institution, now)
    return len(ids)


def _incidents(desk: Desk) -> dict[str, list[int]]:
    """Tickets by the name of their service, newest first."""
    found: dict[str, list[int]] = {}
    for told, case_id in zip(reversed(desk.told), reversed(desk.ids), strict=True):
        found.setdefault(told.row.name, []).append(case_id)
    return found


def _approvals(desk: Desk, rng: Random) -> None:
    now, rows = timezone.now(), []
    for told, case_id in zip(desk.told, desk.ids, strict=True):
        if told.approval and len(told.past.happened) > 1:
            asked, at, yes = told.approval
            unit_id = told.past.facts["unit_id"]
            done = at <= now
            rows.append(Approval(case_id=case_id, label="Jefatura de la unidad", person=desk.setup.org.people[unit_id]["head"],
                                 asked_at=asked,
                                 at=at if done else None, verdict=("yes" if yes else "no") if done else "",
                                 reason="" if yes or not done else "No hay presupuesto este trimestre"))
    Approval.objects.bulk_create(rows)


def _work(desk: Desk, rng: Random) -> None:
    """Checklists of the offering, and the minutes that agents noted."""
    items, times = [], []
    for told, case_id in zip(desk.told, desk.ids, strict=True):
        done = told.past.happened[-1].at if told.past.happened[-1].state in ("resolved", "closed") else None
        items += [ChecklistItem(case_id=case_id, order=n, text=text, done_at=done, done_by=told.agent if done else None)
                  for n, text in enumerate(told.version.tasks, start=1)]
        if done and told.agent and rng.random() < 0.5:
            times.append(TimeEntry(case_id=case_id, person=told.agent, minutes=rng.choice((10, 15, 20, 30, 45, 60, 90)), text="Atención",
                                   at=done))
    ChecklistItem.objects.bulk_create(items)
    TimeEntry.objects.bulk_create(times)


def _notes(desk: Desk, rng: Random) -> None:
    """Some of the public and of the private log."""
    rows = []
    for told, case_id in zip(desk.told, desk.ids, strict=True):
        taken = next((h.at for h in told.past.happened if h.verb == "take"), None)
        if taken and told.agent:
            for texts, public, share in ((words.PUBLIC_NOTES, True, 0.45), (words.PRIVATE_NOTES, False, 0.2)):
                if rng.random() < share:
                    rows.append(Note(uuid=_uuid(rng), case_id=case_id, person=told.agent, text=rng.choice(texts), public=public,
                                     private=not public, at=taken + timedelta(minutes=rng.randrange(1, 15))))
    Note.objects.bulk_create(rows)


def _values(desk: Desk, rng: Random) -> None:
    """What the forms asked: above all the name of the system."""
    cases = Case.objects.in_bulk(desk.ids)
    systems = _systems(desk.setup)
    people = [p.name for p in desk.setup.liaisons.values()]
    drafts = []
    published = [choice.value for choice in desk.setup.forms[words.PAGE_FORM].form.fields["contenido"].choices]
    for told, case_id in zip(desk.told, desk.ids, strict=True):
        system = rng.choices(systems, [9, 8, 6, 4, 3, 3, 2, 2][: len(systems)])[0] if systems else None
        screen = rng.choice(("Captura", "Consulta", "Reportes", "Inicio"))
        forms: dict[str, dict[str, Any]] = {
            words.SYSTEM_FORM: {"sistema": system, "pantalla": screen} if system else {},
            words.PAGE_FORM: {"contenido": published[case_id % len(published)],
                              "direccion": rng.choice(("Programas", "Trámites", "Directorio", "Transparencia"))},
            words.PEOPLE_FORM: {"persona": rng.choice(people)}}
        values = forms.get(told.row.form)
        if values and told.version.form:
            drafts.append(ValuesDraft(cases[case_id], told.version.form, values))
    said = record_many_values(actor=None, drafts=drafts, checked=True)
    tie_answers(((row, draft.version) for row, draft in zip(said, drafts, strict=True)), fresh=True)


def _systems(setup: Setup) -> list[object]:
    """Applications of the estate when the field refers to them, else names."""
    field = setup.forms[words.SYSTEM_FORM].form.fields["sistema"]
    if field.type == "reference":
        rows = ConfigurationItem.objects.serving().filter(institution=setup.org.institution, type__slug="sistema").order_by("pk")
        return [row.pk for row in rows[: len(words.SYSTEMS)]]
    return list(words.SYSTEMS)


def _answers(desk: Desk, rng: Random) -> None:
    """Surveys: 1,400 answers in the complete year, two of them not the best; the same rate before and after."""
    now, year = timezone.now(), timezone.localdate().year - 1
    closed = [(t, i, t.closed_at) for t, i in zip(desk.told, desk.ids, strict=True) if t.closed_at and t.version.survey]
    cases = Case.objects.in_bulk([i for _t, i, _at in closed])
    asked = [(t, cases[i], at, min(at + timedelta(minutes=rng.randrange(10, 2000)), now)) for t, i, at in closed if at]
    inside = [a for a in asked if timezone.localtime(a[3]).year == year]
    answered = sorted(rng.sample(inside, min(words.ANSWERS, len(inside))), key=lambda a: a[3])
    others = [a for a in asked if timezone.localtime(a[3]).year != year and rng.random() < 0.9]
    worse = set(rng.sample(range(len(answered)), words.SATISFIED))
    drafts = [_answer(desk, a, n in worse, rng) for n, a in enumerate(answered)] + [_answer(desk, a, False, rng) for a in others]
    record_answers(actor=None, drafts=drafts)
    survey = desk.setup.forms["survey"]
    Response.objects.filter(version=survey).update(invited_at=F("submitted_at") - timedelta(minutes=5))
    said = {id(a[1]) for a in (*answered, *others)}
    Response.objects.bulk_create(Response(
        uuid=_uuid(rng), institution=survey.institution, instrument=survey.instrument, version=survey, case=case, invited_at=at,
        expires_at=at + timedelta(days=30), channel="link") for _t, case, at, _when in asked if id(case) not in said)


def _answer(desk: Desk, asked: tuple[Told, Case, datetime, datetime], worse: bool, rng: Random) -> AnswersDraft:
    told, case, _closed, when = asked
    people = {p.pk: p for p in desk.setup.org.people[told.past.facts["unit_id"]].values()}
    return AnswersDraft(desk.setup.forms["survey"], {"nivel": "satisfecho" if worse else "muy_satisfecho"}, case,
                        people.get(told.past.facts["requester_id"]), "link", when, _uuid(rng))


def _uuid(rng: Random) -> UUID:
    return UUID(int=rng.getrandbits(128), version=4)

"""The parts that the core itself brings: calendars and hours, forms and surveys, instructions, own words of states and steps."""
from collections.abc import Iterator, Mapping
from dataclasses import asdict
from datetime import date
from typing import Any, Final

from django.utils.text import slugify
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from ventanilla.core.cases.kinds import kinds
from ventanilla.core.cases.models import FlowWord, Instruction
from ventanilla.core.cases.services.naming import name_flow, usual_words
from ventanilla.core.cases.words import STATE, STEP, every_flow
from ventanilla.core.exports.packaging.registry import Installing, PackagePart, Piece, register_part
from ventanilla.core.orgs import capabilities as cap
from ventanilla.core.orgs.models import Institution
from ventanilla.core.orgs.services.setup import Refused, require
from ventanilla.core.orgs.services.tables import spanish
from ventanilla.core.questionnaires.models import Instrument, InstrumentVersion, VersionState
from ventanilla.core.questionnaires.services import InstrumentDraft, create_instrument, publish, save_draft, start_draft
from ventanilla.core.workdays.models import Calendar, CalendarVersion
from ventanilla.core.workdays.services import VersionDraft, publish_version
from ventanilla.core.workdays.services.calendars import draft_of
from ventanilla.lib.worktime import Amber, Coverage, Day, DayCount, Kind

CALENDARS, FORMS, INSTRUCTIONS, WORDS, FLOWS = "calendars", "forms", "instructions", "words", "flows"
_LISTS: Final = {"states": STATE, "steps": STEP}
"""How a package calls what a word is for."""


def register() -> None:
    """Called when the process starts."""
    register_part(PackagePart(CALENDARS, _("Calendarios y horarios"), 10, calendars, install_calendar))
    register_part(PackagePart(FORMS, _("Formularios y encuestas"), 20, forms, install_form))
    register_part(PackagePart(INSTRUCTIONS, _("Instrucciones de turno"), 30, instructions, install_instruction))
    register_part(PackagePart(WORDS, _("Palabras propias de estados y pasos"), 40, words, install_words, told=words_told))
    register_part(PackagePart(FLOWS, _("Estados y pasos que trae el programa (solo se comprueban)"), 90, flows, _travels, checked=True))


def calendar_key(calendar: Calendar) -> str:
    """What a calendar is called everywhere; the institution's own is one of a kind."""
    return calendar.purpose or "institucional"


def calendars(institution: Institution) -> Iterator[Piece]:
    """The institution's own calendar and the hours of services; not those of single units."""
    rows = CalendarVersion.objects.filter(institution=institution, calendar__unit=None).newest().select_related("calendar")
    for version in rows.prefetch_related("coverage", "days"):
        yield Piece(CALENDARS, calendar_key(version.calendar), version.calendar.name, {
            "name": version.calendar.name, "purpose": version.calendar.purpose, **_plain(draft_of(version))})


def _plain(draft: VersionDraft) -> dict[str, Any]:
    amber = {name: value for name, value in asdict(draft.amber).items() if value is not None}
    return {"week": [[list(span) for span in draft.coverage.on(day)] for day in range(7)], "amber": amber, "rule": asdict(draft.rule),
            "days": [[d.day.isoformat(), d.kind.value, d.name, d.source, [list(span) for span in d.hours or ()]]
                     for d in sorted(draft.days, key=lambda d: d.day)]}


def install_calendar(here: Installing, piece: Piece) -> None:
    """A new calendar with its version, or the next version of the one there."""
    data = piece.data
    require(here.actor, cap.ADMIN_CALENDARS)
    calendar = Calendar.objects.get_or_create(institution=here.institution, unit=None, purpose=data["purpose"],
                                              defaults={"name": data["name"]})[0]
    weekly = {day: tuple((int(a), int(b)) for a, b in spans) for day, spans in enumerate(data["week"])}
    days = tuple(Day(date.fromisoformat(day), Kind(kind), name, source, tuple((int(a), int(b)) for a, b in hours) or None)
                 for day, kind, name, source, hours in data["days"])
    publish_version(actor=here.actor, calendar=calendar, draft=VersionDraft(
        Coverage(weekly), days, str(_("Instalado desde un paquete")), Amber(**data["amber"]), DayCount(**data["rule"])))


def forms(institution: Institution) -> Iterator[Piece]:
    """Every form with a published version."""
    rows = InstrumentVersion.objects.filter(institution=institution, state=VersionState.PUBLISHED, instrument__active=True)
    for version in rows.select_related("instrument").order_by("instrument__slug"):
        form = version.instrument
        yield Piece(FORMS, form.slug, form.name, {"name": form.name, "purpose": form.purpose, "definition": version.definition})


def install_form(here: Installing, piece: Piece) -> None:
    """A new form, published; or the next version of the one there."""
    data, actor = piece.data, here.actor
    form = Instrument.objects.filter(institution=here.institution, slug=piece.key).first()
    if form is None:
        form = create_instrument(actor=actor, institution=here.institution, draft=InstrumentDraft(
            data["name"], data["purpose"], piece.key, data["definition"]))
    draft = start_draft(actor=actor, instrument=form)
    saved = save_draft(actor=actor, version=draft, definition=data["definition"], revision=draft.revision)
    publish(actor=actor, version=saved)


def instructions(institution: Institution) -> Iterator[Piece]:
    """The catalogue of instructions of turns."""
    for row in Instruction.objects.filter(institution=institution, active=True).order_by("text"):
        yield Piece(INSTRUCTIONS, slugify(row.text)[:200], row.text, {"text": row.text, "purpose": row.purpose, "amount": row.amount})


def install_instruction(here: Installing, piece: Piece) -> None:
    """A new instruction, or the term and purpose of the one there."""
    require(here.actor, cap.ADMIN_CATALOGUES)
    data = piece.data
    Instruction.objects.update_or_create(institution=here.institution, text=data["text"], defaults={
        "purpose": data["purpose"], "amount": data["amount"], "active": True})


def words(institution: Institution) -> Iterator[Piece]:
    """What the institution calls otherwise than the program, by flow; nothing of flows whose words are all the standard ones."""
    own = FlowWord.objects.filter(institution=institution)
    found: dict[str, dict[str, dict[str, str]]] = {}
    for row in own.order_by("flow", "kind", "code"):
        found.setdefault(row.flow, {name: {} for name in _LISTS})["states" if row.kind == STATE else "steps"][row.code] = row.label
    titles = every_flow()
    for flow, data in found.items():
        yield Piece(WORDS, flow, spanish(titles[flow][0]) if flow in titles else flow, data)


def install_words(here: Installing, piece: Piece) -> None:
    """Exactly these words for the flow; what the package does not name gets its standard one."""
    given = _words(piece.data)
    lists = set(piece.data) <= set(_LISTS) and all(isinstance(listed, dict) for listed in piece.data.values())
    if not lists or not all(isinstance(word, str) for word in given.values()):
        raise Refused(gettext("La lista de palabras llegó dañada."))
    name_flow(actor=here.actor, institution=here.institution, flow=piece.key, given=given)


def _words(data: Mapping[str, Any]) -> dict[tuple[str, str], Any]:
    return {(kind, code): word for name, kind in _LISTS.items() if isinstance(data.get(name), dict) for code, word in data[name].items()}


def words_told(here: Piece | None, brings: Piece) -> Iterator[tuple[str, str, str]]:
    """Each state and step that would be called otherwise: by its standard word, how it is called here, and how it would be."""
    title_and_flow = every_flow().get(brings.key)
    usual = usual_words(title_and_flow[1]) if title_and_flow else {}
    now, then = _words(here.data) if here else {}, _words(brings.data)
    for kind, code in dict.fromkeys((*usual, *then)):
        standard = usual.get((kind, code), "")
        before, after = (str(words.get((kind, code)) or standard)[:300] for words in (now, then))
        if before != after:
            yield f"{FlowWord.Kind(kind).label} «{standard or code[:60]}»", before, after


def flows(_institution: Institution) -> Iterator[Piece]:
    """States and steps of every kind of case with their standard labels: part of the program, the same for all its institutions."""
    for kind in sorted(kinds(), key=lambda k: k.slug):
        steps: dict[str, dict[str, Any]] = {}
        for step in kind.flow.steps:
            one = steps.setdefault(step.name, {"label": spanish(step.label), "arrows": []})
            one["arrows"] = sorted([*one["arrows"], *(f"{source} → {step.target or source}" for source in step.sources)])
        states = {state: spanish(label) for state, label in kind.flow.labels.items()}
        yield Piece(FLOWS, kind.slug, spanish(kind.plural), {"initial": kind.flow.initial, "states": states, "steps": steps})


def _travels(_here: Installing, _piece: Piece) -> None:
    """Never called: a `checked` part is only compared."""

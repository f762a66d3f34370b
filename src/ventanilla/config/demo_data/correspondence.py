"""Two years of letters of the institute, written set-based: seasons, weekdays, growth, every state."""
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from random import Random

from django.utils import timezone

from ventanilla.config.demo_data.institution import Organisation
from ventanilla.config.demo_data.lives import Cast, Life
from ventanilla.config.demo_data.senders import Senders
from ventanilla.config.demo_data.worktime import DAY, OfficeTime
from ventanilla.core.cases.models import Instruction
from ventanilla.core.orgs.models import Unit
from ventanilla.core.workdays.services import compiled, version_for
from ventanilla.modules.correspondence.models import ArchiveFile, ArchiveSeries, Circular, LetterType
from ventanilla.modules.correspondence.services.histories import Happened, Past, Place, write_histories
from ventanilla.modules.correspondence.services.registration import Sender
from ventanilla.modules.correspondence.specimens.topics import matter

#: Letters per month against the mean: budgets in January, audits in autumn, vacations in July and December.
MONTHS = (1.25, 1.1, 1.05, 0.95, 1.1, 1.15, 0.8, 1.0, 1.1, 1.2, 1.15, 0.6)
WEEKDAYS = (1.25, 1.1, 1.0, 0.95, 0.7)
IDLE = 22
"""Departments that have not started to use the system."""
CIRCULARS = ("Cierre del ejercicio presupuestal {year}", "Horario de verano del archivo de trámite, {year}",
             "Actualización de inventarios de bienes muebles {year}", "Campaña de declaración patrimonial {year}",
             "Lineamientos para el uso de vehículos oficiales {year}", "Simulacro de protección civil {year}")


@dataclass
class Story:
    """What the generator keeps while it invents: chance, office time, senders, expedientes."""

    org: Organisation
    rng: Random
    cast: Cast
    senders: Senders
    types: dict[str, int]
    active: dict[int, Sequence[Unit]]
    files: dict[tuple[int, int], ArchiveFile] = field(default_factory=dict)
    positions: dict[int, int] = field(default_factory=dict)


def write_two_years(org: Organisation, rng: Random, letters: int = 3600) -> int:
    """Invent and write the letters in order of registration; returns how many."""
    story = _story(org, rng)
    pasts = sorted(_pasts(story, letters), key=lambda p: p.created_at)
    _archive(story, pasts)
    for start in range(0, len(pasts), 1000):
        write_histories(pasts[start:start + 1000], source="demo", lived="web")
    return len(pasts)


def _story(org: Organisation, rng: Random) -> Story:
    active = _active(org, rng)
    types = dict(LetterType.objects.filter(institution=org.institution).values_list("name", "pk"))
    return Story(org, rng, make_cast(org, active), Senders(rng), types, active)


def make_cast(org: Organisation, active: dict[int, Sequence[Unit]]) -> Cast:
    """The people of the institute, and its office time over two years and a half."""
    today = timezone.localdate()
    root = next(u for u in org.units.values() if u.parent_id is None)
    days = compiled(version_for(root).pk)
    office = OfficeTime(today - timedelta(days=730), today + timedelta(days=400), _holidays(org, days.first, days.last))
    rows = Instruction.objects.filter(institution=org.institution)
    return Cast(active, {u.pk: org.head(u).pk for u in org.units.values()}, {u.pk: org.staff(u).pk for u in org.units.values()},
                [i.pk for i in rows if i.purpose == "action"], next(i.pk for i in rows if i.purpose == "information"),
                office, office.place(timezone.now()))


def _holidays(org: Organisation, first: date, last: date) -> set[date]:
    root = next(u for u in org.units.values() if u.parent_id is None)
    return set(version_for(root).days.values_list("day", flat=True))


def _active(org: Organisation, rng: Random) -> dict[int, Sequence[Unit]]:
    """Units below each unit, without the departments that have not started."""
    departments = sorted((u for u in org.units.values() if u.level == "department"), key=lambda u: u.pk)
    idle = {u.pk for u in rng.sample(departments, IDLE)}
    below: dict[int, list[Unit]] = {}
    for unit in org.units.values():
        if unit.parent_id and unit.pk not in idle:
            below.setdefault(unit.parent_id, []).append(unit)
    return dict(below)


def _pasts(story: Story, letters: int) -> Iterator[Past]:
    days = story.cast.office.days
    today = min(story.cast.now // DAY, len(days) - 1)
    weights = [MONTHS[d.month - 1] * WEEKDAYS[d.weekday()] * (0.45 + 0.55 * n / (today + 1))
               for n, d in enumerate(days[: today + 1])]
    for index in story.rng.choices(range(today + 1), weights, k=letters):
        at = index * DAY + int(DAY * story.rng.betavariate(1.6, 2.4))
        if at < story.cast.now:
            yield _letter(story, at)
    yield from _circulars(story)


def _letter(story: Story, at: int) -> Past:
    chance = story.rng.random()
    if chance < 0.1:
        return _outgoing(story, at)
    if chance < 0.2:
        return _internal(story, at)
    root = next(iter(story.org.units.values()))
    unit = root if chance < 0.72 else story.rng.choice(_desks(story))
    return _incoming(story, at, unit)


def _desks(story: Story) -> list[Unit]:
    return [u for u in story.org.units.values() if u.level in ("directorate", "office") and story.active.get(u.pk)]


def _incoming(story: Story, at: int, unit: Unit) -> Past:
    rng, moment = story.rng, story.cast.office.moment(at)
    sender, number = story.senders.draw(moment.year)
    kind = "Solicitud ciudadana" if sender.order == "citizen" else rng.choices(
        ("Oficio", "Memorándum", "Tarjeta informativa", "Notificación judicial", "Invitación", "Estimación de obra"),
        (70, 4, 6, 5, 7, 8))[0]
    amount = {"Invitación": None, "Notificación judicial": 3, "Memorándum": 5}.get(kind, rng.choice((5, 10, 10, 15)))
    subject, _texts = matter(rng, moment.year, 2)
    past = Past(
        unit, story.types[kind], subject, sender, moment - timedelta(minutes=rng.randint(1, 40)), moment,
        story.org.clerk(unit).pk, letter_number=number, dated=moment.date() - timedelta(days=rng.randint(1, 6)),
        addressee="Dirección General", sheets=rng.choice((1, 1, 2, 2, 3, 5, 12)), annexes=rng.choice(("", "", "1 CD", "20 hojas")),
        medium=rng.choices(("paper", "email", "courier", "portal"), (64, 22, 10, 4))[0], amount=amount,
        priority=rng.choices((1, 2, 3), (4, 11, 85))[0], level=rng.choices((0, 1, 2), (94, 4, 2))[0])
    past.happened = _life(story, at, unit, amount or 8)
    return past


def _life(story: Story, at: int, unit: Unit, amount: int) -> tuple[Happened, ...]:
    rng, life = story.rng, Life(story.cast, story.rng)
    chance = rng.random()
    if chance < 0.012:
        life.add(at + life.spread(2, 60), "cancel", story.cast.routes[unit.pk], text="Folio duplicado por error de captura.")
    elif chance < 0.05:
        life.concluded(at, unit)
    elif not life.forgotten(at, 0.02):
        pool = story.active.get(unit.pk, ())
        units = rng.sample(pool, min(len(pool), rng.choices((1, 2, 3), (68, 25, 7))[0]))
        done = life.attended(at + life.spread(5, 420), unit, units, amount)
        if done is not None and not life.forgotten(done, 0.06):
            life.concluded(done, unit)
    return life.happened()


def _internal(story: Story, at: int) -> Past:
    """A memorandum from one directorate, answered by another."""
    rng, moment = story.rng, story.cast.office.moment(at)
    directorates = [u for u in _desks(story) if u.level == "directorate"]
    unit, other = rng.sample(directorates, 2)
    subject, _texts = matter(rng, moment.year, 2)
    past = Past(unit, story.types["Memorándum"], subject, Sender("internal", "", story.org.head(unit).name, "Titular", unit),
                moment, moment, story.org.clerk(unit).pk, "internal", "internal", addressee=story.org.head(other).name,
                addressee_unit=other, amount=5)
    life = Life(story.cast, rng)
    done = life.attended(at + life.spread(5, 120), unit, [other], 5)
    if done is not None:
        life.concluded(done, unit)
    past.happened = life.happened()
    return past


def _outgoing(story: Story, at: int) -> Past:
    """An oficio to another body, concluded once it was delivered."""
    rng, moment = story.rng, story.cast.office.moment(at)
    unit = rng.choice(_desks(story))
    to, _number = story.senders.draw(moment.year)
    subject, _texts = matter(rng, moment.year, 2)
    past = Past(unit, story.types["Oficio"], subject, Sender("internal", "", story.org.head(unit).name, "Titular", unit), moment,
                moment, story.org.clerk(unit).pk, "outgoing", "outgoing", dated=moment.date(),
                addressee=" · ".join(filter(None, (to.signatory, to.organisation))))
    life = Life(story.cast, rng)
    delivered = life.concluded(at, unit)
    past.happened = life.happened()
    if past.happened:
        past.facts = {"delivered_at": story.cast.office.moment(delivered), "delivery_note": "Entregado con sello de recibido"}
    return past


def _circulars(story: Story) -> Iterator[Past]:
    """A circular of the general directorate every two months or so, one folio for each addressee."""
    root = next(iter(story.org.units.values()))
    head = story.org.head(root)
    for n in range(12):
        at = int((n + 0.6) * story.cast.now / 12) // DAY * DAY + 3 * 3600
        moment = story.cast.office.moment(at)
        subject = CIRCULARS[n % len(CIRCULARS)].format(year=moment.year)
        text = f"Se comunica a las personas titulares lo relativo a: {subject.lower()}. Favor de difundirlo en su área."
        row = Circular.objects.create(institution=story.org.institution, unit=root, person=head, subject=subject, text=text,
                                      at=moment)
        for unit in _desks(story):
            life = Life(story.cast, story.rng)
            life.informed(at + 30, unit, head.pk, 0.85)
            life.add(at + 60, "conclude", head.pk, text="Circular enviada para conocimiento.")
            yield Past(root, story.types["Circular"], subject, Sender("internal", "", head.name, "Titular", root), moment, moment,
                       head.pk, "outgoing", "outgoing", dated=moment.date(), addressee=story.org.head(unit).name,
                       addressee_unit=unit, text=text, happened=life.happened(), facts={"circular_id": row.pk})


def _archive(story: Story, pasts: Sequence[Past]) -> None:
    """Most of what was concluded a while ago lies in an expediente of its unit."""
    office, now = story.cast.office, story.cast.now
    for past in pasts:
        last = past.happened[-1] if past.happened else None
        if last is None or last.verb != "conclude" or story.rng.random() > 0.72:
            continue
        at = office.place(last.at) + int(DAY * story.rng.uniform(4, 30))
        if at < now:
            moment = office.moment(at)
            place = _place(story, past, moment.date())
            past.happened = (*past.happened, Happened(moment, "archive", story.cast.routes[past.unit.pk], place=place))


def _place(story: Story, past: Past, day: date) -> Place:
    key = past.unit.pk, day.year
    if key not in story.files:
        scheme = ArchiveSeries.objects.get(institution=story.org.institution, code="3C.1")
        story.files[key] = ArchiveFile.objects.create(
            institution=story.org.institution, unit=past.unit, series=scheme, year=day.year, number=1, opened=date(day.year, 1, 2),
            title=f"Correspondencia {day.year}", box=str(1 + past.unit.pk % 40), shelf="ABCDEF"[past.unit.pk % 6])
    file = story.files[key]
    story.positions[file.pk] = story.positions.get(file.pk, 0) + 1
    return Place(file.pk, story.positions[file.pk], past.sheets)

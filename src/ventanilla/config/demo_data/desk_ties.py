"""What the demo's tickets are about beside what their forms say, and its periods without changes; written by set."""
from collections.abc import Callable, Sequence
from datetime import datetime, time, timedelta
from typing import Final

from django.utils import timezone

from ventanilla.config.demo_data import desk_tables as words
from ventanilla.config.demo_data.desk_catalogue import Setup
from ventanilla.core.cases.models import Case, CaseLink
from ventanilla.modules.servicedesk.models import Blackout, Change, ConfigurationItem, TicketItem

SUBJECTS: Final[Sequence[tuple[str, str, str]]] = (
    ("impresora", "impresora", "affected"), ("equipo", "estacion", "affected"), ("red", "dispositivo-de-red", "affected"),
    ("internet", "dispositivo-de-red", "affected"), ("sitio web", "servicio", "affected"))
"""A word of the subject, the type of item that such a ticket is about, and as what; some of those tickets name one."""
CHANGES: Final[Sequence[tuple[str, str]]] = (
    ("conmutador", "Conmutador central 1"), ("base de datos", "Servidor virtual 002"), ("correo", "Correo electrónico"),
    ("escrituración", "Sistema de escrituración"), ("portal", "Portal institucional"), ("red", "Conmutador central 2"),
    ("respaldos", "Servidor físico 001"), ("enlace", "Conmutador central 1"), ("servidor", "Servidor físico 001"),
    ("nómina", "Sistema de nómina"), ("enrutador", "Conmutador de acceso 002"), ("impresora", "Impresora 00001"))
"""A word of a change's subject, and the item that it changes."""
EVERY: Final = 4
Tie = Callable[[int, int, str], None]


def write_ties(setup: Setup, now: datetime) -> None:
    """Every fourth ticket of some services names its item, problems name those of their incidents, changes what they change."""
    here = ConfigurationItem.objects.serving().filter(institution=setup.org.institution)
    if not here.exists():
        return
    rows: dict[tuple[int, int], TicketItem] = {}

    def tie(case_id: int, item: int, role: str) -> None:
        rows.setdefault((case_id, item), TicketItem(institution=setup.org.institution, case_id=case_id, item_id=item, role=role,
                                                    by=setup.manager, at=now))

    _of_subjects(setup, tie)
    _of_the_repeated(setup, tie)
    _of_changes(setup, tie)
    TicketItem.objects.bulk_create(rows.values(), batch_size=2000, ignore_conflicts=True)
    _of_problems(setup, now)
    _meeting(setup)
    _blackouts(setup, now)


def _of_subjects(setup: Setup, tie: Tie) -> None:
    rows = list(Case.objects.filter(institution=setup.org.institution, kind__in=["request", "incident"], source="demo").order_by(
        "pk").values_list("pk", "subject"))
    for n, (word, kind, role) in enumerate(SUBJECTS):
        found = ConfigurationItem.objects.serving().filter(institution=setup.org.institution, type__slug=kind)
        items = list(found.order_by("pk").values_list("pk", flat=True)[:12])
        wanted = [pk for pk, subject in rows if word in subject.lower()][n % EVERY::EVERY]
        for k, pk in enumerate(wanted if items else ()):
            tie(pk, items[k * k % len(items)], role)


def _of_the_repeated(setup: Setup, tie: Tie) -> None:
    item = ConfigurationItem.objects.filter(institution=setup.org.institution, name=words.REPEATED_ITEM).first()
    rows = Case.objects.filter(institution=setup.org.institution, kind="incident", subject__in=words.REPEATED).order_by("pk")
    if item:
        for pk in rows.values_list("pk", flat=True):
            tie(pk, item.pk, "affected")


def _of_changes(setup: Setup, tie: Tie) -> None:
    names = dict(ConfigurationItem.objects.filter(institution=setup.org.institution, name__in=[name for _w, name in CHANGES]).values_list(
        "name", "pk"))
    rows = Case.objects.filter(institution=setup.org.institution, kind__endswith="change", source="demo").values_list("pk", "subject")
    for pk, subject in rows.order_by("pk"):
        name = next((name for word, name in CHANGES if word in subject.lower()), "")
        if name in names:
            tie(pk, names[name], "changed")


def _of_problems(setup: Setup, now: datetime) -> None:
    """What the incidents of a problem are about, and its known errors with it."""
    links = list(CaseLink.objects.filter(case__institution=setup.org.institution, kind__in=["caused_by", "known_as"]).order_by(
        "kind", "pk").values_list("case_id", "other_id"))
    had = TicketItem.objects.filter(case_id__in={case for case, _other in links}).values_list("case_id", "item_id")
    items: dict[int, set[int]] = {}
    for case_id, item in had:
        items.setdefault(case_id, set()).add(item)
    made: dict[int, set[int]] = {}
    for case_id, other in links:
        made.setdefault(other, set()).update(items.get(case_id, ()), made.get(case_id, ()))
    TicketItem.objects.bulk_create([TicketItem(institution=setup.org.institution, case_id=case, item_id=item, by=setup.manager, at=now)
                                    for case, found in made.items() for item in sorted(found)])


def _meeting(setup: Setup) -> None:
    """Two of the planned changes fall into the same hours, and one takes the spare link of what the other changes."""
    rows = Change.objects.filter(institution=setup.org.institution, case__closed_at=None)
    fixed = rows.filter(case__subject__icontains="motor de base de datos").first()
    if fixed and fixed.starts_at:
        rows.filter(case__subject__icontains="enlace de las delegaciones").update(starts_at=fixed.starts_at, ends_at=fixed.ends_at)


def _blackouts(setup: Setup, now: datetime) -> None:
    """The end of the year, the next pay day, one that is over, and one of every week."""
    today = timezone.localtime(now).date()

    def at(days: int, hour: int = 0) -> datetime:
        return timezone.make_aware(datetime.combine(today + timedelta(days=days), time(hour)))

    payroll = ConfigurationItem.objects.filter(institution=setup.org.institution, name="Nómina del personal").first()
    rows = [("Cierre del ejercicio", "Se cierra la contabilidad y nadie puede atender una falla", at(26), at(47), None),
            ("Pago de la quincena", "Corre la nómina: nada de lo que la sostiene se toca", at(4, 8), at(6, 20), payroll),
            ("Entrega de escrituras", "Acto público en dos municipios", at(-20, 7), at(-19, 20), None)]
    Blackout.objects.bulk_create(Blackout(institution=setup.org.institution, name=name, reason=reason, starts_at=since, ends_at=until,
                                          item=item, by=setup.manager) for name, reason, since, until, item in rows)
    saturday = (5 - today.weekday()) % 7
    Blackout.objects.create(
        institution=setup.org.institution, name="Respaldo de los servidores", reason="Se copian las bases: nada se reinicia mientras dura",
        starts_at=at(saturday, 22), ends_at=at(saturday + 1, 6), rule="FREQ=WEEKLY;BYDAY=SA", by=setup.manager)

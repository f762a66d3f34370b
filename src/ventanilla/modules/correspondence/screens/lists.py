"""Lists of correspondence: the letters and the turns that this person may see."""
from collections.abc import Iterable, Iterator, Sequence
from typing import Any

import django_filters
from django.db.models import Q, QuerySet
from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from ventanilla.core.cases.flows import INFO_FLOW, TURN_FLOW
from ventanilla.core.cases.models import Case, Turn
from ventanilla.core.cases.words import labels_of, state_of, turn_state_of
from ventanilla.core.orgs import capabilities as cap
from ventanilla.core.orgs.models import Person, Unit
from ventanilla.lib.spanish import fold
from ventanilla.modules.correspondence.flow import LETTER_FLOW
from ventanilla.modules.correspondence.measures import LETTERS
from ventanilla.modules.correspondence.models import Correspondent, LetterType
from ventanilla.modules.correspondence.models.letters import Direction, Order
from ventanilla.web.screens.addresses import by_number
from ventanilla.web.screens.columns import CASE_LIGHT, TURN_LIGHT, Column, case_light, turn_light
from ventanilla.web.screens.screen import BulkAction, Screen, register
from ventanilla.web.screens.states import StateFilter
from ventanilla.web.screens.units import UnitFilter
from ventanilla.web.screens.widgets import PeriodFilter

RECORD = by_number("letter")
INFORMATION = "information-"
STATE = ("institution_id", "kind", "state")
"""What the word of a case's state is found from."""
SENDER = ("letter__signatory", "letter__organisation", "letter__sender_unit__name")
LIGHTS = [("red", _("Vencido")), ("amber", _("Por vencer")), ("green", _("En tiempo")), ("none", _("Sin plazo"))]


def letter_states(institution_id: int | None) -> Iterable[tuple[str, str]]:
    """States of a letter."""
    return labels_of(institution_id, LETTER_FLOW).items()


def turn_states(institution_id: int | None) -> Iterator[tuple[str, str]]:
    """States of turns for action, then those of turns for information, which have words of their own."""
    action, read = labels_of(institution_id, TURN_FLOW), labels_of(institution_id, INFO_FLOW)
    yield from action.items()
    for state, label in read.items():
        yield f"{INFORMATION}{state}", gettext("%(state)s (para conocimiento)") % {"state": label} if label in action.values() else label


def _units(request: HttpRequest | None) -> QuerySet[Unit]:
    person: Person | None = getattr(request, "person", None)
    return Unit.objects.filter(institution_id=person.institution_id) if person else Unit.objects.none()


def _types(request: HttpRequest | None) -> QuerySet[LetterType]:
    person: Person | None = getattr(request, "person", None)
    return LetterType.objects.filter(institution_id=person.institution_id) if person else LetterType.objects.none()


def by_light(rows: QuerySet[Any], _name: str, value: str) -> QuerySet[Any]:
    """Open rows of one colour, by their stored moments."""
    now, rows = timezone.now(), rows.filter(closed_at=None)
    return {
        "red": rows.filter(due_at__lt=now), "amber": rows.filter(amber_at__lte=now, due_at__gte=now),
        "green": rows.filter(amber_at__gt=now, due_at__gte=now), "none": rows.filter(due_at=None),
    }.get(value, rows)


def by_part(rows: QuerySet[Any], _name: str, value: str) -> QuerySet[Any]:
    """As the measure tells letters apart: what another unit of the institution sent is internal, however it was registered."""
    inside = Q(letter__direction="incoming", letter__order="internal")
    return rows.filter(Q(letter__direction="internal") | inside if value == "internal" else Q(letter__direction=value) & ~inside)


def by_cancelled(rows: QuerySet[Any], _name: str, value: str) -> QuerySet[Any]:
    """Folios that were cancelled, or all others."""
    return rows.filter(state="cancelled") if value == "si" else rows.filter(~Q(state="cancelled"))


def by_acuse(rows: QuerySet[Any], _name: str, value: str) -> QuerySet[Any]:
    """Letters sent and still without acuse, or with it."""
    return rows.filter(state="sent", letter__delivered_at=None) if value == "no" else rows.filter(letter__delivered_at__isnull=False)


def by_sender(rows: QuerySet[Any], _name: str, value: str) -> QuerySet[Any]:
    """Letters whose signatory or organisation holds every word, whatever its accents and case; ñ is not n."""
    known = Correspondent.objects.all()
    for word in fold(value).casefold().split():
        known = known.filter(key__contains=word)
    return rows.filter(letter__correspondent__in=known)


class LetterFilters(django_filters.FilterSet):
    """By state, light, unit, period, type and sender."""

    estado = StateFilter(letter_states)
    luz = django_filters.ChoiceFilter(method=by_light, label=_("Semáforo"), choices=LIGHTS, empty_label=_("Todos"))
    unidad = UnitFilter(field_name="unit", label=_("Unidad"), queryset=_units)
    tipo = django_filters.ModelChoiceFilter(field_name="letter__type", label=_("Tipo"), queryset=_types, empty_label=_("Todos"))
    sentido = django_filters.ChoiceFilter(field_name="letter__direction", label=_("Sentido"), choices=Direction.choices,
                                         empty_label=_("Todos"))
    documentacion = django_filters.ChoiceFilter(method=by_part, label=_("Documentación"), choices=list(LETTERS.parts.items()),
                                                empty_label=_("Toda"))
    cancelados = django_filters.ChoiceFilter(method=by_cancelled, label=_("Folios cancelados"), empty_label=_("Todos"),
                                             choices=[("no", _("Sin los cancelados")), ("si", _("Sólo los cancelados"))])
    remitente = django_filters.ChoiceFilter(field_name="letter__order", label=_("Clase de remitente"), choices=Order.choices,
                                           empty_label=_("Todos"))
    envia = django_filters.CharFilter(method=by_sender, label=_("Quién lo envía"),
                                      help_text=_("Parte del nombre de la persona o de la institución."))
    interna = UnitFilter(field_name="letter__sender_unit", label=_("Unidad interna que lo envía"), queryset=_units)
    acuse = django_filters.ChoiceFilter(method=by_acuse, label=_("Acuse de salida"), empty_label=_("Todos"),
                                        choices=[("no", _("Sin acuse")), ("si", _("Con acuse"))])
    recibido = PeriodFilter(field_name="received_at", label=_("Recibido"))
    concluido = PeriodFilter(field_name="closed_at", label=_("Fecha de conclusión"))


@register
class Letters(Screen):
    """Every letter, newest first."""

    slug = "correspondencia"
    title = _("Correspondencia")
    columns = (
        Column("folio", _("Folio"), "folio"), Column("subject", _("Asunto"), "title"),
        Column("light", _("Semáforo"), "light", get=case_light, sort="due_at", reads=CASE_LIGHT),
        Column("state", _("Estado"), "badge", get=state_of, reads=STATE),
        Column("letter.sender", _("Remitente"), reads=SENDER), Column("unit.name", _("Unidad a cargo")),
        Column("received_at", _("Recibido"), "datetime", sort="received_at"),
        Column("due_at", _("Vence"), "datetime", sort="due_at", shown=False), Column("letter.type.name", _("Tipo"), shown=False),
        Column("letter.number", _("Número"), shown=False), Column("letter.sheets", _("Hojas"), "int", shown=False),
        Column("registrar", _("Registró"), shown=False),
    )
    filters = LetterFilters
    case = "pk"
    empty = _("Todavía no hay correspondencia que usted pueda ver.")
    empty_step = ("letter_register", _("Registrar la primera"))
    empty_capability = cap.REGISTER
    actions = (BulkAction("turnar", _("Turnar los marcados"), capability=cap.ROUTE, page="letters_route"),
               BulkAction("concluir", _("Concluir los marcados"), capability=cap.CONCLUDE, page="letters_conclude"),
               BulkAction("archivar", _("Enviar los marcados al archivo"), capability=cap.ARCHIVE, page="letters_archive"),
               BulkAction("imprimir", _("Imprimir los marcados"), capability=cap.REGISTER, page="letters_print"))

    def queryset(self, person: Person) -> QuerySet[Case]:
        """Letters visible to the person."""
        return Case.objects.select_related("letter__type", "letter__sender_unit", "unit", "registrar").listed_to(person, ["letter"])

    def row_url(self, row: Any) -> str:
        """The record."""
        return RECORD(row.pk)


def turns_and_answers(shown: str) -> Sequence[tuple[str | Promise, str]]:
    """The two lists that belong together, what was asked and what was answered; the one that is shown first."""
    names: dict[str, str | Promise] = {"turnos": _("Turnos"), "respuestas": _("Respuestas")}
    return [(names[slug], reverse("screen", args=[slug])) for slug in sorted(names, key=lambda slug: slug != shown)]


def by_turn_state(rows: QuerySet[Turn], _name: str, value: str) -> QuerySet[Turn]:
    """Turns in one state: `sent` of those for action, `information-sent` of those for information."""
    purpose = "information" if value.startswith(INFORMATION) else "action"
    return rows.filter(purpose=purpose, state=value.removeprefix(INFORMATION))


def by_pending(rows: QuerySet[Turn], _name: str, _value: str) -> QuerySet[Turn]:
    """Turns for action that are open: what the measure of pending turns counts."""
    return rows.filter(purpose="action", closed_at=None)


class TurnFilters(django_filters.FilterSet):
    """By state, light, units and period."""

    abiertos = django_filters.ChoiceFilter(method=by_pending, label=_("Pendientes"), choices=[("si", _("Sólo los pendientes"))],
                                           empty_label=_("Todos"))
    estado = StateFilter(turn_states, method=by_turn_state)
    finalidad = django_filters.ChoiceFilter(field_name="purpose", label=_("Finalidad"), choices=Turn.Purpose.choices,
                                            empty_label=_("Todas"))
    luz = django_filters.ChoiceFilter(method=by_light, label=_("Semáforo"), choices=LIGHTS, empty_label=_("Todos"))
    de = UnitFilter(field_name="from_unit", label=_("De"), queryset=_units)
    para = UnitFilter(field_name="unit", label=_("Para la unidad"), queryset=_units)
    enviado = PeriodFilter(field_name="sent_at", label=_("Enviado"))
    concluido = PeriodFilter(field_name="closed_at", label=_("Fecha de conclusión"))


@register
class Turns(Screen):
    """Every turn, newest first."""

    slug = "turnos"
    title = _("Turnos")
    columns = (
        Column("case.folio", _("Folio"), "folio"), Column("case.subject", _("Asunto"), "title"),
        Column("light", _("Semáforo"), "light", get=turn_light, sort="due_at", reads=TURN_LIGHT),
        Column("state", _("Estado"), "badge", get=turn_state_of, reads=("institution_id", "state", "purpose")),
        Column("from_unit.name", _("De")), Column("unit.name", _("Para")), Column("person", _("Persona"), shown=False),
        Column("purpose", _("Finalidad"), get=lambda t: Turn.Purpose(t.purpose).label, reads=("purpose",), shown=False),
        Column("instruction", _("Instrucción"), shown=False), Column("sent_at", _("Enviado"), "datetime", sort="sent_at"),
        Column("read_at", _("Leído"), "datetime", shown=False),
        Column("due_at", _("Vence"), "datetime", sort="due_at", shown=False),
    )
    filters = TurnFilters
    row_reads = ("case_id",)
    case = "case_id"
    empty = _("Todavía no hay turnos que usted pueda ver.")
    actions = (BulkAction("turnar", _("Turnar los marcados"), capability=cap.ROUTE, page="turns_subroute"),
               BulkAction("aceptar", _("Aceptar los marcados"), capability=cap.ANSWER, page="turns_accept"),
               BulkAction("leidos", _("Marcar como leídos"), capability=cap.ANSWER, page="turns_acknowledge"),
               BulkAction("reasignar", _("Reasignar los marcados"), capability=cap.ROUTE, page="turns_reassign", rare=True),
               BulkAction("ampliar", _("Ampliar el plazo de los marcados"), capability=cap.ROUTE, page="turns_extend", rare=True),
               BulkAction("devolver", _("Devolver los marcados"), capability=cap.ANSWER, page="turns_return", rare=True),
               BulkAction("retirar", _("Retirar los marcados"), capability=cap.ROUTE, page="turns_withdraw", rare=True),
               BulkAction("volantes", _("Imprimir volantes"), capability=cap.ROUTE, page="turns_slips", rare=True))

    def places_for(self, person: Person) -> Sequence[tuple[str | Promise, str]]:
        """The turns and their answers."""
        return turns_and_answers(self.slug)

    def queryset(self, person: Person) -> QuerySet[Turn]:
        """Turns of cases visible to the person."""
        return Turn.objects.select_related("case", "from_unit", "unit", "person", "instruction").listed_to(person)

    def row_url(self, row: Any) -> str:
        """The record of its case."""
        return RECORD(row.case_id)

"""The list of answers: what each turn was answered, by which unit to which, and how it was evaluated."""
from collections.abc import Sequence
from typing import Any

import django_filters
from django.db.models import Q, QuerySet
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from ventanilla.core.cases.models import Answer, Turn
from ventanilla.core.orgs import capabilities as cap
from ventanilla.core.orgs.models import Person
from ventanilla.modules.correspondence.screens.lists import RECORD, _units, turns_and_answers
from ventanilla.web.screens.columns import Column
from ventanilla.web.screens.screen import BulkAction, Screen, register
from ventanilla.web.screens.units import UnitFilter
from ventanilla.web.screens.widgets import PeriodFilter


def by_verdict(rows: QuerySet[Answer], _name: str, value: str) -> QuerySet[Answer]:
    """Accepted, sent back, withdrawn, or still to be evaluated; or all that were not withdrawn, as the measures count them."""
    if value == "sent":
        return rows.filter(~Q(verdict=Answer.Verdict.WITHDRAWN))
    return rows.filter(verdict="", turn__state="answered", partial=False) if value == "none" else rows.filter(verdict=value)


class AnswerFilters(django_filters.FilterSet):
    """By units, kind, verdict and day."""

    de = UnitFilter(field_name="turn__unit", label=_("De la unidad"), queryset=_units)
    para = UnitFilter(field_name="turn__from_unit", label=_("Para la unidad"), queryset=_units)
    avance = django_filters.ChoiceFilter(field_name="partial", label=_("Clase"), empty_label=_("Todas"),
                                         choices=[("False", _("Respuesta")), ("True", _("Avance"))])
    evaluacion = django_filters.ChoiceFilter(method=by_verdict, label=_("Evaluación"), empty_label=_("Todas"),
                                             choices=[*Answer.Verdict.choices, ("none", _("Por evaluar")),
                                                      ("sent", _("Todas menos las retiradas"))])
    respondido = PeriodFilter(field_name="at", label=_("Respondido"))


@register
class Answers(Screen):
    """Every answer, newest first."""

    slug = "respuestas"
    title = _("Respuestas")
    columns = (
        Column("turn.case.folio", _("Folio"), "folio"), Column("turn.case.subject", _("Asunto"), "title"),
        Column("turn.unit.name", _("De")), Column("turn.from_unit.name", _("Para")),
        Column("partial", _("Clase"), get=lambda a: _("Avance") if a.partial else _("Respuesta"), reads=("partial",)),
        Column("at", _("Respondido"), "datetime", sort="at"),
        Column("verdict", _("Evaluación"), get=lambda a: dict(Answer.Verdict.choices).get(a.verdict, ""), reads=("verdict",)),
        Column("verdict_at", _("Evaluado"), "datetime", shown=False), Column("person", _("Quién respondió"), shown=False),
    )
    filters = AnswerFilters
    row_reads = ("turn__case_id",)
    case = "turn__case_id"
    empty = _("Todavía no hay respuestas que usted pueda ver.")
    actions = (BulkAction("evaluar", _("Leer y aceptar las marcadas"), capability=cap.ROUTE, page="answers_evaluate"),)

    def places_for(self, person: Person) -> Sequence[tuple[str | Promise, str]]:
        """The turns and their answers."""
        return turns_and_answers(self.slug)

    def queryset(self, person: Person) -> QuerySet[Answer]:
        """Answers to turns of cases visible to the person."""
        rows = Answer.objects.filter(turn__in=Turn.objects.visible_to(person))
        return rows.select_related("turn__case", "turn__unit", "turn__from_unit", "person")

    def row_url(self, row: Any) -> str:
        """The record of its case."""
        return RECORD(row.turn.case_id)

"""Live evidence of a practice: indicators with charts and proof, targets, outside results, pictures and certificates."""
from collections.abc import Callable
from decimal import Decimal
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop as noop
from django.views.decorators.http import require_POST

from ventanilla.core.orgs.models import Person, Unit
from ventanilla.core.orgs.reach import reach_of
from ventanilla.lib.spanish import MONTHS
from ventanilla.modules.practices import forms_life as own
from ventanilla.modules.practices.flow import AUTHOR
from ventanilla.modules.practices.models import EvidenceFile, ExternalResult, Indicator, Practice, Target
from ventanilla.modules.practices.screens.acting import Act, act
from ventanilla.modules.practices.screens.common import Panel, attempt, person_of, practice_of
from ventanilla.modules.practices.screens.life import author_of, one_file, trail
from ventanilla.modules.practices.services import evidence, evidence_files
from ventanilla.modules.practices.services.lifecycle_relations import to_practice
from ventanilla.web.ui.charts import Series, bar_chart, line_chart

SHOWN = 24


def period_label(frequency: str, row: evidence.Reported) -> str:
    """A period in few letters: "mar 2026", "T1 2026", "2026"."""
    if frequency == "year":
        return str(row.start.year)
    if frequency == "quarter":
        return f"T{(row.start.month + 2) // 3} {row.start.year}"
    return f"{MONTHS[row.start.month - 1][:3]} {row.start.year}"


def chart_of(indicator: Indicator, rows: list[evidence.Reported], target: Target | None = None, *, wide: bool = True) -> Any:
    """The line of the newest periods, with what somebody wrote beside where there is any."""
    last = rows[-SHOWN:]
    labels = [period_label(indicator.frequency, r) for r in last]
    counted: list[float | None] = [float(r.computed.value) if r.computed and r.computed.value is not None else None for r in last]
    written: list[float | None] = [float(r.stated.value) if r.stated else None for r in last]
    sets = [Series(_("Contado por la plataforma"), counted)] if indicator.measure else []
    sets += [Series(_("Escrito a mano"), written)] if any(v is not None for v in written) else []
    if not sets or len(last) < 2:
        return None
    same = target and target.start and target.end and target.indicator_id == indicator.pk and target.value is not None \
        and any((r.start, r.end) == (target.start, target.end) for r in rows)
    aim = float(target.value) if same and target and target.value is not None else None
    return line_chart(indicator.name, labels, sets, unit=indicator.unit_label, target=aim, width=960 if wide else 480)


def writes(person: Person, practice: Practice) -> bool:
    """Whether the person answers for the practice."""
    return practice.institution_id == person.institution_id and AUTHOR in set(to_practice(reach_of(person), practice))


def evidence_page(request: HttpRequest, pk: int) -> HttpResponse:
    """Everything that backs a practice."""
    practice, person = practice_of(request, pk)
    goals = [evidence.fulfilment(t) for t in practice.targets.select_related("indicator")]
    return render(request, "practices/evidence.html", {
        "practice": practice, "writes": writes(person, practice), "indicators": _indicators(practice), "goals": goals,
        "percent": evidence.fulfilled(practice), "results": list(practice.results.select_related("document")),
        "chart": _results_chart(practice),
        "files": _files(practice), "stated_percent": _stated(practice)})


def _indicators(practice: Practice) -> list[dict[str, Any]]:
    found = []
    goals = {t.indicator_id: t for t in practice.targets.all() if t.indicator_id}
    indicators = list(practice.indicators.all())
    for one in indicators:
        rows = evidence.reported(one)
        found.append({"row": one, "periods": rows[-6:], "differ": [r for r in rows if r.differs], "last": rows[-1] if rows else None,
                      "chart": chart_of(one, rows, goals.get(one.pk), wide=len(indicators) == 1), "label": period_label,
                      "source": own.source_label(one.measure, one.part) if one.measure else "", "twin": _twin(one, rows)})
    return found


def _twin(one: Indicator, rows: list[evidence.Reported]) -> list[list[Any]]:
    return [[period_label(one.frequency, r), _number(r.computed.value if r.computed else None),
             _number(r.stated.value if r.stated else None)]
            for r in rows[-SHOWN:]]


def _number(value: Decimal | None) -> Any:
    return float(value) if value is not None else "—"


def _results_chart(practice: Practice) -> Any:
    rows = [r for r in practice.results.order_by("year", "pk") if r.value is not None]
    if len(rows) < 2:
        return None
    same = len({r.title for r in rows}) == 1
    labels = [str(r.year) if same else f"{r.title[:18]} {r.year}" for r in rows]
    return bar_chart(_("Resultados de fuera, por año"), labels, [float(r.value or 0) for r in rows], width=960)


def _files(practice: Practice) -> list[dict[str, Any]]:
    rows = list(practice.evidence.select_related("document"))
    versions = evidence_files.newest_versions([r.document_id for r in rows])
    return [{"row": r, "version": versions.get(r.document_id)} for r in rows]


def _stated(practice: Practice) -> Decimal | None:
    """What 6.2 says in the form."""
    revision = practice.current or practice.revisions.order_by("-number").first()
    value = revision.values.get("cumplimiento") if revision else None
    try:
        return Decimal(str(value)) if value not in (None, "") else None
    except ArithmeticError:
        return None


def add(request: HttpRequest, pk: int, what: str) -> HttpResponse:
    """Add an indicator, a goal, a result or a file."""
    practice, person = author_of(request, pk)
    if what not in ADDING:
        raise Http404
    title, form, run = ADDING[what]
    back = reverse("practice_evidence", args=[pk])
    known: dict[str, Any] = {"person": person} if what == "indicador" else {"practice": practice} if what == "meta" else {}
    if what == "indicador":
        known["initial"] = {"since": timezone.localdate().replace(month=1, day=1), "units": [practice.unit_id]}
    given = Act(_(title), back, lambda data: run(person, practice, data), sub=str(practice), label=_("Guardar"),
                crumbs=[*trail(practice, "")[:2], (_("Evidencia"), back), (_(title), "")])
    return act(request, given, form, **known)


def indicator_draft(data: dict[str, Any]) -> evidence.IndicatorDraft:
    """What the form says, for the verb."""
    (measure, part), (per, per_part) = data["source"], data["per"]
    return evidence.IndicatorDraft(data["name"], data["frequency"], measure, part, per if measure else "", per_part if measure else "",
                                   list(data["units"]), data["since"], data["unit_label"] or ("%" if per else ""), data["field"],
                                   data["uuid"])


def _indicator(person: Person, practice: Practice, data: dict[str, Any]) -> str:
    row = evidence.save_indicator(actor=person, practice=practice, draft=indicator_draft(data))
    return _("El indicador quedó guardado y se contó lo que va del periodo.") if row.measure else _("El indicador quedó guardado.")


def target_draft(data: dict[str, Any]) -> evidence.TargetDraft:
    """What the form says, for the verb."""
    period = (data["start"], data["end"]) if data["start"] and data["end"] else None
    return evidence.TargetDraft(data["prose"], data["indicator"], data["value"], data["direction"], period, data["uuid"])


def _target(person: Person, practice: Practice, data: dict[str, Any]) -> str:
    evidence.save_target(actor=person, practice=practice, draft=target_draft(data))
    return _("La meta quedó guardada.")


def _result(person: Person, practice: Practice, data: dict[str, Any]) -> str:
    document = one_file(person, data)
    given = {name: data[name] for name in ("title", "body", "year", "kind", "place", "of", "value", "unit_label", "uuid")}
    evidence_files.add_result(actor=person, practice=practice, draft=evidence_files.ResultDraft(**given, document=document))
    return _("Quedó guardado.")


def _file(person: Person, practice: Practice, data: dict[str, Any]) -> str:
    document = one_file(person, data)
    evidence_files.add_evidence(actor=person, practice=practice, drafts=[evidence_files.FileDraft(
        document, data["caption"], data["kind"], data["order"], data["public"])])
    return _("El archivo quedó guardado.")


ADDING: dict[str, tuple[str, Any, Callable[[Person, Practice, dict[str, Any]], str]]] = {
    "indicador": (noop("Agregar un indicador"), own.IndicatorForm, _indicator), "meta": (noop("Agregar una meta"), own.TargetForm, _target),
    "resultado": (noop("Agregar un resultado o reconocimiento"), own.ResultForm, _result),
    "archivo": (noop("Agregar un archivo"), own.EvidenceForm, _file)}


def indicator_page(request: HttpRequest, pk: int) -> HttpResponse:
    """An indicator with every value and its proof: definition, query, period, digest."""
    row, person = _indicator_of(request, pk)
    rows = evidence.reported(row)
    units = list(Unit.objects.filter(pk__in=row.units).values_list("name", flat=True))
    definition = next((m for m in evidence.bindable() if m.slug == row.measure), None)
    return render(request, "practices/indicator.html", {
        "row": row, "practice": row.practice, "rows": list(reversed(rows)), "chart": chart_of(row, rows, wide=False),
        "twin": _twin(row, rows),
        "writes": writes(person, row.practice), "units": units, "definition": definition, "spec": evidence.spec_of(row),
        "label": period_label,
        "source": own.source_label(row.measure, row.part) if row.measure else "",
        "per": own.source_label(row.per_measure, row.per_part) if row.per_measure else ""})


def _indicator_of(request: HttpRequest, pk: int) -> tuple[Indicator, Person]:
    person = person_of(request)
    row = Indicator.objects.filter(pk=pk, practice__in=Practice.objects.visible_to(person)).select_related("practice__unit").first()
    if row is None:
        raise Http404
    return row, person


def indicator_change(request: HttpRequest, pk: int, what: str) -> HttpResponse:
    """Edit an indicator, write a value, count again, or end it."""
    row, person = _indicator_of(request, pk)
    if not writes(person, row.practice):
        raise Http404
    here = reverse("practice_indicator", args=[pk])
    crumbs = [*trail(row.practice, "")[:2], (_("Evidencia"), reverse("practice_evidence", args=[row.practice_id])), (row.name, here)]

    def save(data: dict[str, Any]) -> str:
        evidence.save_indicator(actor=person, practice=row.practice, draft=indicator_draft(data), indicator=row)
        return _("El indicador quedó guardado.")

    def state(data: dict[str, Any]) -> str:
        evidence.state_value(actor=person, indicator=row, period=(data["start"], data["end"]), value=data["value"], source=data["source"])
        return _("El valor quedó anotado. Lo que cuenta la plataforma no cambia.")

    def count(_data: dict[str, Any]) -> str:
        fresh = evidence.refresh_indicators([row])
        return _("Se contó otra vez: hay cambios.") if fresh else _("Se contó otra vez: nada cambió.")

    def end(_data: dict[str, Any]) -> str:
        evidence.end_indicator(actor=person, indicator=row)
        return _("El indicador dejó de contarse; sus valores se conservan.")

    acts: dict[str, tuple[str, Any, Callable[[dict[str, Any]], str], dict[str, Any]]] = {
        "editar": (_("Editar el indicador"), own.IndicatorForm, save, {"person": person, "indicator": row}),
        "valor": (_("Escribir un valor"), own.StatedForm, state, {}), "contar": (_("Contar otra vez"), own.PlainForm, count, {}),
        "terminar": (_("Dejar de contarlo"), own.PlainForm, end, {})}
    if what not in acts:
        raise Http404
    title, form, run, known = acts[what]
    return act(request, Act(title, here, run, sub=row.name, crumbs=[*crumbs, (title, "")], danger=what == "terminar"), form, **known)


def target_page(request: HttpRequest, pk: int) -> HttpResponse:
    """Give structure to a goal, or correct it."""
    person = person_of(request)
    row = get_object_or_404(Target.objects.select_related("practice"), pk=pk, institution_id=person.institution_id)
    if not writes(person, row.practice):
        raise Http404
    back = reverse("practice_evidence", args=[row.practice_id])

    def run(data: dict[str, Any]) -> str:
        evidence.save_target(actor=person, practice=row.practice, draft=target_draft(data), target=row)
        return _("La meta quedó guardada.")

    title = _("Editar la meta")
    crumbs = [*trail(row.practice, "")[:2], (_("Evidencia"), back), (title, "")]
    return act(request, Act(title, back, run, sub=str(row.practice), crumbs=crumbs, label=_("Guardar")), own.TargetForm,
               practice=row.practice, target=row)


@require_POST
def remove(request: HttpRequest, kind: str, pk: int) -> HttpResponse:
    """Take a goal, a result or a file away."""
    person = person_of(request)
    models: dict[str, Any] = {"meta": Target, "resultado": ExternalResult, "archivo": EvidenceFile}
    if kind not in models:
        raise Http404
    row = get_object_or_404(models[kind].objects.select_related("practice"), pk=pk, institution_id=person.institution_id)
    verbs: dict[str, Callable[[], Any]] = {
        "meta": lambda: evidence.drop_target(actor=person, target=row),
        "resultado": lambda: evidence_files.drop_result(actor=person, result=row),
        "archivo": lambda: evidence_files.drop_evidence(actor=person, evidence=row)}
    attempt(request, verbs[kind], _("Se quitó."))
    return redirect("practice_evidence", row.practice_id)


def evidence_panel(person: Person, practice: Practice) -> Panel | None:
    """The newest value of each indicator, on the record."""
    mine = writes(person, practice)
    rows = [(one, (evidence.reported(one) or [None])[-1]) for one in practice.indicators.filter(active=True)[:6]]  # type: ignore[list-item]
    waiting = practice.targets.filter(value=None).count()
    counts = practice.results.count(), practice.evidence.count()
    if not mine and not rows and not any(counts):
        return None
    return Panel("practices/panel_evidence.html", {
        "practice": practice, "writes": mine, "rows": rows, "label": period_label, "waiting": waiting,
        "percent": evidence.fulfilled(practice),
        "results": counts[0], "files": counts[1]})

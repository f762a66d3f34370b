"""The papers of the letters or turns that were ticked in a list, or that were just registered together, in one document to print."""
from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe

from ventanilla.core.cases.models import Case, Turn
from ventanilla.core.orgs import capabilities as cap
from ventanilla.core.orgs.models import Person
from ventanilla.modules.correspondence.screens.files import pdf_response
from ventanilla.modules.correspondence.screens.many import able, back, ids_of
from ventanilla.modules.correspondence.screens.record import visible_case
from ventanilla.modules.correspondence.services.papers_many import PLACES, folios, papers
from ventanilla.modules.correspondence.services.receipts_each import issue_receipts
from ventanilla.modules.correspondence.services.slips import slips_pdf, turns_of_slips


class PrintForm(forms.Form):
    """Which paper, and where the labels of a begun sheet go on."""

    paper = forms.ChoiceField(label=_("Qué se imprime"), initial="labels", widget=forms.RadioSelect, choices=[
        ("labels", _("Etiquetas de 9 × 4 cm, para impresora de etiquetas")),
        ("sheet", _("Etiquetas en hojas tamaño carta, doce por hoja")),
        ("receipts", _("Acuses, uno por hoja")),
        ("slips", _("Volantes de los turnos abiertos, dos por hoja")),
        ("relation", _("Relación de entrega, con lugar para la firma de quien recibe"))])
    first = forms.IntegerField(
        label=_("Primer lugar libre de la hoja de etiquetas"), min_value=1, max_value=PLACES, initial=1, required=False,
        help_text=_("De 1 a 12, de izquierda a derecha y de arriba abajo. Sólo para etiquetas en hojas tamaño carta."))

    def clean_first(self) -> int:
        """The first place, unless another one is said."""
        return self.cleaned_data["first"] or 1


def print_page(request: HttpRequest) -> HttpResponse:
    """The ticked letters and what to print of them; sent, the document. Without any letter, back to the list."""
    person = able(request, cap.REGISTER)
    cases = _chosen(request, person)
    if not cases:
        messages.warning(request, gettext("Marque al menos una fila."))
        return redirect(back(request, "correspondencia"))
    form = PrintForm(request.POST if "hacer" in request.POST else None)
    if form.is_bound and form.is_valid():
        if form.cleaned_data["paper"] != "slips":
            return _printed(person, cases, form.cleaned_data)
        if turns := turns_of_slips(person, cases=[case.pk for case in cases]):
            return _slips(person, turns)
        form.add_error("paper", gettext("Ninguno de los asuntos marcados tiene turnos abiertos."))
    return render(request, "correspondence/print.html", {
        "form": form, "cases": cases, "query": request.POST.get("consulta", "")[:2000]}, status=422 if form.is_bound else 200)


def _chosen(request: HttpRequest, person: Person) -> list[Case]:
    """The ticked letters that the person sees, in the order of their registration."""
    rows = Case.objects.visible_to(person).filter(kind="letter", pk__in=ids_of(request, "fila"))
    return list(rows.select_related("unit", "institution", "letter__sender_unit").order_by("pk"))


def _printed(person: Person, cases: list[Case], asked: dict[str, Any]) -> HttpResponse:
    receipts = issue_receipts(actor=person, cases=cases)
    name = {"receipts": "acuses", "relation": "relacion"}.get(asked["paper"], "etiquetas")
    return pdf_response(papers(asked["paper"], person, receipts, asked["first"]), f"{name}-{folios(cases)}.pdf", inline=True)


def slips_page(request: HttpRequest) -> HttpResponse:
    """The slips of the ticked turns. Without any, back to the list."""
    person = able(request, cap.ROUTE)
    turns = turns_of_slips(person, turns=ids) if (ids := ids_of(request, "fila")) else []
    if not turns:
        messages.warning(request, gettext("Marque al menos una fila."))
        return redirect(back(request, "turnos"))
    return _slips(person, turns)


@require_safe
def slips(request: HttpRequest, pk: int) -> HttpResponse:
    """The slips of the open turns of one letter. Without any, back to the letter."""
    case, person = visible_case(request, pk)
    turns = turns_of_slips(person, cases=[case.pk])
    if not turns:
        messages.warning(request, gettext("Este asunto no tiene turnos abiertos: túrnelo y después imprima sus volantes."))
        return redirect("letter", pk)
    return _slips(person, turns)


def _slips(person: Person, turns: list[Turn]) -> HttpResponse:
    cases = {turn.case_id: turn.case for turn in turns}.values()
    return pdf_response(slips_pdf(person, turns), f"volantes-{folios(cases)}.pdf", inline=True)

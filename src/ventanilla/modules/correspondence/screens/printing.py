"""The papers of the letters that were ticked in a list, or that were just registered together, in one document to print."""
from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from ventanilla.core.cases.models import Case
from ventanilla.core.orgs import capabilities as cap
from ventanilla.core.orgs.models import Person
from ventanilla.lib.numbers import whole
from ventanilla.modules.correspondence.screens.files import pdf_response
from ventanilla.modules.correspondence.screens.many import MOST, able, back
from ventanilla.modules.correspondence.services.papers_many import PLACES, folios, papers
from ventanilla.modules.correspondence.services.receipts_each import issue_receipts


class PrintForm(forms.Form):
    """Which paper, and where the labels of a begun sheet go on."""

    paper = forms.ChoiceField(label=_("Qué se imprime"), initial="labels", widget=forms.RadioSelect, choices=[
        ("labels", _("Etiquetas de 9 × 4 cm, para impresora de etiquetas")),
        ("sheet", _("Etiquetas en hojas tamaño carta, doce por hoja")),
        ("receipts", _("Acuses, uno por hoja")),
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
        return _printed(person, cases, form.cleaned_data)
    return render(request, "correspondence/print.html", {
        "form": form, "cases": cases, "query": request.POST.get("consulta", "")[:2000]}, status=422 if form.is_bound else 200)


def _chosen(request: HttpRequest, person: Person) -> list[Case]:
    """The ticked letters that the person sees, in the order of their registration."""
    ids = [pk for i in request.POST.getlist("fila") if (pk := whole(i)) is not None][:MOST]
    rows = Case.objects.visible_to(person).filter(kind="letter", pk__in=ids)
    return list(rows.select_related("unit", "institution", "letter__sender_unit").order_by("pk"))


def _printed(person: Person, cases: list[Case], asked: dict[str, Any]) -> HttpResponse:
    receipts = issue_receipts(actor=person, cases=cases)
    name = {"receipts": "acuses", "relation": "relacion"}.get(asked["paper"], "etiquetas")
    return pdf_response(papers(asked["paper"], person, receipts, asked["first"]), f"{name}-{folios(cases)}.pdf", inline=True)

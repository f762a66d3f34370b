"""Types of items in the administration area: their names, where they stand, and their own data, without code."""
from collections.abc import Sequence
from typing import Any

from django import forms
from django.contrib import messages
from django.db import IntegrityError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy

from ventanilla.core.orgs import capabilities as cap
from ventanilla.core.orgs.models import Person
from ventanilla.core.orgs.services.setup import Refused
from ventanilla.modules.servicedesk.models.cmdb import CIType
from ventanilla.modules.servicedesk.services.cmdb.attributes import KINDS, Attribute, name_for
from ventanilla.modules.servicedesk.services.cmdb.kinds import TypeDraft, save_type, types_with_counts
from ventanilla.modules.servicedesk.services.cmdb.standard import install_standard
from ventanilla.web.admin_area.pages import page
from ventanilla.web.ui.refusals import blame

BLANK = 3
"""Empty rows for new data."""
ICONS = (
    ("box", lazy("Caja")), ("briefcase", lazy("Portafolio")), ("app-window", lazy("Ventana de aplicación")),
    ("database", lazy("Base de datos")), ("cpu", lazy("Procesador")), ("server", lazy("Servidor")), ("router", lazy("Enrutador")),
    ("device-desktop", lazy("Computadora")),
    ("printer", lazy("Impresora")), ("license", lazy("Licencia")), ("file-certificate", lazy("Contrato")), ("map-pin", lazy("Lugar")),
    ("phone", lazy("Teléfono")), ("camera", lazy("Cámara")), ("building", lazy("Edificio")), ("cloud", lazy("Nube")),
    ("key", lazy("Llave")), ("device-mobile", lazy("Teléfono móvil")), ("video", lazy("Video")), ("battery-charging", lazy("Batería")))
"""Which of the platform's icons stand for a type, and what each shows."""


class TypeForm(forms.Form):
    """What a type is called; its own data come as rows beside it."""

    label = forms.CharField(label=lazy("Nombre"), max_length=80)
    plural = forms.CharField(label=lazy("Nombre en plural"), max_length=80)
    icon = forms.ChoiceField(label=lazy("Icono"), choices=ICONS)
    parent = forms.ModelChoiceField(CIType.objects.none(), label=lazy("Es una clase de"), required=False, empty_label=lazy("Ninguna"),
                                    help_text=lazy("Hereda sus datos."))
    order = forms.IntegerField(label=lazy("Orden"), min_value=0, max_value=9999, initial=100)
    active = forms.BooleanField(label=lazy("Se usa"), required=False, initial=True)


@page(cap.ADMIN_CATALOGUES)
def types(request: HttpRequest, person: Person) -> HttpResponse:
    """Every type with how many items it has; posting adds the standard ones that are missing."""
    if request.method == "POST":
        made = install_standard(actor=person, institution=person.institution)
        messages.success(request, _("Se agregaron %(n)s tipos y relaciones.") % {"n": made} if made else _("Ya estaban todos."))
        return redirect("cmdb_types")
    return render(request, "servicedesk/cmdb/types.html", {"rows": types_with_counts(person)})


@page(cap.ADMIN_CATALOGUES)
def edit_type(request: HttpRequest, person: Person, pk: int | None = None) -> HttpResponse:
    """Add or change a type and its own data."""
    rows = CIType.objects.filter(institution_id=person.institution_id)
    kind = get_object_or_404(rows, pk=pk) if pk else None
    initial = {k: getattr(kind, k) for k in ("label", "plural", "icon", "parent", "order", "active")} if kind else None
    form = TypeForm(request.POST or None, initial=initial)
    parent = form.fields["parent"]
    assert isinstance(parent, forms.ModelChoiceField)
    parent.queryset = rows.exclude(pk=pk or 0)
    own = posted(request) if request.method == "POST" else [Attribute.of(a) for a in kind.attributes] if kind else []
    if request.method == "POST" and form.is_valid():
        try:
            made = save_type(actor=person, kind=kind, draft=TypeDraft(**form.cleaned_data, attributes=own))
            messages.success(request, _("El tipo «%(name)s» quedó guardado.") % {"name": made.label})
            return redirect("cmdb_types")
        except Refused as refusal:
            blame(form, refusal)
        except IntegrityError:
            form.add_error("label", _("Ya hay un tipo con ese nombre."))
    return render(request, "servicedesk/cmdb/type_form.html", {
        "form": form, "kind": kind, "own": [*own, *[Attribute("", "") for _n in range(BLANK)]], "kinds": KINDS, "types": rows,
        "inherited": kind.parent if kind else None}, status=422 if form.errors else 200)


def posted(request: HttpRequest) -> list[Attribute]:
    """The rows as sent; one without a label is left out. The key of a row stays what it was."""
    columns: Sequence[Any] = [request.POST.getlist(f"a-{k}") for k in ("name", "label", "kind", "choices", "to", "unit", "help")]
    required = set(request.POST.getlist("a-required"))
    return [Attribute(name or name_for(label), label.strip()[:80], kind, str(n) in required,
                      tuple(c.strip()[:120] for c in choices.split(";") if c.strip()) if kind == "choice" else (),
                      to if kind == "reference" else "", unit.strip()[:20], text.strip()[:200])
            for n, (name, label, kind, choices, to, unit, text) in enumerate(zip(*columns, strict=False)) if label.strip()]

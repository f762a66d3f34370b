"""Units and people from CSV: the file is read, the diff is shown, and exactly that is applied."""
import base64
import binascii
import zlib
from collections.abc import Callable
from typing import Final

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy

from ventanilla.core.cases.services import reorganisation
from ventanilla.core.cases.services.numbering import kept_apart
from ventanilla.core.orgs import capabilities as cap
from ventanilla.core.orgs.models import Person
from ventanilla.core.orgs.services.importing import Plan, apply_units, plan_units
from ventanilla.core.orgs.services.importing_people import apply_people, plan_people
from ventanilla.core.orgs.services.setup import Refused
from ventanilla.core.orgs.services.tables import MAX_BYTES
from ventanilla.web.admin_area.accounts import invite, unsent
from ventanilla.web.admin_area.forms.orgs import CsvForm, UnitsCsvForm
from ventanilla.web.admin_area.pages import page

SHOWN: Final = 300
WHAT: Final = (("add", lazy("Se agregan"), "good"), ("change", lazy("Cambian"), "wait"), ("move", lazy("Se mueven"), "wait"),
               ("appoint", lazy("Se nombran"), "good"), ("give", lazy("Reciben una función y podrán entrar"), "good"),
               ("close", lazy("Se cierran"), "bad"))


@page(cap.ADMIN_ORGS)
def units(request: HttpRequest, person: Person) -> HttpResponse:
    """Import units."""
    closing = request.POST.get("close_missing") == "on"

    def apply(data: bytes, digest: str) -> Plan:
        with kept_apart(person.institution_id, "file"):
            return apply_units(actor=person, institution=person.institution, data=data, digest=digest, close_missing=closing,
                               closer=reorganisation.close)

    return _import(request, person, UnitsCsvForm, "import_units", (
        lambda data: plan_units(person.institution, data, close_missing=closing), apply))


@page(cap.ADMIN_ORGS)
def people(request: HttpRequest, person: Person) -> HttpResponse:
    """Import people."""
    return _import(request, person, CsvForm, "import_people", (
        lambda data: plan_people(person.institution, data),
        lambda data, digest: apply_people(
            actor=person, institution=person.institution, data=data, digest=digest, opener=invite)))


Verbs = tuple[Callable[[bytes], Plan], Callable[[bytes, str], Plan]]


def _import(request: HttpRequest, person: Person, form_class: type[CsvForm], name: str, verbs: Verbs) -> HttpResponse:
    make, apply = verbs
    confirming = "contents" in request.POST
    form = form_class(None if confirming else request.POST or None, request.FILES or None)
    context: dict[str, object] = {"form": form, "name": name, "url_self": reverse(f"admin_area:{name}"),
                                  "unsent": unsent() if name == "import_people" else ""}
    try:
        if confirming:
            data = unpacked(request.POST["contents"])
            context |= shown(make(data), data, closing=request.POST.get("close_missing") == "on")  # seen again, if it is refused
            done = apply(data, request.POST.get("digest", ""))
            messages.success(request, _("Se aplicaron %(n)s cambios.") % {"n": len(done.changes)})
            return redirect("admin_area:units" if name == "import_units" else "admin_area:people")
        if request.method == "POST" and form.is_valid():
            data = form.cleaned_data["file"].read(MAX_BYTES + 1)
            context |= shown(make(data), data, closing=bool(form.cleaned_data.get("close_missing")))
    except Refused as refused:
        if form.is_bound:
            form.add_error("file" if refused.field == "file" else None, refused.message)
        else:
            messages.error(request, refused.message)
    return render(request, "admin_area/import.html", context, status=422 if form.is_bound and form.errors else 200)


def shown(plan: Plan, data: bytes, *, closing: bool) -> dict[str, object]:
    """The diff for the page, and the file packed so that confirming sends the same bytes."""
    groups = [(str(label), tone, len(plan.of(what)), plan.of(what)[:SHOWN]) for what, label, tone in WHAT if plan.of(what)]
    return {"plan": plan, "groups": groups, "contents": packed(data), "closing": closing}


def packed(data: bytes) -> str:
    """The file as text for a hidden field."""
    return base64.b64encode(zlib.compress(data, 9)).decode()


def unpacked(text: str) -> bytes:
    """The file again. Raises Refused for what was not packed here, or is too large."""
    try:
        data = zlib.decompressobj().decompress(base64.b64decode(text, validate=True), MAX_BYTES + 1)
    except (binascii.Error, zlib.error, ValueError) as error:
        raise Refused(_("El archivo no llegó completo; elíjalo de nuevo."), "file") from error
    return data

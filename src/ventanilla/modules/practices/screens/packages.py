"""Packages: made with a practice, brought in, looked at piece by piece, and installed."""
from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID, uuid4

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.text import capfirst, slugify
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop as noop
from django.utils.translation import ngettext

from ventanilla.core.exports.packaging import Choices, parts, unpack
from ventanilla.core.exports.packaging.bundle import MAX_BYTES, own_fingerprint
from ventanilla.core.orgs import capabilities as cap
from ventanilla.core.orgs.models import Person, Unit
from ventanilla.core.orgs.reach import reach_of
from ventanilla.core.orgs.services.setup import NotAllowed, Refused
from ventanilla.lib.numbers import whole
from ventanilla.modules.practices.models import PackageInstallation, Transfer
from ventanilla.modules.practices.screens.common import person_of, posted_uuid
from ventanilla.modules.practices.screens.life import author_of
from ventanilla.modules.practices.services import packages

GROUPS = (("conflict", noop("En conflicto: aquí hay otra cosa con el mismo nombre")),
          ("lacks", noop("No se pueden instalar: les falta algo")),
          ("new", noop("Nuevas")),
          ("differs", noop("Aquí el programa trae otros estados o pasos: compare las versiones antes de confiar en lo demás")),
          ("same", noop("Ya están, iguales")), ("unknown", noop("Partes que esta instalación no conoce")))


def make(request: HttpRequest, pk: int) -> HttpResponse:
    """Choose the parts of the configuration that go with the practice."""
    practice, person = author_of(request, pk, "keeper")
    counts = packages.available(practice.institution)
    transfer = _transfer(request, practice.pk)
    problem = ""
    if request.method == "POST":
        try:
            key = posted_uuid(request)
            packages.make_package(actor=person, practice=practice, parts=request.POST.getlist("parte"), transfer=transfer, uuid=key)
            messages.success(request, _("El paquete quedó hecho y firmado. Está entre los paquetes hechos, para descargarlo."))
            return redirect("practice_transfer", transfer.pk) if transfer else redirect("practice_package_new", practice.pk)
        except NotAllowed:
            raise Http404 from None
        except Refused as refusal:
            problem = refusal.message
    return render(request, "practices/package_new.html", {
        "practice": practice, "transfer": transfer, "parts": [(p, counts[p.slug]) for p in parts() if p.slug in counts], "problem": problem,
        "chosen": request.POST.getlist("parte"), "uuid": uuid4(), "fingerprint": own_fingerprint(),
        "made": list(practice.packages.defer("content").select_related("made_by")[:20])}, status=422 if problem else 200)


def _transfer(request: HttpRequest, practice: int) -> Transfer | None:
    """The transfer that the package is for, when one is named."""
    named = request.POST.get("transferencia") or request.GET.get("transferencia")
    return Transfer.objects.filter(pk=whole(named), practice=practice).first()


def download(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """The file, for who documents the practice and for the taker of its transfer."""
    row = get_object_or_404(packages.packages_for(person_of(request)), uuid=uuid)
    answer = HttpResponse(bytes(row.content), content_type="application/zip")
    answer["Content-Disposition"] = f'attachment; filename="paquete-{slugify(row.name)[:60] or row.pk}.zip"'
    answer["X-Content-Type-Options"] = "nosniff"
    return answer


def keeper_of(request: HttpRequest) -> Person:
    """Who keeps the catalogues, or 404."""
    person = person_of(request)
    if not reach_of(person).can(cap.ADMIN_CATALOGUES):
        raise Http404
    return person


def index(request: HttpRequest) -> HttpResponse:
    """Bring a package in, and those brought before."""
    person, problem = keeper_of(request), ""
    if request.method == "POST":
        upload = request.FILES.get("archivo")
        try:
            if upload is None or (upload.size or 0) > MAX_BYTES:
                raise Refused(_("Elija el archivo del paquete; puede pesar hasta 20 MB."))
            return redirect("practice_package", packages.bring_package(actor=person, content=upload.read()).pk)
        except Refused as refusal:
            problem = refusal.message
    return render(request, "practices/packages.html", {"rows": list(packages.installations_of(person)[:100]), "problem": problem},
                  status=422 if problem else 200)


def bring(request: HttpRequest, pk: int, uuid: UUID) -> HttpResponse:
    """Bring in the package of a transfer of this institution without taking it through a file."""
    person = keeper_of(request)
    made = get_object_or_404(packages.packages_for(person).filter(transfer=pk, transfer__taker_id=person.institution_id), uuid=uuid)
    if request.method != "POST":
        raise Http404
    return redirect("practice_package", packages.bring_package(actor=person, content=bytes(made.content), transfer=made.transfer).pk)


def page(request: HttpRequest, pk: int) -> HttpResponse:
    """What installing would do, piece by piece; and installing what was chosen."""
    person = keeper_of(request)
    row = get_object_or_404(PackageInstallation.objects.select_related("person"), pk=pk, institution_id=person.institution_id)
    problem = ""
    if request.method == "POST":
        try:
            report = packages.install_package(actor=person, installation=row, choices=choices_of(request))
            messages.success(request, said(report))
            return redirect("practice_package", pk)
        except NotAllowed:
            raise Http404 from None
        except Refused as refusal:
            problem = refusal.message
    return render(request, "practices/package.html", {**context_of(person, row), "problem": problem}, status=422 if problem else 200)


def said(report: Mapping[str, Sequence[str]]) -> str:
    """What was done, without the kinds of which there were none."""
    new, old, same = (len(report[verdict]) for verdict in ("installed", "replaced", "same"))
    parts = [ngettext("se instaló %(num)d pieza", "se instalaron %(num)d piezas", new) % {"num": new} if new else "",
             ngettext("se sustituyó %(num)d pieza", "se sustituyeron %(num)d piezas", old) % {"num": old} if old else "",
             ngettext("%(num)d ya estaba igual", "%(num)d ya estaban iguales", same) % {"num": same} if same else ""]
    return capfirst("; ".join(part for part in parts if part) or _("no había nada que instalar")) + "."


def choices_of(request: HttpRequest) -> Choices:
    """What was decided on the page: a unit or an action per piece."""
    units = {k.removeprefix("unidad:"): pk for k, v in request.POST.items()
             if k.startswith("unidad:") and (pk := whole(str(v))) is not None}
    actions = {k.removeprefix("hacer:"): str(v) for k, v in request.POST.items() if k.startswith("hacer:")}
    return Choices(units, actions)


def context_of(person: Person, row: PackageInstallation) -> dict[str, Any]:
    """The pieces by what would become of them, with the units to choose from."""
    bundle, plan = unpack(bytes(row.content)), packages.look(actor=person, installation=row)
    units = Unit.objects.filter(institution_id=person.institution_id, valid_to=None).order_by("sort_key")[:1000]
    return {"row": row, "bundle": bundle, "groups": [(slug, _(title), found) for slug, title in GROUPS
                                                     if (found := [p for p in plan if p.verdict == slug])],
            "units": list(units) if any(p.piece.asks_unit for p in plan) else [], "mine": row.choices.get("units", {}),
            "root": next((u.pk for u in units if u.parent_id is None), None), "todo": any(p.verdict in ("new", "conflict") for p in plan)}

"""The first page: what this person may administer, and the institution's settings."""
from collections.abc import Iterator
from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _lazy
from django.views.decorators.http import require_POST

from ventanilla.core.documents.problems import DocumentError
from ventanilla.core.documents.services import safe_logo
from ventanilla.core.documents.services.logos import MOST_BYTES
from ventanilla.core.orgs import capabilities as cap
from ventanilla.core.orgs.models import Institution, Person
from ventanilla.core.orgs.reach import Reach, reach_of
from ventanilla.core.orgs.services.branding import remove_logo, set_logo
from ventanilla.core.orgs.services.roles import Settings, update_institution
from ventanilla.core.orgs.services.setup import Refused
from ventanilla.web.admin_area.forms.orgs import InstitutionForm
from ventanilla.web.admin_area.pages import FormPage, form_page, page, post_verb
from ventanilla.web.admin_area.registry import more_places
from ventanilla.web.ui.jumps import Jump

COLOURS = ("light_primary", "dark_primary", "light_accent", "dark_accent")


def places() -> list[tuple[str | tuple[str, ...], str, str, str, str]]:
    """(capability or several, url name, icon, title, what it is for) of every part, in order."""
    return [
        (cap.ADMIN_ORGS, "units", "sitemap", _("Unidades"), _("Organigrama: agregar, mover, fusionar, cerrar y cambiar claves")),
        (cap.ADMIN_ORGS, "people", "users", _("Personas"), _("Puestos, permisos, delegaciones y ausencias")),
        (cap.ADMIN_ORGS, "roles", "key", _("Funciones"), _("Qué puede hacer cada función")),
        (cap.ADMIN_ORGS, "import_units", "file-import", _("Importar"), _("Unidades y personas desde un archivo CSV, con vista previa")),
        (cap.ADMIN_ORGS, "institution", "building-bank", _("Institución"), _("Nombre, logotipo, colores y reglas generales")),
        (cap.ADMIN_CALENDARS, "calendars", "calendar", _("Calendarios"), _("Días inhábiles con su fuente y horarios de atención")),
        (cap.CATALOGUES, "catalogues", "list", _("Catálogos"), _("Instrucciones, reglas de turnado, numeración y otros")),
        (cap.ADMIN_CATALOGUES, "flows", "letter-case", _("Palabras de estados y pasos"),
         _("Cómo llama su institución a los estados y pasos de sus asuntos")),
        (cap.CATALOGUES, "questionnaires:list", "forms", _("Formularios"),
         _("Encuestas, campos adicionales e instrumentos, sin programar")),
        (cap.ADMIN_API, "api_pages:webhooks", "webhook", _("Webhooks"),
         _("Avisos firmados a otros sistemas cuando algo cambia, y sus entregas")),
        (cap.AUDIT, "log", "history", _("Bitácora"), _("Quién hizo qué y cuándo; no puede alterarse")),
    ]


@page(*cap.ADMINISTERING)
def home(request: HttpRequest, person: Person) -> HttpResponse:
    """Cards of the parts this person may open."""
    return render(request, "admin_area/home.html", {"cards": cards_for(person)})


def cards_for(person: Person) -> list[tuple[str, str, str, str]]:
    """(address, icon, title, what it is for) of the parts that this person may open."""
    reach = reach_of(person)
    cards = [(reverse(name if ":" in name else f"admin_area:{name}"), icon, title, text)
             for capability, name, icon, title, text in places() if _opens(reach, capability)]
    return cards + [(reverse(p.url_name), p.icon, str(p.title), str(p.text)) for p in more_places() if _opens(reach, p.capability)]


def jumps_to(person: Person) -> Iterator[Jump]:
    """The same parts for Ctrl+K."""
    return (Jump(title, url, icon, _("Administración")) for url, icon, title, _text in cards_for(person))


def _opens(reach: Reach, wanted: str | tuple[str, ...]) -> bool:
    return any(reach.can(c) for c in ((wanted,) if isinstance(wanted, str) else wanted))


@page(cap.ADMIN_ORGS)
def institution(request: HttpRequest, person: Person) -> HttpResponse:
    """Settings of the institution."""
    row = person.institution
    return form_page(request, FormPage(
        title=_("Institución"), form=InstitutionForm(request.POST or None, initial=_initial(row)),
        save=lambda data: _save(person, row, data), crumbs=[(_("Administración"), reverse("admin_area:home"))],
        back=reverse("admin_area:home"), template="admin_area/institution.html"))


class LogoForm(forms.Form):
    """A picture."""

    file = forms.FileField(label=_lazy("Imagen PNG o JPEG"), widget=forms.FileInput(attrs={"accept": "image/png,image/jpeg"}),
                           help_text=_lazy("Hasta 1 MB. Se ve mejor con fondo transparente y más ancha que alta."))


@page(cap.ADMIN_ORGS)
def logo(request: HttpRequest, person: Person) -> HttpResponse:
    """See, change or remove the institution's logo."""
    row = person.institution
    form = LogoForm(request.POST or None, request.FILES or None)

    def save(data: dict[str, Any]) -> str:
        try:
            made = safe_logo(data["file"].read(MOST_BYTES + 1))
        except DocumentError as problem:
            raise Refused(problem.message, "file") from problem
        set_logo(actor=person, institution=row, png=made.png, width=made.width, height=made.height)
        return reverse("admin_area:logo")

    return form_page(request, FormPage(
        title=_("Logotipo"), form=form, save=save, button=_("Usar esta imagen"), done=_("El logotipo quedó guardado."),
        sub=_("Aparece en la barra superior, en los acuses y en los oficios que hace la plataforma."),
        crumbs=[(_("Administración"), reverse("admin_area:home")), (_("Institución"), reverse("admin_area:institution"))],
        back=reverse("admin_area:institution"), template="admin_area/logo.html"))


@require_POST
@page(cap.ADMIN_ORGS)
def no_logo(request: HttpRequest, person: Person) -> HttpResponse:
    """Back to the platform's own mark."""
    return post_verb(request, lambda: remove_logo(actor=person, institution=person.institution), _("El logotipo se quitó."),
                     reverse("admin_area:logo"))


def _initial(row: Institution) -> dict[str, Any]:
    found: dict[str, Any] = {"name": row.name, "short_name": row.short_name, "time_zone": row.time_zone,
                             "only_liaisons": row.policy.get("only_liaisons", False),
                             "days_to_warn": row.policy.get("days_to_warn"),
                             "turn_margin": row.policy.get("turn_margin")}
    for name in COLOURS:
        theme, token = name.split("_")
        found[name] = (row.tokens.get(theme) or {}).get(token, "")
    return found


def _save(person: Person, row: Institution, data: dict[str, Any]) -> str:
    tokens = {theme: dict(row.tokens.get(theme) or {}) for theme in ("light", "dark")}
    for name in COLOURS:
        theme, token = name.split("_")
        tokens[theme].pop(token, None)
        if data[name]:
            tokens[theme][token] = data[name].upper()
    kept = {k: v for k, v in row.tokens.items() if k not in tokens}
    policy = {**row.policy, "only_liaisons": data["only_liaisons"], "days_to_warn": data["days_to_warn"],
              "turn_margin": data["turn_margin"]}
    update_institution(actor=person, institution=row, settings=Settings(
        data["name"], data["short_name"], data["time_zone"], kept | {k: v for k, v in tokens.items() if v}, policy))
    return reverse("admin_area:institution")

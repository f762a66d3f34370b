"""The first page: what this person may administer, and the institution's settings."""
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _

from ventanilla.core.orgs import capabilities as cap
from ventanilla.core.orgs.models import Institution, Person
from ventanilla.core.orgs.reach import reach_of
from ventanilla.core.orgs.services.roles import Settings, update_institution
from ventanilla.web.admin_area.forms.orgs import InstitutionForm
from ventanilla.web.admin_area.pages import FormPage, form_page, page

ANY = (cap.ADMIN_ORGS, cap.ADMIN_CALENDARS, cap.ADMIN_CATALOGUES, cap.AUDIT)
COLOURS = ("light_primary", "dark_primary", "light_accent", "dark_accent")


def places() -> list[tuple[str, str, str, str, str]]:
    """(capability, url name, icon, title, what it is for) of every part, in order."""
    return [
        (cap.ADMIN_ORGS, "units", "sitemap", _("Unidades"), _("Organigrama: agregar, mover, fusionar, cerrar y cambiar claves")),
        (cap.ADMIN_ORGS, "people", "users", _("Personas"), _("Puestos, permisos, delegaciones y ausencias")),
        (cap.ADMIN_ORGS, "roles", "key", _("Funciones"), _("Qué puede hacer cada función")),
        (cap.ADMIN_ORGS, "import_units", "file-import", _("Importar"), _("Unidades y personas desde un archivo CSV, con vista previa")),
        (cap.ADMIN_ORGS, "institution", "building-bank", _("Institución"), _("Nombre, colores y reglas generales")),
        (cap.ADMIN_CALENDARS, "calendars", "calendar", _("Calendarios"), _("Días inhábiles con su fuente y horarios de atención")),
        (cap.ADMIN_CATALOGUES, "catalogues", "list", _("Catálogos"), _("Instrucciones, reglas de turnado, numeración y otros")),
        (cap.AUDIT, "log", "history", _("Bitácora"), _("Quién hizo qué y cuándo; no puede alterarse")),
    ]


@page(*ANY)
def home(request: HttpRequest, person: Person) -> HttpResponse:
    """Cards of the parts this person may open."""
    reach = reach_of(person)
    cards = [(reverse(f"admin_area:{name}"), icon, title, text)
             for capability, name, icon, title, text in places() if reach.can(capability)]
    return render(request, "admin_area/home.html", {"cards": cards})


@page(cap.ADMIN_ORGS)
def institution(request: HttpRequest, person: Person) -> HttpResponse:
    """Settings of the institution."""
    row = person.institution
    return form_page(request, FormPage(
        title=_("Institución"), form=InstitutionForm(request.POST or None, initial=_initial(row)),
        save=lambda data: _save(person, row, data), crumbs=[(_("Administración"), reverse("admin_area:home"))],
        back=reverse("admin_area:home")))


def _initial(row: Institution) -> dict[str, Any]:
    found: dict[str, Any] = {"name": row.name, "short_name": row.short_name, "time_zone": row.time_zone,
                             "only_liaisons": row.policy.get("only_liaisons", False),
                             "days_to_warn": row.policy.get("days_to_warn")}
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
    policy = {**row.policy, "only_liaisons": data["only_liaisons"], "days_to_warn": data["days_to_warn"]}
    update_institution(actor=person, institution=row, settings=Settings(
        data["name"], data["short_name"], data["time_zone"], {k: v for k, v in tokens.items() if v}, policy))
    return reverse("admin_area:institution")

"""Lists of the administration as files: what their page shows with its search and filters, and every page of it.

What `unidades` gives is taken again by **Importar**, so that the organisation can be changed in a spreadsheet.
"""
import tempfile
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from itertools import islice
from pathlib import Path
from typing import Any, NamedTuple

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy
from django.utils.translation import override

from ventanilla.core.exports.services import WRITERS, order_export, register_export
from ventanilla.core.exports.tables import Column, Table
from ventanilla.core.orgs import capabilities as cap
from ventanilla.core.orgs.models import Appointment, Grant, Person
from ventanilla.core.orgs.reach import reach_of
from ventanilla.core.orgs.services.importing_places import routes_of
from ventanilla.core.orgs.services.posts import valid_on
from ventanilla.core.orgs.services.setup import NotAllowed
from ventanilla.web.admin_area.pages import page
from ventanilla.web.admin_area.registry import catalogue_of
from ventanilla.web.admin_area.views import catalogues, logs, people, units
from ventanilla.web.screens.exports import LARGE, TYPES

KIND = "administration"
CHUNK = 1000


class Listing(NamedTuple):
    """A list as a file takes it: its columns, how many rows, and the rows, whose cells are made many together."""

    title: str
    columns: Sequence[Column]
    size: int
    rows: Iterable[Any]
    cells: Callable[[list[Any]], Iterable[Sequence[Any]]]
    asked: str = ""


def _texts(*titles: str) -> list[Column]:
    return [Column(title) for title in titles]


@override("es-mx")
def _units(person: Person, asked: QueryDict) -> Listing:
    """In Spanish for everybody: its headings, levels and routes are those that the import reads."""
    found = units.asked_for(person, asked)
    routes = routes_of(found)
    columns = _texts(_("Clave"), _("Depende de"), _("Nombre"), _("Siglas"), _("Nivel"), _("Oficialía de partes"), _("Situación"))
    rows = [[u.code, u.parent.code if u.parent else "", u.name, u.short_name, str(u.get_level_display()), _("Sí") if u.counter else _("No"),
             _("Cerrada") if u.valid_to else _("Vigente"), u.valid_from, u.valid_to, routes[u.pk]] for u in found]
    columns += [Column(_("Existe desde"), "date"), Column(_("Cerrada el"), "date"), Column(_("Ruta"))]
    return Listing(_("Unidades"), columns, len(rows), rows, lambda some: some, asked.get("q", ""))


def _people(person: Person, asked: QueryDict) -> Listing:
    rows = people.asked_for(person, asked)
    columns = _texts(_("Nombre"), _("Primer apellido"), _("Segundo apellido"), _("Correo"), _("Teléfono"), _("Clave unidad"),
                     _("Adscripción"), _("Puestos"), _("Funciones"), _("Acceso"))
    return Listing(_("Personas"), columns, rows.count(), rows.iterator(CHUNK), _people_cells, asked.get("q", ""))


def _people_cells(some: list[Person]) -> Iterator[Sequence[Any]]:
    today, posts, roles = timezone.localdate(), dict[int, list[str]](), dict[int, list[str]]()
    for held in Appointment.objects.filter(valid_on(today), person__in=some).select_related("post__unit").order_by("pk"):
        posts.setdefault(held.person_id, []).append(f"{held.post.get_kind_display()} · {held.post.unit.name}")
    for given in Grant.objects.filter(valid_on(today), person__in=some).select_related("role", "unit").order_by("pk"):
        roles.setdefault(given.person_id, []).append(f"{given.role.name} · {given.unit.name}")
    for p in some:
        where = (p.unit.code, p.unit.name) if p.unit else ("", "")
        access = _("Inactiva") if not p.active else _("Inicia sesión") if p.user_id else _("Sin cuenta")
        yield [p.given_name, p.surname_1, p.surname_2, p.email, p.phone, *where, "; ".join(posts.get(p.pk, ())),
               "; ".join(roles.get(p.pk, ())), access]


def _log(person: Person, asked: QueryDict) -> Listing:
    rows = logs.asked_for(person, asked)
    columns = [Column(_("Registro"), "int"), Column(_("Cuándo"), "datetime"),
               *_texts(_("Quién"), _("Por"), _("Qué"), _("Sobre"), _("Detalle"))]

    def cells(some: list[Any]) -> Iterator[Sequence[Any]]:
        for line in logs.lines(person, some):
            detail = "; ".join(f"{key}: {value}" for key, value in line["detail"])
            yield [line["id"], line["at"], line["who"], line["acting_for"], str(line["what"]), str(line["about"]), detail]

    said = "; ".join(filter(None, (str(asked.get(name, "")) for name in ("persona", "verbo", "sobre", "desde", "hasta"))))
    return Listing(_("Bitácora"), columns, rows.count(), rows.order_by("-id").iterator(CHUNK), cells, said)


LISTS: Mapping[str, tuple[str, Any, Callable[[Person, QueryDict], Listing]]] = {
    "unidades": (cap.ADMIN_ORGS, lazy("Unidades"), _units),
    "personas": (cap.ADMIN_ORGS, lazy("Personas"), _people),
    "bitacora": (cap.AUDIT, lazy("Bitácora"), _log),
}


def _listing(person: Person, name: str, asked: QueryDict) -> Listing:
    """One of LISTS, else the catalogue of that name. Raises Http404 and NotAllowed."""
    if name in LISTS:
        capability, _label, make = LISTS[name]
        if not reach_of(person).can(capability):
            raise NotAllowed
        return make(person, asked)
    kept = catalogues.found_or_404(person, name)
    heads, rows, cells = catalogues.texts_of(kept, person, asked.get("q", ""))
    return Listing(str(kept.label), _texts(*heads), rows.count(), rows.iterator(CHUNK), lambda some: map(cells, some), asked.get("q", ""))


def _table(person: Person, listing: Listing) -> Table:
    def rows() -> Iterator[Sequence[Any]]:
        left = iter(listing.rows)
        while some := list(islice(left, CHUNK)):
            yield from listing.cells(some)

    return Table(listing.title, listing.columns, rows(), filters=listing.asked, generated_by=person.name,
                 institution=person.institution.name)


def _build(person: Person, params: Mapping[str, Any]) -> Table:
    """For a job: of what the person may see when it runs."""
    return _table(person, _listing(person, str(params["list"]), QueryDict(str(params["query"]))))


def _name(params: Mapping[str, Any]) -> str | Promise:
    name = str(params["list"])
    return LISTS[name][1] if name in LISTS else catalogue_of(name).label


register_export(KIND, _build, _name)


@page(*cap.ADMINISTERING)
def export(request: HttpRequest, person: Person, name: str, kind: str) -> HttpResponse:
    """The file now; a long one as a job that tells when it is ready."""
    if kind not in WRITERS:
        raise Http404
    listing = _listing(person, name, request.GET)
    if listing.size > min(LARGE[kind], LARGE["xlsx"]):
        order_export(actor=person, kind=KIND, file_format=kind, params={"list": name, "query": request.GET.urlencode()})
        messages.info(request, _("La lista es grande: se está preparando. La encontrará en esta página cuando esté lista."))
        return redirect("exports")
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / f"{name}.{kind}"
        WRITERS[kind](_table(person, listing), path)
        return HttpResponse(path.read_bytes(), content_type=TYPES[kind], headers={
            "Content-Disposition": f'attachment; filename="{path.name}"', "X-Content-Type-Options": "nosniff"})

"""Registered catalogues: list and form of each; roles too, since they are data."""
from collections.abc import Callable, Collection, Sequence
from copy import copy
from typing import Any
from urllib.parse import urlencode

from django import forms
from django.contrib import messages
from django.db.models import BooleanField, CharField, DateField, ForeignKey, Q, TextField
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from ventanilla.core.documents.problems import DocumentError
from ventanilla.core.documents.services import FileDraft, store
from ventanilla.core.orgs import capabilities as cap
from ventanilla.core.orgs.models import Person, Role, Unit
from ventanilla.core.orgs.services.roles import RoleDraft, save_role
from ventanilla.core.orgs.services.setup import Refused
from ventanilla.web.admin_area.forms.fields import Day, unit_field
from ventanilla.web.admin_area.forms.orgs import CLEARANCES, RoleForm
from ventanilla.web.admin_area.pages import Cell, Effect, FormPage, Table, form_page, page, post_verb
from ventanilla.web.admin_area.registry import Catalogue, catalogue_of, catalogues, value_of
from ventanilla.web.admin_area.services import drop_row, save_row
from ventanilla.web.ui.people import PersonField

ROWS = 500
SEARCHED = 25
"""Rows from which a catalogue has a search box."""


def crumbs(catalogue: Catalogue | None = None) -> list[tuple[str, str]]:
    """Administración › Catálogos › the catalogue."""
    found = [(_("Administración"), reverse("admin_area:home")), (_("Catálogos"), reverse("admin_area:catalogues"))]
    return [*found, (str(catalogue.label), reverse("admin_area:catalogue", args=[catalogue.slug]))] if catalogue else found


def found_or_404(person: Person, slug: str) -> Catalogue:
    """A registered catalogue that the person may keep."""
    try:
        catalogue = catalogue_of(slug)
    except KeyError:
        raise Http404 from None
    if not catalogue.open_to(person):
        raise Http404
    return catalogue


@page(*cap.CATALOGUES)
def all_catalogues(request: HttpRequest, person: Person) -> HttpResponse:
    """Every registered catalogue, with how many rows it has."""
    mine = [c for c in catalogues() if c.open_to(person)]
    cards = [(reverse("admin_area:catalogue", args=[c.slug]), c.icon, c.label,
              c.help, c.visible_to(person).count()) for c in mine]
    return render(request, "admin_area/catalogues.html", {"cards": cards, "crumbs": crumbs()[:1]})


@page(*cap.CATALOGUES)
def catalogue(request: HttpRequest, person: Person, slug: str) -> HttpResponse:
    """Rows of a catalogue."""
    kept = found_or_404(person, slug)
    text = request.GET.get("q", "").replace("\x00", "").strip()[:100]
    table = _table(kept, person, text, ROWS)
    return render(request, "admin_area/catalogue.html", {
        "catalogue": kept, "table": table, "fills": kept.filling and kept.whole(person),
        "crumbs": crumbs(), "q": text, "searched": kept.visible_to(person).count() > SEARCHED,
        "capped": ROWS if len(table.rows) == ROWS else 0, "query": urlencode({"q": text})})


def _table(kept: Catalogue, person: Person, text: str, most: int) -> Table:
    heads, rows, cells = _asked(kept, person, text)
    return Table(str(kept.label), heads, [cells(row) for row in rows[:most]])


def texts_of(kept: Catalogue, person: Person, text: str) -> tuple[list[str], Any, Callable[[Any], list[str]]]:
    """The heads of the catalogue's table, all its rows as a query, and what each cell of a row says."""
    heads, rows, cells = _asked(kept, person, text.replace("\x00", "").strip()[:100])
    return heads, rows, lambda row: ["" if c is None else str(c["text"] if isinstance(c, dict) else c) for c in cells(row)]


def _asked(kept: Catalogue, person: Person, text: str) -> tuple[list[str], Any, Callable[[Any], list[Cell]]]:
    related = [n for n in kept.shown if isinstance(kept.model._meta.get_field(n), ForeignKey)]
    rows = kept.visible_to(person).select_related(*related).order_by(*kept.order)
    theirs = None if kept.seen is None or kept.whole(person) else set(kept.kept_by(person).values_list("pk", flat=True))
    heads = [kept.title(n) for n in kept.shown] + ([] if theirs is None else [_("Quién lo lleva")])
    return heads, _matching(kept, rows, text), lambda row: _cells(kept, row, theirs)


def _matching(kept: Catalogue, rows: Any, text: str) -> Any:
    """Rows in which every word stands in one of the texts shown."""
    names = [n for n in kept.shown if isinstance(kept.model._meta.get_field(n), CharField | TextField)]
    for word in text.split():
        anywhere = Q()
        for name in names:
            anywhere |= Q(**{f"{name}__icontains": word})
        rows = rows.filter(anywhere)
    return rows


def _cells(kept: Catalogue, row: Any, theirs: Collection[int] | None) -> list[Cell]:
    """`theirs`: the rows that who looks keeps; None: all of them, so that it needs no saying."""
    cells: list[Cell] = []
    for name in kept.shown:
        value = value_of(row, name)
        if name in kept.choices:
            value = dict(kept.choices[name]()).get(value, value)
        if isinstance(value, bool):
            value = {"text": _("Sí") if value else _("No"), "tone": "good" if value else ""}
        cells.append(value if isinstance(value, dict) else "" if value is None else str(value))
    first = cells[0] if isinstance(cells[0], str) else cells[0]["text"]  # type: ignore[index]
    cells[0] = {"text": first or _("(sin nombre)"), "url": reverse("admin_area:catalogue_row", args=[kept.slug, row.pk])}
    whose: list[Cell] = [] if theirs is None else [_("Usted") if row.pk in theirs else {"text": _("La administración"), "tone": ""}]
    return [*cells, *whose]


@page(*cap.CATALOGUES)
def edit_row(request: HttpRequest, person: Person, slug: str, pk: int | None = None) -> HttpResponse:
    """Add or edit a row."""
    kept = found_or_404(person, slug)
    own = {"institution": person.institution} if kept.owner == "institution" else {}
    row: Any = get_object_or_404(kept.visible_to(person), pk=pk) if pk else kept.model(**own)
    if pk and not kept.kept_by(person).filter(pk=pk).exists():
        return _read_only(request, kept, row)
    read = kept.read_only(person, row)
    initial = {n: getattr(row, n, None) for n in kept.fields if n not in kept.files and (pk or n in read)} or None
    form = _form(kept, person, read)(request.POST or None, request.FILES or None, initial=initial)

    def save(data: dict[str, Any]) -> str:
        data = _stored(person, kept, row, data)
        changed = _changed(row, data)
        saved = save_row(actor=person, catalogue=kept, row=row, values=data)
        return (kept.after(saved, changed) if kept.after else "") or reverse("admin_area:catalogue", args=[kept.slug])

    return form_page(request, FormPage(
        title=str(row) if pk else _("Agregar a %(name)s") % {"name": kept.label}, form=form, save=save,
        effects=(lambda data: _effects(person, kept, row, data)) if kept.effects and (pk or not kept.effects_of) else None,
        first=_("Guardar") if kept.effects_of else "",
        crumbs=crumbs(kept), back=reverse("admin_area:catalogue", args=[kept.slug]),
        extra={"history": reverse("admin_area:history", args=[kept.slug, pk]) if pk else "",
               "preview": kept.preview(row) if pk and kept.preview else "", "drop": str(kept.dropped) if pk else "",
               "drop_url": reverse("admin_area:drop_row", args=[kept.slug, pk]) if pk and kept.dropped else ""}))


def _read_only(request: HttpRequest, kept: Catalogue, row: Any) -> HttpResponse:
    """What serves others as well: its values, and why they are not to be changed here."""
    shown = [(kept.title(n), _plain(value_of(row, n))) for n in kept.fields]
    return render(request, "admin_area/row.html", {"catalogue": kept, "row": row, "shown": shown, "crumbs": crumbs(kept)},
                  status=200 if request.method == "GET" else 409)


def _plain(value: Any) -> Any:
    if isinstance(value, bool):
        return _("Sí") if value else _("No")
    return "" if value is None else value


@require_POST
@page(*cap.CATALOGUES)
def drop(request: HttpRequest, person: Person, slug: str, pk: int) -> HttpResponse:
    """Take a row away."""
    kept = found_or_404(person, slug)
    row = get_object_or_404(kept.kept_by(person), pk=pk)
    return post_verb(request, lambda: drop_row(actor=person, catalogue=kept, row=row), _("Se quitó."),
                     reverse("admin_area:catalogue", args=[slug]))


@require_POST
@page(*cap.CATALOGUES)
def fill(request: HttpRequest, person: Person, slug: str) -> HttpResponse:
    """Add what a catalogue lacks."""
    kept = found_or_404(person, slug)
    if kept.filling is None or not kept.whole(person):
        raise Http404
    added, left = kept.filling.verb(person)
    if added or not left:
        messages.success(request, str(kept.filling.done) % {"n": added} if added else _("No faltaba nada."))
    for said in left:
        messages.warning(request, said)
    return redirect("admin_area:catalogue", slug=slug)


def _effects(person: Person, kept: Catalogue, row: Any, data: dict[str, Any]) -> tuple[Sequence[Effect], Sequence[Table]]:
    """What the row would change elsewhere; the row itself stays as it is until it is saved."""
    assert kept.effects
    if kept.effects_of and not set(kept.effects_of) & _changed(row, data):
        return [], []
    would = copy(row)
    for name, value in data.items():
        setattr(would, name, value)
    if kept.check:
        kept.check(would)
    return kept.effects(person, would)


def _changed(row: Any, data: dict[str, Any]) -> set[str]:
    """Names of the fields that would say something else; of a new row all."""
    return {name for name, value in data.items() if not row.pk or getattr(row, name) != value}


def _stored(person: Person, kept: Catalogue, row: Any, data: dict[str, Any]) -> dict[str, Any]:
    """Uploaded files as documents; a field left empty keeps the document it has."""
    kept_files: dict[str, Any] = {}
    for name in kept.files:
        kept_files[name] = getattr(row, name)
        if file := data.get(name):
            if kept.check_file:
                kept.check_file(file.read())
                file.seek(0)
            try:
                kept_files[name] = store(actor=person, files=[FileDraft(file.name, file.file, role="template")])[0].document
            except DocumentError as problem:
                raise Refused(problem.message, name) from problem
    return {**data, **kept_files}


def _field(kept: Catalogue, person: Person, name: str) -> Any:
    model_field: Any = kept.model._meta.get_field(name)
    if name in kept.files:
        return forms.FileField(required=False)
    if name in kept.choices:
        return forms.ChoiceField(choices=kept.choices[name](), required=not model_field.blank)
    narrow = kept.among.get(name) if not kept.whole(person) else None
    if isinstance(model_field, ForeignKey) and model_field.related_model is Unit:
        return unit_field(person.institution, label="", required=not model_field.null,
                          among=(lambda units: narrow(person, units)) if narrow else None)
    if isinstance(model_field, ForeignKey) and model_field.related_model is Person:
        return PersonField(Person.objects.filter(institution=person.institution), everybody=True, required=not model_field.null)
    if isinstance(model_field, DateField):
        return Day(required=not model_field.null)
    field = model_field.formfield()
    if isinstance(model_field, ForeignKey):
        rows = field.queryset.filter(institution=person.institution)
        field.queryset = narrow(person, rows) if narrow else rows
    return field


def _form(kept: Catalogue, person: Person, read_only: Collection[str] = ()) -> type[forms.Form]:
    """The fields of a row; what is read only shows its value and takes none."""
    fields: dict[str, forms.Field] = {}
    for name in kept.fields:
        model_field, field = kept.model._meta.get_field(name), _field(kept, person, name)
        field.required = field.required and not isinstance(model_field, BooleanField)
        field.label, field.help_text = kept.title(name), kept.helps.get(name, field.help_text)
        if name in read_only:
            field.disabled, field.required, field.help_text = True, False, _("Lo pone la administración.")
        fields[name] = field
    return type("RowForm", (forms.Form,), fields)


@page(cap.ADMIN_ORGS)
def roles(request: HttpRequest, person: Person) -> HttpResponse:
    """Roles, what they may do and how many people hold them."""
    rows = Role.objects.filter(institution=person.institution).order_by("name")
    levels = dict(CLEARANCES)
    found = [(r, [cap.LABELS.get(c, c) for c in r.capabilities], levels[r.clearance],
              r.grants.values("person").distinct().count()) for r in rows]
    return render(request, "admin_area/roles.html", {
        "roles": found, "crumbs": [(_("Administración"), reverse("admin_area:home"))]})


@page(cap.ADMIN_ORGS)
def edit_role(request: HttpRequest, person: Person, pk: int | None = None) -> HttpResponse:
    """Add or change a role."""
    role = get_object_or_404(Role, pk=pk, institution=person.institution) if pk else None
    initial = {"name": role.name, "capabilities": role.capabilities, "clearance": role.clearance} if role else None

    def save(data: dict[str, Any]) -> str:
        save_role(actor=person, institution=person.institution, draft=RoleDraft(**data), role=role)
        return reverse("admin_area:roles")

    return form_page(request, FormPage(
        title=role.name if role else _("Nueva función"), form=RoleForm(request.POST or None, initial=initial), save=save,
        crumbs=[(_("Administración"), reverse("admin_area:home")), (_("Funciones"), reverse("admin_area:roles"))],
        back=reverse("admin_area:roles"), extra={"history": reverse("admin_area:history", args=["role", pk]) if pk else ""}))

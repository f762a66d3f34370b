"""The unit tree and its changes, each with a preview of what follows."""
from collections.abc import Mapping, Sequence
from typing import Any

from django.contrib import messages
from django.db.models import Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from ventanilla.core.cases.services import reorganisation
from ventanilla.core.cases.services.numbering import kept_apart, not_kept
from ventanilla.core.orgs import capabilities as cap
from ventanilla.core.orgs.models import Appointment, Person, Unit
from ventanilla.core.orgs.services import add_unit, find_units, head_of, move_unit, update_unit
from ventanilla.core.orgs.services.posts import valid_on
from ventanilla.core.orgs.services.setup import Refused, UnitDraft
from ventanilla.core.orgs.services.units import UnitChange, give_code, not_ahead, preview_recoding, shared_codes
from ventanilla.lib.numbers import whole
from ventanilla.lib.spanish import number
from ventanilla.web.admin_area.forms.fields import in_tree_order
from ventanilla.web.admin_area.forms.orgs import (
    CloseForm,
    CodelessUnitForm,
    MergeForm,
    MoveForm,
    NewUnitForm,
    RecodeForm,
    UnitForm,
)
from ventanilla.web.admin_area.pages import Cell, Effect, FormPage, Table, form_page, page

SHOWN = 1500


def crumbs(unit: Unit | None = None) -> list[tuple[str, str]]:
    """Administración › Unidades (› the unit)."""
    found = [(_("Administración"), reverse("admin_area:home")), (_("Unidades"), reverse("admin_area:units"))]
    return [*found, (unit.name, reverse("admin_area:unit", args=[unit.pk]))] if unit else found


def unit_or_404(person: Person, pk: int) -> Unit:
    """A unit of the person's institution."""
    return get_object_or_404(Unit.objects.select_related("parent", "institution", "successor"), pk=pk,
                             institution=person.institution)


@page(cap.ADMIN_ORGS)
def units(request: HttpRequest, person: Person) -> HttpResponse:
    """The tree, or what a search found (old codes and closed units too)."""
    found = asked_for(person, request.GET, SHOWN)
    total = Unit.objects.filter(institution=person.institution, valid_to=None).count()
    return render(request, "admin_area/units.html", {
        "units": found, "q": request.GET.get("q", "").strip(), "closed": request.GET.get("cerradas") == "1", "total": total,
        "capped": len(found) >= SHOWN, "query": request.GET.urlencode()})


def asked_for(person: Person, asked: Mapping[str, str], most: int | None = None) -> list[Unit]:
    """The units that the page, or its file, is asked for: the tree, or what a search found."""
    if text := asked.get("q", "").strip():
        return find_units(person.institution, text, closed=True, limit=100)
    rows = Unit.objects.filter(institution=person.institution).select_related("parent")
    return in_tree_order(list((rows if asked.get("cerradas") == "1" else rows.filter(valid_to=None))[:most]))


@page(cap.ADMIN_ORGS)
def unit(request: HttpRequest, person: Person, pk: int) -> HttpResponse:
    """One unit: facts, codes it had, people, posts, what depends on it."""
    row = unit_or_404(person, pk)
    today = timezone.localdate()
    head, acting = head_of(row, today)
    posts = Appointment.objects.filter(Q(valid_to=None) | Q(valid_to__gt=today), post__unit=row).select_related("post", "person")
    return render(request, "admin_area/unit.html", {
        "unit": row, "crumbs": crumbs(), "head": head, "acting": acting, "effects": reorganisation.preview([row]),
        "children": Unit.objects.filter(parent=row, valid_to=None), "codes": row.codes.order_by("-valid_from", "-pk"),
        "posts": posts.order_by("post__kind", "post__order", "valid_from"), "staff": row.staff.filter(active=True)[:200],
        "grants": row.grants.filter(valid_on(today)).select_related("person", "role").order_by("person__sort_key"),
        "absorbed": row.absorbed.all(), "behind": reorganisation.left_behind(row)})


@page(cap.ADMIN_ORGS)
def new_unit(request: HttpRequest, person: Person) -> HttpResponse:
    """Add a unit."""
    parent = request.GET.get("bajo", "")
    form = NewUnitForm(person.institution, request.POST or None, initial={"parent": whole(parent)})
    return form_page(request, FormPage(title=_("Nueva unidad"), form=form, save=lambda d: _add(person, d),
                                       button=_("Agregar unidad"), crumbs=crumbs(), back=reverse("admin_area:units")))


def _add(person: Person, data: dict[str, Any]) -> str:
    made = add_unit(actor=person, institution=person.institution, draft=UnitDraft(**data))
    return reverse("admin_area:unit", args=[made.pk])


@page(cap.ADMIN_ORGS)
def edit_unit(request: HttpRequest, person: Person, pk: int) -> HttpResponse:
    """Edit name, initials, level and counter; and the code while it has none."""
    row = unit_or_404(person, pk)
    form = (UnitForm if row.code else CodelessUnitForm)(request.POST or None, initial={
        "name": row.name, "short_name": row.short_name, "level": row.level, "counter": row.counter})
    return form_page(request, FormPage(title=_("Editar unidad"), sub=row.name, form=form, crumbs=crumbs(row),
                                       save=lambda d: _edit(person, row, d), back=_to(row)))


def _to(row: Unit) -> str:
    return reverse("admin_area:unit", args=[row.pk])


def _edit(person: Person, row: Unit, data: dict[str, Any]) -> str:
    data.pop("uuid")
    code = data.pop("code", "")
    with kept_apart(person.institution_id, "code" if code else "short_name"):
        update_unit(actor=person, unit=row, change=UnitChange(**data))
        if code:
            give_code(actor=person, unit=row, code=code)
    return _to(row)


@page(cap.ADMIN_ORGS)
def move(request: HttpRequest, person: Person, pk: int) -> HttpResponse:
    """Hang a unit elsewhere."""
    row = unit_or_404(person, pk)

    def effects(data: dict[str, Any]) -> tuple[Sequence[Effect], Sequence[Table]]:
        parent = data["parent"]
        below = Unit.objects.under(row.pk).filter(valid_to=None).count() - 1
        return [Effect(_("De"), row.parent.name if row.parent else _("la raíz")),
                Effect(_("A"), parent.name if parent else _("la raíz")),
                Effect(below, _("unidades que dependen de ella se mueven con ella")),
                Effect(0, _("asuntos cambian de unidad; quien dirige la unidad superior nueva los verá"))], []

    def save(data: dict[str, Any]) -> str:
        move_unit(actor=person, unit=row, parent=data["parent"], reason=data["reason"])
        return _to(row)

    return form_page(request, FormPage(
        title=_("Mover unidad"), sub=row.name, form=MoveForm(row, request.POST or None), save=save, effects=effects,
        button=_("Mover"), crumbs=crumbs(row), back=_to(row)))


def effects_of(units: Sequence[Unit]) -> list[Effect]:
    """What follows a closing or merging, in words."""
    e = reorganisation.preview(units)
    return [Effect(e.cases, _("asuntos abiertos a cargo cambian de unidad, con su folio")),
            Effect(e.turns_held, _("turnos por atender pasan a la otra unidad")),
            Effect(e.turns_sent, _("turnos enviados serán evaluados por la otra unidad")),
            Effect(e.people, _("personas cambian de adscripción")),
            Effect(e.grants, _("permisos se dan también en la otra unidad (titulares, como asistentes)")),
            Effect(e.children, _("unidades pasan a depender de la otra")),
            Effect(e.series, _("numeraciones se cierran; la otra unidad numera lo nuevo"))]


def _alone(row: Unit) -> list[Effect]:
    """What follows when nobody takes over. Raises Refused while something needs a successor."""
    e = reorganisation.preview([row])
    if e.matters:
        raise Refused(_("Tiene asuntos abiertos; elija la unidad que la sustituye."), "successor")
    if e.children:
        raise Refused(_("Hay %(n)s unidades que dependen de ella; muévalas, ciérrelas primero o elija la unidad que la sustituye.")
                      % {"n": e.children}, "successor")
    return [Effect(e.people, _("personas siguen adscritas a ella hasta que les cambie la unidad")),
            Effect(e.grants, _("permisos sirven todavía para consultar su historia")),
            Effect(e.series, _("numeraciones se cierran"))]


def _tell_left(request: HttpRequest, done: reorganisation.Outcome | None) -> None:
    """Say that open matters are still on their way, when they are many."""
    if done and done.left:
        messages.info(request, ngettext(
            "Falta pasar %(n)s asunto; continúa en segundo plano y recibirá un aviso al terminar.",
            "Faltan pasar %(n)s asuntos; continúa en segundo plano y recibirá un aviso al terminar.", done.left)
            % {"n": number(done.left)})


@page(cap.ADMIN_ORGS)
def close(request: HttpRequest, person: Person, pk: int) -> HttpResponse:
    """Close a unit; its open matters go to the successor."""
    row = unit_or_404(person, pk)

    def effects(data: dict[str, Any]) -> tuple[Sequence[Effect], Sequence[Table]]:
        return (effects_of([row]) if data["successor"] else _alone(row)), []

    def save(data: dict[str, Any]) -> str:
        done = reorganisation.close(actor=person, unit=row, successor=data["successor"], reason=data["reason"], wait=False)
        _tell_left(request, done)
        return _to(data["successor"] or row)

    return form_page(request, FormPage(
        title=_("Cerrar unidad"), sub=row.name, form=CloseForm(row, request.POST or None), save=save, effects=effects,
        button=_("Cerrar la unidad"), done=_("La unidad se cerró."),
        danger=True, crumbs=crumbs(row), back=_to(row)))


@page(cap.ADMIN_ORGS)
def merge(request: HttpRequest, person: Person) -> HttpResponse:
    """Several units become one."""
    first = request.GET.get("unidad", "")
    form = MergeForm(person.institution, request.POST or None, initial={"unit_1": whole(first)})

    def effects(data: dict[str, Any]) -> tuple[Sequence[Effect], Sequence[Table]]:
        if data["successor"] in form.units():
            raise Refused(_("No puede desaparecer la unidad que continúa."), "successor")
        return effects_of(form.units()), []

    def save(data: dict[str, Any]) -> str:
        done = reorganisation.merge(actor=person, units=form.units(), successor=data["successor"], reason=data["reason"],
                                    wait=False)
        _tell_left(request, done)
        return _to(data["successor"])

    return form_page(request, FormPage(
        title=_("Fusionar unidades"), form=form, save=save, effects=effects, danger=True, button=_("Fusionar"),
        done=_("Las unidades se fusionaron; lo abierto continúa en la que quedó."), crumbs=crumbs(),
        back=reverse("admin_area:units")))


@page(cap.ADMIN_ORGS)
def codes(request: HttpRequest, person: Person) -> HttpResponse:
    """Many codes at once from an old-to-new table."""
    form = RecodeForm(request.POST or None, initial={"table": request.GET.get("clave", "")})

    def effects(data: dict[str, Any]) -> tuple[Sequence[Effect], Sequence[Table]]:
        not_ahead(data["day"])
        rows = preview_recoding(person.institution_id, form.pairs())
        if bad := [r for r in rows if r.problem]:
            raise Refused(" ".join(_("Línea %(line)s: %(problem)s.") % vars(r) for r in bad[:20]), "table")
        if alike := not_kept(person.institution_id, {r.unit.pk: r.new for r in rows if r.unit}):
            raise Refused(" ".join(alike[:20]), "table")
        changed = [r for r in rows if r.unit]
        cells: list[Sequence[Cell]] = [[r.old, r.new, r.unit.name] for r in changed if r.unit]
        shared = shared_codes(person.institution_id, rows)
        return ([Effect(len(changed), _("unidades cambian de clave; las anteriores se siguen encontrando")),
                 Effect(len(rows) - len(changed), _("ya estaban aplicadas")),
                 *([Effect(len(shared), _("claves nuevas quedarían en varias unidades: %(codes)s") % {"codes": ", ".join(shared[:20])})]
                   if shared else [])],
                [Table(_("Claves que cambian"), [_("Anterior"), _("Nueva"), _("Unidad")], cells)])

    def save(data: dict[str, Any]) -> str:
        reorganisation.recode(actor=person, institution_id=person.institution_id, pairs=form.pairs(), day=data["day"],
                              source=data["source"])
        return reverse("admin_area:units")

    return form_page(request, FormPage(
        title=_("Cambiar claves"), form=form, save=save, effects=effects, button=_("Cambiar las claves"),
        crumbs=crumbs(), back=reverse("admin_area:units")))

"""People: posts, grants, delegations, absences, and the hand-over when somebody leaves."""
import tempfile
from collections.abc import Mapping
from datetime import timedelta
from pathlib import Path
from typing import Any

from allauth.mfa.models import Authenticator
from django.db.models import Q, QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST

from ventanilla.core.cases.services.handover import HEADINGS, MOMENTS, Handover, handover
from ventanilla.core.exports.services import WRITERS
from ventanilla.core.exports.tables import Column
from ventanilla.core.exports.tables import Table as ExportTable
from ventanilla.core.orgs import capabilities as cap
from ventanilla.core.orgs.models import Absence, Appointment, Grant, Person, Post
from ventanilla.core.orgs.models.people import PostKind
from ventanilla.core.orgs.reach import reach_of
from ventanilla.core.orgs.services import (
    add_person,
    appoint,
    end_appointment,
    give,
    replace,
    update_person,
)
from ventanilla.core.orgs.services.finding import find_people
from ventanilla.core.orgs.services.grants import AbsenceDraft, Delegation
from ventanilla.core.orgs.services.posts import PersonChange, held_post
from ventanilla.core.orgs.services.setup import PersonDraft
from ventanilla.lib.numbers import whole
from ventanilla.lib.spanish import listed, number
from ventanilla.web.admin_area import deputies
from ventanilla.web.admin_area.forms.orgs import (
    AbsenceForm,
    AppointForm,
    DelegateForm,
    GrantForm,
    PersonForm,
    ReplaceForm,
)
from ventanilla.web.admin_area.pages import FormPage, form_page, page, post_verb
from ventanilla.web.admin_area.views import units as unit_pages
from ventanilla.web.screens.exports import TYPES
from ventanilla.web.ui.formats import long_date

PAGE = 50


def crumbs(person: Person, about: Person | None = None) -> list[tuple[str, str]]:
    """Administración › Personas › the person; one's own page needs no path."""
    if not reach_of(person).can(cap.ADMIN_ORGS):
        return []
    found = [(_("Administración"), reverse("admin_area:home")), (_("Personas"), reverse("admin_area:people"))]
    return [*found, (about.name, _to(about))] if about else found


def _to(about: Person) -> str:
    return reverse("admin_area:person", args=[about.pk])


def about_or_404(person: Person, pk: int, *, own: bool = False) -> Person:
    """A person of the institution, for the administration; one's own page too where `own`."""
    if not reach_of(person).can(cap.ADMIN_ORGS) and not (own and pk == person.pk):
        raise Http404
    return get_object_or_404(Person.objects.select_related("unit", "institution", "user"), pk=pk,
                             institution=person.institution)


@page(cap.ADMIN_ORGS)
def people(request: HttpRequest, person: Person) -> HttpResponse:
    """Everybody, by surname; search by name, e-mail, unit or post. Pages by key."""
    rows = asked_for(person, request.GET)
    if after := request.GET.get("despues", ""):
        key, _sep, pk = after.rpartition("|")
        rows = rows.filter(Q(sort_key__gt=key) | Q(sort_key=key, pk__gt=whole(pk) or 0))
    found = list(rows[:PAGE + 1])
    more = f"{found[PAGE - 1].sort_key}|{found[PAGE - 1].pk}" if len(found) > PAGE else ""
    return render(request, "admin_area/people.html", {
        "people": found[:PAGE], "q": _text(request.GET), "more": more, "crumbs": crumbs(person)[:1],
        "inactive": request.GET.get("inactivas") == "1", "query": request.GET.urlencode()})


def _text(asked: Mapping[str, str]) -> str:
    return asked.get("q", "").strip()[:100]


def asked_for(person: Person, asked: Mapping[str, str]) -> QuerySet[Person]:
    """The people that the page, or its file, is asked for, by surname."""
    rows = Person.objects.filter(institution=person.institution).select_related("unit", "user")
    return find_people(rows if asked.get("inactivas") == "1" else rows.filter(active=True), _text(asked))


@page()
def about(request: HttpRequest, person: Person, pk: int) -> HttpResponse:
    """One person. Everybody sees their own page: posts, permissions, absences, what they lent."""
    row = about_or_404(person, pk, own=True)
    today = timezone.localdate()
    grants = Grant.objects.select_related("role", "unit", "delegated_by", "person")
    return render(request, "admin_area/person.html", {
        "about": row, "crumbs": crumbs(person), "today": today, "own": row.pk == person.pk,
        "manages": reach_of(person).can(cap.ADMIN_ORGS), "second_factor": Authenticator.objects.filter(user=row.user_id or 0).exists(),
        "appointments": row.appointments.select_related("post", "post__unit").order_by("-valid_from")[:50],
        "grants": grants.filter(person=row).exclude(valid_to__lte=today).order_by("unit__sort_key"),
        "lent": grants.filter(delegated_by=row).exclude(valid_to__lte=today),
        "absences": row.absences.filter(valid_to__gt=today - timedelta(days=60)).select_related("acting")})


@page(cap.ADMIN_ORGS)
def new_person(request: HttpRequest, person: Person) -> HttpResponse:
    """Add a person, with an account when asked."""
    form = PersonForm(person.institution, request.POST or None, new=True)

    def save(data: dict[str, Any]) -> str:
        return _to(add_person(actor=person, institution=person.institution, draft=PersonDraft(**data)))

    return form_page(request, FormPage(title=_("Nueva persona"), form=form, save=save, button=_("Agregar persona"),
                                       crumbs=crumbs(person), back=reverse("admin_area:people")))


@page(cap.ADMIN_ORGS)
def edit_person(request: HttpRequest, person: Person, pk: int) -> HttpResponse:
    """Edit a person."""
    row = about_or_404(person, pk)
    names = ("given_name", "surname_1", "surname_2", "email", "phone", "unit", "active")
    form = PersonForm(person.institution, request.POST or None, initial={n: getattr(row, n) for n in names})

    def save(data: dict[str, Any]) -> str:
        unit = data.pop("unit")
        data.pop("uuid")
        update_person(actor=person, person=row, change=PersonChange(**data, unit_id=unit.pk if unit else None))
        return _to(row)

    return form_page(request, FormPage(title=_("Editar persona"), sub=row.name, form=form, save=save,
                                       crumbs=crumbs(person, row), back=_to(row)))


@page(cap.ADMIN_ORGS)
def new_appointment(request: HttpRequest, person: Person, pk: int) -> HttpResponse:
    """Give a post."""
    row = about_or_404(person, pk)

    def save(data: dict[str, Any]) -> str:
        taken = data.pop("replace")
        post = held_post(data["unit"], data["kind"], data["title"], data["since"]) if taken else None
        if post:
            replace(actor=person, post=post, person=row, since=data["since"], title=data["title"] if post.kind == PostKind.HEAD else "")
        else:
            appoint(actor=person, person=row, **data)
        return _to(row)

    form = AppointForm(person.institution, request.POST or None, initial={"unit": row.unit})
    return form_page(request, FormPage(title=_("Nombrar"), sub=row.name, form=form, save=save, button=_("Nombrar"),
                                       crumbs=crumbs(person, row), back=_to(row)))


@page(cap.ADMIN_ORGS)
def replace_holder(request: HttpRequest, person: Person, pk: int) -> HttpResponse:
    """Somebody else takes a post over."""
    post = get_object_or_404(Post.objects.select_related("unit"), pk=pk, unit__institution=person.institution)
    back = reverse("admin_area:unit", args=[post.unit_id])

    def save(data: dict[str, Any]) -> str:
        replace(actor=person, post=post, **data)
        return back

    return form_page(request, FormPage(
        title=_("Sustituir en el puesto"), sub=f"{post.title} · {post.unit.name}", save=save, crumbs=unit_pages.crumbs(post.unit),
        form=ReplaceForm(person.institution, request.POST or None), button=_("Sustituir"), back=back))


@page(cap.ADMIN_ORGS)
def new_grant(request: HttpRequest, person: Person, pk: int) -> HttpResponse:
    """Give a role over a unit."""
    row = about_or_404(person, pk)

    def save(data: dict[str, Any]) -> str:
        give(actor=person, person=row, **{**data, "role": data["role"].slug})
        return _to(row)

    form = GrantForm(person.institution, request.POST or None, initial={"unit": row.unit})
    return form_page(request, FormPage(title=_("Dar una función"), sub=row.name, form=form, save=save,
                                       button=_("Dar la función"), crumbs=crumbs(person, row), back=_to(row)))


@page()
def new_delegation(request: HttpRequest, person: Person, pk: int) -> HttpResponse:
    """Lend a role one holds."""
    row = about_or_404(person, pk, own=True)

    def save(data: dict[str, Any]) -> str:
        data["until"] += timedelta(days=1)
        deputies.delegate(actor=person, delegator=row, draft=Delegation(**data))
        return _to(row)

    form = DelegateForm(row, request.POST or None, initial={"unit": row.unit})
    return form_page(request, FormPage(
        title=_("Delegar"), sub=_("%(name)s sólo puede delegar lo que tiene; los dos nombres quedan en la bitácora.")
        % {"name": row.name}, form=form, save=save, button=_("Delegar"), crumbs=crumbs(person, row), back=_to(row)))


@page()
def new_absence(request: HttpRequest, person: Person, pk: int) -> HttpResponse:
    """Note an absence and who acts."""
    row = about_or_404(person, pk, own=True)

    def save(data: dict[str, Any]) -> str:
        deputies.declare_absence(actor=person, person=row, draft=AbsenceDraft(**data))
        return _to(row)

    form = AbsenceForm(person.institution, request.POST or None, without=row.pk)
    return form_page(request, FormPage(title=_("Registrar ausencia"), sub=row.name, form=form, save=save,
                                       button=_("Registrar ausencia"), crumbs=crumbs(person, row), back=_to(row)))


@require_POST
@page(cap.ADMIN_ORGS)
def finish_appointment(request: HttpRequest, person: Person, pk: int) -> HttpResponse:
    """The person leaves a post today."""
    row = get_object_or_404(Appointment.objects.select_related("post__unit", "person"), pk=pk,
                            post__unit__institution=person.institution)
    return post_verb(request, lambda: end_appointment(actor=person, appointment=row), _("El nombramiento terminó."),
                     _to(row.person))


@require_POST
@page()
def finish_grant(request: HttpRequest, person: Person, pk: int) -> HttpResponse:
    """A grant or delegation ends today."""
    row = get_object_or_404(Grant.objects.select_related("person", "unit"), pk=pk, unit__institution=person.institution)
    mine = row.delegated_by_id == person.pk and not reach_of(person).can(cap.ADMIN_ORGS)
    return post_verb(request, lambda: deputies.revoke(actor=person, grant=row), _("El permiso terminó."),
                     _to(person if mine else row.person))


@require_POST
@page()
def finish_absence(request: HttpRequest, person: Person, pk: int) -> HttpResponse:
    """The person is back."""
    row = get_object_or_404(Absence.objects.select_related("person"), pk=pk, person__institution=person.institution)
    return post_verb(request, lambda: deputies.end_absence(actor=person, absence=row), _("La ausencia terminó."), _to(row.person))


@page()
def hand_over(request: HttpRequest, person: Person, pk: int) -> HttpResponse:
    """What the person leaves pending."""
    row = about_or_404(person, pk, own=True)
    return render(request, "admin_area/handover.html", {
        "report": handover(actor=person, person=row), "crumbs": crumbs(person, row)})


def _facts(report: Handover) -> list[tuple[str, str]]:
    """What the file says of itself."""
    missing = ngettext("%(num)s asunto, solo contado por unidad.", "%(num)s asuntos, solo contados por unidad.", report.hidden)
    return [(_("Pendientes al"), long_date(report.day)), (_("Unidades"), listed([u.name for u in report.units]) or _("Ninguna")),
            *([(_("Sin contenido"), f"{missing % {'num': number(report.hidden)}} {report.who_reads()}")] if report.hidden else [])]


@page()
def hand_over_file(request: HttpRequest, person: Person, pk: int, kind: str) -> HttpResponse:
    """The same report as a workbook, a text file or a paper to sign."""
    row = about_or_404(person, pk, own=True)
    if kind not in WRITERS:
        raise Http404
    report = handover(actor=person, person=row)
    table = ExportTable(
        _("Pendientes para entregar: %(name)s") % {"name": row.name},
        [Column(str(title), "datetime" if title in MOMENTS else "text") for title in HEADINGS],
        [r.cells() for r in report.rows] + [u.cells() for u in report.unread], facts=_facts(report),
        generated_by=person.name, institution=person.institution.name)
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / f"pendientes-{row.pk}-{report.day}.{kind}"
        WRITERS[kind](table, path)
        return HttpResponse(path.read_bytes(), content_type=TYPES[kind], headers={
            "Content-Disposition": f'attachment; filename="{path.name}"', "X-Content-Type-Options": "nosniff"})

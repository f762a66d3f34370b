"""The current archive: the list of expedientes, one with what lies in it, opening, placing and closing it, its papers."""
from typing import Any

import django_filters
from django import forms
from django.contrib import messages
from django.db.models import Count, IntegerField, Model, OuterRef, QuerySet, Subquery
from django.db.models.functions import Coalesce
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST, require_safe

from ventanilla.core.audit.services import record as log
from ventanilla.core.cases.models import Case
from ventanilla.core.orgs import capabilities as cap
from ventanilla.core.orgs.models import Person, Unit
from ventanilla.core.orgs.reach import reach_of
from ventanilla.core.orgs.services.setup import NotAllowed, Refused
from ventanilla.lib.numbers import whole
from ventanilla.modules.correspondence.models import ArchiveFile, ArchivePlace, ArchiveSeries
from ventanilla.modules.correspondence.screens.files import pdf_response
from ventanilla.modules.correspondence.screens.record import person_of
from ventanilla.modules.correspondence.services.archiving import FileDraft, close_file, open_drafted, place_file
from ventanilla.modules.correspondence.services.covers import contents, cover_pdf, label_of_file, sheets_of
from ventanilla.web.screens.columns import Column
from ventanilla.web.screens.screen import Screen, register
from ventanilla.web.screens.units import UnitFilter
from ventanilla.web.ui.refusals import blame
from ventanilla.web.ui.sendings import Keyed


def _units(request: HttpRequest | None) -> QuerySet[Unit]:
    person: Person | None = getattr(request, "person", None)
    return Unit.objects.filter(pk__in=reach_of(person).within(cap.ARCHIVE)) if person else Unit.objects.none()


def _series(request: HttpRequest | None) -> QuerySet[ArchiveSeries]:
    person: Person | None = getattr(request, "person", None)
    return ArchiveSeries.objects.filter(institution_id=person.institution_id) if person else ArchiveSeries.objects.none()


class FileFilters(django_filters.FilterSet):
    """By unit, series, year and whether it is open."""

    unidad = UnitFilter(field_name="unit", label=_("Unidad"), queryset=_units)
    serie = django_filters.ModelChoiceFilter(field_name="series", label=_("Serie"), queryset=_series, empty_label=_("Todas"))
    anio = django_filters.NumberFilter(field_name="year", label=_("Año"), min_value=1900, max_value=2200)
    abierto = django_filters.ChoiceFilter(method="by_state", label=_("Situación"), empty_label=_("Todos"),
                                         choices=[("si", _("Abierto")), ("no", _("Cerrado"))])

    def by_state(self, rows: QuerySet[Any], _name: str, value: str) -> QuerySet[Any]:
        """Open or closed."""
        return rows.filter(closed__isnull=value == "si")


@register
class Files(Screen):
    """Every expediente of the units where the person archives, newest first."""

    slug = "expedientes"
    title = _("Archivo de trámite")
    capability = cap.ARCHIVE
    columns = (
        Column("reference", _("Expediente"), "folio"), Column("title", _("Título"), "title"), Column("series", _("Serie")),
        Column("unit.name", _("Unidad")),
        Column("state", _("Situación"), "badge", get=lambda f: _("Cerrado") if f.closed else _("Abierto")),
        Column("documents", _("Documentos"), "int"), Column("box", _("Caja")), Column("shelf", _("Estante")),
        Column("opened", _("Apertura"), "date"), Column("closed", _("Cierre"), "date", shown=False),
    )
    filters = FileFilters
    search = ("title", "series__code", "series__name", "box", "shelf")
    empty = _("Todavía no hay expedientes en sus unidades.")
    empty_step = ("archive_open", _("Abrir el primero"))

    def queryset(self, person: Person) -> QuerySet[ArchiveFile]:
        """Expedientes visible to the person, with how many documents each holds."""
        held = ArchivePlace.objects.filter(file=OuterRef("pk")).order_by().values("file").annotate(n=Count("pk")).values("n")
        rows = ArchiveFile.objects.visible_to(person).select_related("series", "unit")
        return rows.annotate(documents=Coalesce(Subquery(held, output_field=IntegerField()), 0))

    def row_url(self, row: Model) -> str:
        """The expediente."""
        return reverse("archive_file", args=[row.pk])


class OpenForm(Keyed):
    """A new expediente."""

    unit = forms.ModelChoiceField(Unit.objects.none(), label=_("Unidad"), empty_label=None)
    series = forms.ModelChoiceField(ArchiveSeries.objects.none(), label=_("Serie"))
    title = forms.CharField(label=_("Título"), max_length=200)
    box = forms.CharField(label=_("Caja"), max_length=40, required=False)
    shelf = forms.CharField(label=_("Estante"), max_length=40, required=False)

    def __init__(self, *args: Any, person: Person, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        mine = Unit.objects.filter(pk__in=reach_of(person).within(cap.ARCHIVE), valid_to=None)
        rows: dict[str, Any] = {"unit": mine,
                                "series": ArchiveSeries.objects.filter(institution=person.institution, active=True)}
        for name, found in rows.items():
            field = self.fields[name]
            assert isinstance(field, forms.ModelChoiceField)
            field.queryset = found
        if person.unit_id and mine.filter(pk=person.unit_id).exists():
            self.fields["unit"].initial = person.unit_id


class PlaceForm(forms.Form):
    """Where an expediente stands."""

    box = forms.CharField(label=_("Caja"), max_length=40, required=False)
    shelf = forms.CharField(label=_("Estante"), max_length=40, required=False)


def _file(request: HttpRequest, pk: int) -> tuple[ArchiveFile, Person]:
    person = person_of(request)
    rows = ArchiveFile.objects.visible_to(person).select_related("series", "unit", "institution")
    return get_object_or_404(rows, pk=pk), person


def open_page(request: HttpRequest) -> HttpResponse:
    """Open an expediente."""
    person = person_of(request)
    if not reach_of(person).can(cap.ARCHIVE):
        raise Http404
    form = OpenForm(request.POST or None, person=person)
    if (wanted := whole(request.GET.get("unidad"))) is not None:
        form.fields["unit"].initial = wanted
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        try:
            made = open_drafted(actor=person, draft=FileDraft(**data))
        except NotAllowed:
            raise Http404 from None
        except Refused as refusal:
            blame(form, refusal)
        else:
            messages.success(request, gettext("Se abrió el expediente %(name)s.") % {"name": made.reference})
            return redirect(_after_opening(request, person, made))
    return render(request, "correspondence/archive_open.html", {"form": form}, status=422 if form.errors else 200)


def _after_opening(request: HttpRequest, person: Person, made: ArchiveFile) -> str:
    """Back to archiving the letter it was opened for, with it chosen; else its own page."""
    wanted = whole(request.GET.get("asunto"))
    if wanted is not None and Case.objects.visible_to(person).filter(pk=wanted, kind="letter").exists():
        return f"{reverse('letter_action', args=[wanted, 'archive'])}?expediente={made.pk}"
    return reverse("archive_file", args=[made.pk])


def file_page(request: HttpRequest, pk: int) -> HttpResponse:
    """An expediente: where it stands, what lies in it; posting says where it stands now."""
    file, person = _file(request, pk)
    form = PlaceForm(request.POST or None, initial={"box": file.box, "shelf": file.shelf})
    if request.method == "POST" and form.is_valid():
        place_file(actor=person, file=file, **form.cleaned_data)
        messages.success(request, gettext("La ubicación quedó guardada."))
        return redirect("archive_file", pk)
    rows = contents(person, file)
    return render(request, "correspondence/archive_file.html", {
        "file": file, "rows": rows, "form": form, "sheets": sheets_of(file),
        "movable": not file.closed and reach_of(person).can(cap.ARCHIVE, file.unit_id)}, status=422 if form.errors else 200)


@require_POST
def close_page(request: HttpRequest, pk: int) -> HttpResponse:
    """Close it; asked once on its page."""
    file, person = _file(request, pk)
    try:
        close_file(actor=person, file=file)
        messages.success(request, gettext("El expediente quedó cerrado: no recibe más documentos."))
    except Refused as refusal:
        messages.error(request, refusal.message)
    return redirect("archive_file", pk)


@require_safe
def cover(request: HttpRequest, pk: int) -> HttpResponse:
    """The cover sheet."""
    file, person = _file(request, pk)
    log("archive.cover", actor=person, institution_id=file.institution_id, subject=f"file:{file.pk}")
    return pdf_response(cover_pdf(person, file), f"caratula-{file.reference}.pdf", inline=True)


@require_safe
def file_label(request: HttpRequest, pk: int) -> HttpResponse:
    """The label for the folder."""
    file, _person = _file(request, pk)
    return pdf_response(label_of_file(file), f"etiqueta-{file.reference}.pdf", inline=True)

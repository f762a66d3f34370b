"""What the pages of the builder share: finding a form of the institution, its draft, the trail."""

from typing import Any

from django.db.models import QuerySet
from django.http import Http404
from django.urls import reverse
from django.utils.translation import gettext as _

from ventanilla.core.orgs import capabilities as cap
from ventanilla.core.orgs.models import Person
from ventanilla.core.orgs.reach import reach_of
from ventanilla.core.questionnaires.definition import Definition, DefinitionError, parse
from ventanilla.core.questionnaires.keeping import kept_by, visible_to
from ventanilla.core.questionnaires.models import Instrument, InstrumentVersion
from ventanilla.core.questionnaires.words import BadDefinition

KEEP = (cap.ADMIN_CATALOGUES, cap.DESK_CATALOGUE)
COUNT = (cap.ADMIN_CATALOGUES, cap.MEASURE)


def instrument_of(person: Person, pk: int, rows: QuerySet[Instrument] | None = None) -> Instrument:
    """The form that the person reads (or that is among `rows`), or 404."""
    found = visible_to(person) if rows is None else rows.filter(institution_id=person.institution_id)
    one = found.select_related("institution").filter(pk=pk).first()
    if one is None:
        raise Http404
    return one


def kept_of(person: Person, pk: int) -> Instrument:
    """The form that the person keeps, or 404."""
    return instrument_of(person, pk, kept_by(person))


def counted_of(person: Person, pk: int) -> Instrument:
    """Any form of the institution, for who measures (`Response.objects.measured_by` says what), or 404."""
    return instrument_of(person, pk, Instrument.objects.all())


def may_count(person: Person) -> bool:
    """Whether figures of forms are the person's to see."""
    return any(reach_of(person).can(one) for one in COUNT)


def newest_of(instrument: Instrument) -> InstrumentVersion | None:
    """The newest version, drafts included."""
    return instrument.versions.order_by("-number").first()


def draft_of(instrument: Instrument) -> InstrumentVersion:
    """The draft, or 404."""
    found = newest_of(instrument)
    if found is None or not found.is_draft:
        raise Http404
    return found


def crumbs(instrument: Instrument | None = None) -> list[tuple[str, str]]:
    """Administración > Formularios > the form."""
    trail = [(_("Administración"), reverse("admin_area:home")), (_("Formularios"), reverse("questionnaires:list"))]
    return [*trail, (instrument.name, reverse("questionnaires:form", args=[instrument.pk]))] if instrument else trail


def parsed(version: InstrumentVersion) -> tuple[Definition | None, list[tuple[str, str, str]]]:
    """The definition, or None and what is wrong with it (path, where, what)."""
    try:
        return parse(version.definition), []
    except DefinitionError as error:
        return None, BadDefinition(error).problems


def plain(values: Any) -> Any:
    """For showing JSON values in words of a table: lists joined."""
    return "; ".join(map(str, values)) if isinstance(values, list | tuple) else values

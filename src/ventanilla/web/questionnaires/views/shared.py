"""What the pages of the builder share: finding a form of the institution, its draft, the trail."""

from typing import Any

from django.http import Http404
from django.urls import reverse
from django.utils.translation import gettext as _

from ventanilla.core.orgs import capabilities as cap
from ventanilla.core.orgs.models import Person
from ventanilla.core.questionnaires.definition import Definition, DefinitionError, parse
from ventanilla.core.questionnaires.models import Instrument, InstrumentVersion
from ventanilla.core.questionnaires.words import BadDefinition

KEEP = cap.ADMIN_CATALOGUES
COUNT = (cap.ADMIN_CATALOGUES, cap.MEASURE)


def instrument_of(person: Person, pk: int) -> Instrument:
    """The form of the person's institution, or 404."""
    found = Instrument.objects.select_related("institution").filter(institution_id=person.institution_id, pk=pk).first()
    if found is None:
        raise Http404
    return found


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

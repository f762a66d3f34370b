"""Forms with extra fields and satisfaction surveys, kept by the service manager whose services alone use them.

What an offering names now, or named when it was last offered, is used by its team. A form that a team of others uses too is read and
not changed. What nobody uses yet is kept by who made it. Instruments of an index and records serve other modules: they are not lent.
"""
from typing import Any, Final

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils.translation import gettext_lazy as lazy

from ventanilla.core.orgs.models import Person
from ventanilla.core.questionnaires.keeping import Lent, lend
from ventanilla.core.questionnaires.models import Instrument, Purpose
from ventanilla.modules.servicedesk.models import OfferingVersion
from ventanilla.modules.servicedesk.services.keeping import keeps, kept_units

PURPOSES: Final = frozenset({Purpose.REQUEST_FORM.value, Purpose.SURVEY.value})
Forms = QuerySet[Instrument]


def makes(person: Person) -> frozenset[str]:
    """Extra fields and surveys, by who keeps the catalogue of some team."""
    return PURPOSES if kept_units(person) and keeps(person) else frozenset()


def kept(person: Person, rows: Forms) -> Forms:
    """Of these forms, those that only their teams use, and those of their own making that nobody uses."""
    mine = _mine(person)
    ours = rows.filter(_used(mine) | Q(created_by=person) & ~_used(), purpose__in=PURPOSES)
    return ours.exclude(_used(~mine))


def seen(person: Person, rows: Forms) -> Forms:
    """Of these forms, those that their teams use."""
    return rows.filter(_used(_mine(person)), purpose__in=PURPOSES)


def _mine(person: Person) -> Q:
    return Q(team__unit_id__in=kept_units(person))


def _used(whose: Any = None) -> Exists:
    """Whether an offering (of `whose` teams) names the form in a version that is live, or in its last one."""
    last = OfferingVersion.objects.filter(offering=OuterRef("offering_id")).order_by("-number").values("number")[:1]
    versions = OfferingVersion.objects.filter(~Q(state="retired") | Q(number=last))
    versions = versions.filter(Q(form__instrument=OuterRef("pk")) | Q(survey__instrument=OuterRef("pk")))
    return Exists(versions.filter(whose) if whose is not None else versions)


def register() -> None:
    """Called once from the app's `ready()`."""
    lend("servicedesk", Lent(makes, kept, seen, lazy(
        "También lo usan servicios que atienden equipos de otras personas: lo cambia la administración. Puede descargarlo y empezar con él "
        "uno propio.")))

"""Who may authorise a change of which risk, and how many of them have to: rules of the institution as data (`ChangeRule`).

Without rows for a risk the usual rule holds: whoever concludes matters in some unit (heads, their assistants, the manager of the desk)
may authorise; one of them is enough, two for a high risk.
"""
from typing import Final

from django.db.models import Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from ventanilla.core.cases.models import Case
from ventanilla.core.orgs import capabilities as cap
from ventanilla.core.orgs.models import Absence, Grant, Person
from ventanilla.core.orgs.services.setup import Refused
from ventanilla.modules.servicedesk.flow import CHANGES
from ventanilla.modules.servicedesk.models import Change, ChangeRule

USUAL_QUORUM: Final = {1: 1, 2: 1, 3: 2}


def risk_of(case: Case) -> int:
    """The risk of a change, 1 (low) to 3 (high)."""
    return Change.objects.values_list("risk", flat=True).get(pk=case.pk)


def quorum_for(case: Case) -> int:
    """The least number of people who have to agree; 1 for what is no change."""
    if case.kind not in CHANGES:
        return 1
    risk = risk_of(case)
    said = _rules(case, risk).values_list("quorum", flat=True)
    return max(said, default=USUAL_QUORUM[risk])


def authorities(case: Case) -> QuerySet[Person]:
    """Active people who may authorise this change by their roles today, whoever stands in for an absent one included.

    Of what is no change: everybody active of the institution (who authorises a request is said by its offering).
    """
    here = Person.objects.filter(institution_id=case.institution_id, active=True)
    if case.kind not in CHANGES:
        return here
    today = timezone.localdate()
    grants = Grant.objects.filter(Q(valid_to=None) | Q(valid_to__gt=today), valid_from__lte=today,
                                  person__institution_id=case.institution_id)
    roles = list(_rules(case, risk_of(case)).values_list("role_id", flat=True))
    grants = grants.filter(role__in=roles) if roles else grants.filter(role__capabilities__contains=[cap.CONCLUDE])
    acting = Absence.objects.filter(person__in=grants.values("person"), valid_from__lte=today, valid_to__gt=today).values("acting")
    return here.filter(Q(pk__in=grants.values("person")) | Q(pk__in=acting))


def _rules(case: Case, risk: int) -> QuerySet[ChangeRule]:
    return ChangeRule.objects.filter(institution_id=case.institution_id, risk=risk, active=True)


def require_authorities(case: Case, people: list[Person], quorum: int) -> None:
    """Raises Refused naming who may not authorise a change of this risk, or when fewer are asked to agree than the rule wants."""
    if case.kind not in CHANGES:
        return
    may = set(authorities(case).filter(pk__in=[p.pk for p in people]).values_list("pk", flat=True))
    others = [p.name for p in people if p.pk not in may]
    if others:
        raise Refused(_("No puede autorizar un cambio de este riesgo: %(names)s. Elija a quien tenga un rol que lo autorice.") % {
            "names": ", ".join(others[:5])}, "people")
    least = quorum_for(case)
    if quorum < least:
        raise Refused(_("Un cambio de este riesgo pide al menos %(n)s autorizaciones.") % {"n": least}, "quorum")

"""Absences and delegations with the notice to whoever acts: the same verbs for the administration and for oneself.

A notice is kept as one text for whoever reads it: Spanish, not the language of who acts.
"""
from datetime import date, timedelta

from django.db import transaction
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import override

from ventanilla.core.notices.services.telling import SPANISH, NoticeDraft, notify
from ventanilla.core.orgs import services as orgs
from ventanilla.core.orgs.models import Absence, Grant, Person
from ventanilla.core.orgs.services.grants import AbsenceDraft, Delegation
from ventanilla.web.ui.formats import long_date


@transaction.atomic
def declare_absence(*, actor: Person, person: Person, draft: AbsenceDraft) -> Absence:
    """`orgs.declare_absence`, and whoever acts is told."""
    row = orgs.declare_absence(actor=actor, person=person, draft=draft)
    if row.acting_id:
        with override(SPANISH):
            _tell(row.acting_id, f"absence:{row.pk}", _("Suple a %(name)s") % {"name": person.name},
                  _("%(when)s. Sus asuntos le aparecerán en Mi bandeja.") % {"when": _when(row.valid_from, row.valid_to)})
    return row


@transaction.atomic
def end_absence(*, actor: Person, absence: Absence) -> None:
    """`orgs.end_absence`, and whoever acted is told."""
    acting, name, key = absence.acting_id, absence.person.name, absence.pk
    orgs.end_absence(actor=actor, absence=absence)
    if acting:
        with override(SPANISH):
            _tell(acting, f"absence-end:{key}", _("Terminó la suplencia de %(name)s") % {"name": name}, "")


@transaction.atomic
def delegate(*, actor: Person, delegator: Person, draft: Delegation) -> Grant:
    """`orgs.delegate`, and whoever receives is told."""
    row = orgs.delegate(actor=actor, delegator=delegator, draft=draft)
    with override(SPANISH):
        _tell(row.person_id, f"delegation:{row.pk}", _("%(name)s le delegó «%(role)s»") % {"name": delegator.name, "role": row.role.name},
              f"{row.unit.name}. {_when(draft.since, draft.until)}.")
    return row


@transaction.atomic
def revoke(*, actor: Person, grant: Grant) -> None:
    """`orgs.revoke`; of a delegation, whoever had received it is told."""
    lent, to, key = grant.delegated_by, grant.person_id, grant.pk
    orgs.revoke(actor=actor, grant=grant)
    if lent:
        with override(SPANISH):
            _tell(to, f"delegation-end:{key}", _("Terminó la delegación de %(name)s") % {"name": lent.name}, grant.unit.name)


def _when(since: date, until: date) -> str:
    """"Del 3 de enero de 2026 al 5 de enero de 2026", the last day included."""
    return _("Del %(since)s al %(last)s") % {"since": long_date(since), "last": long_date(until - timedelta(days=1))}


def _tell(person_id: int, key: str, title: str, body: str) -> None:
    notify(recipients=[person_id], draft=NoticeDraft("deputy", title, key, body, reverse("own:deputies")))

"""Writing rules of notification: saved whole with their words, switched on and off, put in order; every change is in the log."""
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from ventanilla.core.orgs.models import Person
from ventanilla.core.orgs.services.setup import NotAllowed, Refused
from ventanilla.lib.spanish import clean_text
from ventanilla.modules.servicedesk.models import NotificationRule, RuleText, Service
from ventanilla.modules.servicedesk.services.managing import require_manager
from ventanilla.modules.servicedesk.services.rules.events import LABELS
from ventanilla.modules.servicedesk.services.rules.facts import condition_of
from ventanilla.modules.servicedesk.services.rules.ordering import Kept
from ventanilla.modules.servicedesk.services.rules.recipients import ROLES
from ventanilla.modules.servicedesk.services.rules.texts import check_text


@dataclass(frozen=True)
class RuleDraft:
    """A rule whole. `texts`: subject and body by service (None: of all the others, which there must be)."""

    name: str
    event: str
    texts: Mapping[Service | None, tuple[str, str]]
    recipients: Sequence[str] = ()
    people: Sequence[Person] = ()
    condition: Mapping[str, Any] = field(default_factory=dict)
    channel: str = "usual"


def save_rule(*, actor: Person, draft: RuleDraft, rule: NotificationRule | None = None) -> NotificationRule:
    """Keep a new rule (off, at the end), or another wording of one. By managers of the desk.

    Raises NotAllowed, and Refused naming the field.
    """
    require_manager(actor)
    if rule and rule.institution_id != actor.institution_id:
        raise NotAllowed
    _check(actor, draft)
    before = describe(rule) if rule else {}
    try:
        with transaction.atomic():
            row = rule or NotificationRule(institution_id=actor.institution_id, order=_last(actor) + 10)
            row.name, row.event, row.channel = clean_text(draft.name)[:120], draft.event, draft.channel
            row.condition, row.recipients = dict(draft.condition), [r for r in ROLES if r in draft.recipients]
            KEPT.stamp(row, actor)
            row.people.set(draft.people)
            row.texts.all().delete()
            RuleText.objects.bulk_create(RuleText(rule=row, service=s, subject=subject.strip()[:160], body=body.strip())
                                         for s, (subject, body) in draft.texts.items())
            KEPT.log("saved", actor, row, before)
    except IntegrityError:
        raise Refused(_("Ya hay una regla con ese nombre."), "name") from None
    return row


def _check(actor: Person, draft: RuleDraft) -> None:
    if not clean_text(draft.name):
        raise Refused(_("Póngale nombre a la regla."), "name")
    if draft.event not in LABELS:
        raise Refused(_("Elija cuándo se avisa."), "event")
    if draft.channel not in NotificationRule.Channel.values:
        raise Refused(_("Elija cómo se avisa."), "channel")
    if not [r for r in draft.recipients if r in ROLES] and not draft.people:
        raise Refused(_("Elija al menos a quién se avisa."), "recipients")
    condition_of(draft.condition)
    _check_words(actor, draft)


def _check_words(actor: Person, draft: RuleDraft) -> None:
    if any(p.institution_id != actor.institution_id for p in draft.people):
        raise Refused(_("Las personas deben ser de la institución."), "people")
    if any(s and s.institution_id != actor.institution_id for s in draft.texts):
        raise Refused(_("Los servicios deben ser de la institución."), "texts")
    if None not in draft.texts or not draft.texts[None][0].strip():
        raise Refused(_("Escriba el asunto del aviso."), "subject")
    for subject, body in draft.texts.values():
        check_text(subject, "subject")
        check_text(body, "body")


def _last(actor: Person) -> int:
    return NotificationRule.objects.filter(institution_id=actor.institution_id).order_by("-order").values_list(
        "order", flat=True).first() or 0


def describe(rule: NotificationRule) -> dict[str, Any]:
    """The rule as the log keeps it."""
    return {"name": rule.name, "event": rule.event, "active": rule.active, "channel": rule.channel, "condition": rule.condition,
            "recipients": rule.recipients, "people": sorted(rule.people.values_list("pk", flat=True)), "order": rule.order,
            "texts": [[t.service_id, t.subject, t.body] for t in rule.texts.all().order_by("pk")]}


KEPT: Final = Kept(NotificationRule, "rule", lambda rule: describe(NotificationRule.objects.get(pk=rule.pk)))
switch_rule, move_rule = KEPT.switch, KEPT.move
"""On or off; one place up or down: of several that tell a person of one event, the first one counts."""

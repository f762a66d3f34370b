"""Verbs of tokens and webhooks: create, revoke, subscribe, choose its events, switch, deliver again. The secrets are shown once."""
import hashlib
import secrets
from collections.abc import Collection
from datetime import timedelta

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from ventanilla.core.audit.services import record
from ventanilla.core.orgs import capabilities as cap
from ventanilla.core.orgs.models import Person
from ventanilla.core.orgs.services.setup import NotAllowed, Refused, require
from ventanilla.web.api.guard import check_url
from ventanilla.web.api.models import ApiToken, Delivery, Subscription
from ventanilla.web.api.scopes import SCOPES
from ventanilla.web.api.webhooks import unknown_events

PREFIX = "vnt_"
MOST_DAYS = 366
MOST_TOKENS = 20


def digest_of(secret: str) -> str:
    """What is kept of a token: 256 random bits need no slow hash."""
    return hashlib.sha256(secret.encode()).hexdigest()


@transaction.atomic
def create_token(*, actor: Person, name: str, scopes: Collection[str], days: int) -> tuple[ApiToken, str]:
    """A token of the actor, and its secret, which is not kept. Raises Refused naming the field."""
    if not name.strip():
        raise Refused(_("Escriba un nombre que diga para qué es."), "name")
    if not scopes or set(scopes) - set(SCOPES):
        raise Refused(_("Elija al menos un permiso de la lista."), "scopes")
    if not 1 <= days <= MOST_DAYS:
        raise Refused(_("La vigencia es de 1 a 366 días."), "days")
    if ApiToken.objects.filter(person=actor).valid(timezone.now()).count() >= MOST_TOKENS:
        raise Refused(_("Tiene 20 claves vigentes; revoque alguna antes de crear otra."), "name")
    secret = PREFIX + secrets.token_urlsafe(32)
    token = ApiToken.objects.create(
        person=actor, name=name.strip()[:80], digest=digest_of(secret), hint=secret[-4:], scopes=sorted(scopes),
        expires_at=timezone.now() + timedelta(days=days))
    record("api.create_token", actor=actor, institution_id=actor.institution_id, subject=f"token:{token.uuid}",
           detail={"scopes": token.scopes, "expires": token.expires_at})
    return token, secret


@transaction.atomic
def revoke_token(*, actor: Person, token: ApiToken) -> None:
    """From now on the token is refused. Raises NotAllowed for another's."""
    if token.person_id != actor.pk:
        raise NotAllowed
    ApiToken.objects.filter(pk=token.pk, revoked_at=None).update(revoked_at=timezone.now())
    record("api.revoke_token", actor=actor, institution_id=actor.institution_id, subject=f"token:{token.uuid}")


@transaction.atomic
def subscribe(*, actor: Person, url: str, events: Collection[str]) -> Subscription:
    """Tell an address of these events from now on. Raises NotAllowed, and Refused for an address that is not public."""
    require(actor, cap.ADMIN_API)
    _check_events(actor.institution_id, events)
    if problem := check_url(url):
        raise Refused(problem, "url")
    made = Subscription.objects.create(institution_id=actor.institution_id, url=url, events=sorted(set(events)),
                                       secret=secrets.token_hex(32), created_by=actor)
    record("api.subscribe", actor=actor, institution_id=actor.institution_id, subject=f"webhook:{made.uuid}",
           detail={"url": url, "events": made.events})
    return made


def _check_events(institution_id: int, events: Collection[str]) -> None:
    if not events:
        raise Refused(_("Elija al menos un evento."), "events")
    if unknown := unknown_events(institution_id, events):
        raise Refused(_("No hay eventos que se llamen así: %(names)s.") % {"names": ", ".join(sorted(unknown))[:200]}, "events")


@transaction.atomic
def choose_events(*, actor: Person, subscription: Subscription, events: Collection[str]) -> None:
    """What an address is told of from now on; what waits for it is still sent. Raises NotAllowed; Refused for events that there are not."""
    require(actor, cap.ADMIN_API)
    if subscription.institution_id != actor.institution_id:
        raise NotAllowed
    _check_events(actor.institution_id, events)
    row = Subscription.objects.select_for_update().get(pk=subscription.pk)
    before, row.events = row.events, sorted(set(events))
    if row.events == before:
        return
    row.save(update_fields=["events"])
    record("api.choose_events", actor=actor, institution_id=actor.institution_id, subject=f"webhook:{row.uuid}",
           detail={"before": before, "after": row.events})


@transaction.atomic
def switch(*, actor: Person, subscription: Subscription, active: bool) -> None:
    """Start or stop telling an address."""
    require(actor, cap.ADMIN_API)
    if subscription.institution_id != actor.institution_id:
        raise NotAllowed
    Subscription.objects.filter(pk=subscription.pk).update(active=active)
    record("api.switch_webhook", actor=actor, institution_id=actor.institution_id,
           subject=f"webhook:{subscription.uuid}", detail={"active": active})


@transaction.atomic
def renew_secret(*, actor: Person, subscription: Subscription) -> Subscription:
    """A new secret from now on, also for what waits: each try is signed when it is sent."""
    require(actor, cap.ADMIN_API)
    if subscription.institution_id != actor.institution_id:
        raise NotAllowed
    subscription.secret = secrets.token_hex(32)
    subscription.save(update_fields=["secret"])
    record("api.renew_secret", actor=actor, institution_id=actor.institution_id, subject=f"webhook:{subscription.uuid}")
    return subscription


@transaction.atomic
def deliver_again(*, actor: Person, delivery: Delivery) -> None:
    """Put a delivery back into the queue. Raises NotAllowed; Refused while its address is stopped."""
    require(actor, cap.ADMIN_API)
    if delivery.subscription.institution_id != actor.institution_id:
        raise NotAllowed
    if not delivery.subscription.active:
        raise Refused(_("Esa dirección está detenida: reanúdela primero."))
    Delivery.objects.filter(pk=delivery.pk).update(state="queued", attempts=0, next_at=timezone.now(), delivered_at=None)
    record("api.deliver_again", actor=actor, institution_id=actor.institution_id, subject=f"delivery:{delivery.uuid}")

"""Roles as bundles of capabilities, and the institution's own settings."""
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from django.db import transaction
from django.utils.text import slugify
from django.utils.translation import gettext as _

from ventanilla.core.audit.services import record
from ventanilla.core.orgs import capabilities as cap
from ventanilla.core.orgs.models import Institution, Person, Role
from ventanilla.core.orgs.services.setup import Refused, administer


@dataclass(frozen=True)
class RoleDraft:
    """A role to save: its name, what it may do, and up to which level of reserve it reads (0..2)."""

    name: str
    capabilities: Sequence[str]
    clearance: int = 0


@transaction.atomic
def save_role(*, actor: Person | None, institution: Institution, draft: RoleDraft, role: Role | None = None) -> Role:
    """Make or change a role; everybody who holds it changes with it. Raises NotAllowed.

    Refused for an unknown capability, and for a role that the actor holds: who administers does not open
    matters to themselves.
    """
    administer(actor, institution.pk)
    _check(actor, draft, role)
    before = _facts(role) if role else None
    row = role or Role(institution=institution, slug=_slug(institution, draft.name))
    row.name, row.capabilities, row.clearance = draft.name.strip(), sorted(set(draft.capabilities)), draft.clearance
    row.save()
    if before != _facts(row):
        record("orgs.save_role", actor=actor, institution_id=institution.pk, subject=f"role:{row.pk}",
               detail={"before": before, "after": _facts(row)})
    return row


def _facts(role: Role) -> dict[str, Any]:
    return {"name": role.name, "capabilities": sorted(role.capabilities), "clearance": role.clearance}


def _check(actor: Person | None, draft: RoleDraft, role: Role | None) -> None:
    if not draft.name.strip():
        raise Refused(_("Escriba el nombre."), "name")
    if not set(draft.capabilities) <= set(cap.LABELS):
        raise Refused(_("Una de las facultades no existe."), "capabilities")
    gained = role is not None and (set(draft.capabilities) - set(role.capabilities) or draft.clearance > role.clearance)
    if actor is not None and role is not None and gained and role.grants.filter(person=actor).exists():
        raise Refused(_("Usted tiene esta función: otra persona de la administración debe ampliarla."), "capabilities")


def _slug(institution: Institution, name: str) -> str:
    base = slugify(name)[:40] or "funcion"
    taken = set(Role.objects.filter(institution=institution, slug__startswith=base).values_list("slug", flat=True))
    return next(s for n in range(1, len(taken) + 2) if (s := base if n == 1 else f"{base}-{n}") not in taken)


@dataclass(frozen=True)
class Settings:
    """What an institution says of itself. `tokens` are colours of the look by theme; `policy` rules as data."""

    name: str
    short_name: str
    time_zone: str = "America/Mexico_City"
    tokens: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    policy: Mapping[str, Any] = field(default_factory=dict)


@transaction.atomic
def update_institution(*, actor: Person | None, institution: Institution, settings: Settings) -> Institution:
    """Save names, time zone (IANA), look and policy. Raises NotAllowed; Refused for an unknown zone."""
    administer(actor, institution.pk)
    try:
        ZoneInfo(settings.time_zone)
    except (ZoneInfoNotFoundError, ValueError) as error:
        raise Refused(_("Esa zona horaria no existe."), "time_zone") from error
    row = Institution.objects.select_for_update(no_key=True).get(pk=institution.pk)
    settings = replace(settings, policy=_noted(row, settings.policy))
    changed = [f for f in ("name", "short_name", "time_zone", "tokens", "policy") if getattr(row, f) != getattr(settings, f)]
    before = {f: getattr(row, f) for f in changed}
    for name in changed:
        setattr(row, name, getattr(settings, name))
    if changed:
        row.save(update_fields=changed)
        record("orgs.update_institution", actor=actor, institution_id=row.pk, subject=f"institution:{row.pk}",
               detail={"before": before, "after": {f: getattr(row, f) for f in changed}})
    return row


def _noted(row: Institution, policy: Mapping[str, Any]) -> dict[str, Any]:
    """What is noted in the policy stays as it is now, not as a form found it."""
    noted = (Institution.NOTED, Institution.NOTICES)
    return {k: v for k, v in policy.items() if k not in noted} | {k: row.policy[k] for k in noted if k in row.policy}

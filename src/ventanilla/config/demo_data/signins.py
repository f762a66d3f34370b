"""The sign-ins of the demo: one person per role."""
from dataclasses import dataclass

from ventanilla.config.demo_data.institution import DESK_PARTS, SIGN_INS, SLUG
from ventanilla.config.demo_data.practices import OWN
from ventanilla.core.orgs.models import Person, Role


@dataclass(frozen=True)
class SignIn:
    """Who signs in, as what, and where."""

    email: str
    role: str
    unit: str
    name: str


def signins() -> list[SignIn]:
    """In the order in which a letter meets them; empty when the demo is not loaded."""
    registry = [(name, role, "") for name, role, _told in OWN]
    people = {p.email: p for p in Person.objects.select_related("unit").filter(
        institution__slug=SLUG, email__in=[f"{name}@{SLUG}.example" for name, _role, _code in (*SIGN_INS, *registry)])}
    roles = dict(Role.objects.filter(institution__slug=SLUG).values_list("slug", "name"))
    found = [(people.get(f"{name}@{SLUG}.example"), DESK_PARTS.get(name) or roles.get(role, role))
             for name, role, _code in (*SIGN_INS, *registry)]
    return [SignIn(p.email, role, p.unit.name if p.unit else "", p.name) for p, role in found if p]

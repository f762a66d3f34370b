"""Four people who look at lists: nothing, 50 rows, 500 rows by credential, and a head with a good part of everything."""
from dataclasses import dataclass
from datetime import timedelta
from importlib import import_module
from uuid import uuid4

from django.conf import settings
from django.db import connection
from django.middleware.csrf import CSRF_SECRET_LENGTH
from django.utils import timezone
from django.utils.crypto import get_random_string

from ventanilla.core.orgs.models import Grant, Institution, Person, Role, Unit, User
from ventanilla.web.api.services import create_token

SHARE = 0.42  # of all cases, for the head


@dataclass(frozen=True)
class Viewer:
    """A person, what they see, and the cookie of a session of theirs."""

    name: str
    person: Person
    cookie: str


def person(institution: Institution, name: str) -> Person:
    """A new person with an account that nobody can sign in to."""
    user = User.objects.create(email=f"bench.{uuid4().hex[:12]}@example.org", password="!")
    return Person.objects.create(institution=institution, user=user, given_name="Medición", surname_1=name)


def cookie(of: Person) -> str:
    """What a browser sends of somebody who signed in: the session, and the secret against forged forms."""
    assert of.user is not None
    session = import_module(settings.SESSION_ENGINE).SessionStore()
    session["_auth_user_id"] = str(of.user.pk)
    session["_auth_user_backend"] = settings.AUTHENTICATION_BACKENDS[-1]
    session["_auth_user_hash"] = of.user.get_session_auth_hash()
    session.create()
    return f"{settings.SESSION_COOKIE_NAME}={session.session_key}; {settings.CSRF_COOKIE_NAME}={get_random_string(CSRF_SECRET_LENGTH)}"


def viewers(institution: Institution) -> list[Viewer]:
    """The four of them, made anew."""
    made = [("nothing", person(institution, "Nada")), ("50 rows", credentials(institution, 50)),
            ("500 by credential", credentials(institution, 500)), head(institution)]
    return [Viewer(name, who, cookie(who)) for name, who in made]


def credentials(institution: Institution, count: int) -> Person:
    """A person to whom one turn of each of `count` cases, spread over all of them, is addressed by name."""
    made = person(institution, str(count))
    with connection.cursor() as cursor:
        cursor.execute(_ADDRESS, {"person": made.pk, "count": count, "institution": institution.pk})
        cursor.execute("SELECT public.cases_refresh(%s::bigint[])", [[row[0] for row in cursor.fetchall()]])
    return made


_ADDRESS = """
WITH chosen AS (
  SELECT min(p.id) AS id FROM (
    SELECT t.id, ntile(%(count)s) OVER (ORDER BY t.case_id) AS part FROM cases_turn t
    WHERE t.institution_id = %(institution)s AND t.person_id IS NULL AND t.parent_id IS NULL AND t.purpose = 'action') p
  GROUP BY p.part)
UPDATE cases_turn t SET person_id = %(person)s FROM chosen WHERE t.id = chosen.id RETURNING t.case_id
"""


def head(institution: Institution) -> tuple[str, Person]:
    """A head of units that hold SHARE of all cases, the largest first."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT unit_id, count(*) FROM cases_case WHERE institution_id = %s GROUP BY 1 ORDER BY 2 DESC",
                       [institution.pk])
        rows = cursor.fetchall()
    made, total, held = person(institution, "Titular"), sum(n for _u, n in rows), 0
    role = Role.objects.get(institution=institution, slug="head")
    for unit_id, n in rows:
        Grant.objects.create(person=made, role=role, unit_id=unit_id, valid_from=timezone.localdate() - timedelta(1))
        held += n
        if held >= SHARE * total:
            break
    return f"head of {held / total:.0%}", made


def writer(institution: Institution, units: list[Unit]) -> tuple[Person, str]:
    """A clerk of these units and the secret of a token with which letters are registered."""
    made = clerk(institution, units)
    _token, secret = create_token(actor=made, name="Medición", scopes=["letters:register", "cases:read"], days=1)
    return made, secret


def clerk(institution: Institution, units: list[Unit]) -> Person:
    """Somebody who registers in these units."""
    made = person(institution, "Registro")
    role = Role.objects.get(institution=institution, slug="clerk")
    Grant.objects.bulk_create(
        Grant(person=made, role=role, unit=u, valid_from=timezone.localdate() - timedelta(1)) for u in units)
    return made

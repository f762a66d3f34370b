"""An institution ready for work: root unit with its folios, federal calendar, usual catalogues, one administrator."""
from dataclasses import dataclass
from typing import Final

from allauth.account.forms import default_token_generator
from allauth.account.utils import user_pk_to_url_str
from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import transaction
from django.urls import reverse
from django.utils.text import slugify
from django.utils.translation import gettext as _

from ventanilla.core.cases.models import FolioSeries, Instruction
from ventanilla.core.cases.services.numbering import LETTERS
from ventanilla.core.orgs.models import Institution, Person, User
from ventanilla.core.orgs.services import add_person, add_unit, create_institution, give
from ventanilla.core.orgs.services.setup import PersonDraft, Refused, UnitDraft
from ventanilla.core.workdays.services import standard_calendar
from ventanilla.modules.correspondence.models import LetterType

TYPES: Final = (("Oficio", 10), ("Circular", None), ("Memorándum", 5), ("Solicitud ciudadana", 15), ("Tarjeta informativa", 3))
INSTRUCTIONS: Final = (("Para su atención y respuesta directa", "action", 5), ("Emitir opinión técnica", "action", 8),
                       ("Preparar proyecto de respuesta", "action", 3), ("Para su conocimiento", "information", None))


@dataclass(frozen=True)
class Wanted:
    """What is asked of the person who installs. `password` None: the administrator chooses it by the one-time link."""

    name: str
    admin_email: str
    short_name: str = ""
    slug: str = ""
    root_name: str = ""
    root_code: str = ""
    admin_name: tuple[str, str, str] = ("Administración", "de la plataforma", "")
    password: str | None = None


@transaction.atomic
def make(wanted: Wanted) -> Person:
    """Create it and return who administers. Raises Refused (Spanish) when it exists already or a value is not possible."""
    slug = wanted.slug or slugify(wanted.short_name or wanted.name)[:50]
    _check(wanted, slug)
    institution = create_institution(slug=slug, name=wanted.name.strip(), short_name=(wanted.short_name or wanted.name).strip()[:60])
    standard_calendar(institution)
    root = add_unit(actor=None, institution=institution, draft=UnitDraft(
        wanted.root_name or wanted.name, code=wanted.root_code, short_name=institution.short_name[:40], level="agency", counter=True))
    FolioSeries.objects.bulk_create(FolioSeries(institution=institution, unit=root, slug=s, mask=mask) for s, mask in LETTERS.items())
    _catalogues(institution)
    given, first, second = wanted.admin_name
    person = add_person(actor=None, institution=institution, draft=PersonDraft(
        given, first, second, email=wanted.admin_email.strip().lower(), unit=root, password=wanted.password, sign_in=True))
    give(actor=None, person=person, role="admin", unit=root, subtree=True)
    return person


def _check(wanted: Wanted, slug: str) -> None:
    if not wanted.name.strip() or not slug:
        raise Refused(_("Escriba el nombre de la institución, con letras."), "name")
    if Institution.objects.filter(slug=slug).exists():
        raise Refused(_("Ya existe la institución «%(slug)s». No se cambió nada.") % {"slug": slug}, "slug")
    try:
        validate_email(wanted.admin_email.strip())
    except ValidationError as error:
        raise Refused(_("«%(mail)s» no es un correo electrónico.") % {"mail": wanted.admin_email}, "admin_email") from error


def _catalogues(institution: Institution) -> None:
    LetterType.objects.bulk_create(LetterType(institution=institution, name=name, amount=amount, order=10 * n)
                                   for n, (name, amount) in enumerate(TYPES, start=1))
    Instruction.objects.bulk_create(Instruction(institution=institution, text=text, purpose=purpose, amount=amount, order=10 * n)
                                    for n, (text, purpose, amount) in enumerate(INSTRUCTIONS, start=1))


def one_time_link(user: User) -> str:
    """The address at which the account's password is chosen; it works once, for settings.PASSWORD_RESET_TIMEOUT seconds."""
    path = reverse("account_reset_password_from_key", kwargs={
        "uidb36": user_pk_to_url_str(user), "key": default_token_generator.make_token(user)})
    return f"{settings.BASE_URL}{path}"

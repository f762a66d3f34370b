"""The institution's logo: a PNG made safe by whoever calls, kept in the database, named by its digest in `tokens`."""
import hashlib
from typing import Final

from django.db import transaction
from django.utils.translation import gettext as _

from ventanilla.core.audit.services import record
from ventanilla.core.orgs.models import Institution, InstitutionLogo, Person
from ventanilla.core.orgs.services.setup import Refused, administer

PNG: Final = b"\x89PNG\r\n\x1a\n"
MOST: Final = 1_000_000


@transaction.atomic
def set_logo(*, actor: Person | None, institution: Institution, png: bytes, width: int, height: int) -> Institution:
    """Use this PNG (its size in pixels) in the top bar and on papers. Raises NotAllowed; Refused for anything else."""
    administer(actor, institution.pk)
    if not png.startswith(PNG) or len(png) > MOST:
        raise Refused(_("El logotipo debe ser un PNG de 1 MB a lo más."), "file")
    row = Institution.objects.select_for_update(no_key=True).get(pk=institution.pk)
    digest = hashlib.sha256(png).hexdigest()[:12]
    InstitutionLogo.objects.update_or_create(institution=row, defaults={"png": png, "digest": digest})
    _save(actor, row, {"digest": digest, "width": width, "height": height})
    return row


@transaction.atomic
def remove_logo(*, actor: Person | None, institution: Institution) -> Institution:
    """Back to the platform's own mark. Idempotent. Raises NotAllowed."""
    administer(actor, institution.pk)
    row = Institution.objects.select_for_update(no_key=True).get(pk=institution.pk)
    if InstitutionLogo.objects.filter(institution=row).delete()[0]:
        _save(actor, row, None)
    return row


def _save(actor: Person | None, row: Institution, logo: dict[str, object] | None) -> None:
    before = row.tokens.get("logo")
    row.tokens = {k: v for k, v in row.tokens.items() if k != "logo"} | ({"logo": logo} if logo else {})
    row.save(update_fields=["tokens"])
    record("institution.logo", actor=actor, institution_id=row.pk, subject=f"institution:{row.pk}",
           detail={"before": before, "after": logo})


def logo_of(institution: Institution) -> bytes | None:
    """The PNG, or None; no query where the institution has none."""
    if not (institution.tokens or {}).get("logo"):
        return None
    found = InstitutionLogo.objects.filter(institution=institution).values_list("png", flat=True).first()
    return bytes(found) if found else None

"""Writing, publishing and reading privacy notices, and the receipts of who was shown one."""
from dataclasses import dataclass
from datetime import date
from typing import Final
from uuid import UUID

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from ventanilla.core.audit.services import record
from ventanilla.core.orgs import capabilities as cap
from ventanilla.core.orgs.models import Institution, Person
from ventanilla.core.orgs.services.setup import NotAllowed, Refused, require
from ventanilla.core.privacy.models import PrivacyNotice, Receipt

LONGEST: Final = 100_000


@dataclass(frozen=True)
class NoticeText:
    """What a version says. `valid_from` is a local day; `changes` tells who signs in what is new."""

    simplified: str
    integral: str
    changes: str = ""
    valid_from: date | None = None


@transaction.atomic
def save_notice(*, actor: Person | None, institution: Institution, text: NoticeText) -> PrivacyNotice:
    """Write the institution's draft, made when there is none. Raises NotAllowed; Refused for a text that is too long."""
    row = _locked(actor, institution)
    if max(len(text.simplified), len(text.integral)) > LONGEST:
        raise Refused(_("El texto admite hasta %(n)s caracteres.") % {"n": f"{LONGEST:,}"}, "integral")
    draft = PrivacyNotice.objects.filter(institution=row, published_at=None).first() or PrivacyNotice(institution=row)
    draft.simplified, draft.integral, draft.changes = text.simplified.strip(), text.integral.strip(), text.changes.strip()
    draft.valid_from, draft.edited_by, draft.edited_at = text.valid_from, actor, timezone.now()
    draft.save()
    record("privacy.save_notice", actor=actor, institution_id=row.pk, subject=f"privacy_notice:{draft.pk}")
    return draft


def _locked(actor: Person | None, institution: Institution) -> Institution:
    """The institution's row: one at a time writes its notices."""
    if actor is not None and actor.institution_id != institution.pk:
        raise NotAllowed
    require(actor, cap.PRIVACY_NOTICES)
    return Institution.objects.select_for_update(no_key=True).get(pk=institution.pk)


@transaction.atomic
def publish_notice(*, actor: Person | None, institution: Institution, day: date | None = None) -> PrivacyNotice:
    """Publish the draft as the next version; from then on nothing in it changes. `day` is today (local).

    Raises NotAllowed; Refused where a text is missing, or the version would begin before today or before one that is published.
    """
    row, today = _locked(actor, institution), day or timezone.localdate()
    draft = PrivacyNotice.objects.filter(institution=row, published_at=None).first()
    if draft is None:
        raise Refused(_("No hay ningún borrador por publicar."))
    last = PrivacyNotice.objects.filter(institution=row).published().order_by("-number").first()
    _check(draft, last, today)
    draft.number, draft.published_by, draft.published_at = (last.number or 0) + 1 if last else 1, actor, timezone.now()
    draft.save()
    _note(row, today)
    record("privacy.publish_notice", actor=actor, institution_id=row.pk, subject=f"privacy_notice:{draft.pk}",
           detail={"number": draft.number, "from": draft.valid_from})
    return draft


def _check(draft: PrivacyNotice, last: PrivacyNotice | None, today: date) -> None:
    if not draft.simplified:
        raise Refused(_("Escriba el aviso simplificado."), "simplified")
    if not draft.integral:
        raise Refused(_("Escriba el aviso integral."), "integral")
    if draft.valid_from is None or draft.valid_from < today:
        raise Refused(_("Diga desde qué día estará vigente: hoy o después."), "valid_from")
    if last and last.valid_from and draft.valid_from < last.valid_from:
        raise Refused(_("La versión %(n)s, ya publicada, empieza después: elija ese día u otro.") % {"n": last.number}, "valid_from")
    if last and not draft.changes:
        raise Refused(_("Diga qué cambió: es lo que lee quien ya conocía la versión anterior."), "changes")


def _note(row: Institution, today: date) -> None:
    """Write into the institution's row, which every request has at hand, what is in force and what will be."""
    kept = list(PrivacyNotice.objects.filter(institution=row).in_force(today)[:1])
    later = PrivacyNotice.objects.filter(institution=row, valid_from__gt=today).published().order_by("number")
    row.policy[Institution.NOTICES] = [[n.pk, n.valid_from.isoformat(), n.number] for n in (*kept, *later) if n.valid_from]
    row.save(update_fields=["policy"])


def notice_in_force(institution: Institution, day: date | None = None) -> PrivacyNotice | None:
    """The version in force on that local day (today)."""
    return PrivacyNotice.objects.filter(institution=institution).in_force(day or timezone.localdate()).first()


@transaction.atomic
def acknowledge(*, actor: Person, notice: PrivacyNotice) -> Receipt:
    """The person was shown the notice in force and says so; the second time is the same receipt. Raises NotAllowed."""
    if notice.institution_id != actor.institution_id or notice.pk != actor.institution.notice_on(timezone.localdate()):
        raise NotAllowed
    row, made = Receipt.objects.get_or_create(person=actor, notice=notice, defaults={
        "institution_id": actor.institution_id, "source": Receipt.Source.SIGN_IN, "at": timezone.now()})
    if made:
        record("privacy.acknowledge", actor=actor, institution_id=actor.institution_id, subject=f"privacy_notice:{notice.pk}")
    return row


def acknowledged(person: Person, notice_id: int) -> bool:
    """Whether the person said that they know that version. One query: ask only where the session does not know."""
    return Receipt.objects.filter(person=person, notice_id=notice_id).exists()


def leave_receipt(*, institution: Institution, source: str, ref: UUID, notice_id: int | None = None) -> Receipt | None:
    """Keep with what came by a public form (`ref`, its uuid) which version its page named: `notice_id`, else the one in force.

    Inside the caller's transaction; None where the institution has published none. A second one for the same `ref` is the first.
    """
    known = PrivacyNotice.objects.filter(institution=institution).in_force(timezone.localdate())
    notice = known.filter(pk=notice_id).first() if notice_id else None
    notice = notice or known.first()
    if notice is None:
        return None
    return Receipt.objects.get_or_create(ref=ref, defaults={
        "institution": institution, "notice": notice, "source": source, "at": timezone.now()})[0]

"""Answering by link, exactly once: also when sent twice, by twenty processes at once, late, or by a robot."""
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from ventanilla.core.audit.services import record
from ventanilla.core.orgs.models import Person
from ventanilla.core.orgs.services.setup import NotAllowed
from ventanilla.core.questionnaires.columns import write_rows
from ventanilla.core.questionnaires.definition import check, score
from ventanilla.core.questionnaires.models import Response, ResponseState
from ventanilla.core.questionnaires.references import resolver
from ventanilla.core.questionnaires.services.invitations import digest_of
from ventanilla.core.questionnaires.words import Closed, Invalid, all_said
from ventanilla.lib.spanish import long_date

LEAST = timedelta(seconds=2)


@dataclass(frozen=True)
class Proof:
    """What tells a person from a robot: the field that people do not see stayed empty, and the form was open for LEAST.

    `started_at`: when the form was shown, as the page signed it; None (no valid mark) counts as a robot.
    """

    trap: str = ""
    started_at: datetime | None = None


def open_by_token(*, secret: str) -> Response:
    """The open response of a link, with version and institution; notes when it was first opened.

    Raises Closed with its reason: unknown, void, answered, expired.
    """
    found = Response.objects.select_related("version", "instrument", "institution", "case")
    row = _still_open(found.filter(token_digest=digest_of(secret)).first())
    if row.opened_at is None:
        Response.objects.filter(pk=row.pk, opened_at=None).update(opened_at=timezone.now())
    return row


def _still_open(response: Response | None) -> Response:
    if response is None:
        raise Closed("unknown", _("Esta liga no existe o está incompleta. Copie la dirección completa del mensaje que recibió."))
    if response.state == ResponseState.VOID:
        raise Closed("void", _("Esta encuesta se anuló y ya no es necesario responderla."), response)
    if response.state == ResponseState.SUBMITTED:
        raise Closed("answered", _("Ya recibimos su respuesta. Gracias."), response)
    if response.expires_at and response.expires_at <= timezone.now():
        text = _("El plazo para responder terminó el %(day)s. Si todavía quiere hacerlo, pida otra liga a quien le mandó ésta.")
        raise Closed("expired", text % {"day": long_date(timezone.localdate(response.expires_at))}, response)
    return response


@transaction.atomic
def submit(*, secret: str, raw: Mapping[str, Any], proof: Proof, files: Collection[str] = ()) -> Response:
    """Take the answers of a link, once. `files` are UUIDs of documents that came with them.

    Raises Closed (see `open_by_token`; also robot, too_soon) and Invalid with the errors by field: nothing is stored then.
    """
    row = _still_open(_locked(token_digest=digest_of(secret)))
    if proof.trap or proof.started_at is None:
        raise Closed("robot", _("No pudimos comprobar que responde una persona. Abra de nuevo la liga y responda."), row)
    if timezone.now() - proof.started_at < LEAST:
        raise Closed("too_soon", _("Se envió demasiado pronto. Revise sus respuestas y envíe de nuevo."), row)
    return _take(row, None, raw, files)


@transaction.atomic
def answer(*, actor: Person, response: Response, raw: Mapping[str, Any], files: Collection[str] = ()) -> Response:
    """Take the answers of the signed-in person who was asked, once. Raises NotAllowed, Closed, Invalid."""
    row = _still_open(_locked(pk=response.pk))
    if row.respondent_id != actor.pk:
        raise NotAllowed
    return _take(row, actor, raw, files)


def _locked(**which: Any) -> Response | None:
    return Response.objects.select_for_update(of=("self",)).select_related("version", "institution").filter(**which).first()


def _take(row: Response, actor: Person | None, raw: Mapping[str, Any], files: Collection[str]) -> Response:
    form = row.version.form
    checked = check(form, raw, resolve=resolver(actor, row.institution_id, files))
    if not checked.ok:
        raise Invalid(all_said(checked.errors))
    row.values, row.score = checked.values, score(form, checked.values).percent
    row.state, row.submitted_at = ResponseState.SUBMITTED, timezone.now()
    row.save(update_fields=["values", "score", "state", "submitted_at"])
    write_rows([(row, form)])
    record("questionnaires.submit", actor=actor, institution_id=row.institution_id, subject=f"response:{row.pk}", case_id=row.case_id,
           detail={"instrument": row.instrument_id, "version": row.version_id, "channel": row.channel})
    return row

"""Cancellation: what was ticked is erased by the function that its app declared, or kept with the reason told. All in one transaction."""
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _

from ventanilla.core.cases.models import SearchRow
from ventanilla.core.cases.moving import moving
from ventanilla.core.orgs.models import Person
from ventanilla.core.orgs.services.setup import Refused
from ventanilla.core.privacy.models import Finding, Right, SubjectRequest
from ventanilla.core.privacy.registry import Asked, Erasing, PersonalData, declaration_of
from ventanilla.core.privacy.services.gathering import allow, asked_of, why_held


def cancel_findings(*, actor: Person, request: SubjectRequest, folio: str) -> SubjectRequest:
    """Erase what may be erased of the ticked rows, keep the rest with its reason; `folio` is what the officer wrote to confirm.

    One transaction: killed halfway nothing is erased, and what was done once is not done again. Raises NotAllowed, Refused.
    """
    row = confirmed(actor, request, Right.CANCELLATION, folio)
    if not row.findings.filter(outcome=Finding.Outcome.PENDING).exists():
        return row
    with moving(row.case, "erase", actor) as move:
        waiting = list(Finding.objects.select_for_update().filter(request=row, outcome=Finding.Outcome.PENDING).order_by("source", "ref"))
        erasing = Erasing(actor, row.case.folio, asked_of(row))
        for slug in dict.fromkeys(f.source for f in waiting):
            _settle(declaration_of(slug), [f for f in waiting if f.source == slug], erasing, row.institution_id)
        move.detail.update({f"{f.source}:{f.ref}": str(f.outcome) for f in waiting})
    return row


def confirmed(officer: Person, request: SubjectRequest, right: Right, folio: str) -> SubjectRequest:
    """The request when it asks for that right, was granted, and the officer wrote its folio. Raises NotAllowed, Refused."""
    row = allow(officer, request)
    if right not in row.rights or row.case.state != "resolved":
        raise Refused(_("Esto se hace cuando la solicitud lo pide y ya se resolvió que procede."))
    if folio.strip().casefold() != row.case.folio.casefold():
        raise Refused(_("El folio no es el de esta solicitud: %(folio)s.") % {"folio": row.case.folio}, "folio")
    return row


def _settle(source: PersonalData, findings: list[Finding], erasing: Erasing, institution_id: int) -> None:
    """Of one table: lock the rows, part those that must be kept, erase the others, and note what became of each."""
    locked = source.table._default_manager.select_for_update(of=("self",)).filter(pk__in=[f.ref for f in findings]).order_by("pk")
    list(locked.values_list("pk"))
    rows = {r.pk: r for r in source.rows(institution_id).filter(pk__in=[f.ref for f in findings])}
    reasons = {pk: why_held(source, row) for pk, row in rows.items()}
    free = [row for pk, row in rows.items() if not reasons[pk]]
    if free and source.erase:
        source.erase(free, erasing)
        forget_in_search({case.pk for row in free if (case := source.case_of(row))}, erasing.asked)
    for finding in findings:
        why = reasons.get(finding.ref, "")
        finding.outcome = Finding.Outcome.KEPT if why else Finding.Outcome.ERASED
        finding.reason, finding.done_at = why[:400], timezone.now()
        finding.save(update_fields=["outcome", "reason", "done_at"])


def forget_in_search(case_ids: set[int], asked: Asked) -> None:
    """What was erased is not found any more: the same words go from the rows of the search of these cases, files apart."""
    for row in SearchRow.objects.filter(case_id__in=case_ids, page=0):
        title, body = asked.hidden(row.title), asked.hidden(row.body)
        if (title, body) != (row.title, row.body):
            row.title, row.body = title, body
            row.save(update_fields=["title", "body"])


def note_rectified(*, actor: Person, request: SubjectRequest, finding: Finding, reason: str) -> Finding:
    """The officer says that a row was corrected on its own page. Raises NotAllowed, Refused."""
    row = allow(actor, request)
    if Right.RECTIFICATION not in row.rights:
        raise Refused(_("Esta solicitud no pide rectificar."))
    with moving(row.case, "rectify", actor) as move:
        mine = Finding.objects.select_for_update().get(pk=finding.pk, request=row)
        if mine.outcome == Finding.Outcome.PENDING:
            mine.outcome, mine.reason, mine.done_at = Finding.Outcome.RECTIFIED, reason[:400], move.at
            mine.save()
        move.detail["finding"] = f"{mine.source}:{mine.ref}"
        return mine


def hide_in(*fields: str) -> Any:
    """An `erase` that takes the person's words out of free texts (also of those in JSON), and leaves the rest of them."""
    def erase(rows: Any, erasing: Erasing) -> None:
        for row in rows:
            changed = {name: hidden for name in fields if (hidden := erasing.asked.hidden_in(getattr(row, name))) != getattr(row, name)}
            if changed:
                type(row)._default_manager.filter(pk=row.pk).update(**changed)
    return erase


def empty(**values: Any) -> Any:
    """An `erase` that puts these values in the place of what stood there."""
    def erase(rows: Any, _erasing: Erasing) -> None:
        for row in rows:
            type(row)._default_manager.filter(pk=row.pk).update(**values)
    return erase

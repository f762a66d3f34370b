"""Cancellation: what was ticked is erased by the function that its app declared, or kept with the reason told. All in one transaction."""
from collections.abc import Iterable, Sequence
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _

from ventanilla.core.cases.models import Case, SearchRow
from ventanilla.core.cases.moving import moving
from ventanilla.core.orgs.models import Person
from ventanilla.core.orgs.services.setup import Refused
from ventanilla.core.privacy.models import Finding, Right, SubjectRequest
from ventanilla.core.privacy.registry import GONE, Asked, Eraser, Erasing, PersonalData, declaration_of, declared
from ventanilla.core.privacy.services.gathering import asked_of, attending, readable, why_held


def cancel_findings(*, actor: Person, request: SubjectRequest, folio: str) -> SubjectRequest:
    """Erase what may be erased of the ticked rows, keep the rest with its reason; `folio` is what the officer wrote to confirm.

    One transaction: killed halfway nothing is erased, and what was done once is not done again. The matters are locked first, so that
    none is taken up again in between. A row in which the person is still named afterwards waits, and says so. Raises NotAllowed, Refused.
    """
    row = confirmed(actor, request, Right.CANCELLATION, folio)
    if not row.findings.filter(outcome=Finding.Outcome.PENDING).exists():
        return row
    with moving(row.case, "erase", actor) as move:
        waiting = list(Finding.objects.select_for_update().filter(request=row, outcome=Finding.Outcome.PENDING).order_by("source", "ref"))
        erasing = Erasing(actor, row.case.folio, asked_of(SubjectRequest.objects.get(pk=row.pk)))
        by_slug = {slug: [f for f in waiting if f.source == slug] for slug in dict.fromkeys(f.source for f in waiting)}
        _lock_cases(by_slug, row.institution_id)
        for slug, findings in by_slug.items():
            _settle(slug, findings, erasing, row.institution_id)
        move.detail.update({f"{f.source}:{f.ref}": str(f.outcome) for f in waiting})
    return row


def confirmed(officer: Person, request: SubjectRequest, right: Right, folio: str) -> SubjectRequest:
    """The request when it asks for that right, was granted, and the officer wrote its folio. Raises NotAllowed, Refused."""
    row = attending(officer, request)
    if right not in row.rights or row.case.state != "resolved":
        raise Refused(_("Esto se hace cuando la solicitud lo pide y ya se resolvió que procede."))
    if folio.strip().casefold() != row.case.folio.casefold():
        raise Refused(_("El folio no es el de esta solicitud: %(folio)s.") % {"folio": row.case.folio}, "folio")
    return row


def _lock_cases(by_slug: dict[str, list[Finding]], institution_id: int) -> None:
    """Cases before their rows and in the order of their ids, as every verb does: two cancellations never wait for each other."""
    ids: set[int] = set()
    for source in (one for one in declared() if one.slug in by_slug and one.case):
        path = "pk" if source.case == "self" else f"{source.case}__pk"
        refs = [f.ref for f in by_slug[source.slug]]
        ids.update(source.table._default_manager.filter(pk__in=refs, **{f"{path}__isnull": False}).values_list(path, flat=True))
    list(Case.objects.select_for_update().filter(pk__in=ids, institution_id=institution_id).order_by("pk").values_list("pk"))


def _settle(slug: str, findings: list[Finding], erasing: Erasing, institution_id: int) -> None:
    """Of one table: lock the rows, part those that must be kept, erase the others, and note what became of each."""
    if slug not in {one.slug for one in declared()}:
        return _note(findings, {f.ref: _("La parte de la plataforma que guarda este dato no está instalada.") for f in findings}, {})
    source, refs = declaration_of(slug), [f.ref for f in findings]
    list(source.table._default_manager.select_for_update(of=("self",)).filter(pk__in=refs).order_by("pk").values_list("pk"))
    rows = {r.pk: r for r in source.rows(institution_id).filter(pk__in=refs)}
    reasons = _reasons(source, rows, erasing.actor)
    free = [row for pk, row in rows.items() if not reasons[pk]]
    if free and source.erase:
        source.erase(free, erasing)
        forget_in_search({case.pk for row in free if (case := source.case_of(row))}, erasing.asked)
    return _note(findings, reasons, forget_in_history(source, [row.pk for row in free], erasing.asked))


def _reasons(source: PersonalData, rows: dict[Any, Any], officer: Person) -> dict[Any, str]:
    """Why each row must be kept; "" for what may go. A matter that was put under reserve since it was ticked is its unit's to decide."""
    cases = {pk: source.case_of(row) for pk, row in rows.items()}
    open_to = readable(officer, [case for case in cases.values() if case])
    reserved = _("El asunto está ahora bajo reserva: pida a su unidad que lo resuelva.")
    return {pk: reserved if (case := cases[pk]) and case.level and case.pk not in open_to else why_held(source, row)
            for pk, row in rows.items()}


def _note(findings: list[Finding], reasons: dict[Any, str], left: dict[Any, str]) -> None:
    """What became of each: kept with why, erased, or waiting still, since the person is named in another way."""
    again = _("Aquí se le nombra todavía de otra forma: búsquela también así, márquelo y cancele de nuevo, o corríjalo en su página.")
    for finding in findings:
        why = reasons.get(finding.ref, "")
        finding.reason, finding.done_at = (why or left.get(finding.ref, ""))[:400], timezone.now()
        finding.outcome = Finding.Outcome.KEPT if why else Finding.Outcome.ERASED
        if left.get(finding.ref) == "":
            finding.outcome, finding.done_at, finding.reason = Finding.Outcome.PENDING, None, again
        finding.save(update_fields=["outcome", "reason", "done_at"])


def forget_in_history(source: PersonalData, ids: Sequence[Any], asked: Asked) -> dict[Any, str]:
    """What these rows said before they were erased goes as well. Returns, of the rows that name the person still, what stays by design:
    "" where nothing ought to."""
    rows = {row.pk: row for row in source.table._default_manager.filter(pk__in=ids)}
    events: Iterable[Any] = source.history._default_manager.filter(pgh_obj_id__in=ids) if source.history else ()
    for event in events:
        now = source.columns_of(rows[event.pgh_obj_id])
        said = source.columns_of(event)
        changed = {name: now[name] if now[name] in ("", GONE) else asked.hidden_in(value) for name, value in said.items()
                   if not asked.stands(str(now[name] or ""))}
        if changed := {name: value for name, value in changed.items() if value != said[name]}:
            type(event)._default_manager.filter(pk=event.pk).update(**changed)
    return {pk: str(source.stays) for pk, row in rows.items() if source.names_still(row, asked)}


def forget_in_search(case_ids: set[int], asked: Asked) -> None:
    """What was erased is not found any more: the same words go from the rows of the search of these cases, files apart."""
    for row in SearchRow.objects.filter(case_id__in=case_ids, page=0):
        title, body = asked.hidden(row.title), asked.hidden(row.body)
        if (title, body) != (row.title, row.body):
            row.title, row.body = title, body
            row.save(update_fields=["title", "body"])


def note_rectified(*, actor: Person, request: SubjectRequest, finding: Finding, reason: str) -> Finding:
    """The officer says that a row was corrected on its own page. Raises NotAllowed, Refused."""
    row = attending(actor, request)
    if Right.RECTIFICATION not in row.rights:
        raise Refused(_("Esta solicitud no pide rectificar."))
    with moving(row.case, "rectify", actor) as move:
        mine = Finding.objects.select_for_update().get(pk=finding.pk, request=row)
        if mine.outcome == Finding.Outcome.PENDING:
            mine.outcome, mine.reason, mine.done_at = Finding.Outcome.RECTIFIED, reason[:400], move.at
            mine.save()
        move.detail["finding"] = f"{mine.source}:{mine.ref}"
        return mine


def hide_in(*fields: str) -> Eraser:
    """An `erase` that takes the person's words out of free texts (also of those in JSON), and leaves the rest of them."""
    def erase(rows: Sequence[Any], erasing: Erasing) -> None:
        for row in rows:
            changed = {name: hidden for name in fields if (hidden := erasing.asked.hidden_in(getattr(row, name))) != getattr(row, name)}
            if changed:
                type(row)._default_manager.filter(pk=row.pk).update(**changed)
    return erase


def empty(**values: Any) -> Eraser:
    """An `erase` that puts these values in the place of what stood there."""
    def erase(rows: Sequence[Any], _erasing: Erasing) -> None:
        for row in rows:
            type(row)._default_manager.filter(pk=row.pk).update(**values)
    return erase

"""Extra data of cases, which their verbs may correct, and answers that staff or a program bring in already given."""
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID, uuid4

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from ventanilla.core.audit.services import Line, record_many
from ventanilla.core.cases.models import Case
from ventanilla.core.orgs import capabilities as cap
from ventanilla.core.orgs.models import Person
from ventanilla.core.orgs.services.setup import NotAllowed, Refused, require
from ventanilla.core.questionnaires.columns import write_rows
from ventanilla.core.questionnaires.definition import Checked, check, score
from ventanilla.core.questionnaires.models import InstrumentVersion, Response, ResponseState, Role, VersionState
from ventanilla.core.questionnaires.references import resolver
from ventanilla.core.questionnaires.showing import Shown, without_private
from ventanilla.core.questionnaires.showing import shown_values as _shown_values
from ventanilla.core.questionnaires.words import Invalid, all_said


@dataclass(frozen=True)
class ValuesDraft:
    """Extra data of one case by a version (published, or retired when the case already has it). `values` replace all of
    them; `files` are UUIDs that came along; `partial` asks for nothing required; without `private` the private questions are
    neither asked nor taken."""

    case: Case
    version: InstrumentVersion
    values: Mapping[str, Any]
    files: Collection[str] = ()
    partial: bool = False
    private: bool = True


@dataclass(frozen=True)
class AnswersDraft:
    """Answers given elsewhere (telephone, counter, import, evaluation): submitted at once. `at` is aware, default now."""

    version: InstrumentVersion
    values: Mapping[str, Any]
    case: Case | None = None
    respondent: Person | None = None
    channel: str = "web"
    at: datetime | None = None
    uuid: UUID = field(default_factory=uuid4)


def published_version(*, institution_id: int, instrument: str) -> InstrumentVersion:
    """The version of a form (by slug) that new responses use. Raises Refused when there is none or it is out of use."""
    version = InstrumentVersion.objects.select_related("instrument").filter(
        instrument__institution_id=institution_id, instrument__slug=instrument, instrument__active=True,
        state=VersionState.PUBLISHED).first()
    if version is None:
        raise Refused(_("El formulario «%(name)s» no tiene una versión publicada.") % {"name": instrument})
    return version


def record_values(*, actor: Person | None, case: Case, version: InstrumentVersion, values: Mapping[str, Any],
                  files: Collection[str] = (), partial: bool = False) -> Response:
    """Write the extra data of a case; again to correct them (the log keeps what they were).

    Raises NotAllowed (the case is not visible), Refused, and Invalid with the errors by field: nothing is stored then.
    """
    return record_many_values(actor=actor, drafts=[ValuesDraft(case, version, values, files, partial)])[0]


@transaction.atomic
def record_many_values(*, actor: Person | None, drafts: Sequence[ValuesDraft], checked: bool = False) -> list[Response]:
    """The same for many cases, in order. `checked`: the module has asked its own rule who may write them."""
    if not checked:
        _may_write(actor, [d.case for d in drafts])
    clean = [_checked(actor, d) for d in drafts]
    pairs = [(d.case.pk, d.version.instrument_id) for d in drafts]
    known = {(r.case_id, r.instrument_id): r for r in Response.objects.select_for_update(of=("self",)).filter(
        role=Role.RECORD, case__in=[p[0] for p in pairs], instrument__in={p[1] for p in pairs})}
    lines, rows, changed = [], [], {r.pk for r in known.values()}
    for draft, found, pair in zip(drafts, clean, pairs, strict=True):
        row = known.get(pair) or _new_record(draft)
        lines.append(_change(actor, draft, row, found))
        _fill(row, draft, found)
        rows.append(row)
    Response.objects.bulk_create(r for r in rows if r._state.adding)
    Response.objects.bulk_update([r for r in rows if r.pk in changed], ["values", "score", "version"])
    write_rows([(row, d.version.form) for row, d in zip(rows, drafts, strict=True)])
    record_many([line for line in lines if line])
    return rows


def _may_write(actor: Person | None, cases: Sequence[Case]) -> None:
    if actor is None:
        return
    asked = {c.pk for c in cases if c.registrar_id != actor.pk or c.institution_id != actor.institution_id}
    if asked and Case.objects.visible_to(actor).filter(pk__in=asked).count() != len(asked):
        raise NotAllowed


def _checked(actor: Person | None, draft: ValuesDraft) -> Checked:
    case, version = draft.case, draft.version
    if version.institution_id != case.institution_id:
        raise NotAllowed
    if version.state == VersionState.DRAFT:
        raise Refused(_("Un borrador no se puede usar; publíquelo primero."))
    files = {str(v) for v in _had_files(case, version)} | {str(f) for f in draft.files}
    found = check(version.form, draft.values, resolve=resolver(actor, case.institution_id, files), partial=draft.partial,
                  private=draft.private)
    if not found.ok:
        raise Invalid(all_said(found.errors))
    return found


def _had_files(case: Case, version: InstrumentVersion) -> list[str]:
    """Files that the record already holds may stay, whoever uploaded them."""
    keys = [f.key for f in version.form.fields.values() if f.type == "file"]
    row = Response.objects.filter(case=case, instrument_id=version.instrument_id, role=Role.RECORD).first() if keys else None
    return [row.values[key] for key in keys if key in row.values] if row else []


def _new_record(draft: ValuesDraft) -> Response:
    return Response(institution_id=draft.case.institution_id, instrument_id=draft.version.instrument_id, case=draft.case, role=Role.RECORD,
                    channel="web", state=ResponseState.SUBMITTED, submitted_at=timezone.now())


def _fill(row: Response, draft: ValuesDraft, found: Checked) -> None:
    row.version, row.values = draft.version, found.values
    row.score = score(draft.version.form, found.values).percent if draft.version.form.is_scored else None


def _change(actor: Person | None, draft: ValuesDraft, row: Response, found: Checked) -> Line | None:
    """The entry of the log: which fields, and (erasable) what they were and are; None when nothing changed."""
    before = row.values if row.pk else {}
    changed = [k for k in dict.fromkeys((*before, *found.values)) if before.get(k) != found.values.get(k)]
    if row.pk and not changed and row.version_id == draft.version.pk:
        return None
    return Line("questionnaires.record", draft.case.institution_id, f"case:{draft.case.pk}", actor.pk if actor else None, draft.case.pk,
                detail={"version": draft.version.pk, "fields": changed},
                personal={k: [before.get(k), found.values.get(k)] for k in changed})


@transaction.atomic
def record_answers(*, actor: Person | None, drafts: Sequence[AnswersDraft]) -> list[Response]:
    """Store answers that were given elsewhere, in order; idempotent by uuid. Raises NotAllowed, Refused, Invalid.

    Who writes them sees the case, or measures or keeps forms where there is none.
    """
    _may_write(actor, [d.case for d in drafts if d.case])
    if actor is not None and any(d.case is None for d in drafts):
        require(actor, cap.MEASURE)
    known = {r.uuid: r for r in Response.objects.filter(uuid__in=[d.uuid for d in drafts])}
    fresh = [_answered(actor, d) for d in drafts if d.uuid not in known]
    Response.objects.bulk_create(fresh, batch_size=1000)
    write_rows([(r, r.version.form) for r in fresh])
    record_many([Line("questionnaires.record_answers", r.institution_id, f"response:{r.pk}", actor.pk if actor else None, r.case_id,
                      detail={"version": r.version_id, "channel": r.channel}) for r in fresh])
    known |= {r.uuid: r for r in fresh}
    return [known[d.uuid] for d in drafts]


def _answered(actor: Person | None, draft: AnswersDraft) -> Response:
    version = draft.version
    if actor is not None and version.institution_id != actor.institution_id:
        raise NotAllowed
    found = check(version.form, draft.values, resolve=resolver(actor, version.institution_id))
    if not found.ok:
        raise Invalid(all_said(found.errors))
    return Response(institution_id=version.institution_id, uuid=draft.uuid, instrument_id=version.instrument_id, version=version,
                    case=draft.case, respondent=draft.respondent, channel=draft.channel, state=ResponseState.SUBMITTED,
                    values=found.values, score=score(version.form, found.values).percent, submitted_at=draft.at or timezone.now())


def records_of(case: Case) -> list[Response]:
    """The extra data of a case, one response per form, each with the version that it was made with."""
    return list(Response.objects.filter(case=case, role=Role.RECORD).select_related("version", "instrument").order_by("pk"))


def values_of(case: Case, *, private: bool = False) -> dict[str, Any]:
    """The extra data of a case as canonical values by key; `private` ones only when asked for."""
    found: dict[str, Any] = {}
    for row in records_of(case):
        found |= row.values if private else without_private(row.version.form, row.values)
    return found


def shown_values(case: Case, *, private: bool = False) -> list[Shown]:
    """The extra data of a case in words, in the order of the form: for the record's page, paper and mail."""
    return [shown for row in records_of(case) for shown in _shown_values(row.version.form, row.values, private=private)]

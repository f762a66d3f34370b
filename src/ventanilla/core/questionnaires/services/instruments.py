"""Instruments and their versions: a draft is saved as often as wanted, published once, and then never changes."""
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID, uuid4

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from ventanilla.core.audit.services import record
from ventanilla.core.orgs.models import Institution, Person
from ventanilla.core.orgs.services.setup import NotAllowed, Refused
from ventanilla.core.questionnaires.definition import Definition, DefinitionError, Message, Problem, diff, digest_of, parse
from ventanilla.core.questionnaires.definition.messages import N_
from ventanilla.core.questionnaires.definition.texts import slug as slug_of
from ventanilla.core.questionnaires.definition.texts import tidy
from ventanilla.core.questionnaires.keeping import makes, require_keeper
from ventanilla.core.questionnaires.models import Instrument, InstrumentVersion, Purpose, VersionState
from ventanilla.core.questionnaires.references import reference_kinds
from ventanilla.core.questionnaires.words import BadDefinition

_LIKE = {"long_text": "text", "scale": "choice", "datetime": "date"}


@dataclass(frozen=True)
class InstrumentDraft:
    """A form to create; without `slug` it is made of the name. `definition` is the JSON of its first draft."""

    name: str
    purpose: str
    slug: str = ""
    definition: dict[str, Any] = field(default_factory=lambda: {"sections": []})
    uuid: UUID = field(default_factory=uuid4)


def _may_make(actor: Person | None, institution_id: int, purpose: str) -> None:
    """Raise NotAllowed unless the actor makes forms of that purpose in that very institution; None is the system."""
    if actor is not None and (actor.institution_id != institution_id or not makes(actor)):
        raise NotAllowed
    if purpose not in Purpose.values or (actor is not None and purpose not in makes(actor)):
        raise Refused(_("Elija para qué se usa."), "purpose")


@transaction.atomic
def create_instrument(*, actor: Person | None, institution: Institution, draft: InstrumentDraft) -> Instrument:
    """Create a form with an empty (or given) draft. Idempotent by uuid. Raises NotAllowed, Refused (name, slug)."""
    _may_make(actor, institution.pk, draft.purpose)
    if made := Instrument.objects.filter(institution=institution, uuid=draft.uuid).first():
        return made
    name = _name(draft.name)
    slug = (draft.slug or slug_of(name, 60)).replace("_", "-")
    if Instrument.objects.filter(institution=institution, slug=slug).exists():
        raise Refused(_("Ya hay un formulario con esa clave; use otro nombre."), "slug" if draft.slug else "name")
    made = Instrument.objects.create(institution=institution, uuid=draft.uuid, slug=slug, name=name, purpose=draft.purpose,
                                     created_by=actor)
    InstrumentVersion.objects.create(institution=institution, instrument=made, number=1, definition=draft.definition,
                                     digest=digest_of(draft.definition))
    record("questionnaires.create", actor=actor, institution_id=institution.pk, subject=f"instrument:{made.pk}",
           detail={"slug": slug, "name": name, "purpose": draft.purpose})
    return made


def _name(text: str) -> str:
    name = tidy(text)
    if not 0 < len(name) <= 200:
        raise Refused(_("Escriba un nombre de hasta 200 caracteres."), "name")
    return name


@transaction.atomic
def rename_instrument(*, actor: Person | None, instrument: Instrument, name: str, active: bool = True) -> Instrument:
    """Give the form another name, or put it out of use. Raises NotAllowed, Refused."""
    require_keeper(actor, instrument)
    row = Instrument.objects.select_for_update().get(pk=instrument.pk)
    row.name, row.active = _name(name), active
    row.save(update_fields=["name", "active"])
    record("questionnaires.rename", actor=actor, institution_id=row.institution_id, subject=f"instrument:{row.pk}",
           detail={"name": row.name, "active": active})
    return row


@transaction.atomic
def start_draft(*, actor: Person | None, instrument: Instrument) -> InstrumentVersion:
    """The draft of the form; when there is none, a new one that begins as the newest version. Raises NotAllowed."""
    require_keeper(actor, instrument)
    Instrument.objects.select_for_update().get(pk=instrument.pk)
    newest = instrument.versions.order_by("-number").first()
    if newest and newest.is_draft:
        return newest
    definition = newest.definition if newest else {"sections": []}
    made = InstrumentVersion.objects.create(institution_id=instrument.institution_id, instrument=instrument, digest=digest_of(definition),
                                            number=newest.number + 1 if newest else 1, definition=definition)
    record("questionnaires.start_draft", actor=actor, institution_id=instrument.institution_id, subject=f"instrument:{instrument.pk}",
           detail={"version": made.number})
    return made


@transaction.atomic
def save_draft(*, actor: Person | None, version: InstrumentVersion, definition: dict[str, Any], revision: int) -> InstrumentVersion:
    """Save the draft as it is, mistakes included (they are refused when it is published).

    `revision` is the one that the editor saw. Raises NotAllowed; Refused when it is published or somebody else saved meanwhile.
    """
    require_keeper(actor, version.instrument)
    row = _locked(version)
    if row.revision != revision:
        raise Refused(_("Otra persona guardó cambios en este borrador mientras usted lo editaba. Vuelva a abrirlo y repita los suyos."))
    digest = digest_of(definition)
    if digest != row.digest:
        row.definition, row.digest, row.revision = definition, digest, row.revision + 1
        row.__dict__.pop("form", None)
        row.save(update_fields=["definition", "digest", "revision"])
        record("questionnaires.save_draft", actor=actor, institution_id=row.institution_id, subject=f"instrument:{row.instrument_id}",
               detail={"version": row.number, "revision": row.revision, "digest": digest})
    return row


def _locked(version: InstrumentVersion) -> InstrumentVersion:
    row = InstrumentVersion.objects.select_for_update().get(pk=version.pk)
    if not row.is_draft:
        raise Refused(_("Esta versión ya está publicada y no cambia. Empiece un borrador nuevo."))
    return row


@transaction.atomic
def discard_draft(*, actor: Person | None, version: InstrumentVersion) -> None:
    """Throw the draft away; a form without any version then begins again with an empty one."""
    require_keeper(actor, version.instrument)
    row = _locked(version)
    row.delete()
    record("questionnaires.discard_draft", actor=actor, institution_id=version.institution_id,
           subject=f"instrument:{version.instrument_id}", detail={"version": version.number})


@transaction.atomic
def publish(*, actor: Person | None, version: InstrumentVersion) -> InstrumentVersion:
    """Publish the draft for ever and retire the version before it, whose responses stay as they are.

    Raises NotAllowed; Refused; BadDefinition with every mistake, also keys that an older version used for something else.
    """
    require_keeper(actor, version.instrument)
    Instrument.objects.select_for_update().get(pk=version.instrument_id)
    row = _locked(version)
    form = checked_form(row)
    now = timezone.now()
    before = InstrumentVersion.objects.filter(instrument_id=row.instrument_id, state=VersionState.PUBLISHED).first()
    if before:
        InstrumentVersion.objects.filter(pk=before.pk).update(state=VersionState.RETIRED, retired_at=now)
    row.state, row.published_at, row.published_by = VersionState.PUBLISHED, now, actor
    row.save(update_fields=["state", "published_at", "published_by"])
    change = diff(before.form, form) if before else None
    record("questionnaires.publish", actor=actor, institution_id=row.institution_id, subject=f"instrument:{row.instrument_id}",
           detail={"version": row.number, "digest": row.digest, "fields": len(form.fields),
                   "added": [f.key for f in change.added] if change else [], "removed": [f.key for f in change.removed] if change else [],
                   "changed": [c.key for c in change.changed] if change else []})
    return row


def checked_form(version: InstrumentVersion) -> Definition:
    """The definition when it could be published now. Raises BadDefinition."""
    try:
        form = parse(version.definition, kinds=reference_kinds())
        problems = [] if form.fields else [Problem("sections", "", Message(N_("El formulario no tiene preguntas.")))]
        problems += [*_reused(version, form), *_unfit(version, form)]
        if problems:
            raise DefinitionError(problems)
    except DefinitionError as error:
        raise BadDefinition(error) from error
    return form


def used_keys(instrument_id: int) -> dict[str, tuple[int, str]]:
    """Every key of a published version, with the newest version that had it and its type there."""
    rows = InstrumentVersion.objects.filter(instrument_id=instrument_id).exclude(state=VersionState.DRAFT).order_by("number")
    return {key: (row.number, one.type) for row in rows for key, one in row.form.fields.items()}


def _reused(version: InstrumentVersion, form: Definition) -> list[Problem]:
    """A key means the same question for ever: not another type, and not again after it was removed."""
    used = used_keys(version.instrument_id)
    newest = max((number for number, _type in used.values()), default=0)
    found = []
    for key, one in form.fields.items():
        number, kind = used.get(key, (newest, one.type))
        if number != newest or _LIKE.get(kind, kind) != _LIKE.get(one.type, one.type):
            found.append(Problem(f"fields.{key}", f"«{one.label[:80]}»", Message(
                N_("La clave «%(key)s» ya se usó en la versión %(number)s para otra pregunta; cambie la clave."),
                {"key": key, "number": number})))
    return found


def _unfit(version: InstrumentVersion, form: Definition) -> list[Problem]:
    """A survey is answered without signing in: nobody uploads there, or looks up people and things."""
    if version.instrument.purpose != Purpose.SURVEY:
        return []
    return [Problem(f"fields.{one.key}", f"«{one.label[:80]}»", Message(
        N_("Una encuesta se responde sin iniciar sesión: no lleva archivos ni referencias.")))
        for one in form.all_fields() if one.type in ("file", "reference") or one.evidence == "file"]


@transaction.atomic
def retire(*, actor: Person | None, version: InstrumentVersion) -> InstrumentVersion:
    """Take a published version out of use: no new responses begin with it. Raises NotAllowed, Refused."""
    require_keeper(actor, version.instrument)
    row = InstrumentVersion.objects.select_for_update().get(pk=version.pk)
    if row.state != VersionState.PUBLISHED:
        raise Refused(_("Solo se retira una versión publicada."))
    row.state, row.retired_at = VersionState.RETIRED, timezone.now()
    row.save(update_fields=["state", "retired_at"])
    record("questionnaires.retire", actor=actor, institution_id=row.institution_id, subject=f"instrument:{row.instrument_id}",
           detail={"version": row.number})
    return row

"""Practices and their revisions: begun and opened again; the one place that writes their repeated columns."""
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID, uuid4

from django.db import transaction
from django.db.models import Max
from django.utils import timezone
from django.utils.translation import gettext as _

from ventanilla.core.audit.services import Line, record_many
from ventanilla.core.orgs.models import Person, Unit
from ventanilla.core.orgs.services.setup import NotAllowed, Refused
from ventanilla.core.questionnaires.definition import check
from ventanilla.modules.practices.form import definition, generations
from ventanilla.modules.practices.models import FieldReading, Practice, PracticeRevision
from ventanilla.modules.practices.services.columns import columns_of
from ventanilla.modules.practices.services.deriving import derive
from ventanilla.modules.practices.services.log import note
from ventanilla.modules.practices.services.permissions import may_write, require_unit


@dataclass(frozen=True)
class PracticeDraft:
    """A practice to begin. `generation` empty: the newest; `values` canonical; `source` as in `PracticeRevision`."""

    unit: Unit
    generation: str = ""
    values: Mapping[str, Any] = field(default_factory=dict)
    source: str = "written"
    uuid: UUID = field(default_factory=uuid4)


@transaction.atomic
def create_practices(*, actor: Person, drafts: Sequence[PracticeDraft]) -> list[Practice]:
    """Begin practices, each with an open revision. Idempotent by uuid. Raises NotAllowed, and Refused for an unknown generation.

    The form's dates and numbers are checked (`core.questionnaires`); what cannot be taken is left out.
    """
    for unit in {d.unit for d in drafts}:
        require_unit(actor, unit)
    known = {p.uuid: p for p in Practice.objects.filter(institution_id=actor.institution_id, uuid__in=[d.uuid for d in drafts])}
    fresh = [d for d in drafts if d.uuid not in known]
    made = Practice.objects.bulk_create([_practice(actor, d) for d in fresh], batch_size=500)
    derive([(p, clean_values(d.values, p.generation)) for p, d in zip(made, fresh, strict=True)])
    Practice.objects.bulk_update([p for p in made if p.basis_until], ["basis_until"], batch_size=500)
    PracticeRevision.objects.bulk_create([_revision(actor, p, d) for p, d in zip(made, fresh, strict=True)], batch_size=500)
    record_many([Line("practice.create", p.institution_id, f"practice:{p.pk}", actor.pk, detail={"generation": p.generation})
                 for p in made])
    known |= {p.uuid: p for p in made}
    return [known[d.uuid] for d in drafts]


def _practice(actor: Person, draft: PracticeDraft) -> Practice:
    generation = draft.generation or generations()[-1]
    if generation not in generations():
        raise Refused(_("No se conoce la generación %(name)s del formulario.") % {"name": generation[:20]}, "generation")
    now = timezone.now()
    return Practice(institution_id=actor.institution_id, unit=draft.unit, owner=actor, uuid=draft.uuid, created_at=now, updated_at=now,
                    **columns_of(draft.values, generation))


def _revision(actor: Person, practice: Practice, draft: PracticeDraft) -> PracticeRevision:
    return new_revision(actor, practice, 1, practice.generation, dict(draft.values), draft.source)


def new_revision(author: Person, practice: Practice, number: int, generation: str, values: dict[str, Any],
                 source: str = "written") -> PracticeRevision:
    """An unsaved open revision."""
    now = timezone.now()
    return PracticeRevision(practice=practice, institution_id=practice.institution_id, number=number, generation=generation, values=values,
                            source=source, author=author, created_at=now, edited_by=author, edited_at=now)


@transaction.atomic
def open_revision(*, actor: Person, practice: Practice) -> PracticeRevision:
    """The open revision, made from the newest sealed one where there is none.

    Raises NotAllowed, and Refused while it may not be written.
    """
    row = locked(actor, practice)
    if found := row.revisions.filter(sealed_at=None).first():
        return found
    last = row.revisions.order_by("-number").first()
    revision = new_revision(actor, row, (last.number if last else 0) + 1, last.generation if last else row.generation,
                            dict(last.values) if last else {})
    revision.save()
    note("practice.open", actor=actor, practice=row, revision=revision.number)
    return revision


def locked(person: Person, practice: Practice) -> Practice:
    """The row, locked, of a practice that the person may write now. Raises NotAllowed and Refused."""
    row: Practice | None = Practice.objects.select_for_update(of=("self",)).filter(pk=practice.pk).first()
    if row is None or not may_write(person, row):
        raise NotAllowed
    if not row.editable:
        raise Refused(_("La práctica está %(state)s: no se puede modificar ahora.") % {"state": row.get_state_display().lower()})
    return row


def newest(practice: Practice) -> PracticeRevision:
    """The newest revision, open or sealed."""
    return practice.revisions.select_related("author", "edited_by").latest("number")


def clean_values(values: Mapping[str, Any], generation: str) -> dict[str, Any]:
    """What counts of the values: answers to questions that are asked; what was put aside by another answer is left out."""
    return check(definition(generation), values, partial=True).values


def refresh_columns(practice: Practice, revision: PracticeRevision) -> None:
    """Repeat in the practice's row what the revision says, and make it findable; of what is or was public only the sealed counts."""
    practice.updated_at = timezone.now()
    practice.pending = FieldReading.objects.filter(imported__revision=revision, decision=FieldReading.Decision.PENDING).count()
    if not practice.by_sealed or revision.pk == practice.current_id:
        values = clean_values(revision.values, revision.generation)
        for name, value in columns_of(values, revision.generation).items():
            setattr(practice, name, value)
        derive([(practice, values)])
    practice.save()


def next_number(practice: Practice) -> int:
    """The number of the next revision."""
    return int(practice.revisions.aggregate(top=Max("number"))["top"] or 0) + 1

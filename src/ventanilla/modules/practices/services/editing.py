"""Writing the form section by section: autosave that merges field by field, who is writing where, and moving to a newer generation."""
import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import timedelta
from functools import cache
from typing import Any, Final

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from ventanilla.core.orgs.models import Person
from ventanilla.core.orgs.services.setup import NotAllowed, Refused
from ventanilla.core.questionnaires.definition import Definition, canonical, check, digest_of
from ventanilla.modules.practices.form import definition, generations, migrate
from ventanilla.modules.practices.models import Practice, PracticeRevision, Presence
from ventanilla.modules.practices.services.log import note
from ventanilla.modules.practices.services.permissions import may_write
from ventanilla.modules.practices.services.records import (
    locked,
    new_revision,
    next_number,
    open_revision,
    refresh_columns,
)

AWAY: Final = timedelta(seconds=90)
"""After so long without a sign, a person is no longer shown as writing there."""


@dataclass
class Saved:
    """What became of a section: the revision, what could not be taken (by key), and fields that somebody else changed meanwhile.

    `conflicts`: key -> what is kept (the other's); what this person typed was not written and stays on their page.
    """

    revision: PracticeRevision
    errors: dict[str, str] = field(default_factory=dict)
    conflicts: dict[str, Any] = field(default_factory=dict)
    changed: list[str] = field(default_factory=list)


@cache
def unconditional(generation: str) -> Definition:
    """The form with every question asked, to clean answers that another answer hides for now."""
    form = definition(generation)
    return replace(form, sections=tuple(
        replace(s, when=None, fields=tuple(replace(f, when=None, required=False) for f in s.fields)) for s in form.sections))


def mark_of(value: Any) -> str:
    """A short mark of a value, by which a page says what it had read."""
    return hashlib.sha256(canonical(value).encode()).hexdigest()[:16]


@transaction.atomic
def save_section(*, actor: Person, practice: Practice, section: str, raw: Mapping[str, Any],
                 marks: Mapping[str, str] | None = None) -> Saved:
    """Write the answers of one section of the open revision, which is opened where there is none. Partial answers are taken.

    `marks` (see `mark_of`) say what the page had read: of fields that both changed since, the one written first stays, and the
    other is told. What an answer hides (No: ¿dónde?) is kept until the revision is sealed. Raises NotAllowed and Refused.
    """
    row = locked(actor, practice)
    revision = open_revision(actor=actor, practice=row)
    keys = [f.key for s in definition(revision.generation).sections if s.key == section for f in s.fields]
    if not keys:
        raise Refused(_("Esta sección no existe en el formulario."))
    found = check(unconditional(revision.generation), {k: raw[k] for k in keys if raw.get(k) is not None}, partial=True)
    saved = Saved(revision, {k: str(m) for k, m in found.errors.items()})
    wrong = {k.split(".")[0] for k in found.errors}
    for key in (k for k in keys if k not in wrong):
        _merge(saved, key, found.values.get(key), (marks or {}).get(key))
    if saved.changed:
        _write(actor, row, saved, section)
    return saved


def _merge(saved: Saved, key: str, new: Any, mark: str | None) -> None:
    """One field, against what is there now and what the page had read."""
    values = saved.revision.values
    now = values.get(key)
    if new == now or (mark and mark == mark_of(new)):
        return
    if mark and mark != mark_of(now):
        saved.conflicts[key] = now
        return
    saved.changed.append(key)
    values.pop(key, None)
    if new is not None:
        values[key] = new


def _write(actor: Person, practice: Practice, saved: Saved, section: str) -> None:
    revision = saved.revision
    revision.edits += 1
    revision.section_edits[section] = revision.edits
    revision.edited_by, revision.edited_at = actor, timezone.now()
    revision.save()
    refresh_columns(practice, revision)
    note("practice.edit", actor=actor, practice=practice, revision=revision.number, edit=revision.edits, fields=saved.changed)


@transaction.atomic
def move_generation(*, actor: Person, practice: Practice, generation: str) -> PracticeRevision:
    """Move the record to another generation as a new open revision; `to_answer` lists what must still be looked at.

    The revision before is kept whole, sealed as it is. Raises NotAllowed and Refused.
    """
    row = locked(actor, practice)
    if generation not in generations():
        raise Refused(_("No se conoce esa generación del formulario."), "generation")
    last = row.revisions.latest("number")
    if last.generation == generation:
        raise Refused(_("La práctica ya está en esa generación del formulario."), "generation")
    if row.pending:
        raise Refused(_("Decida primero las lecturas contradictorias."), "generation")
    values, missing = migrate(last.values, last.generation, generation)
    _keep(last)
    revision = new_revision(actor, row, next_number(row), generation, values, "migrated")
    revision.to_answer = list(missing)
    revision.save()
    refresh_columns(row, revision)
    note("practice.migrate", actor=actor, practice=row, old=last.generation, new=generation, missing=list(missing))
    return revision


def _keep(revision: PracticeRevision) -> None:
    """Seal as it is, complete or not: a record of what was there before."""
    if revision.open:
        revision.sealed_at, revision.digest = timezone.now(), digest_of(revision.values)
        revision.save()


def still_to_answer(revision: PracticeRevision) -> list[str]:
    """Keys that came with the move to this generation and have no answer yet."""
    return [key for key in revision.to_answer if revision.values.get(key) in (None, "", [])]


@transaction.atomic
def be_present(*, actor: Person, practice: Practice, section: str) -> list[Presence]:
    """Say that the actor is writing a section; gives the others who are. It warns and never locks. Raises NotAllowed."""
    if not may_write(actor, practice):
        raise NotAllowed
    now = timezone.now()
    Presence.objects.update_or_create(practice=practice, section=section[:40], person=actor, defaults={"seen_at": now},
                                      create_defaults={"seen_at": now, "since": now})
    Presence.objects.filter(practice=practice, seen_at__lt=now - AWAY).delete()
    return others_there(actor, practice, section)


def others_there(person: Person, practice: Practice, section: str = "") -> list[Presence]:
    """Other people who are writing the practice now (one section of it, when given), longest first."""
    rows = practice.presences.filter(seen_at__gte=timezone.now() - AWAY).exclude(person=person).select_related("person")
    return list((rows.filter(section=section) if section else rows).order_by("since", "pk"))

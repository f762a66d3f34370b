"""A form published in the test institution, and shortcuts to answer it."""
from typing import Any

from django.utils import timezone

from ventanilla.core.orgs.models import Institution
from ventanilla.core.questionnaires.models import Instrument, InstrumentVersion
from ventanilla.core.questionnaires.services import (
    InstrumentDraft,
    Invitation,
    InvitationDraft,
    Proof,
    create_instrument,
    invite,
    publish,
    save_draft,
    start_draft,
)


def published(institution: Institution, definition: dict[str, Any], slug: str = "encuesta", purpose: str = "survey") -> InstrumentVersion:
    """A form with one published version."""
    made = create_instrument(actor=None, institution=institution, draft=InstrumentDraft(slug.title(), purpose, slug, definition))
    return publish(actor=None, version=made.versions.get())


def again(instrument: Instrument, definition: dict[str, Any]) -> InstrumentVersion:
    """The next version, published."""
    draft = start_draft(actor=None, instrument=instrument)
    return publish(actor=None, version=save_draft(actor=None, version=draft, definition=definition, revision=draft.revision))


def asked(version: InstrumentVersion, **more: Any) -> Invitation:
    """One invitation."""
    return invite(actor=None, drafts=[InvitationDraft(version.instrument.slug, version.institution_id, **more)])[0]


def human(seconds: float = 30) -> Proof:
    """Somebody who took so long."""
    return Proof("", timezone.now() - timezone.timedelta(seconds=seconds))

"""The form of the crawl's world: published once, with a draft of the next version, and one invitation to answer it."""
from tests.make import World
from ventanilla.core.questionnaires.services import (
    InstrumentDraft,
    InvitationDraft,
    create_instrument,
    invite,
    publish,
    start_draft,
)


def things(w: World) -> dict[str, str]:
    """`form` is its number, `survey` the secret of the invitation, `survey_uuid` its key in the API."""
    definition = {"sections": [{"title": "Servicio", "fields": [{"key": "trato", "type": "yes_no", "label": "¿Fue bueno el trato?"}]}]}
    form = create_instrument(actor=None, institution=w.institution, draft=InstrumentDraft("Opinión", "survey", definition=definition))
    publish(actor=None, version=form.versions.get())
    start_draft(actor=None, instrument=form)
    made = invite(actor=None, drafts=[InvitationDraft(form.slug, w.institution.pk)])[0]
    return {"form": str(form.pk), "survey": made.secret, "survey_uuid": str(form.uuid)}

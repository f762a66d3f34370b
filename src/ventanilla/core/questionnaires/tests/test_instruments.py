"""Forms: drafts, publishing for ever, keys that keep their meaning, who may, and what the database refuses."""
from typing import Any

import pytest
from django.db import IntegrityError, connection, transaction
from django.db.utils import Error
from tests import make

from ventanilla.core.audit.models import Entry
from ventanilla.core.orgs.services.setup import NotAllowed, Refused
from ventanilla.core.questionnaires.models import Instrument, InstrumentVersion, Response
from ventanilla.core.questionnaires.services import (
    InstrumentDraft,
    create_instrument,
    discard_draft,
    publish,
    rename_instrument,
    retire,
    save_draft,
    start_draft,
)
from ventanilla.core.questionnaires.tests import samples
from ventanilla.core.questionnaires.tests.kit import again, published
from ventanilla.core.questionnaires.words import BadDefinition

pytestmark = pytest.mark.django_db


def without(data: dict[str, Any], *keys: str) -> dict[str, Any]:
    for section in data["sections"]:
        section["fields"] = [f for f in section["fields"] if f["key"] not in keys]
    return data


def test_from_draft_to_published_to_the_next() -> None:
    w = make.world()
    made = create_instrument(actor=w.admin, institution=w.institution, draft=InstrumentDraft("Satisfacción del servicio", "survey"))
    assert made.slug == "satisfaccion-del-servicio" and made.versions.get().is_draft
    draft = start_draft(actor=w.admin, instrument=made)
    saved = save_draft(actor=w.admin, version=draft, definition=samples.survey(), revision=1)
    assert saved.revision == 2 and save_draft(actor=w.admin, version=draft, definition=samples.survey(), revision=2).revision == 2
    first = publish(actor=w.admin, version=saved)
    assert first.published_by == w.admin and first.form.fields["nivel"].required
    second = again(made, without(samples.survey(), "minutos"))
    first.refresh_from_db()
    assert (first.state, second.state, second.number) == ("retired", "published", 2) and "minutos" in first.form.fields
    assert [e.verb.split(".")[1] for e in Entry.objects.filter(subject=f"instrument:{made.pk}").order_by("id")] == [
        "create", "save_draft", "publish", "start_draft", "save_draft", "publish"]


def test_two_editors_do_not_overwrite_each_other() -> None:
    w = make.world()
    made = create_instrument(actor=w.admin, institution=w.institution, draft=InstrumentDraft("A", "record"))
    draft = made.versions.get()
    save_draft(actor=w.admin, version=draft, definition=samples.extra(), revision=1)
    with pytest.raises(Refused, match="Otra persona guardó"):
        save_draft(actor=w.admin, version=draft, definition=samples.survey(), revision=1)


def test_a_draft_may_have_mistakes_but_is_not_published_with_them() -> None:
    w = make.world()
    made = create_instrument(actor=None, institution=w.institution, draft=InstrumentDraft("A", "record"))
    with pytest.raises(BadDefinition, match="no tiene preguntas"):
        publish(actor=None, version=made.versions.get())
    bad = {"sections": [{"title": "", "fields": [{"key": "a", "type": "reference", "label": "A", "reference": "nada"}]}]}
    draft = save_draft(actor=None, version=made.versions.get(), definition=bad, revision=1)
    with pytest.raises(BadDefinition) as error:
        publish(actor=None, version=draft)
    assert len(error.value.problems) == 2
    discard_draft(actor=None, version=draft)
    assert start_draft(actor=None, instrument=made).number == 1


def test_a_key_means_the_same_for_ever() -> None:
    w = make.world()
    version = published(w.institution, samples.survey())
    again(version.instrument, without(samples.survey(), "minutos"))
    with pytest.raises(BadDefinition, match="«minutos» ya se usó en la versión 1"):
        again(version.instrument, samples.survey())
    changed = without(samples.survey(), "minutos")
    changed["sections"][0]["fields"][2] = {"key": "volveria", "type": "integer", "label": "Cuántas veces"}
    draft = start_draft(actor=None, instrument=version.instrument)
    draft = save_draft(actor=None, version=draft, definition=changed, revision=draft.revision)
    with pytest.raises(BadDefinition, match="«volveria»"):
        publish(actor=None, version=draft)


def test_only_who_keeps_catalogues_of_that_institution() -> None:
    w, other = make.world(), make.world()
    version = published(w.institution, samples.survey())
    draft = InstrumentDraft("B", "survey")
    for actor in (w.head, w.nobody, other.admin):
        with pytest.raises(NotAllowed):
            create_instrument(actor=actor, institution=w.institution, draft=draft)
        for verb in (publish, retire, discard_draft):
            with pytest.raises(NotAllowed):
                verb(actor=actor, version=version)
        with pytest.raises(NotAllowed):
            rename_instrument(actor=actor, instrument=version.instrument, name="x")
    made = [create_instrument(actor=w.admin, institution=w.institution, draft=draft).pk for _n in range(2)]
    assert made[0] == made[1]
    with pytest.raises(Refused, match="Ya hay un formulario"):
        create_instrument(actor=w.admin, institution=w.institution, draft=InstrumentDraft("B", "survey"))
    assert not rename_instrument(actor=w.admin, instrument=version.instrument, name=" Otro\u202e ", active=False).active


@pytest.mark.parametrize("change", ["definition = '{}'", "digest = 'x'", "number = 9", "state = 'draft', published_at = NULL",
                                    "published_at = now()", "revision = 99", "retired_at = now()"])
def test_what_was_published_is_refused_to_change_by_the_database(change: str) -> None:
    version = published(make.world().institution, samples.survey())
    with pytest.raises(IntegrityError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(f"UPDATE questionnaires_instrumentversion SET {change} WHERE id = %s", [version.pk])
    with pytest.raises(IntegrityError), transaction.atomic():
        version.delete()
    retire(actor=None, version=version)
    with pytest.raises(IntegrityError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("UPDATE questionnaires_instrumentversion SET state = 'published', retired_at = NULL WHERE id = %s", [version.pk])


def test_rows_stay_within_their_institution_and_drafts_are_not_answered() -> None:
    w, other = make.world(), make.world()
    version, foreign = published(w.institution, samples.survey()), published(other.institution, samples.survey())
    case = make.letter(w)
    wrong: list[dict[str, Any]] = [
        {"institution": other.institution, "instrument": version.instrument, "version": version},
        {"institution": w.institution, "instrument": foreign.instrument, "version": version},
        {"institution": other.institution, "instrument": foreign.instrument, "version": foreign, "case": case},
        {"institution": other.institution, "instrument": foreign.instrument, "version": foreign, "respondent": w.head}]
    for given in wrong:
        with pytest.raises(Error), transaction.atomic():
            Response.objects.create(**given)
            with connection.cursor() as cursor:
                cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
    draft = start_draft(actor=None, instrument=version.instrument)
    with pytest.raises(Error, match="no se responde"), transaction.atomic():
        Response.objects.create(institution=w.institution, instrument=version.instrument, version=draft)
    with pytest.raises(IntegrityError), transaction.atomic():
        InstrumentVersion.objects.create(institution=w.institution, instrument=version.instrument, number=7, digest="")
    assert Instrument.objects.count() == 2

"""Forms and surveys kept by a service manager: those that only their services use; those of others too are read, the rest is not there."""
from typing import Any

import pytest
from django.urls import reverse
from tests import make

from ventanilla.core.audit.models import Entry
from ventanilla.core.orgs.services.setup import NotAllowed, Refused
from ventanilla.core.questionnaires import keeping
from ventanilla.core.questionnaires.models import Instrument, InstrumentVersion
from ventanilla.core.questionnaires.services import (
    InstrumentDraft,
    create_instrument,
    publish,
    rename_instrument,
    retire,
    start_draft,
)
from ventanilla.core.questionnaires.tests.kit import published
from ventanilla.modules.servicedesk.models import OfferingVersion
from ventanilla.modules.servicedesk.services.catalogue import publish as publish_offering
from ventanilla.modules.servicedesk.services.catalogue import start_version
from ventanilla.modules.servicedesk.services.offering import retire as retire_offering
from ventanilla.modules.servicedesk.tests.api.program import Program
from ventanilla.modules.servicedesk.tests.desk import Desk
from ventanilla.modules.servicedesk.tests.keepers import holder, two_desks
from ventanilla.modules.servicedesk.tests.test_fields import FIELDS, as_, asks, form, text

pytestmark = pytest.mark.django_db


@pytest.fixture
def d() -> Desk:
    return two_desks()


def used(d: Desk, slug: str, *offered: OfferingVersion, purpose: str = "request_form") -> Instrument:
    """A form of the administration that these offerings ask with."""
    made = published(d.world.institution, form(*FIELDS[:2]), slug, purpose)
    for one in offered:
        asks(d, one, made)
    return made.instrument


def others(d: Desk) -> OfferingVersion:
    return OfferingVersion.objects.get(offering__slug="un-nodo-de-red", state="published")


def test_a_manager_makes_a_form_publishes_it_and_keeps_what_their_services_ask(d: Desk) -> None:
    manager = holder(d, "desk_manager")
    own, client = used(d, "datos", d.version), as_(manager)
    made = create_instrument(actor=manager, institution=d.world.institution,
                             draft=InstrumentDraft("Alta de cuenta", "request_form", definition=form(*FIELDS[:1])))
    publish(actor=manager, version=made.versions.get())
    assert set(keeping.kept_by(manager)) == {own, made}
    for row in (own, made):
        assert client.post(reverse("questionnaires:begin", args=[row.pk])).status_code == 302
        page = text(client.get(reverse("questionnaires:edit", args=[row.pk])))
        assert "Tramo" in page
        assert client.get(reverse("questionnaires:publish", args=[row.pk])).status_code == 200
        assert client.get(reverse("questionnaires:try", args=[row.pk, 1])).status_code == 200
    assert "Formularios" in text(client.get(reverse("admin_area:home")))
    assert Entry.objects.filter(verb="questionnaires.create", actor_id=manager.pk).exists()
    asks(d, OfferingVersion.objects.get(pk=d.incident.pk), made.versions.get(state="published"))
    assert made in keeping.kept_by(manager), "still theirs once it is used"
    colleague = holder(d, "desk_manager")
    assert set(keeping.kept_by(colleague)) == {own, made}, "what their services use is of whoever keeps these"


def test_a_form_that_others_use_too_is_read_with_the_reason_and_not_changed(d: Desk) -> None:
    manager = holder(d, "desk_manager")
    shared = used(d, "comun", d.version, others(d))
    client, program = as_(manager), Program(manager)
    page = text(client.get(reverse("questionnaires:form", args=[shared.pk])))
    assert "lo cambia la administración" in page and "Preparar otra versión" not in page and "Retirar" not in page
    assert "Lo lleva la administración" in text(client.get(reverse("questionnaires:list")))
    assert client.get(reverse("questionnaires:download", args=[shared.pk])).status_code == 200
    for name in ("begin", "discard", "retire", "publish", "rename"):
        assert client.post(reverse(f"questionnaires:{name}", args=[shared.pk])).status_code == 404, name
    assert client.get(reverse("questionnaires:edit", args=[shared.pk])).status_code == 404
    for call in (lambda: start_draft(actor=manager, instrument=shared), lambda: rename_instrument(actor=manager, instrument=shared, name="X"),
                 lambda: retire(actor=manager, version=shared.versions.get())):
        with pytest.raises(Refused, match="lo cambia la administración"):
            call()
    assert program.ok("GET", "/forms/comun")["kept"] is False
    assert program.no("PUT", "/forms/comun/draft", {"definition": form()})[0] == program.no("POST", "/forms/comun/retire")[0] == 409
    assert InstrumentVersion.objects.filter(instrument=shared).count() == 1


def test_what_others_alone_use_or_nobody_yet_and_other_purposes_are_not_there(d: Desk) -> None:
    manager = holder(d, "desk_manager")
    theirs, nobodys = used(d, "redes", others(d)), used(d, "suelto")
    record = used(d, "ficha", d.incident, purpose="record")
    client, program = as_(manager), Program(manager)
    for row in (theirs, nobodys, record):
        assert client.get(reverse("questionnaires:form", args=[row.pk])).status_code == 404, row.slug
        assert program.no("GET", f"/forms/{row.slug}")[0] == program.no("POST", f"/forms/{row.slug}/retire")[0] == 404
        with pytest.raises(NotAllowed):
            start_draft(actor=manager, instrument=row)
    assert not keeping.visible_to(manager).exists()
    for purpose in ("record", "instrument"):
        with pytest.raises(Refused) as refused:
            create_instrument(actor=manager, institution=d.world.institution, draft=InstrumentDraft("Otra", purpose))
        assert refused.value.field == "purpose"
    assert "Ficha" not in text(client.get(reverse("questionnaires:new")))


def test_a_survey_once_taken_up_by_others_or_left_by_them(d: Desk) -> None:
    manager, theirs = holder(d, "desk_manager"), others(d)
    survey = published(d.world.institution, form(FIELDS[4]), "opinion").instrument

    def asked(version: OfferingVersion) -> None:
        draft = start_version(actor=d.world.admin, offering=version.offering)
        draft.survey, draft.description = survey.versions.get(), "Lo que se ofrece"
        draft.save()
        publish_offering(actor=d.world.admin, version=draft)

    asked(d.version)
    assert keeping.kept_by(manager).get() == survey
    asked(theirs)
    assert not keeping.kept_by(manager).exists() and keeping.visible_to(manager).get() == survey
    retire_offering(actor=d.world.admin, offering=theirs.offering, reason="Ya no se da")
    assert not keeping.kept_by(manager).exists(), "it can be offered again, with its survey"


@pytest.mark.parametrize("role", ["desk_agent", "desk_engineer", "head", "auditor"])
def test_everybody_else_stays_out(d: Desk, role: str) -> None:
    person, row = holder(d, role), used(d, "datos", d.version)
    client, program = as_(person), Program(person)
    for name, args in (("list", []), ("new", []), ("form", [row.pk]), ("edit", [row.pk])):
        assert client.get(reverse(f"questionnaires:{name}", args=args)).status_code == 404, name
    assert program.no("GET", "/forms")[0] == program.no("POST", "/forms", {"name": "X"})[0] == 404
    with pytest.raises(NotAllowed):
        create_instrument(actor=person, institution=d.world.institution, draft=InstrumentDraft("X", "survey"))
    with pytest.raises(NotAllowed):
        start_draft(actor=person, instrument=row)


def test_a_draft_of_a_form_is_not_written_over_what_somebody_else_wrote(d: Desk) -> None:
    manager = Program(holder(d, "desk_manager"))
    manager.ok("POST", "/forms", {"name": "Alta"})
    first, draft = manager.send("GET", "/forms/alta/versions/1")["ETag"], "/forms/alta/draft"
    written = manager.send("PUT", draft, {"definition": form(*FIELDS[:2])}, **{"If-Match": first})
    assert written.status_code == 200 and written["ETag"] == manager.send("GET", "/forms/alta/versions/1")["ETag"] != first
    assert manager.no("PUT", draft, {"definition": form(*FIELDS[:1])}, **{"If-Match": first})[0] == 412
    assert manager.ok("GET", "/forms/alta/versions/1")["definition"] == form(*FIELDS[:2])
    manager.ok("POST", "/forms/alta/publish")
    assert manager.no("PUT", draft, {"definition": form(*FIELDS[:1])}, **{"If-Match": written["ETag"]})[0] == 412, "published meanwhile"
    assert len(manager.ok("GET", "/forms/alta")["versions"]) == 1, "no draft was begun"
    published = manager.send("GET", "/forms/alta/versions/1")["ETag"]
    assert manager.ok("PUT", draft, {"definition": form(*FIELDS[:3])}, **{"If-Match": published})["number"] == 2
    assert manager.no("PUT", draft, {"definition": form(*FIELDS[:1])}, **{"If-Match": published})[0] == 412, "somebody began one"


def test_a_form_is_made_written_published_and_retired_by_a_program(d: Desk) -> None:
    manager = Program(holder(d, "desk_manager"))
    made = manager.ok("POST", "/forms", {"name": "Alta de cuenta"})
    assert (made["slug"], made["kept"], [v["state"] for v in made["versions"]]) == ("alta-de-cuenta", True, ["draft"])
    assert manager.no("POST", "/forms/alta-de-cuenta/publish")[0] == 409, "it asks nothing"
    assert manager.no("PUT", "/forms/alta-de-cuenta/draft", {"definition": {"sections": 7}}) == (422, "definition")
    written = manager.ok("PUT", "/forms/alta-de-cuenta/draft", {"definition": form(*FIELDS[:2]), "revision": 1})
    assert written["revision"] == 2
    assert manager.no("PUT", "/forms/alta-de-cuenta/draft", {"definition": form(), "revision": 1})[0] == 409, "somebody wrote meanwhile"
    assert manager.ok("POST", "/forms/alta-de-cuenta/publish")["versions"][0]["state"] == "published"
    assert manager.ok("GET", "/forms/alta-de-cuenta/versions/1")["definition"] == form(*FIELDS[:2])
    manager.ok("PUT", "/forms/alta-de-cuenta/draft", {"definition": form(*FIELDS[:3])})
    assert manager.send("DELETE", "/forms/alta-de-cuenta/draft").status_code == 204
    etag = manager.send("GET", "/forms/alta-de-cuenta")["ETag"]
    assert manager.ok("PATCH", "/forms/alta-de-cuenta", {"name": "Alta"}, **{"If-Match": etag})["name"] == "Alta"
    assert manager.no("PATCH", "/forms/alta-de-cuenta", {"active": False}, **{"If-Match": etag})[0] == 412
    assert manager.ok("POST", "/forms/alta-de-cuenta/retire")["versions"][0]["state"] == "retired"
    assert manager.no("POST", "/forms", {"name": "Ficha", "purpose": "record"}) == (422, "purpose")
    stranger: Any = Program(make.world().admin)
    assert stranger.no("GET", "/forms/alta-de-cuenta")[0] == 404 and stranger.ok("GET", "/forms") == []

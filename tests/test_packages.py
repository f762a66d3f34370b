"""A service desk taken from one institution to another as a signed package: previewed, installed, installed again, with a conflict."""
import io
import json
import zipfile
from datetime import UTC, datetime
from uuid import UUID

import pytest
from django.test import Client
from django.utils import timezone

from tests import make
from ventanilla.core.cases.flows import TURN_FLOW
from ventanilla.core.cases.models import Case, FlowWord
from ventanilla.core.cases.services.naming import name_flow
from ventanilla.core.cases.words import label_of
from ventanilla.core.exports.packaging import Bundle, Choices, Piece, install, pack, preview, unpack
from ventanilla.core.exports.packaging.bundle import own_fingerprint
from ventanilla.core.exports.packaging.registry import exported
from ventanilla.core.orgs.models import Institution, Person
from ventanilla.core.orgs.reach import forget
from ventanilla.core.orgs.services import give
from ventanilla.core.orgs.services.setup import NotAllowed, Refused
from ventanilla.core.questionnaires.services import InstrumentDraft, create_instrument, publish
from ventanilla.core.workdays.models import Calendar
from ventanilla.core.workdays.services import VersionDraft, publish_version
from ventanilla.lib.worktime import Coverage
from ventanilla.modules.correspondence.models import LetterTemplate, LetterType
from ventanilla.modules.servicedesk.models import Approval, Offering, OfferingVersion, ServiceLevel, Team
from ventanilla.modules.servicedesk.services import TicketDraft, open_ticket
from ventanilla.modules.servicedesk.services.promises.escalating import EscalationDraft, save_escalation
from ventanilla.modules.servicedesk.tests.desk import Desk, desk

FORM = {"sections": [{"key": "datos", "title": "Datos", "fields": [{"key": "liga", "type": "text", "label": "¿Qué página?"}]}]}
UID, AT = UUID(int=7), datetime(2026, 11, 20, tzinfo=UTC)


def furnished() -> Desk:
    """A desk with a form, hours of its own, an approval by name, and a template of letters."""
    d = desk()
    here = d.world.institution
    form = create_instrument(actor=None, institution=here, draft=InstrumentDraft("Página web", "request_form", "pagina-web", FORM))
    version = publish(actor=None, version=form.versions.get())
    hours = Calendar.objects.create(institution=here, name="Todo el día", purpose="24-7")
    publish_version(actor=None, calendar=hours, draft=VersionDraft(Coverage.always(), (), "Siempre"))
    ServiceLevel.objects.filter(pk=d.level.pk).update(calendar=hours)
    d.level.objectives.create(metric="resolve", kind="change", minutes=2400)
    save_escalation(actor=d.manager, level=d.level, draft=EscalationDraft("resolve", 90, ("holder", "lead"), team=d.second))
    LetterTemplate.objects.create(institution=here, name="Respuesta", engine="typst", body="Por este conducto…")
    for old in (d.version, d.incident):
        OfferingVersion.objects.filter(pk=old.pk).update(state="retired")
        OfferingVersion.objects.create(
            institution=here, offering=old.offering, number=2, state="published", kind=old.kind, team=d.first, level=d.level, form=version,
            description="Cambios al sitio", tasks=["Revisar"], published_at=timezone.now(),
            approvals=[{"label": "Ana", "who": d.manager.pk, "quorum": 1}])
    return d


def keeper(w: make.World) -> Person:
    """Who keeps the catalogues of an institution."""
    give(actor=None, person=w.nobody, role="admin", unit=w.root)
    forget(w.nobody)
    return w.nobody


def packed(institution: Institution) -> bytes:
    return pack(uuid=UID, name="Mesa", source=institution.name, made_at=AT, pieces=list(exported(institution)))


@pytest.mark.django_db
def test_a_desk_goes_to_another_institution_and_works_there() -> None:
    d, w = furnished(), make.world()
    actor, content = keeper(w), packed(d.world.institution)
    assert content == packed(d.world.institution)
    bundle = unpack(content)
    assert (bundle.own, bundle.fingerprint) == (True, own_fingerprint())
    plan = {p.piece.ref: p.verdict for p in preview(actor=actor, institution=w.institution, bundle=bundle)}
    assert plan["desk-offerings:actualizacion-del-sitio"] == "new"
    assert plan["calendars:institucional"] == plan["letter-types:oficio"] == "same"
    assert not Team.objects.filter(institution=w.institution).exists(), "looking writes nothing"
    choices = Choices(units={"desk-teams:mesa-de-ayuda": w.south.pk, "desk-teams:redes": w.south_1.pk})
    report = install(actor=actor, institution=w.institution, bundle=bundle, choices=choices)
    assert not report["kept"] + report["skipped"] + report["replaced"]
    assert Team.objects.get(institution=w.institution, name="Mesa de ayuda").unit == w.south
    version = OfferingVersion.objects.get(institution=w.institution, offering__slug="actualizacion-del-sitio", state="published")
    assert (version.level.name, version.form.instrument.slug, version.approvals[0]["who"]) == ("Estándar", "pagina-web",
                                                                                               "head")  # type: ignore[union-attr]
    assert version.level and version.level.objectives.filter(kind="change", minutes=2400).count() == 1
    assert [(e.percent, e.tell, e.team and e.team.institution) for e in version.level.escalations.all()] == [
        (90, ["holder", "lead"], w.institution)]
    assert version.level and version.level.calendar and version.level.calendar.institution == w.institution
    case = open_ticket(actor=w.staff, draft=TicketDraft("Cambiar el logotipo", version=version, requester=w.staff, values={"liga": "x"}))
    assert (case.institution, Case.objects.get(pk=case.pk).state) == (w.institution, "approval")
    assert Approval.objects.get(case=case).person == w.north_1_head, "who authorised by name there is the head of unit here"
    again = install(actor=actor, institution=w.institution, bundle=bundle, choices=choices)
    assert len(again["same"]) == len(bundle.pieces), {k: v for k, v in again.items() if k != "same"}
    back = {p.ref: p.data for p in exported(w.institution)}
    assert {ref: data for ref,
            data in back.items() if ref in {p.ref for p in bundle.pieces}} == {p.ref: dict(p.data) for p in bundle.pieces}


@pytest.mark.django_db
def test_a_conflict_is_shown_and_stays_unless_it_is_replaced() -> None:
    d, w = furnished(), make.world()
    actor, bundle = keeper(w), unpack(packed(d.world.institution))
    LetterType.objects.filter(institution=w.institution).update(amount=9)
    found = {p.piece.ref: p for p in preview(actor=actor, institution=w.institution, bundle=bundle)}["letter-types:oficio"]
    assert (found.verdict, found.changes) == ("conflict", (("amount", "9", "5"),))
    skip = {"desk-teams:redes": "skip"}
    report = install(actor=actor, institution=w.institution, bundle=bundle, choices=Choices(actions=skip))
    assert "letter-types:oficio" in report["kept"]
    assert {"desk-teams:redes", "desk-levels:estandar", "desk-offerings:actualizacion-del-sitio"} <= set(report["skipped"])
    install(actor=actor, institution=w.institution, bundle=bundle, choices=Choices(actions={"letter-types:oficio": "replace"}))
    assert LetterType.objects.get(institution=w.institution).amount == 5
    changed = [Piece(p.part, p.key, p.label, {**p.data, "description": "Otra"},
                     p.needs) if p.part == "desk-offerings" else p for p in bundle.pieces]
    newer = unpack(pack(uuid=UID, name="Mesa", source="x", made_at=AT, pieces=changed))
    ref = "desk-offerings:actualizacion-del-sitio"
    install(actor=actor, institution=w.institution, bundle=newer, choices=Choices(actions={ref: "replace"}))
    offering = Offering.objects.get(institution=w.institution, slug="actualizacion-del-sitio")
    assert list(offering.versions.order_by("number").values_list("number", "state")) == [(1, "retired"), (2, "published")]


@pytest.mark.django_db
def test_nothing_stays_of_a_package_of_which_one_piece_is_refused() -> None:
    d, w = furnished(), make.world()
    actor, bundle = keeper(w), unpack(packed(d.world.institution))
    broken = [Piece(p.part, p.key, p.label, {**p.data, "description": ""},
                    p.needs) if p.part == "desk-offerings" else p for p in bundle.pieces]
    with pytest.raises(Refused, match="Nada se instaló"):
        install(actor=actor, institution=w.institution, choices=Choices(),
                bundle=unpack(pack(uuid=UID, name="Mesa", source="x", made_at=AT, pieces=broken)))
    assert not Team.objects.filter(institution=w.institution).exists()
    with pytest.raises(NotAllowed):
        preview(actor=w.head, institution=w.institution, bundle=bundle)
    with pytest.raises(NotAllowed):
        install(actor=actor, institution=d.world.institution, bundle=bundle, choices=Choices())


def made() -> bytes:
    return pack(uuid=UID, name="Uno", source="Aquí", made_at=AT, pieces=[Piece("instructions", "a", "A", {"text": "A"})])


def test_a_package_says_when_it_was_made_with_its_zone() -> None:
    assert unpack(made()).made_at == AT
    with pytest.raises(Refused):
        unpack(pack(uuid=UID, name="Uno", source="Aquí", made_at=AT.replace(tzinfo=None), pieces=[]))


def rewritten(content: bytes, **changed: bytes) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as old, zipfile.ZipFile(out, "w") as new:
        for name in old.namelist():
            new.writestr(name, changed.get(name.partition(".")[0], old.read(name)))
    return out.getvalue()


@pytest.mark.parametrize("content",
                         [b"", b"PK\x03\x04", b"hola" * 9999, rewritten(made(), package=b"{}"), rewritten(made(), signature=b"[]"),
                                     rewritten(made(), signature=b"{" * 9999)])
def test_what_is_no_package_or_was_altered_is_refused(content: bytes) -> None:
    with pytest.raises(Refused):
        unpack(content)


def test_a_changed_value_breaks_the_signature() -> None:
    with zipfile.ZipFile(io.BytesIO(made())) as archive:
        data = json.loads(archive.read("package.json"))
    data["pieces"][0]["data"]["text"] = "B"
    with pytest.raises(Refused, match="firma"):
        unpack(rewritten(made(), package=json.dumps(data).encode()))


def test_a_bomb_is_refused_before_it_is_unpacked() -> None:
    bomb = io.BytesIO()
    with zipfile.ZipFile(bomb, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("package.json", b"0" * (70 * 2**20))
    with pytest.raises(Refused):
        unpack(bomb.getvalue())


TURNS = {("state", "sent"): "Zarpado", ("step", "accept"): "Recibir a bordo"}


def worded(flow: str, **data: object) -> Bundle:
    return unpack(pack(uuid=UID, name="Mesa", source="Otra", made_at=AT, pieces=[Piece("words", flow, "Turnos", data)]))


@pytest.mark.django_db
def test_own_words_go_to_another_institution_and_are_said_there() -> None:
    here, w = make.world(), make.world()
    name_flow(actor=None, institution=here.institution, flow="turn", given=TURNS)
    name_flow(actor=None, institution=here.institution, flow="letter", given={("state", "routed"): "En camino"})
    actor, bundle = keeper(w), unpack(packed(here.institution))
    plan = {p.piece.ref: p for p in preview(actor=actor, institution=w.institution, bundle=bundle)}
    assert (plan["words:turn"].verdict, plan["words:letter"].verdict, "words:request" in plan) == ("new", "new", False)
    assert plan["words:turn"].changes == (("Estado «Por aceptar»", "Por aceptar", "Zarpado"), ("Paso «Aceptar»", "Aceptar", "Recibir a bordo"))
    assert not FlowWord.objects.filter(institution=w.institution).exists(), "looking writes nothing"
    install(actor=actor, institution=w.institution, bundle=bundle, choices=Choices(actions={"words:letter": "skip"}))
    assert label_of(w.institution.pk, TURN_FLOW, "sent") == "Zarpado"
    assert not FlowWord.objects.filter(institution=w.institution, flow="letter").exists(), "left out by choice"
    case = make.letter(w)
    make.turn(case, w.head, w.north)
    client = Client()
    client.force_login(w.north_head.user)  # type: ignore[arg-type]
    page = client.get(f"/correspondencia/{case.pk}/").content.decode()
    assert "Zarpado" in page and "Recibir a bordo" in page and ">Por aceptar<" not in page
    again = install(actor=actor, institution=w.institution, bundle=bundle, choices=Choices(actions={"words:letter": "skip"}))
    assert "words:turn" in again["same"]
    back = {p.ref: p.data for p in exported(w.institution, {"words"})}
    assert back == {"words:turn": {"states": {"sent": "Zarpado"}, "steps": {"accept": "Recibir a bordo"}}}


@pytest.mark.django_db
def test_ones_own_words_stay_unless_the_packages_replace_them() -> None:
    here, w = make.world(), make.world()
    name_flow(actor=None, institution=here.institution, flow="turn", given=TURNS)
    mine = {("state", "sent"): "Fondeado", ("state", "closed"): "En puerto"}
    name_flow(actor=None, institution=w.institution, flow="turn", given=mine)
    actor, bundle = keeper(w), unpack(packed(here.institution))
    [plan] = [p for p in preview(actor=actor, institution=w.institution, bundle=bundle) if p.piece.part == "words"]
    assert (plan.verdict, plan.changes) == ("conflict", (
        ("Estado «Por aceptar»", "Fondeado", "Zarpado"), ("Estado «Atendido»", "En puerto", "Atendido"), ("Paso «Aceptar»", "Aceptar", "Recibir a bordo")))
    assert "words:turn" in install(actor=actor, institution=w.institution, bundle=bundle, choices=Choices())["kept"]
    assert label_of(w.institution.pk, TURN_FLOW, "sent") == "Fondeado"
    done = install(actor=actor, institution=w.institution, bundle=bundle, choices=Choices(actions={"words:turn": "replace"}))
    assert done["replaced"] == ["words:turn"]
    assert (label_of(w.institution.pk, TURN_FLOW, "sent"), label_of(w.institution.pk, TURN_FLOW, "closed")) == ("Zarpado", "Atendido")


@pytest.mark.django_db
@pytest.mark.parametrize(("flow", "data", "told"), [
    ("loan", {"states": {"sent": "Prestado"}}, "no tiene los asuntos «loan»"),
    ("turn", {"states": {"lent": "Prestado"}}, "no tienen el estado o el paso «lent»"),
    ("turn", {"states": {"sent": "x" * 61}}, "demasiado largo"),
    ("turn", {"states": {"sent": "a\x00b"}}, "signos que no se admiten"),
    ("turn", {"states": {"sent": "<script>alert(1)</script>"}}, "signos que no se admiten"),
    ("turn", {"states": {"sent": 7}}, "llegó dañada"), ("turn", {"states": {"sent": {"a": 1}}}, "llegó dañada"),
    ("turn", {"states": ["sent"]}, "llegó dañada"), ("turn", {"words": {}}, "llegó dañada"),
    ("turn", {"states": {"sent": "Igual", "closed": "igual"}}, "Dos estados se llamarían"),
    ("turn<b>", {"states": {"<b>" * 50: "Prestado"}}, "no tiene los asuntos «turnb»"),
])
def test_words_that_are_none_are_refused_in_spanish_and_nothing_stays(flow: str, data: dict[str, object], told: str) -> None:
    w = make.world()
    actor, bundle = keeper(w), worded(flow, **data)
    preview(actor=actor, institution=w.institution, bundle=bundle)  # whatever it holds, looking at it works
    with pytest.raises(Refused, match=f"«Turnos» no se pudo instalar: .*{told}.* Nada se instaló"):
        install(actor=actor, institution=w.institution, bundle=bundle, choices=Choices())
    assert not FlowWord.objects.exists()
    skipped = install(actor=actor, institution=w.institution, bundle=bundle, choices=Choices(actions={bundle.pieces[0].ref: "skip"}))
    assert skipped["skipped"] == [bundle.pieces[0].ref]


@pytest.mark.django_db
def test_states_and_steps_are_compared_and_never_installed() -> None:
    d, other = furnished(), make.world()
    pieces = list(exported(d.world.institution, {"flows"}))
    assert {"letter", "request", "practice_review"} <= {p.key for p in pieces}
    bundle = unpack(pack(uuid=UID, name="Mesa", source="Otra", made_at=AT, pieces=pieces))
    actor = keeper(other)
    assert {p.verdict for p in preview(actor=actor, institution=other.institution, bundle=bundle)} == {"same"}
    newer = Piece("flows", "request", "Solicitudes", {**pieces[0].data, "states": {"new": "Recién llegada"}})
    unknown = Piece("flows", "loan", "Préstamos", {"initial": "asked", "states": {"asked": "Pedido"}, "steps": {}})
    bundle = unpack(pack(uuid=UID, name="Mesa", source="Otra", made_at=AT, pieces=[newer, unknown]))
    told = {p.piece.key: p for p in preview(actor=actor, institution=other.institution, bundle=bundle)}
    assert {p.verdict for p in told.values()} == {"differs"}
    assert ("states.new", "Nueva", "Recién llegada") in told["request"].changes and told["loan"].changes
    report = install(actor=actor, institution=other.institution, bundle=bundle, choices=Choices(actions={"flows:request": "replace"}))
    assert report["skipped"] == ["flows:request", "flows:loan"] and not report["installed"] and not report["replaced"]

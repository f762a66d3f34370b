"""Pages of the configuration database as people use them: register, edit, relate, ask for the impact, load, undo, types."""
import re
from datetime import timedelta
from html import unescape
from uuid import uuid4

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from tests import make

from ventanilla.core.documents.services.processing import process
from ventanilla.core.orgs.models import Person
from ventanilla.modules.servicedesk.models.cmdb import CILoad, CIType, ConfigurationItem, Relation
from ventanilla.modules.servicedesk.screens.cmdb.drawing import SHOWN
from ventanilla.modules.servicedesk.services.cmdb import Group, draft_of, edit_item, step_item
from ventanilla.modules.servicedesk.tests.cmdb.making import Estate, estate

pytestmark = pytest.mark.django_db


def client(person: Person) -> Client:
    found = Client()
    assert found.login(username=person.user.email, password=make.PASSWORD)
    return found


def text(response: object) -> str:
    return unescape(re.sub(r"\s+", " ", response.content.decode()))  # type: ignore[attr-defined]


def test_an_item_is_registered_edited_and_related_on_pages() -> None:
    e = estate()
    c = client(e.keeper)
    assert "Servidor" in text(c.get(reverse("ci_new")))
    form = {"uuid": uuid4(), "name": "Servidor uno", "code": "INV-1", "criticality": "4", "state": "in_use", "a-ip": "10.0.0.1",
            "a-memoria": "mucha", "groups": "Enlaces: 1"}
    wrong = c.post(reverse("ci_new") + "?tipo=servidor", form)
    assert wrong.status_code == 422 and "«Memoria» debe ser un número." in text(wrong)
    assert c.post(reverse("ci_new") + "?tipo=servidor", {**form, "a-memoria": "64"}).status_code == 302
    one = ConfigurationItem.objects.get()
    assert one.attributes == {"ip": "10.0.0.1", "memoria": 64} and one.redundancy == [{"name": "Enlaces", "mode": "count", "amount": 1}]
    page = c.get(reverse("ci_edit", args=[one.pk]))
    assert 'value="10.0.0.1"' in page.content.decode() and "Enlaces: 1" in text(page)
    seen = one.changed_at.isoformat()
    edit = {**form, "a-memoria": "128", "seen": seen, "reason": "Más memoria"}
    assert c.post(reverse("ci_edit", args=[one.pk]), edit).status_code == 302
    assert "Otra persona cambió" in text(c.post(reverse("ci_edit", args=[one.pk]), {**edit, "uuid": uuid4(), "name": "Tarde"}))
    other = e.item("Conmutador", "dispositivo-de-red", code="SW-1")
    tie = {"uuid": uuid4(), "reads": f"{e.ties['se-conecta-por'].pk}:f", "other": "Conmutador (SW-1)", "group": "Enlaces"}
    assert c.post(reverse("ci_relate", args=[one.pk]), tie).status_code == 302
    record = text(c.get(reverse("ci", args=[one.pk])))
    assert "Conmutador" in record and "grupo «Enlaces»" in record and "Más memoria" in record
    back = {"uuid": uuid4(), "reads": f"{e.ties['depende-de'].pk}:b", "other": "SW-1"}
    assert c.post(reverse("ci_relate", args=[one.pk]), back).status_code == 302
    assert Relation.objects.get(type=e.ties["depende-de"]).source == other
    assert "Ningún elemento se llama «nada»" in text(c.post(reverse("ci_relate", args=[one.pk]), {**tie, "uuid": uuid4(), "other": "nada"}))
    assert c.post(reverse("ci_unrelate", args=[Relation.objects.first().pk]), {"desde": one.pk}).status_code == 302


def errors(response: object) -> dict[str, str]:
    """What the form says, by field: each stands beside its field and in the summary that leads there."""
    page = text(response)
    told = dict(re.findall(r'id="id_([\w-]+)_error"><div>(.*?)</div>', page))
    summary = page.partition('class="error-summary"')[2].partition("</ul>")[0]
    assert set(re.findall(r'href="#id_([\w-]+)"', summary)) == set(told)
    return told


def test_a_form_of_an_item_tells_everything_that_is_wrong_at_once() -> None:
    e = estate()
    e.item("Otro", code="INV-1")
    c, new = client(e.keeper), reverse("ci_new") + "?tipo=servidor"
    form = {"uuid": uuid4(), "name": "\u200b", "code": "INV-1", "criticality": "4", "state": "in_use", "a-memoria": "mucha",
            "a-virtual": "Físico", "groups": "Nodos: 0"}
    refused = c.post(new, form)
    assert refused.status_code == 422 and set(errors(refused)) == {"name", "code", "a-memoria", "groups"}
    unread = errors(c.post(new, {**form, "name": "", "a-garantia": "31/02/2026", "groups": "dos nodos"}))
    assert set(unread) == {"name", "code", "a-memoria", "a-garantia", "groups"} and unread["a-memoria"] == "«Memoria» debe ser un número."
    mine = e.item("Mío", code="INV-2")
    edit = {**form, "code": "INV-2", "name": "", "seen": mine.changed_at.isoformat()}
    assert set(errors(c.post(reverse("ci_edit", args=[mine.pk]), edit))) == {"name", "a-memoria", "groups"}
    assert [i.name for i in ConfigurationItem.objects.order_by("pk")] == ["Otro", "Mío"]


def test_a_form_of_a_relation_tells_everything_that_is_wrong_at_once() -> None:
    e = estate()
    one, gone = e.item("Uno", redundancy=[Group("Nodos")]), e.item("Viejo", code="V-1")
    step_item(actor=e.keeper, item=gone, step="retire", reason="Viejo")
    c, page = client(e.keeper), reverse("ci_relate", args=[one.pk])
    tie = {"uuid": uuid4(), "reads": f"{e.ties['depende-de'].pk}:f", "other": "V-1", "group": "Enlaces", "since": ""}
    assert set(errors(c.post(page, tie))) == {"other", "group"}
    unread = errors(c.post(page, {**tie, "other": "nada", "since": "ayer"}))
    assert set(unread) == {"other", "group", "since"} and "Tiene: Nodos." in unread["group"]
    assert set(errors(c.post(page, {**tie, "reads": f"{e.ties['depende-de'].pk}:b", "other": "nada"}))) == {"other"}
    itself = errors(c.post(page, {**tie, "other": f"Uno #{one.pk}", "since": "ayer"}))
    assert itself["other"] == "Un elemento no se relaciona consigo mismo." and set(itself) == {"other", "group", "since"}
    held = e.tie(one, e.item("Dos"))
    edited = {"group": "Enlaces", "since": "2026-03-02", "until": "2026-03-01"}
    assert set(errors(c.post(reverse("ci_relation", args=[held.pk]), edited))) == {"group", "until"}
    assert set(errors(c.post(reverse("ci_relation", args=[held.pk]), {**edited, "since": "", "until": "nunca"}))) == {
        "group", "since", "until"}
    assert Relation.objects.count() == 1


def test_a_step_shows_who_would_be_hurt_and_needs_its_reason() -> None:
    e = estate()
    a, b = e.item("Sistema", "sistema"), e.item("Servidor")
    e.tie(a, b)
    c = client(e.keeper)
    page = text(c.get(reverse("ci_step", args=[b.pk, "retire"])))
    assert "Mientras no esté se afecta 1 elemento" in page and "Sistema" in page
    assert c.post(reverse("ci_step", args=[b.pk, "retire"]), {"reason": ""}).status_code == 422
    assert c.post(reverse("ci_step", args=[b.pk, "retire"]), {"reason": "Viejo"}).status_code == 302
    assert c.get(reverse("ci_step", args=[b.pk, "maintain"])).status_code == 404
    assert ConfigurationItem.objects.get(pk=b.pk).state == "retired"


def test_the_record_of_a_past_day() -> None:
    e = estate()
    item = e.item("Antes")
    ConfigurationItem.objects.filter(pk=item.pk).update(created_at=timezone.now())
    edit_item(actor=e.keeper, item=item, draft=draft_of(item, name="Después"))
    c, yesterday = client(e.keeper), timezone.localdate() - timedelta(days=1)
    assert "todavía no estaba registrado" in text(c.get(reverse("ci", args=[item.pk]), {"dia": yesterday}))
    for nonsense in ("2026-02-31", "ayer", "9999-99-99", str(timezone.localdate() + timedelta(days=9))):
        assert "<h1>Después</h1>" in text(c.get(reverse("ci", args=[item.pk]), {"dia": nonsense}))


def big(e: Estate) -> tuple[ConfigurationItem, list[ConfigurationItem]]:
    server = e.item("Servidor central", code="S-1")
    systems = [e.item(f"Sistema {n:02}", "sistema", unit=e.world.north) for n in range(SHOWN + 3)]
    for system in systems:
        e.tie(system, server)
    e.tie(e.item("Trámite", "servicio"), systems[0])
    return server, systems


def test_the_impact_page_answers_in_a_sentence_a_picture_and_a_table() -> None:
    e = estate()
    server, systems = big(e)
    c = client(e.reader)
    assert "Elija un elemento" in text(c.get(reverse("cmdb_impact")))
    assert c.get(reverse("cmdb_impact"), {"otro": "S-1"}).headers["Location"] == f"{reverse('cmdb_impact')}?ci={server.pk}"
    page = c.get(reverse("cmdb_impact"), {"ci": server.pk})
    body = text(page)
    assert f"Si falla Servidor central, {SHOWN + 4} elementos dejan de funcionar. Servicios que se caen: Trámite." in body
    svg = body[body.index("<svg class=\"impact-svg\""):body.index("</svg>", body.index("<svg class=\"impact-svg\""))]
    assert svg.count("data-node") == SHOWN + 2 and "y 3 más" in svg
    table = body[body.index('id="tabla"'):]
    assert all(s.name in table for s in systems) and "Trámite depende de Sistema 00" in table
    assert e.world.north_head.name in body and "A quién avisar" in body
    assert "style=" not in page.content.decode() and "<script>" not in page.content.decode()


def test_the_impact_page_takes_several_items_things_already_out_and_both_directions() -> None:
    e = estate()
    server, systems = big(e)
    spare = e.item("Servidor de respaldo")
    service = ConfigurationItem.objects.get(name="Trámite")
    edit_item(actor=e.keeper, item=systems[1], draft=draft_of(systems[1], redundancy=[Group("Nodos")]))
    Relation.objects.filter(source=systems[1]).update(group="Nodos")
    e.tie(systems[1], spare, group="Nodos")
    c = client(e.keeper)
    body = text(c.get(reverse("cmdb_impact"), {"ci": server.pk}))
    assert "1 queda sin respaldo" in body
    both = text(c.get(reverse("cmdb_impact"), {"ci": [server.pk, spare.pk]}))
    assert "queda sin respaldo" not in both and "grupo «Nodos»: necesita 1 de 2" in both
    step_item(actor=e.keeper, item=spare, step="maintain", reason="x")
    out = text(c.get(reverse("cmdb_impact"), {"ci": server.pk, "mantenimiento": "1"}))
    assert "queda sin respaldo" not in out
    down = text(c.get(reverse("cmdb_impact"), {"ci": service.pk, "sentido": "baja"}))
    assert "Trámite depende de 2 elementos; la falla de cualquiera de 2 basta para detenerlo." in down
    file = c.get(reverse("cmdb_impact"), {"ci": server.pk, "formato": "csv"})
    lines = file.content.decode("utf-8-sig").splitlines()
    assert len(lines) == SHOWN + 5 and lines[0].startswith("Elemento,Inventario")
    for nonsense in ({"ci": "x"}, {"ci": "99999999999999999999"}, {"ci": "987654321"}, {"otro": "nadie"}):
        assert c.get(reverse("cmdb_impact"), nonsense, follow=True).status_code == 200


def test_who_is_not_of_the_house_of_computers_gets_nothing_of_it() -> None:
    e = estate()
    mine, theirs = e.item("Mío", unit=e.world.north_1), e.item("Ajeno", unit=e.world.south)
    e.tie(mine, theirs)
    c = client(e.world.staff)
    body = text(c.get(reverse("ci", args=[mine.pk])))
    assert "Ajeno" not in body and "1 relación con un elemento de otra área no se muestra" in body and "Ver impacto" not in body
    for name, args in (("ci", [theirs.pk]), ("ci_label", [theirs.pk]), ("cmdb_impact", []), ("cmdb_loads", []), ("cmdb_tidy", []),
                       ("ci_new", []), ("ci_edit", [mine.pk]), ("ci_relate", [mine.pk]), ("ci_step", [mine.pk, "retire"]), ("cmdb_types", [])):
        assert c.get(reverse(name, args=args)).status_code == 404, name
    assert "Ajeno" not in text(c.get(reverse("ci_options"), {"q": "Ajeno"})) and "Mío" in text(c.get(reverse("ci_options"), {"q": "mío"}))
    assert "Ajeno" not in text(c.get("/listas/configuracion/")) and "Mío" in text(c.get("/listas/configuracion/"))
    assert c.post(reverse("ci_documents", args=[mine.pk]), {"files": SimpleUploadedFile("a.txt", b"x")}).status_code == 404


def test_a_file_is_looked_at_confirmed_and_undone_on_pages() -> None:
    e = estate()
    c = client(e.keeper)
    data = b"tipo,nombre,inventario,color\nservidor,Uno,F-1,rojo\nservidor,Dos,F-2,azul\n"
    look = c.post(reverse("cmdb_loads"), {"what": "items", "file": SimpleUploadedFile("bienes.csv", data)})
    body = look.content.decode()
    assert not ConfigurationItem.objects.exists() and "Columnas que no se usan: color" in text(look)
    sent = dict(re.findall(r'<input type="hidden" name="(digest|what|name|key)" value="([^"]*)"', body))
    assert c.post(reverse("cmdb_loads"), sent).status_code == 302 and ConfigurationItem.objects.count() == 2
    c.post(reverse("cmdb_loads"), sent)
    load = CILoad.objects.get()
    assert "Deshacer la carga" in text(c.get(reverse("cmdb_load", args=[load.pk])))
    e.tie(*ConfigurationItem.objects.order_by("pk"))
    assert "ya tiene relaciones" in text(c.get(reverse("cmdb_load", args=[load.pk])))
    Relation.objects.all().delete()
    c.post(reverse("cmdb_undo", args=[load.pk]))
    assert not ConfigurationItem.objects.exists()
    assert c.post(reverse("cmdb_loads"), {**sent, "key": str(uuid4())}, follow=True).status_code == 200
    bad = c.post(reverse("cmdb_loads"), {"what": "items", "file": SimpleUploadedFile("x.csv", b"tipo,nombre\nnave,A\n")})
    assert "Línea 2" in text(bad) and "el tipo «nave» no existe" in text(bad)
    assert c.post(reverse("cmdb_loads"), {"what": "items", "file": SimpleUploadedFile("x.bin", b"\x00\x01")}).status_code == 422


def test_documents_and_the_label() -> None:
    e = estate()
    item = e.item("Servidor", code="INV-9", unit=e.world.north)
    c = client(e.keeper)
    assert c.post(reverse("ci_documents", args=[item.pk]), {"files": [SimpleUploadedFile("garantía.txt", b"vale")]}).status_code == 302
    found = item.documents.get().document
    assert c.get(reverse("ci_document", args=[item.pk, found.uuid])).status_code == 409  # not looked at by the antivirus yet
    process(found.versions.get().pk)
    got = c.get(reverse("ci_document", args=[item.pk, found.uuid]))
    assert b"".join(got.streaming_content) == b"vale" and got["Content-Disposition"].startswith("attachment")
    other = e.item("Otro")
    assert c.get(reverse("ci_document", args=[other.pk, found.uuid])).status_code == 404
    assert client(e.world.south_head).get(reverse("ci_document", args=[item.pk, found.uuid])).status_code == 404
    assert c.get(reverse("ci_label", args=[item.pk])).content.startswith(b"%PDF")
    off = reverse("ci_document_off", args=[item.pk, found.uuid])
    assert client(e.reader).post(off).status_code == 404 and item.documents.exists()
    assert "se quitó del elemento" in text(c.post(off, follow=True)) and not item.documents.exists()
    assert c.get(reverse("ci_document", args=[item.pk, found.uuid])).status_code == 404
    assert "ya no está" in text(c.post(off, follow=True))


def test_types_are_kept_without_code() -> None:
    e = estate()
    c = client(e.world.admin)
    kind = e.types["impresora"]
    page = c.get(reverse("cmdb_type", args=[kind.pk]))
    assert 'value="Dirección IP"' in page.content.decode()
    assert ">Impresora</option>" in page.content.decode() and ">app-window</option>" not in page.content.decode()
    rows = {"a-name": ["ip", "", ""], "a-label": ["Dirección", "Tóner que usa", ""], "a-kind": ["text", "choice", "text"],
            "a-choices": ["", "Negro; Color", ""], "a-to": ["", "", ""], "a-unit": ["", "", ""], "a-help": ["", "", ""], "a-required": ["1"]}
    sent = {"label": "Impresora", "plural": "Impresoras", "icon": "printer", "parent": e.types["equipo"].pk, "order": 80, "active": "on", **rows}
    assert c.post(reverse("cmdb_type", args=[kind.pk]), sent).status_code == 302
    kind.refresh_from_db()
    assert kind.attributes == [{"name": "ip", "label": "Dirección", "kind": "text"},
                               {"name": "toner_que_usa", "label": "Tóner que usa", "kind": "choice", "required": True, "choices": ["Negro", "Color"]}]
    keeper = client(e.keeper)
    form = {"uuid": uuid4(), "name": "HP", "criticality": "1", "state": "in_use"}
    assert "Tóner que usa" in text(keeper.post(reverse("ci_new") + "?tipo=impresora", form))
    assert keeper.post(reverse("ci_new") + "?tipo=impresora", {**form, "a-toner_que_usa": "Color"}).status_code == 302
    circle = c.post(reverse("cmdb_type", args=[e.types["equipo"].pk]), {**sent, "label": "Equipo", "parent": kind.pk})
    assert circle.status_code == 422 and "clase de sí mismo" in text(circle)
    assert c.post(reverse("cmdb_type_new"), {**sent, "label": "Impresora"}).status_code == 422
    assert c.post(reverse("cmdb_type_new"), {**sent, "label": "Cámara", "parent": ""}).status_code == 302
    assert CIType.objects.filter(slug="camara").exists()


def test_what_must_be_tidied() -> None:
    e = estate()
    e.item("Gemelo", serial="X1"), e.item("Gemelo", serial="X1"), e.item("Con dueño", unit=e.world.north)
    body = text(client(e.reader).get(reverse("cmdb_tidy")))
    for title in ("Mismo número de serie", "Mismo tipo y nombre", "Sin relaciones", "Sin responsable"):
        assert title in body
    assert "Todo está en orden" in text(client(estate().reader).get(reverse("cmdb_tidy")))

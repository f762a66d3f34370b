"""Extra fields everywhere: a field made without code is at once in form, list, filter, report, file and API; private ones nowhere."""
import csv
import html
import io
import re
from decimal import Decimal
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from ventanilla.core.cases.models import Case
from ventanilla.core.orgs.models import Person
from ventanilla.core.questionnaires.models import Instrument, InstrumentVersion
from ventanilla.core.questionnaires.services import values_of
from ventanilla.core.questionnaires.tests.kit import again, published
from ventanilla.modules.servicedesk import services as verbs
from ventanilla.modules.servicedesk.models import Offering, OfferingVersion
from ventanilla.modules.servicedesk.services import TicketDraft, open_tickets
from ventanilla.modules.servicedesk.services.catalogue import publish, renew_forms, start_version
from ventanilla.modules.servicedesk.services.fields import fields_for
from ventanilla.modules.servicedesk.services.reports.fields import edges_of
from ventanilla.modules.servicedesk.tests.api.test_tickets import Program
from ventanilla.modules.servicedesk.tests.desk import Desk
from ventanilla.modules.servicedesk.tests.desk import desk as made

pytestmark = pytest.mark.django_db
LIST = "/listas/tickets/"
CANARY = "tlacuache-privado"
FIELDS: list[dict[str, Any]] = [
    {"key": "tramo", "type": "choice", "label": "Tramo", "required": True,
     "choices": [{"value": "a", "label": "Poniente"}, {"value": "b", "label": "Sur"}]},
    {"key": "equipos", "type": "integer", "label": "¿Cuántos equipos?", "unit": "equipos"},
    {"key": "costo", "type": "decimal", "label": "Costo"},
    {"key": "para_el", "type": "date", "label": "Para el"},
    {"key": "urge", "type": "yes_no", "label": "¿Detiene el trabajo?"},
    {"key": "porque", "type": "text", "label": "¿Por qué?", "required": True, "when": {"field": "urge", "op": "eq", "value": True}},
    {"key": "area", "type": "reference", "label": "Área afectada", "reference": "unit"},
    {"key": "detalle", "type": "long_text", "label": "Detalle"},
    {"key": "clave_interna", "type": "text", "label": "Clave interna", "private": True},
]


def form(*fields: dict[str, Any]) -> dict[str, Any]:
    return {"sections": [{"key": "datos", "title": "Datos", "fields": list(fields)}]}


@pytest.fixture
def d() -> Desk:
    return made()


def as_(person: Person) -> Client:
    client = Client()
    client.force_login(person.user)
    return client


def text(response: Any) -> str:
    assert response.status_code == 200, response.status_code
    return html.unescape(response.content.decode())


def asks(d: Desk, old: OfferingVersion, version: InstrumentVersion) -> OfferingVersion:
    """The next version of an offering, with a form."""
    draft = start_version(actor=d.world.admin, offering=old.offering)
    draft.form, draft.description = version, "Lo que se ofrece"
    draft.save()
    return publish(actor=d.world.admin, version=draft)


def tickets(d: Desk, version: OfferingVersion, *answers: dict[str, Any]) -> list[Case]:
    return open_tickets(actor=d.agent, drafts=[
        TicketDraft(f"Asunto {n}", version=version, requester=d.asker, values=given) for n, given in enumerate(answers)])


def exported(client: Client, query: str) -> list[dict[str, str]]:
    file = client.get(f"{reverse('screen_export', args=['tickets', 'csv'])}?{query}")
    return list(csv.DictReader(io.StringIO(b"".join(file.streaming_content).decode("utf-8-sig"))))


def found(client: Client, **query: Any) -> list[str]:
    """The folios that the list shows with these filters."""
    return [row["folio"] for row in client.get("/listas/tickets.json", query).json()["filas"]]


def test_a_field_made_without_code_is_at_once_everywhere(d: Desk) -> None:
    """Form, list, filter, file and record within one process, by clicks only."""
    admin = as_(d.world.admin)

    def at(name: str, *args: Any) -> str:
        return reverse(f"questionnaires:{name}", args=args)

    def save(name: str, pk: int, *args: Any, **values: str) -> None:
        page = text(admin.get(at("edit", pk)))
        number = re.search(r'name="revision" value="(\d+)"', page)
        assert number and admin.post(at(name, pk, *args), {"revision": number[1], **values}).status_code == 302

    admin.post(at("new"), {"name": "Datos del sitio", "purpose": "request_form"})
    pk = Instrument.objects.get(name="Datos del sitio").pk
    save("new_section", pk, title="El sitio")
    save("new_question", pk, 0, "text", label="Dirección de la página")
    assert admin.post(at("publish", pk)).status_code == 302
    offering = d.version.offering
    address = reverse("offering", args=[offering.pk])
    data = {"name": offering.name, "service": offering.service_id, "kind": "request", "description": "Cambios al sitio", "audience": "everybody",
            "impact": 3, "urgency": 2, "team": d.first.pk, "level": d.level.pk, "form": InstrumentVersion.objects.get(instrument=pk).pk}
    admin.get(address)
    assert admin.post(address, data).status_code == 302
    assert admin.post(reverse("offering_publish", args=[offering.pk])).status_code == 302
    # the new field: another version of the form, published, and used with one click
    admin.post(at("begin", pk))
    save("new_question", pk, 0, "choice", label="Sección del sitio", required="on", choices="Noticias\nTrámites")
    assert admin.post(at("publish", pk)).status_code == 302
    assert "Usar el formulario nuevo" in text(admin.get(reverse("offerings")))
    assert admin.post(reverse("offering_renew", args=[offering.pk])).status_code == 302
    assert "Usar el formulario nuevo" not in text(admin.get(reverse("offerings")))
    assert OfferingVersion.objects.get(offering=offering, state="published").number == 3

    asker, agent = as_(d.asker), as_(d.agent)
    page = text(asker.get(reverse("ask", args=[offering.slug])))
    assert "Sección del sitio" in page
    given = {"subject": "Publicar el aviso", "uuid": "7d4c8e9a-0000-4000-8000-000000000001", "q-seccion_del_sitio": "tramites"}
    refused = asker.post(reverse("ask", args=[offering.slug]), given | {"q-seccion_del_sitio": ""})
    assert refused.status_code == 422
    sent = asker.post(reverse("ask", args=[offering.slug]), given)
    assert sent.status_code == 302, html.unescape(sent.content.decode())
    case = Case.objects.get(subject="Publicar el aviso")
    name = "campo-seccion_del_sitio"
    columns = f"columna=folio&columna={name}"
    assert "Trámites" in text(agent.get(f"{LIST}?{columns}")) and "Sección del sitio" in text(agent.get(LIST))
    assert exported(agent, columns) == [{"Número": case.folio, "Sección del sitio": "Trámites"}]
    assert found(agent, **{name: "tramites"}) == [case.folio] and found(agent, **{name: "noticias"}) == []
    filters = text(agent.get(LIST, {"servicio": offering.service_id, "filtros": "1"}))
    assert 'name="campo-seccion_del_sitio"' in filters
    assert "Trámites" in text(agent.get(reverse("ticket", args=[case.pk])))


def test_every_type_filters_and_shows_and_files_hold_the_same(d: Desk) -> None:
    version = asks(d, d.version, published(d.world.institution, form(*FIELDS), "datos", "request_form"))
    one, two, _three = tickets(
        d, version, {"tramo": "a", "equipos": 3, "costo": "1250.50", "para_el": "2026-12-01", "urge": True, "porque": "No hay red",
                     "area": d.world.south.pk, "detalle": "Largo " * 90, "clave_interna": CANARY},
        {"tramo": "b", "equipos": 10, "costo": "9", "para_el": "2027-01-15", "urge": False, "area": d.world.north.pk}, {"tramo": "b"})
    agent = as_(d.agent)
    for query, folios in (
            ({"campo-tramo": "a"}, [one]), ({"campo-equipos_min": "4"}, [two]), ({"campo-equipos_max": "10"}, [two, one]),
            ({"campo-costo_min": "1250.5", "campo-costo_max": "1251"}, [one]), ({"campo-urge": "no"}, [two]),
            ({"campo-para_el_after": "2026-12-02"}, [two]), ({"campo-para_el_before": "2026-12-01"}, [one]),
            ({"campo-porque": "HAY"}, [one]), ({"campo-area": d.world.south.pk}, [one]), ({"campo-area": "x"}, []),
            ({"campo-tramo": "a", "campo-urge": "no"}, []), ({"campo-nada": "a", "campo-tramo": "a"}, [one])):
        assert found(agent, **query) == [c.folio for c in folios], query
    names = [f"campo-{f['key']}" for f in FIELDS if not f.get("private")]
    query = "orden=-folio&" + "&".join(f"columna={n}" for n in ("folio", *names))
    row = exported(agent, query)[-1]
    assert (row["Tramo"], row["¿Cuántos equipos? (equipos)"], row["Costo"], row["¿Detiene el trabajo?"], row["Área afectada"]) == (
        "Poniente", "3", "1250.5", "Sí", d.world.south.name)
    assert len(row["Detalle"]) > 500 and "2026" in row["Para el"]
    page = text(agent.get(f"{LIST}?{query}"))
    assert "Largo" in page and "Largo " * 40 not in page and "1,250.5" in page
    chips = text(agent.get(LIST, {"servicio": version.offering.service_id, "campo-equipos_min": "4", "campo-area": d.world.north.pk}))
    assert "desde 4" in chips and f"Área afectada: {d.world.north.name}" in chips.replace("\n", " ")


def test_private_fields_are_nowhere(d: Desk) -> None:
    version = asks(d, d.version, published(d.world.institution, form(*FIELDS), "datos", "request_form"))
    tickets(d, version, {"tramo": "a", "clave_interna": CANARY})
    assert "clave_interna" not in [f.key for f in fields_for(Person.objects.get(pk=d.agent.pk))]
    for person in (d.agent, d.asker):
        client = as_(person)
        for query in ("columna=folio&columna=campo-clave_interna", f"campo-clave_interna={CANARY}&servicio={version.offering.service_id}"):
            for path in (LIST, "/listas/tickets.json"):
                page = text(client.get(f"{path}?{query}"))
                assert CANARY not in page.replace(f"={CANARY}", "") and "Clave interna" not in page
        assert len(found(client, **{"campo-clave_interna": "otra cosa"})) == 1  # not a filter at all
    assert CANARY not in str(exported(as_(d.agent), "columna=folio&columna=campo-clave_interna"))
    # private in one version of a form is private for what the others of it asked
    hidden = [{**f, "private": True} if f["key"] == "tramo" else f for f in FIELDS]
    asks(d, version, again(version.form.instrument, form(*hidden)))  # type: ignore[union-attr]
    assert "tramo" not in [f.key for f in fields_for(Person.objects.get(pk=d.agent.pk))]


def test_fields_of_internal_services_are_for_the_desk(d: Desk) -> None:
    version = asks(d, d.version, published(d.world.institution, form(*FIELDS), "datos", "request_form"))
    assert "Tramo" in text(as_(d.asker).get(LIST))
    service = version.offering.service
    service.internal = True
    service.save()
    assert "Tramo" not in text(as_(d.asker).get(LIST)) and "Tramo" in text(as_(d.agent).get(LIST))
    assert as_(d.asker).get(LIST, {"servicio": service.pk}).status_code == 200


def test_fields_of_the_same_key_are_one_and_old_tickets_keep_their_form(d: Desk) -> None:
    other = {"key": "tramo", "type": "choice", "label": "Tramo de la red", "choices": [{"value": "c", "label": "Centro"}, {"value": "d", "label": "Oriente"}]}
    number = {"key": "equipos", "type": "text", "label": "Equipos"}
    first = asks(d, d.version, published(d.world.institution, form(*FIELDS), "datos", "request_form"))
    second = asks(d, d.incident, published(d.world.institution, form(other, number), "datos2", "request_form"))
    one, = tickets(d, first, {"tramo": "a", "equipos": 4})
    two, = tickets(d, second, {"tramo": "c", "equipos": "Switch"})
    fields = {f.name: f for f in fields_for(Person.objects.get(pk=d.agent.pk))}
    assert len(fields["campo-tramo"].instruments) == 2 and fields["campo-tramo"].label == "Tramo de la red"
    assert list(fields["campo-tramo"].choices) == ["a", "b", "c", "d"] and fields["campo-equipos-text"].field.type == "text"
    agent = as_(d.agent)
    assert found(agent, **{"campo-tramo": "a"}) == [one.folio] and found(agent, **{"campo-tramo": "c"}) == [two.folio]
    assert found(agent, **{"campo-equipos-text": "switch"}) == [two.folio] and found(agent, **{"campo-equipos_min": "1"}) == [one.folio]
    # the form loses a question and an option's words change: what was answered stays as it was asked
    changed = {**FIELDS[0], "choices": [{"value": "b", "label": "Sureste"}, {"value": "e", "label": "Golfo"}]}
    again(first.form.instrument, form(changed))  # type: ignore[union-attr]
    third = renew_forms(actor=d.world.admin, offering=Offering.objects.get(pk=first.offering_id))
    three, = tickets(d, third, {"tramo": "b"})
    rows = exported(agent, "columna=folio&columna=campo-tramo&columna=campo-equipos")
    assert [tuple(r.values()) for r in rows] == [(three.folio, "Sureste", ""), (two.folio, "Centro", ""), (one.folio, "Poniente", "4")]
    record = text(agent.get(reverse("ticket", args=[one.pk])))
    assert "Poniente" in record and "¿Cuántos equipos?" in record
    assert one.ticket.version.form_id == first.form_id and "¿Cuántos equipos?" not in text(as_(d.asker).get(
        reverse("ask", args=[first.offering.slug])))


def test_the_list_asks_as_often_however_many_rows_and_fields_there_are(d: Desk) -> None:
    version = asks(d, d.version, published(d.world.institution, form(*FIELDS), "datos", "request_form"))
    agent, counts = as_(d.agent), []
    query = "&".join(["servicio=" + str(version.offering.service_id), *(f"columna=campo-{f['key']}" for f in FIELDS)])
    areas = [unit.pk for unit in (d.world.north, d.world.south, d.world.north_1)]
    agent.get(f"{LIST}?{query}")
    for _round in range(2):
        tickets(d, version, *({"tramo": "a", "equipos": n, "area": areas[n % 3], "urge": False} for n in range(6)))
        with CaptureQueriesContext(connection) as queries:
            assert agent.get(f"{LIST}?{query}").status_code == 200
        counts.append(len(queries))
    assert counts[0] == counts[1] <= 26


def test_a_person_keeps_the_columns_of_their_list(d: Desk) -> None:
    version = asks(d, d.version, published(d.world.institution, form(*FIELDS), "datos", "request_form"))
    tickets(d, version, {"tramo": "a"})
    agent, manager = as_(d.agent), as_(d.manager)
    url = reverse("screen_columns", args=["tickets"])
    sent = agent.post(url, {"columna": ["folio", "campo-tramo", "nada"], "consulta": "tipo=request&columna=kind&despues=x"})
    assert sent["Location"] == f"{LIST}?tipo=request"
    page = text(agent.get(LIST))
    assert "Poniente" in page and "data-label=\"Asunto\"" not in page and "Poniente" not in text(manager.get(LIST))
    assert [list(r) for r in exported(agent, "")] == [["Número", "Tramo"]]
    assert list(agent.get("/listas/tickets.json").json()["filas"][0]) == ["id", "direccion", "folio", "campo-tramo"]
    agent.post("/listas/tickets/vistas", {"nombre": "Por tramo", "consulta": "tipo=request&columna=folio"})
    assert "Por tramo" in text(agent.get(LIST)) and "columna=folio&columna=campo-tramo" in text(agent.get(LIST, {"tipo": "request"}))
    assert "Mostrar estas columnas" in text(agent.get(url))
    agent.post(url, {"usuales": "1", "columna": ["folio"]})
    assert "data-label=\"Asunto\"" in text(agent.get(LIST))


def test_the_api_tells_fields_filters_by_them_and_puts_answers_into_lists(d: Desk) -> None:
    version = asks(d, d.version, published(d.world.institution, form(*FIELDS), "datos", "request_form"))
    one, two = tickets(d, version, {"tramo": "a", "equipos": 3, "para_el": "2026-12-01", "urge": True, "porque": "No hay red",
                                    "area": d.world.south.pk, "clave_interna": CANARY}, {"tramo": "b", "equipos": 10, "urge": False})
    agent = Program(d.agent)
    told = {f["key"]: f for f in agent.get("/ticket-fields").json()}
    assert set(told) == {f["key"] for f in FIELDS} - {"clave_interna"} and told["equipos"]["unit"] == "equipos"
    assert told["tramo"]["choices"][1] == {"value": "b", "label": "Sur"} and told["tramo"]["services"] == [version.offering.service.slug]

    def folios(query: str) -> list[str]:
        return [t["folio"] for t in agent.get(f"/tickets?{query}").json()["items"]]

    for query, cases in (("field=tramo&value=a", [one]), ("field=equipos&op=ge&value=4", [two]), ("where=equipos:le:10", [two, one]),
                         ("where=equipos:ge:3&where=tramo:eq:b", [two]), ("field=urge&value=no", [two]),
                         ("field=porque&op=contains&value=hay", [one]), ("field=para_el&op=ge&value=2026-12-01", [one]),
                         (f"field=area&value={d.world.south.pk}", [one]), ("field=nada&value=1", []),
                         (f"field=clave_interna&value={CANARY}", []), ("field=clave_interna&op=contains&value=a", [])):
        assert folios(query) == [c.folio for c in cases], query
    for bad in ("field=equipos&value=muchos", "field=para_el&value=ayer", "where=tramo:es:a", "where=tramo", "field=equipos&value=NaN"):
        assert agent.get(f"/tickets?{bad}").status_code == 422, bad
    items = agent.get("/tickets?fields=tramo&fields=urge&fields=clave_interna&limit=1").json()
    assert items["items"][0]["values"] == {"tramo": "b", "urge": False} and "fields=tramo&fields=urge" in items["next"]
    assert agent.get("/tickets").json()["items"][0]["values"] == {}
    record = agent.get(f"/tickets/{one.uuid}").json()["values"]
    assert record["equipos"] == 3 and record["tramo"] == "a"
    assert "clave_interna" not in Program(d.asker).get(f"/tickets/{one.uuid}").json()["values"]


def test_the_report_by_field_counts_answers_and_opens_their_rows(d: Desk) -> None:
    several = {"key": "redes", "type": "choices", "label": "Redes", "choices": [{"value": "x", "label": "Fibra"}, {"value": "y", "label": "Radio"}]}
    version = asks(d, d.version, published(d.world.institution, form(*FIELDS, several), "datos", "request_form"))
    now = timezone.localtime()
    cases = tickets(d, version, *(
        {"tramo": "a" if n % 3 else "b", "equipos": n * 7, "costo": f"{n}.5", "urge": n == 1, "clave_interna": CANARY,
         **({"porque": "Sí"} if n == 1 else {}), **({"area": d.world.south.pk} if n < 2 else {}),
         "redes": ["x", "y"] if n == 2 else ["x"]} for n in range(5)))
    verbs.take(actor=d.agent, case=cases[1])
    verbs.resolve(actor=d.agent, case=Case.objects.get(pk=cases[1].pk), cause=d.cause, solution="Listo")
    manager, month = as_(d.manager), f"{now:%Y-%m}"

    def lines(name: str) -> dict[str, tuple[str, str]]:
        file = manager.get(reverse("desk_field_file", args=["campo", "csv"]), {"campo": name, "periodo": month})
        assert file.status_code == 200
        rows = list(csv.reader(io.StringIO(file.content.decode("utf-8-sig"))))
        return {row[0]: (row[1], row[2]) for row in rows[1:]}

    assert lines("campo-tramo") == {"Poniente": ("3", "1"), "Sur": ("2", "0")}
    assert lines("campo-urge") == {"No": ("4", "0"), "Sí": ("1", "1")}
    assert lines("campo-area") == {d.world.south.name: ("2", "1"), "Sin respuesta": ("3", "0")}
    assert lines("campo-redes") == {"Fibra": ("5", "1"), "Radio": ("1", "0")}
    assert lines("campo-equipos") == {"de 0 a 4": ("1", "0"), "de 5 a 9": ("1", "1"), "de 10 a 14": ("1", "0"), "de 20 a 24": ("1", "0"),
                                      "de 25 a 29": ("1", "0")}
    page = text(manager.get(reverse("desk_fields"), {"campo": "campo-equipos", "periodo": month}))
    assert "5 solicitudes la contestaron, de 5 que la preguntan; suman 70, con una mediana de 14." in page
    for name in ("campo-tramo", "campo-urge", "campo-area", "campo-redes", "campo-equipos", "campo-costo"):
        page = text(manager.get(reverse("desk_fields"), {"campo": name, "periodo": month}))
        links = set(re.findall(r'<a href="(/mesa/informes/campos/detalle/[^"]+)">(\d+)</a>', page))
        assert len(links) >= 3
        for link, count in links:
            rows = text(manager.get(link))
            assert len(set(re.findall(r"/mesa/tickets/(\d+)/", rows))) == int(count), link
            file = manager.get(link.replace("detalle/?", "detalle.csv?"))
            assert len(list(csv.reader(io.StringIO(file.content.decode("utf-8-sig"))))) == int(count) + 1
        assert CANARY not in page
    assert as_(d.asker).get(reverse("desk_fields")).status_code == 404
    for bad in ({"campo": "campo-clave_interna"}, {"campo": "campo-area", "clave": "x"}, {"campo": "campo-tramo", "cifra": "nada"},
                {"campo": "campo-equipos", "clave": "1_2_3"}):
        assert manager.get(reverse("desk_field_rows"), bad).status_code == 404, bad


@pytest.mark.parametrize(("least", "most", "edges"), [
    ("0", "28", "0 5 10 15 20 25 30"), ("3", "3", "3 4"), ("-7", "4", "-8 -6 -4 -2 0 2 4 6"), ("0.1", "0.9", "0.1 0.2 0.3 0.4 0.5 0.6 0.7 0.8 0.9 1"),
    ("1000000", "9000000", "1000000 2000000 3000000 4000000 5000000 6000000 7000000 8000000 9000000 10000000")])
def test_ranges_are_round_and_hold_everything(least: str, most: str, edges: str) -> None:
    assert [f"{e:f}" for e in edges_of(Decimal(least), Decimal(most))] == edges.split()


def test_an_agent_answers_the_questions_of_the_service_when_registering(d: Desk) -> None:
    version = asks(d, d.version, published(d.world.institution, form(*FIELDS), "datos", "request_form"))
    agent, url = as_(d.agent), reverse("ticket_register")
    data = {"channel": "phone", "requester": d.asker.pk, "version": version.pk, "subject": "Llamó por la red",
            "uuid": "7d4c8e9a-0000-4000-8000-000000000002"}
    first = agent.post(url, data)
    assert first.status_code == 422 and "Este servicio tiene preguntas propias" in html.unescape(first.content.decode())
    assert "Tramo" in text(agent.get(url, {"version": version.pk})) and "Tramo" not in text(agent.get(url))
    wrong = agent.post(url, {**data, "asked": version.pk})
    assert wrong.status_code == 422 and "Falta responder" in html.unescape(wrong.content.decode()) and not Case.objects.exists()
    both = html.unescape(agent.post(url, {**data, "asked": version.pk, "subject": ""}).content.decode())
    assert "Falta corregir 2 datos" in both and both.count('class="error-summary"') == 1
    assert 'id="id_subject_error"' in both and "Falta responder" in both
    done = agent.post(url, {**data, "asked": version.pk, "q-tramo": "b", "q-clave_interna": "Uno"})
    assert done.status_code == 302 and values_of(Case.objects.get(), private=True) == {"tramo": "b", "clave_interna": "Uno"}


def test_who_asks_cannot_answer_private_questions_and_is_not_asked_them(d: Desk) -> None:
    private = {**FIELDS[-1], "required": True}
    version = asks(d, d.version, published(d.world.institution, form(FIELDS[0], private), "datos", "request_form"))
    url = reverse("ask", args=[version.offering.slug])
    assert "Clave interna" not in text(as_(d.asker).get(url))
    empty = as_(d.asker).post(url, {"subject": "", "uuid": "7d4c8e9a-0000-4000-8000-000000000004"}).content.decode()
    assert 'id="id_subject_error"' in empty and 'id="id_q-tramo_error"' in empty and "q-clave_interna" not in empty
    sent = as_(d.asker).post(url, {"subject": "Algo", "uuid": "7d4c8e9a-0000-4000-8000-000000000003", "q-tramo": "a",
                                   "q-clave_interna": "Yo la puse"})
    assert sent.status_code == 302 and values_of(Case.objects.get(), private=True) == {"tramo": "a"}

"""Answering by link: once, in time, by a person; extra data of cases; values in columns; old versions stay readable."""
import multiprocessing
from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.db import IntegrityError, connection, transaction
from django.utils import timezone
from tests import make

from ventanilla.core.audit.models import Entry
from ventanilla.core.cases.models import Case
from ventanilla.core.orgs.services.setup import NotAllowed, Refused
from ventanilla.core.questionnaires.models import FieldValue, Response
from ventanilla.core.questionnaires.queries import Ref, having
from ventanilla.core.questionnaires.services import (
    AnswersDraft,
    InvitationDraft,
    Proof,
    ValuesDraft,
    answer,
    invite,
    open_by_token,
    record_answers,
    record_many_values,
    record_values,
    renew,
    shown_values,
    submit,
    values_of,
    void,
)
from ventanilla.core.questionnaires.tests import samples
from ventanilla.core.questionnaires.tests.kit import again, asked, human, published
from ventanilla.core.questionnaires.words import Closed, Invalid

pytestmark = pytest.mark.django_db
GOOD = {"nivel": "muy_satisfecho", "volveria": "si", "medios": ["correo", "tel"], "minutos": "12"}


def closed(secret: str, proof: Proof | None = None, raw: dict[str, Any] = GOOD) -> str:
    with pytest.raises(Closed) as error:
        submit(secret=secret, raw=raw, proof=proof or human())
    return error.value.reason


def test_a_survey_by_link() -> None:
    w = make.world()
    case = make.letter(w)
    made = asked(published(w.institution, samples.survey()), case=case)
    assert len(made.secret) >= 43 and made.path == f"/encuesta/{made.secret}/"
    assert made.secret not in str(Response.objects.filter(pk=made.response.pk).values()) + str(list(Entry.objects.values_list("detail")))
    opened = open_by_token(secret=made.secret)
    first = Response.objects.get(pk=opened.pk).opened_at
    assert first and open_by_token(secret=made.secret).opened_at == first
    done = submit(secret=made.secret, raw=GOOD | {"motivo": "no se pregunta"}, proof=human())
    assert done.values == {"nivel": "muy_satisfecho", "volveria": True, "medios": ["tel", "correo"], "minutos": 12}
    assert done.score == Decimal("100.0000") and done.submitted_at
    assert sorted(done.field_values.values_list("key", "position", "text", "number")) == [
        ("medios", 0, "tel", None), ("medios", 1, "correo", None), ("minutos", 0, None, Decimal(12)),
        ("nivel", 0, "muy_satisfecho", None), ("volveria", 0, None, Decimal(1))]
    assert closed(made.secret) == "answered"
    with pytest.raises(Closed):
        open_by_token(secret=made.secret)


def test_wrong_late_void_and_robots() -> None:
    version = published(make.world().institution, samples.survey())
    assert closed("x" * 43) == closed("") == "unknown"
    late, gone, trapped = asked(version), asked(version), asked(version)
    Response.objects.filter(pk=late.response.pk).update(invited_at=timezone.now() - timedelta(days=9), expires_at=timezone.now() - timedelta(seconds=1))
    assert closed(late.secret) == "expired"
    with pytest.raises(Refused, match="motivo"):
        void(actor=None, response=gone.response, reason=" ")
    void(actor=None, response=gone.response, reason="Se reabrió el asunto")
    assert closed(gone.secret) == "void"
    assert closed(trapped.secret, Proof("https://spam.example", human().started_at)) == "robot"
    assert closed(trapped.secret, Proof("", None)) == "robot" and closed(trapped.secret, human(0.5)) == "too_soon"
    assert Response.objects.filter(state="submitted").count() == FieldValue.objects.count() == 0
    assert submit(secret=trapped.secret, raw=GOOD, proof=human()).state == "submitted"


def test_errors_stand_at_their_field_and_nothing_is_kept() -> None:
    made = asked(published(make.world().institution, samples.survey()))
    with pytest.raises(Invalid) as error:
        submit(secret=made.secret, raw={"nivel": "nada", "medios": ["tel", "correo", "persona"], "otro": 1}, proof=human())
    assert set(error.value.errors) == {"motivo", "medios", "otro"} and error.value.errors["motivo"] == "Falta responder."
    assert not open_by_token(secret=made.secret).values


def test_an_answer_does_not_change_any_more() -> None:
    version = published(make.world().institution, samples.survey())
    made = asked(version)
    done = submit(secret=made.secret, raw=GOOD, proof=human())
    for change in ("values = '{}'", "score = 1", "state = 'open', submitted_at = NULL", "submitted_at = now()"):
        with pytest.raises(IntegrityError), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(f"UPDATE questionnaires_response SET {change} WHERE id = %s", [done.pk])
    assert void(actor=None, response=done, reason="Prueba").state == "void" and not FieldValue.objects.exists()


def test_invitations_are_of_who_sees_the_case_and_idempotent() -> None:
    w, other = make.world(), make.world()
    version = published(w.institution, samples.survey())
    case = make.letter(w)
    draft = InvitationDraft("encuesta", w.institution.pk, case)
    first = invite(actor=w.head, drafts=[draft])[0]
    second = invite(actor=w.head, drafts=[draft])[0]
    assert first.response.pk == second.response.pk and second.secret == second.path == ""
    fresh = renew(actor=w.head, response=first.response)
    assert closed(first.secret) == "unknown" and open_by_token(secret=fresh.secret)
    for actor in (w.nobody, other.head):
        with pytest.raises(NotAllowed):
            invite(actor=actor, drafts=[InvitationDraft("encuesta", w.institution.pk, case)])
        with pytest.raises(NotAllowed):
            void(actor=actor, response=first.response, reason="x")
    with pytest.raises(NotAllowed):
        invite(actor=w.nobody, drafts=[InvitationDraft("encuesta", w.institution.pk)])
    with pytest.raises(Refused, match="no tiene una versión publicada"):
        invite(actor=w.head, drafts=[InvitationDraft("otra", w.institution.pk)])
    mine = asked(version, respondent=w.nobody)
    with pytest.raises(NotAllowed):
        answer(actor=w.head, response=mine.response, raw=GOOD)
    assert answer(actor=w.nobody, response=mine.response, raw=GOOD).state == "submitted"
    assert set(Response.objects.visible_to(w.nobody)) == {mine.response} and not Response.objects.visible_to(other.head).exists()
    assert set(Response.objects.visible_to(w.head)) == {mine.response, first.response}


def test_many_answers_at_once_cost_few_queries(django_assert_max_num_queries: Any) -> None:
    version = published(make.world().institution, samples.survey())
    drafts = [AnswersDraft(version, GOOD) for _n in range(50)]
    with django_assert_max_num_queries(8):
        assert len(record_answers(actor=None, drafts=drafts)) == 50
    assert record_answers(actor=None, drafts=drafts[:1])[0].uuid == drafts[0].uuid and Response.objects.count() == 50
    with pytest.raises(Invalid):
        record_answers(actor=None, drafts=[AnswersDraft(version, {})])


# --- extra data of cases -------------------------------------------------------------------------------------

DATA = {"sistema": "Trámites", "monto": "1,200.50", "desde": "01/02/2026", "cuando": "2026-02-01 10:00", "nota": "secreto",
        "equipos": [{"serie": "A1", "piezas": "2"}, {"serie": "B2"}]}


def test_extra_data_of_a_case_are_found_shown_and_corrected() -> None:
    w, other = make.world(), make.world()
    version = published(w.institution, samples.extra(), "datos", "request_form")
    case, plain = make.letter(w), make.letter(w)
    row = record_values(actor=w.head, case=case, version=version, values=DATA | {"unidad": w.north.pk})
    assert values_of(case) == {"sistema": "Trámites", "unidad": w.north.pk, "monto": "1200.5", "desde": "2026-02-01",
                               "cuando": "2026-02-01T16:00:00+00:00", "equipos": [{"serie": "A1", "piezas": 2}, {"serie": "B2"}]}
    assert values_of(case, private=True)["nota"] == "secreto" and values_of(plain) == {}
    shown = {s.field.key: s for s in shown_values(case)}
    assert shown["unidad"].text == "Dirección Norte" and shown["desde"].text == "1 de febrero de 2026" and shown["monto"].text == "1,200.5"
    assert shown["equipos"].rows == [["A1", "2"], ["B2", ""]] and "nota" not in shown
    seen = Case.objects.visible_to(w.head)
    for key, op, value in [("sistema", "eq", "Trámites"), ("unidad", "eq", Ref(w.north.pk)), ("monto", "ge", Decimal(1000)),
                           ("desde", "le", timezone.now()), ("equipos.serie", "eq", "B2"), ("sistema", "contains", "trám")]:
        assert list(seen.filter(having(key, op, value))) == [case], key
    assert not seen.filter(having("monto", "le", 3)).exists()
    again_row = record_values(actor=w.head, case=case, version=version, values={"sistema": "Pagos"})
    assert again_row.pk == row.pk and values_of(case, private=True) == {"sistema": "Pagos"} and FieldValue.objects.count() == 1
    entry = Entry.objects.filter(verb="questionnaires.record", case_id=case.pk).latest("id")
    assert "secreto" not in entry.detail and '"monto"' in entry.detail
    for actor in (w.nobody, other.head):
        with pytest.raises(NotAllowed):
            record_values(actor=actor, case=case, version=version, values={"sistema": "x"})
    with pytest.raises(Invalid) as error:
        record_values(actor=w.head, case=case, version=version, values={"unidad": other.north.pk, "equipos": [{"piezas": 1}]})
    assert set(error.value.errors) == {"sistema", "unidad", "equipos.0.serie"}
    with pytest.raises(NotAllowed):
        record_values(actor=None, case=case, version=published(other.institution, samples.extra(), "datos", "record"), values={"sistema": "x"})


def test_a_field_deleted_while_cases_hold_it_stays_readable() -> None:
    w = make.world()
    first = published(w.institution, samples.extra(), "datos", "request_form")
    old, new = make.letter(w), make.letter(w)
    record_values(actor=w.head, case=old, version=first, values=DATA)
    data = samples.extra()
    del data["sections"][0]["fields"][2]
    second = again(first.instrument, data)
    record_values(actor=w.head, case=new, version=second, values={"sistema": "Nuevo"})
    assert "Monto" in [s.field.label for s in shown_values(old)] and [s.field.label for s in shown_values(new)] == ["Nombre del Sistema"]
    first.refresh_from_db()
    record_values(actor=w.head, case=old, version=first, values=DATA | {"monto": "5"})
    assert values_of(old)["monto"] == "5" and list(Case.objects.filter(having("monto", "eq", Decimal(5)))) == [old]


def test_extra_data_of_many_cases_at_once(django_assert_max_num_queries: Any) -> None:
    w = make.world()
    version = published(w.institution, samples.extra(), "datos", "request_form")
    cases = [make.letter(w) for _n in range(12)]
    with django_assert_max_num_queries(20):
        record_many_values(actor=w.head, drafts=[ValuesDraft(c, version, {"sistema": f"S{c.pk}"}) for c in cases])
    assert [values_of(c)["sistema"] for c in cases] == [f"S{c.pk}" for c in cases]
    with pytest.raises(Refused, match="no se anulan"):
        void(actor=None, response=Response.objects.first(), reason="x")


# --- real processes ------------------------------------------------------------------------------------------


def _child(secret: str, level: str, gate: Any, said: Any) -> None:
    """In a process of its own, with a connection of its own."""
    connection.connect()
    gate.wait(60)
    try:
        submit(secret=secret, raw={"nivel": level}, proof=human())
        said.put(f"stored {level}")
    except Closed as error:
        said.put(error.reason)
    connection.close()


@pytest.mark.faults
@pytest.mark.django_db(transaction=True)
def test_twenty_processes_answer_once() -> None:
    made = asked(published(make.world().institution, samples.survey()))
    fork = multiprocessing.get_context("fork")
    gate, said = fork.Barrier(20), fork.Queue()
    connection.close()
    children = [fork.Process(target=_child, args=(made.secret, level, gate, said)) for level in ["muy_satisfecho", "satisfecho"] * 10]
    try:
        for child in children:
            child.start()
        words = sorted(said.get(timeout=180) for _n in children)
        for child in children:
            child.join(30)
    finally:
        for child in children:
            child.kill()
    assert words[:19] == ["answered"] * 19, words
    row = Response.objects.get(pk=made.response.pk)
    assert words[19] == f"stored {row.values['nivel']}" and row.field_values.count() == 1
    assert Entry.objects.filter(verb="questionnaires.submit", subject=f"response:{row.pk}").count() == 1

"""A letter turned in the moment in which it is registered: both or none, once, and what the next form takes from it."""
import re
from uuid import uuid4

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from tests import make
from tests.forms import forms_in
from tests.pages import as_

from ventanilla.core.audit.models import Sending
from ventanilla.core.cases.models import Case, FolioSeries, Instruction, RoutingRule, Turn
from ventanilla.core.orgs.models import Unit
from ventanilla.modules.correspondence.screens.previous import with_read

pytestmark = pytest.mark.django_db


@pytest.fixture
def w():
    return make.world()


def register(w, person=None, *, follow=True, **data):
    fields = {"uuid": uuid4(), "unit": w.root.pk, "direction": "incoming", "type": w.oficio.pk, "order": "state",
              "organisation": "Secretaría de Finanzas", "signatory": "María Peña Ríos", "post": "Directora", "subject": "Solicita informe",
              "received_at": "2026-02-05T09:00", "sheets": 1, "medium": "courier", "priority": 3, "level": 0}
    return as_(person or w.clerk).post(reverse("letter_register"), {**fields, **data}, follow=follow)


def words(response):
    return " ".join(response.content.decode().split())


def test_registered_and_turned_by_one_form_and_once(w):
    told = Instruction.objects.get(institution=w.institution)
    data = {"uuid": uuid4(), "turno-units": [w.north.pk, w.south.pk], "turno-purpose": "action", "turno-instruction": told.pk,
            "turno-text": "Con urgencia"}
    for _twice in range(2):
        done = register(w, **data)
    case = Case.objects.get()
    assert case.state == "routed"
    assert sorted(case.turns.values_list("unit_id", "purpose", "instruction_id", "text")) == sorted(
        (u.pk, "action", told.pk, "Con urgencia") for u in (w.north, w.south))
    assert f"Quedó registrado con el folio {case.folio}. Turnado a Dirección Norte y Dirección Sur." in words(done)


def test_nothing_chosen_is_only_registered(w):
    register(w, **{"turno-purpose": "action", "turno-text": ""})
    assert Case.objects.get().state == "registered" and not Turn.objects.exists()


def test_where_a_rule_does_not_let_it_go_nothing_is_registered_and_no_folio_is_used(w):
    RoutingRule.objects.create(institution=w.institution, relation="subordinate", max_distance=2, level="agency", allowed=False,
                               reason="Pase por la Dirección General.")
    refused = register(w, **{"turno-units": [w.north.pk], "turno-purpose": "action"})
    assert refused.status_code == 422 and "Pase por la Dirección General." in words(refused)
    assert "Solicita informe" in words(refused) and f'value="{w.north.pk}" selected' in words(refused)
    assert not Case.objects.exists()
    RoutingRule.objects.all().delete()
    register(w, **{"turno-units": [w.north.pk], "turno-purpose": "action"})
    assert Case.objects.get().number == 1


def test_mistakes_of_both_parts_are_told_together(w):
    answer = register(w, subject="", **{"turno-units": ["987654321"]})
    assert answer.status_code == 422 and "Falta corregir 2 datos" in words(answer)


def test_who_comes_back_with_another_destination_is_told_and_registers_no_second_letter(w):
    data = {"uuid": uuid4(), "turno-purpose": "action"}
    register(w, **data, **{"turno-units": [w.north.pk]})
    for _twice in range(2):
        answer = register(w, **data, **{"turno-units": [w.south.pk, w.north.pk]})
        folio = Case.objects.get().folio
        assert answer.status_code == 422 and f"se registró con el folio {folio} y se turnó a Dirección Norte. Ahora" in words(answer)
    assert Case.objects.count() == Turn.objects.count() == 1


def test_the_same_when_what_was_sent_is_not_kept_any_more(w):
    data = {"uuid": uuid4(), "turno-purpose": "action"}
    register(w, **data, **{"turno-units": [w.north.pk]})
    Sending.objects.all().delete()
    answer = register(w, **data, **{"turno-units": [w.south.pk, w.north.pk]})
    assert answer.status_code == 422 and "y se turnó a Dirección Norte. Para turnarlo a otras unidades, ábralo." in words(answer)
    assert Case.objects.count() == Turn.objects.count() == 1


def test_what_is_turned_at_once_is_registered_again_by_the_key_that_comes_back(w):
    data = {"uuid": uuid4(), "turno-purpose": "action", "turno-units": [w.north.pk]}
    register(w, **data)
    told = register(w, **data, subject="Otro asunto")
    key = next(form.key for form in forms_in(told, "") if form.key != str(data["uuid"]))
    assert told.status_code == 422 and register(w, **{**data, "uuid": key}, subject="Otro asunto").status_code == 200
    assert sorted(Turn.objects.values_list("case__subject", flat=True)) == ["Otro asunto", "Solicita informe"]


def test_who_does_not_turn_is_not_offered_it(w):
    grant = w.clerk.grants.get()
    role = grant.role
    role.capabilities = [c for c in role.capabilities if c != "cases.route"]
    role.save()
    assert "Turnar en cuanto se registre" not in words(as_(w.clerk).get(reverse("letter_register")))
    register(w, **{"turno-units": [w.north.pk], "turno-purpose": "action"})
    assert Case.objects.get().state == "registered"


def test_who_registers_where_somebody_else_turns_is_told_and_keeps_what_was_written(w):
    from ventanilla.core.orgs.services import give
    give(actor=None, person=w.north_1_head, role="clerk", unit=w.south)
    role = w.clerk.grants.get().role
    role.capabilities = [c for c in role.capabilities if c != "cases.route"]
    role.save()
    FolioSeries.objects.filter(unit=w.south).update(active=True)
    answer = register(w, w.north_1_head, unit=w.south.pk, **{"turno-units": [w.north.pk], "turno-purpose": "action"})
    assert answer.status_code == 422 and "regístrelo sin turnarlo" in words(answer) and not Case.objects.exists()


def test_the_next_form_keeps_what_a_morning_shares_and_the_sender_when_asked(w):
    done = register(w, otro=1)
    address = done.redirect_chain[0][0]
    page = words(as_(w.clerk).get(address))
    assert '<option value="courier" selected' in page and "Secretaría de Finanzas" not in page and "Solicita informe" not in page
    assert "remitente=1" in page
    page = words(as_(w.clerk).get(f"{address}&remitente=1"))
    assert 'value="Secretaría de Finanzas"' in page and 'value="María Peña Ríos"' in page and 'value="Directora"' in page
    assert "Solicita informe" not in page


def test_after_an_internal_letter_the_next_is_of_a_unit_too_until_a_sheet_says_otherwise(w):
    done = register(w, otro=1, direction="internal", order="internal", sender_unit=w.north.pk, organisation="")
    page = words(as_(w.clerk).get(done.redirect_chain[0][0]))
    assert '<option value="internal" selected' in page.split('name="order"')[1].split("</select>")[0]
    assert '<option value="internal" selected' in page.split('name="direction"')[1].split("</select>")[0]
    kept = {"direction": "internal", "order": "internal", "medium": "courier"}
    assert with_read(kept, {"order": "state", "number": "1"}) == {"direction": "incoming", "order": "state", "medium": "courier", "number": "1"}
    assert with_read(kept, {"sheets": 2}) == {**kept, "sheets": 2}
    assert with_read({"direction": "outgoing"}, {"order": "state"})["direction"] == "outgoing"


def test_the_letters_of_others_are_not_repeated(w):
    register(w)
    case = Case.objects.get()
    page = words(as_(w.head).get(f"{reverse('letter_register')}?anterior={case.pk}&remitente=1"))
    assert "Secretaría de Finanzas" not in page and case.folio not in page


def groups(page):
    """Of each group of the list of units: its heading, and the numbers of its units."""
    found = re.findall(r'<optgroup label="([^"]*)">(.*?)</optgroup>', words(page))
    return {heading: [int(n) for n in re.findall(r'<option value="(\d+)"', options)] for heading, options in found}


def test_the_units_to_which_a_person_turned_last_stand_first_and_once_here_and_where_a_letter_is_turned(w):
    recent, rest = "A las que turnó hace poco", "Las demás"
    register_page = reverse("letter_register")
    assert not groups(as_(w.clerk).get(register_page)), "nobody turned anything yet: one list"
    for unit in (w.south, w.north, w.north):
        register(w, **{"turno-units": [unit.pk], "turno-purpose": "action"})
    found = groups(as_(w.clerk).get(register_page))
    assert found[recent] == [w.north.pk, w.south.pk]
    everywhere = set(Unit.objects.filter(institution=w.institution, valid_to=None).values_list("pk", flat=True))
    assert set(found[rest]) == everywhere - {w.north.pk, w.south.pk} and len(found[rest]) == len(everywhere) - 2
    register(w)
    case = Case.objects.order_by("pk").last()
    turning = groups(as_(w.clerk).get(reverse("letter_action", args=[case.pk, "route"])))
    assert turning[recent] == [w.north.pk, w.south.pk] and w.root.pk not in turning[rest], "the unit itself is none to turn to"
    assert not groups(as_(w.head).get(register_page)), "what somebody else of the unit sent is not theirs"
    again = register(w, subject="", **{"turno-units": [w.south.pk]})
    assert f'value="{w.south.pk}" selected' in words(again), "what was chosen stays chosen"


def test_whose_units_are_recent_is_asked_only_where_the_list_is_drawn(w):
    def asked(work):
        with CaptureQueriesContext(connection) as ran:
            work()
        return sum('ORDER BY "cases_turn"."sent_at" DESC' in (one["sql"] or "") for one in ran)

    data = {"turno-units": [w.north.pk], "turno-purpose": "action"}
    register(w, **data)
    assert asked(lambda: register(w, follow=False, **data)) == 0
    assert asked(lambda: as_(w.clerk).get(reverse("letter_register"))) == 1

"""The chooser of people: what is written finds by name, unit and post; namesakes are told apart; it works without a script."""
from typing import Any

import pytest
from django import forms
from django.http import QueryDict
from django.urls import reverse
from tests import make
from tests.pages import as_

from ventanilla.core.orgs.models import Person
from ventanilla.core.orgs.services import appoint
from ventanilla.web.ui.people import FEW, PeopleField, PersonField

pytestmark = pytest.mark.django_db


class Both(forms.Form):
    """One person, and several."""

    one = PersonField(label="Responsable", required=False)
    some = PeopleField(label="Avisar a", required=False)


@pytest.fixture
def w() -> make.World:
    return make.world()


def form(w: make.World, query: str) -> Any:
    made = Both(QueryDict(query))
    for field in made.fields.values():
        field.queryset = Person.objects.filter(institution=w.institution, active=True)  # type: ignore[attr-defined]
    return made


def test_what_is_written_is_looked_up_and_namesakes_are_offered(w: make.World) -> None:
    north, south = (make.person(w.institution, unit, None, name="Citlali Ñandú") for unit in (w.north_1, w.south_1))
    appoint(actor=None, person=south, unit=w.south_1, kind="staff", title="Jefatura de Archivo")
    sent = form(w, "one--text=citlali+ñandu")
    assert not sent.is_valid() and "Más de una persona" in str(sent.errors["one"])
    drawn = str(sent["one"])
    assert all(f'type="radio" name="one" value="{p.pk}"' in drawn for p in (north, south)) and "Jefatura de Archivo" in drawn
    assert 'value="citlali ñandu"' in drawn, "what was written stays"
    for said in (f"one--text=citlali+ñandu&one--was=citlali+ñandu&one={south.pk}", "one--text=citlali+archivo", "one--text=ñandú+sur+uno",
                 f"one--text={south.name} · Departamento Sur Uno · Jefatura de Archivo", f"one--text={south.email}", f"one={south.pk}"):
        sent = form(w, said)
        assert sent.is_valid() and sent.cleaned_data["one"] == south, (said, sent.errors)
    assert not form(w, "one--text=nandu").is_valid(), "ñ is no n"
    emptied = form(w, f"one--text=&one--was={south.name}&one={south.pk}")
    assert emptied.is_valid() and emptied.cleaned_data["one"] is None, "a name that was taken away is nobody"


def test_several_are_written_one_after_the_other(w: make.World) -> None:
    first, second, third = (make.person(w.institution, w.north, None, name=name) for name in ("Ximena", "Yolotl", "Zyanya"))
    sent = form(w, f"some={first.pk}&some--text=Yolotl Prueba López; zyanya;")
    assert sent.is_valid() and set(sent.cleaned_data["some"]) == {first, second, third}
    wrong = form(w, f"some={first.pk}&some--text=yolotl; nadie así")
    assert not wrong.is_valid() and "nadie así" in str(wrong.errors["some"])
    drawn = str(wrong["some"])
    assert all(f'name="some" value="{p.pk}" checked' in drawn for p in (first, second)) and 'value="nadie así"' in drawn, "nothing is lost"


def test_a_chooser_suggests_only_those_who_may_be_chosen(w: make.World) -> None:
    inside, outside = (make.person(w.institution, unit, None, name="Quetzalli") for unit in (w.north_1, w.south_1))
    field = form(w, "")
    field.fields["one"].queryset = Person.objects.filter(pk=inside.pk)
    address = str(field["one"]).split('data-reference="')[1].split('"')[0]
    asked = as_(w.nobody)
    assert [s["id"] for s in asked.get(address, {"q": "quetzalli"} | {"entre": inside.pk}).json()["found"]] == [inside.pk]
    assert address.endswith(f"?entre={inside.pk}")
    every = asked.get(reverse("questionnaires:suggestions", args=["person"]), {"q": "quetzalli"}).json()["found"]
    assert {s["id"] for s in every} == {inside.pk, outside.pk} and {"Departamento Norte Uno", "Departamento Sur Uno"} == {s["detail"] for s in every}
    stranger = make.world()
    assert not as_(stranger.nobody).get(address, {"q": "quetzalli", "entre": inside.pk}).json()["found"], "of another institution nobody"
    assert FEW >= 100


def test_the_desk_registers_for_somebody_by_name(w: make.World) -> None:
    from ventanilla.core.cases.models import Case
    from ventanilla.modules.servicedesk.tests.desk import desk

    d = desk(w)
    agent, page = as_(d.agent), reverse("ticket_register")
    said = {"uuid": "6f1c1f86-3333-4333-8333-3333333333a5", "channel": "phone", "requester--text": "solicita", "version": d.version.pk,
            "subject": "No abre el correo"}
    shown = agent.get(page).content.decode()
    assert 'name="requester--text"' in shown and "<select name=\"requester\"" not in shown
    assert agent.post(page, {**said, "requester--text": "Prueba López"}).status_code == 422
    assert agent.post(page, said).status_code == 302
    assert Case.objects.get(subject="No abre el correo").ticket.requester == d.asker

"""Rows of the inbox: what each says, and nothing unescaped."""
import re
from collections.abc import Sequence
from datetime import UTC, datetime
from types import SimpleNamespace as Row
from typing import Any

from ventanilla.core.cases.models import Tray
from ventanilla.lib.worktime import Light
from ventanilla.web.inbox.bulk import ManyPage
from ventanilla.web.inbox.drawing import Drawing

EVIL = "<b>&</b>"
SAFE = "&lt;b&gt;&amp;&lt;/b&gt;"
SINCE = datetime(2026, 1, 5, 16, 0, tzinfo=UTC)


def row(**values: Any) -> Row:
    case = Row(folio=EVIL, subject=EVIL, kind="letter", state="routed", institution_id=None, priority=3, level=0)
    usual: dict[str, Any] = {
        "pk": 1, "case": case, "case_id": 7, "turn_id": None, "side": "owner", "tab": Tray.Tab.TO_DO, "since": SINCE, "order_at": SINCE,
        "due_at": None, "amber_at": None, "institution_id": 0, "unit": None, "person": None}
    return Row(**usual | {"unit": Row(name=EVIL, path=[])} | values)


def turn(**values: Any) -> Row:
    usual: dict[str, Any] = {"pk": 9, "institution_id": None, "state": "sent", "purpose": "action", "from_unit": Row(name="Norte <1>"),
                             "unit": Row(name="Sur <2>"), "instruction": Row(text="Atender <3>")}
    return Row(**usual | values)


def drawn(one: Row, held: Row | None = None, team: str = "", tab: str = "atender", pages: Sequence[ManyPage] = ()) -> str:
    ((light, count, text),) = Drawing(tab, pages).groups([one], {9: held} if held else {}, {7: team} if team else {})
    assert light is Light.NONE and count == 1
    return re.sub(r"<time.*?</time>", "·", text)


def test_a_matter_says_its_folio_subject_and_unit() -> None:
    text = drawn(row())
    assert text.count(SAFE) == 3 and EVIL not in text and f"Con {SAFE}" in text and 'id="tray-7-0-owner"' in text
    assert "checkbox" not in text and "Equipo" not in text and "Urgente" not in text


def test_a_turn_says_who_sent_it_and_may_be_ticked_or_who_answers_it() -> None:
    mine, theirs = drawn(row(turn_id=9, side="holder"), turn()), drawn(row(turn_id=9), turn())
    assert "De Norte &lt;1&gt; · Atender &lt;3&gt; · Con " in mine and 'name="turno" value="9"' in mine and f"Elegir {SAFE}" in mine
    assert "Responde Sur &lt;2&gt; · Con " in theirs and "checkbox" not in theirs and "Norte" not in theirs
    assert "Para conocimiento" in drawn(row(turn_id=9, side="holder"), turn(purpose="information", instruction=None))


def test_a_matter_is_ticked_where_a_page_takes_it_and_an_answer_where_it_waits() -> None:
    page, other = ManyPage("x", "subroute", "letter", "routed", "cases.route"), ManyPage("x", "subroute", "letter", "registered", "cases.route")
    assert 'name="asunto" value="7"' in drawn(row(), pages=[page]) and "checkbox" not in drawn(row(), pages=[other])
    assert "checkbox" not in drawn(row(tab=Tray.Tab.WAITING), tab="espera", pages=[page])
    waiting = row(turn_id=9, side="router", tab=Tray.Tab.TO_EVALUATE)
    assert 'name="turno" value="9"' in drawn(waiting, turn(state="answered"), tab="evaluar")
    assert "checkbox" not in drawn(waiting, turn(state="closed"), tab="evaluar")


def test_in_a_team_it_says_who_has_taken_it() -> None:
    assert "Equipo Redes &lt;4&gt; · <strong>Nadie lo ha tomado</strong>" in drawn(row(), team="Redes <4>")
    assert "Atiende Ana &lt;5&gt;" in drawn(row(person=Row(name="Ana <5>")), team="Redes")
    assert "Nadie" not in drawn(row(), team="Redes", tab="concluidos") + drawn(row())


def test_urgent_and_reserved_matters_say_so() -> None:
    one = row()
    one.case.priority, one.case.level = 1, 1
    assert ">Urgente<" in drawn(one) and ' <span class="tag"><svg' in drawn(one)

"""Functions of OQL, REGEXP and IN (SELECT …) against plain Python over the same rows; and what is refused, in iTop's code."""
import random
import re
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
import time_machine
from tests import make

from ventanilla.core.cases.models import Case
from ventanilla.modules.servicedesk.itop import (
    operations,  # noqa: F401 - it registers the classes
    oql,
)
from ventanilla.modules.servicedesk.itop.asking import found_by
from ventanilla.modules.servicedesk.itop.classes import class_of
from ventanilla.modules.servicedesk.itop.problems import ItopError
from ventanilla.modules.servicedesk.models import Ticket
from ventanilla.modules.servicedesk.tests.desk import Desk
from ventanilla.modules.servicedesk.tests.desk import desk as made
from ventanilla.modules.servicedesk.tests.itop.scripts import Script
from ventanilla.web.api.scopes import CATALOGUES, READ, SCOPES

pytestmark = pytest.mark.django_db
ZONE = ZoneInfo("America/Mexico_City")
NOW = datetime(2026, 3, 31, 10, 30, tzinfo=ZONE)
Row = dict[str, Any]
Truth = bool | None


@pytest.fixture
def d() -> Desk:
    return made()


def filled(d: Desk, seed: int) -> dict[int, Row]:
    """Requests of every sort, and the same as the oracle knows them: moments of the wall clock, empty where there is none."""
    chance, rows = random.Random(seed), dict[int, Row]()
    askers = [d.asker, make.person(d.world.institution, d.world.south_1, None, name="Otra")]
    for n in range(14):
        subject = chance.choice(["Red caída", "RED lenta", "Impresora 7", "Página web", "Año nuevo", "10", "9"]) + chance.choice(["", f" {n}"])
        start = datetime(2026, chance.choice((1, 2, 3)), chance.randint(1, 28), chance.choice((0, 9, 18, 23)), 15, 5, tzinfo=ZONE)
        end = chance.choice([None, start + timedelta(days=chance.randint(0, 40))])
        case = d.ticket(requester=(who := chance.choice(askers)), actor=who, subject=subject)
        Case.objects.filter(pk=case.pk).update(received_at=start)
        Ticket.objects.filter(pk=case.pk).update(impact=(impact := chance.choice((1, 2, 3))), owned_at=end)
        rows[case.pk] = {"id": case.pk, "title": subject, "start_date": start.replace(tzinfo=None), "who": who.pk, "impact": str(impact),
                         "assignment_date": end and end.replace(tzinfo=None)}
    return rows


def asked(d: Desk, condition: str, name: str = "UserRequest") -> set[int]:
    kind = class_of(name)
    assert kind
    found = [row.pk for row in found_by(d.agent, kind, f"SELECT {name} WHERE {condition}", tuple(SCOPES))]
    assert len(found) == len(set(found)), condition
    return set(found)


def low(text: str) -> str:
    return text.lower()


def known(value: Any, then: Callable[[Any], bool]) -> Truth:
    """What is said of nothing is neither true nor false."""
    return None if value is None else then(value)


ATOMS: list[tuple[str, Callable[[Row], Truth]]] = [
    ("DATE_FORMAT(start_date, '%Y-%m') = '2026-02'", lambda r: r["start_date"].strftime("%Y-%m") == "2026-02"),
    ("DATE_FORMAT(assignment_date, '%d/%m %H:%i:%s') >= '15'", lambda r: known(r["assignment_date"], lambda m: m.strftime("%d/%m %H:%M:%S") >= "15")),
    ("start_date >= DATE_FORMAT(NOW(), '%Y-%m-01')", lambda r: r["start_date"] >= datetime(2026, 3, 1)),
    ("start_date > DATE_SUB(NOW(), INTERVAL 1 MONTH)", lambda r: r["start_date"] > datetime(2026, 2, 28, 10, 30)),
    ("DATE_ADD(start_date, INTERVAL 1 MONTH) <= NOW()", lambda r: _month_later(r["start_date"]) <= datetime(2026, 3, 31, 10, 30)),
    ("DATE_SUB(assignment_date, INTERVAL 36 HOUR) < start_date", lambda r: known(
        r["assignment_date"], lambda m: m - timedelta(hours=36) < r["start_date"])),
    ("DATE(start_date) = '2026-02-10' OR HOUR(start_date) = 18", lambda r: str(r["start_date"].date()) == "2026-02-10" or r["start_date"].hour == 18),
    ("YEAR(start_date) = 2026 AND MONTH(start_date) > 1", lambda r: r["start_date"].year == 2026 and r["start_date"].month > 1),
    ("DAY(assignment_date) <= 15", lambda r: known(r["assignment_date"], lambda m: m.day <= 15)),
    ("TO_DAYS(NOW()) - TO_DAYS(start_date) > 30", lambda r: (NOW.date() - r["start_date"].date()).days > 30),
    ("TO_DAYS(assignment_date) - TO_DAYS(start_date) -3 <= 9", lambda r: known(
        r["assignment_date"], lambda m: (m.date() - r["start_date"].date()).days - 3 <= 9)),
    ("assignment_date >= start_date", lambda r: known(r["assignment_date"], lambda m: m >= r["start_date"])),
    ("COALESCE(assignment_date, NOW()) > '2026-03-15'", lambda r: (r["assignment_date"] or datetime(2026, 3, 31, 10, 30)) > datetime(2026, 3, 15)),
    ("ISNULL(assignment_date)", lambda r: r["assignment_date"] is None), ("ISNULL(assignment_date) = 0", lambda r: r["assignment_date"] is not None),
    ("UPPER(title) = 'RED LENTA'", lambda r: low(r["title"]) == "red lenta"), ("LOWER(title) LIKE 'red%'", lambda r: low(r["title"]).startswith("red")),
    ("CONCAT(title, '-', impact) LIKE '%a_1'", lambda r: bool(re.search("a.1$", low(f"{r['title']}-{r['impact']}")))),
    ("CONCAT(title, assignment_date) != 'x'", lambda r: known(r["assignment_date"], lambda _m: True)),
    ("SUBSTR(title, 1, 3) IN ('RED', 'imp')", lambda r: low(r["title"][:3]) in ("red", "imp")),
    ("TRIM(CONCAT('  ', title)) = title", lambda _r: True), ("title REGEXP '^(red|año) [a-zñ]+'", lambda r: bool(re.match("(red|año) [a-zñ]+", low(r["title"])))),
    ("title REGEXP '[0-9]$'", lambda r: bool(re.search("[0-9]$", r["title"]))),
    ("IF(impact = '1', 'alto', title) = 'alto'", lambda r: r["impact"] == "1"),
    ("IF(ISNULL(assignment_date) OR impact = 3, 1, 0) = 1", lambda r: r["assignment_date"] is None or r["impact"] == "3"),
    ("TRIM(title) > 9", lambda r: known(r["title"] if re.fullmatch(r"\d+", r["title"]) else None, lambda t: int(t) > 9)),
    ("impact NOT IN (CONCAT('1', ''), '2')", lambda r: r["impact"] not in ("1", "2")), ("id + 0 = id", lambda _r: True),
    ("impact * 10 - 5 > 12", lambda r: int(r["impact"]) * 10 - 5 > 12), ("12 / impact / 2 = 3", lambda r: int(r["impact"]) == 2),
    ("1 + impact * -2 <= -3", lambda r: int(r["impact"]) >= 2),
    ("6 / TRIM(impact) >= 3", lambda r: int(r["impact"]) <= 2),
    ("6 / IF(impact = 1, 0, 1) = 6", lambda r: None if r["impact"] == "1" else True),
]


def _month_later(moment: datetime) -> datetime:
    return moment.replace(month=moment.month + 1)


def whole(chance: random.Random, deep: int) -> tuple[str, Callable[[Row], Truth]]:
    """A random condition, and the oracle of it: AND, OR and NOT know three truths."""
    if deep == 0:
        text, oracle = chance.choice(ATOMS)
        return f"({text})", oracle
    (a, one), (b, two) = whole(chance, deep - 1), whole(chance, deep - 1)
    op = chance.choice(("AND", "OR", "NOT"))
    if op == "NOT":
        return f"NOT {a}", lambda r: known(one(r), lambda truth: not truth)
    return f"({a} {op} {b})", lambda r: _both(op, one(r), two(r))


def _both(op: str, one: Truth, two: Truth) -> Truth:
    stops = op == "OR"
    if stops in (one, two):
        return stops
    return None if None in (one, two) else not stops


@pytest.mark.parametrize("seed", range(3))
def test_every_function_and_their_mixtures_equal_the_oracle(d: Desk, seed: int) -> None:
    rows, chance = filled(d, seed), random.Random(100 + seed)
    with time_machine.travel(NOW, tick=False):
        for text, oracle in [*ATOMS, *(whole(chance, chance.choice((1, 2, 3))) for _n in range(60))]:
            assert asked(d, text) == {pk for pk, row in rows.items() if oracle(row)}, text


def test_of_values_only_it_is_worked_out_at_once() -> None:
    def value(said: str) -> Any:
        leaf = oql.parse(f"SELECT Ticket WHERE title = {said}", NOW)[0].where
        assert isinstance(leaf, oql.Leaf)
        return leaf.values[0]

    wanted = {"DATE_SUB('2026-03-31', INTERVAL 1 MONTH)": "2026-02-28 00:00:00", "DATE_ADD('2024-02-29', INTERVAL 1 YEAR)": "2025-02-28 00:00:00",
              "DATE_FORMAT(NOW(), '%d-%m-%Y 100%%')": "31-03-2026 100%", "DATE_FORMAT(NOW(), '%%Y %Y')": "%Y 2026",
              "CONCAT('a', 1, UPPER('ñ'))": "a1Ñ", "TO_DAYS('1970-01-01')": 719528,
              "FROM_DAYS(719528)": "1970-01-01", "SUBSTR('abcdef', 2, 3)": "bcd", "COALESCE('x', 'y')": "x", "YEAR(CURRENT_DATE())": 2026,
              "2 + 3 - 1": 4.0, "2 + 3 * 4 / 6 - 1": 3.0, "DATE(DATE_ADD(NOW(), INTERVAL 2 WEEK))": "2026-04-14"}
    assert {said: value(said) for said in wanted} == wanted


@pytest.mark.parametrize("seed", range(3))
def test_in_select_and_not_in_select_equal_the_oracle(d: Desk, seed: int) -> None:
    rows = filled(d, seed)
    other = {pk for pk, row in rows.items() if row["who"] != d.asker.pk}
    later = {pk for pk, row in rows.items() if row["start_date"] >= datetime(2026, 2, 15)}
    named = f"caller_id IN (SELECT Person WHERE id = {d.asker.pk})"
    assert asked(d, named) == set(rows) - other
    assert asked(d, named.replace("IN (", "NOT IN (")) == other
    assert asked(d, f"NOT {named} OR start_date >= '2026-02-15'") == other | later
    inner = "id IN (SELECT UserRequest AS u WHERE u.start_date >= '2026-02-15' AND u." + named.replace("SELECT Person", "SELECT Person AS p")
    assert asked(d, inner.replace("WHERE id", "WHERE p.id") + ")") == later - other
    tree = f"SELECT Person AS p JOIN Organization AS o ON p.org_id = o.id WHERE o.id = {d.asker.unit_id}"
    assert asked(d, f"caller_id IN ({tree})") == set(rows) - other
    assert asked(d, f"caller_id IN ({tree} UNION SELECT Person WHERE id != {d.asker.pk})") == set(rows)
    assert asked(d, "caller_id NOT IN (SELECT Person WHERE id = 0)") == set(rows)


def test_a_query_within_a_query_sees_what_its_owner_sees(d: Desk) -> None:
    filled(d, 1)
    kind = class_of("Organization")
    assert kind
    text = "SELECT Organization WHERE id IN (SELECT Organization AS o JOIN UserRequest AS r ON r.org_id = o.id)"
    assert list(found_by(d.agent, kind, text, tuple(SCOPES))) and not list(found_by(d.world.nobody, kind, text, tuple(SCOPES)))
    with pytest.raises(ItopError, match=r"not allowed.*cases:read"):
        list(found_by(d.agent, kind, "SELECT Organization WHERE id IN (SELECT UserRequest)", (CATALOGUES,)))
    script = Script(d.agent, (READ,))
    answer = script.ask("core/get", **{"class": "UserRequest"}, key="SELECT UserRequest WHERE caller_id IN (SELECT Person)", output_fields="id")
    assert answer["code"] == 1 and "catalogues:read" in answer["message"]


@pytest.mark.parametrize(("condition", "said"), [
    ("SLEEP(5) = 1", "SLEEP: unknown function"), ("UPPER(title, 1) = 'X'", "UPPER takes 1 arguments"), ("UPPER() = 'X'", "Invalid OQL near"),
    ("title REGEXP '(a+)+$'", "this REGEXP"), ("title REGEXP '(a)\\\\1'", "this REGEXP"), ("title REGEXP '[a'", "wrong REGEXP"),
    (f"title REGEXP '{'a' * 201}'", "this REGEXP"), ("title REGEXP title", "take a text"), ("UPPER(title) LIKE title", "take a text"),
    ("DATE_FORMAT(start_date, '%W') = 'x'", "does not know %W"), ("DATE_FORMAT(start_date, title) = 'x'", "takes a text as its format"),
    ("DATE_FORMAT(title, '%Y') = '2026'", "takes a date"), ("YEAR('ayer') = 2026", "Invalid OQL near: YEAR"), ("start_date > 'ayer'", "Wrong date"),
    ("DATE_ADD(start_date, INTERVAL 1 ETERNITY) > NOW()", "INTERVAL 1 ETERNITY"), ("UPPER(nada) = 'X'", "Unknown attribute 'nada'"),
    ("DATE_ADD(start_date, INTERVAL 9999999 YEAR) > NOW()", "INTERVAL"), ("DATE_ADD(NOW(), INTERVAL 9999999 YEAR) > start_date", "Invalid OQL near"),
    ("UPPER(private_log) = 'X'", "cannot be asked for"), ("title IN (SELECT Person)", "is no key"), ("UPPER(title) IN (SELECT Person)", "only a key"),
    ("caller_id IN (SELECT Nada)", "Unknown class 'Nada'"), ("caller_id IN (SELECT Person WHERE UserRequest.id = 1)", "unknown class or alias"),
    ("caller_id IN (SELECT Person", ") is missing"), ("SUBSTR(title, 0) = 'x'", "position from 1"), ("title = ", "ends too early"),
    (" AND ".join(["caller_id IN (SELECT Person)"] * 6), "queries within queries"), ("UPPER(" * 40 + "title" + ")" * 40 + " = 'X'", "too deep"),
    ("1 / 0 = title", "Invalid OQL near"), (" * ".join(["id"] * 40) + " = 1", "too deep"), (" - ".join(["id"] * 40) + " = 1", "too deep"),
    ("id * = 1", "Invalid OQL near"), ("IF(1, 2, 3) = 1", "Invalid OQL near"), ("title 'x'", "Invalid OQL near"),
])
def test_what_is_not_understood_says_so_in_itops_code(d: Desk, condition: str, said: str) -> None:
    answer = Script(d.agent).ask("core/get", **{"class": "UserRequest"}, key=f"SELECT UserRequest WHERE {condition}", output_fields="id")
    assert answer["code"] == 100 and said in answer["message"], answer["message"]

"""BELOW, ABOVE and UNION of OQL against plain Python: random trees of units, every operator, from either end, and what is refused."""
import random
from collections.abc import Callable, Iterable

import pytest
from tests import make

from ventanilla.core.orgs.models import Unit
from ventanilla.modules.servicedesk.itop import operations  # noqa: F401 - it registers the classes
from ventanilla.modules.servicedesk.itop.asking import found_by
from ventanilla.modules.servicedesk.itop.classes import class_of
from ventanilla.modules.servicedesk.itop.problems import ItopError
from ventanilla.modules.servicedesk.tests.desk import Desk
from ventanilla.modules.servicedesk.tests.desk import desk as made
from ventanilla.modules.servicedesk.tests.itop.scripts import Script
from ventanilla.web.api.scopes import SCOPES

pytestmark = pytest.mark.django_db
OPERATORS = [f"{no}{word}{strict}" for no in ("", "NOT ") for word in ("BELOW", "ABOVE") for strict in ("", " STRICT")]


@pytest.fixture
def d() -> Desk:
    return made()


def grown(d: Desk, chance: random.Random, size: int) -> dict[int, int | None]:
    """A random forest, by unit its parent; each is called by its number and one of three colours."""
    parents: dict[int, int | None] = {}
    for n in range(size):
        above = chance.choice([None, *parents]) if parents else None
        parents[make.unit(d.world.institution, f"{chance.choice(('rojo', 'verde', 'azul'))} {n}",
                          Unit.objects.get(pk=above) if above else None).pk] = above
    for leaf in chance.sample([u for u in parents if u not in parents.values()], k=1):
        parents[leaf] = chance.choice([u for u in parents if u != leaf])  # moved: the path must have followed
        unit = Unit.objects.get(pk=leaf)
        unit.parent_id = parents[leaf]
        unit.save()
    return parents


def line(parents: dict[int, int | None], unit: int) -> list[int]:
    """Those above it, and itself."""
    above = parents[unit]
    return [unit] if above is None else [*line(parents, above), unit]


def stands(parents: dict[int, int | None], op: str, one: int, other: int) -> bool:
    """The oracle: whether one stands so to the other."""
    low, high = (one, other) if "BELOW" in op else (other, one)
    found = high in line(parents, low) and not ("STRICT" in op and low == high)
    return found is not op.startswith("NOT")


def asked(d: Desk, query: str, name: str = "Organization") -> set[int]:
    kind = class_of(name)
    assert kind
    keys = [row.pk for row in found_by(d.agent, kind, query, tuple(SCOPES))]
    assert len(keys) == len(set(keys)), query
    return set(keys)


@pytest.mark.parametrize("seed", range(6))
def test_every_operator_equals_the_oracle_from_either_end(d: Desk, seed: int) -> None:
    chance = random.Random(seed)
    parents = grown(d, chance, 14)
    colour = dict(Unit.objects.filter(pk__in=parents).values_list("pk", "name"))
    every = set(Unit.objects.filter(institution=d.world.institution).values_list("pk", flat=True))
    parents |= {u.pk: u.parent_id for u in Unit.objects.filter(pk__in=every - set(parents))}
    colour |= dict.fromkeys(every - set(colour), "otro")

    def of(word: str) -> Iterable[int]:
        return [u for u in every if colour[u].startswith(word)]

    for op in OPERATORS:
        for low, high in (("rojo", "verde"), ("azul", "azul"), ("rojo", "nadie")):
            pairs = {(a, b) for a in of(low) for b in of(high) if stands(parents, op, a, b)}
            said = (f"Organization AS a JOIN Organization AS b ON a.parent_id {op} b.id "
                    f"WHERE a.name LIKE '{low}%' AND b.name LIKE '{high}%'")
            assert asked(d, f"SELECT {said}") == {a for a, _b in pairs}, (op, low, high)
            assert asked(d, f"SELECT b FROM {said}") == {b for _a, b in pairs}, (op, low, high)


def test_what_units_below_one_asked_for(d: Desk) -> None:
    """The query by which scripts take the tickets of an organisation with all that hangs from it."""
    w = d.world
    inside, _outside = d.ticket(), d.ticket(requester=w.north_1_head, actor=w.north_1_head)
    assert inside.ticket.unit in (w.south, w.south_1)
    query = ("SELECT UserRequest AS r JOIN Organization AS o ON r.org_id = o.id JOIN Organization AS top ON o.parent_id BELOW top.id "
             "WHERE top.id = {}")
    agent = Script(d.agent)
    assert [f["id"] for f in agent.get("UserRequest", query.format(w.south.pk), "id")] == [str(inside.pk)]
    assert len(agent.get("UserRequest", query.format(w.root.pk), "id")) == 2
    strict = agent.get("UserRequest", query.format(w.south.pk).replace("BELOW", "BELOW STRICT"), "id")
    assert bool(strict) is (inside.ticket.unit != w.south)


def test_a_union_is_every_object_of_its_queries_once(d: Desk) -> None:
    chance = random.Random(7)
    cases = {d.ticket(subject=f"{chance.choice('abc')}{chance.choice('xyz')} {n}").pk for n in range(12)}
    title = {int(f["id"]): f["title"] for f in Script(d.agent).get("UserRequest", "SELECT UserRequest", "id,title")}
    assert set(title) == cases
    tests: dict[str, Callable[[str], bool]] = {
        "title LIKE 'a%'": lambda t: t[0] == "a", "title LIKE '_x%'": lambda t: t[1] == "x",
        "NOT (title LIKE '_y%' OR title LIKE 'b%')": lambda t: not (t[1] == "y" or t[0] == "b")}
    for _n in range(8):
        chosen = chance.choices(list(tests), k=chance.randint(2, 4))
        query = " UNION ".join(f"SELECT UserRequest WHERE {text}" for text in chosen)
        assert asked(d, query, "UserRequest") == {pk for pk, t in title.items() if any(tests[c](t) for c in chosen)}, query
    agent = Script(d.agent)
    change = agent.create("NormalChange", title="Un cambio")
    both = "SELECT UserRequest WHERE title LIKE 'a%' UNION SELECT NormalChange"
    assert asked(d, both, "Ticket") == {pk for pk, t in title.items() if t[0] == "a"} | {int(change)}
    joined = ("SELECT UserRequest AS r JOIN Person AS p ON r.caller_id = p.id WHERE p.id = 0 UNION SELECT UserRequest AS r JOIN Person AS p "
              f"ON r.caller_id = p.id WHERE p.id = {d.asker.pk}")
    assert asked(d, joined, "UserRequest") == cases
    page = agent.ask("core/get", **{"class": "Ticket"}, key=both, limit="1", page="1", output_fields="id")
    assert page["message"] == "Found: 1"


@pytest.mark.parametrize(("query", "said"), [
    ("SELECT UserRequest AS r JOIN Organization AS o ON r.org_id BELOW o.id", "The specified tree operator BELOW is not applicable to the key"),
    ("SELECT UserRequest AS r JOIN Organization AS o ON r.org_id NOT ABOVE STRICT o.id", "tree operator NOT_ABOVE_STRICT is not applicable"),
    ("SELECT Organization AS a JOIN Organization AS b ON a.parent_id BELOW b.parent_id", "expecting an id - found 'parent_id'"),
    ("SELECT Organization AS a JOIN Team AS t ON a.parent_id BELOW t.id", "not compatible with the external key, which is pointing to Organization"),
    ("SELECT Organization AS a JOIN Organization AS b ON a.nada BELOW b.id", "Unknown attribute 'nada'"),
    ("SELECT Organization AS a JOIN Organization AS b ON a.parent_id NOT b.id", "Invalid OQL near"),
    ("SELECT Organization AS a JOIN Organization AS b ON a.parent_id STRICT b.id", "Invalid OQL near"),
    ("SELECT Organization WHERE parent_id BELOW 1", "Invalid OQL near: BELOW"),
    ("SELECT Organization UNION SELECT Team", "Incompatible classes: could not find a common ancestor - found 'Team'"),
    ("SELECT Organization UNION", "SELECT is missing"), ("SELECT Organization UNION Organization", "SELECT is missing"),
    ("SELECT Organization UNION ALL SELECT Organization", "SELECT is missing"), ("SELECT Organization UNION SELECT Nada", "Unknown class 'Nada'"),
    (" UNION ".join(["SELECT Organization"] * 11), "more than 10 queries")])
def test_what_is_refused_is_said_as_itop_says_it(d: Desk, query: str, said: str) -> None:
    with pytest.raises(ItopError) as refused:
        asked(d, query, "UserRequest" if "UserRequest" in query else "Organization")
    assert said in refused.value.message and refused.value.code == 100


def test_a_union_and_a_tree_show_nothing_that_is_not_the_persons(d: Desk) -> None:
    case = d.ticket()
    query = f"SELECT UserRequest WHERE id = {case.pk} UNION SELECT UserRequest WHERE id = {case.pk}"
    assert Script(d.agent).get("UserRequest", query, "id") and not Script(d.world.south_1_head).get("UserRequest", query, "id")
    other = make.world().root.pk
    assert asked(d, f"SELECT Organization AS a JOIN Organization AS b ON a.parent_id NOT ABOVE b.id WHERE b.id = {other}") == set()
    narrow = Script(d.agent, ("cases:read",))
    tree = "SELECT UserRequest AS r JOIN Organization AS o ON r.org_id = o.id JOIN Organization AS t ON o.parent_id BELOW t.id"
    assert narrow.ask("core/get", **{"class": "UserRequest"}, key=tree)["code"] == 1

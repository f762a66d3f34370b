"""Own words of states and steps: what may be one, who may say so, how long a process keeps them, and who never sees them."""
import json
import os
import re
import subprocess
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext
from tests import database, make

import ventanilla
from ventanilla.core.audit.models import Entry
from ventanilla.core.cases import words
from ventanilla.core.cases.flows import TURN_FLOW
from ventanilla.core.cases.models import FlowWord
from ventanilla.core.cases.moving import allowed_steps
from ventanilla.core.cases.services import approve
from ventanilla.core.cases.services.naming import name_flow, usual_words
from ventanilla.core.cases.words import every_flow, label_of, labels_over, seen
from ventanilla.core.orgs.models import Institution
from ventanilla.core.orgs.services.roles import Settings, update_institution
from ventanilla.core.orgs.services.setup import NotAllowed, Refused
from ventanilla.lib.flow import Flow, Step

pytestmark = pytest.mark.django_db
SENT = {("state", "sent"): "Zarpado"}


@pytest.fixture(autouse=True)
def _nothing_kept() -> Iterator[None]:
    words._kept.clear()
    yield
    words._kept.clear()


def stamp(institution: Institution) -> str:
    return Institution.objects.get(pk=institution.pk).words_changed


def test_an_institution_says_its_own_word_and_goes_back_to_the_standard_one() -> None:
    w, other = make.world(), make.world()
    [turn] = make.turn(make.letter(w), w.head, w.north)
    name_flow(actor=w.admin, institution=w.institution, flow="turn", given={**SENT, ("step", "accept"): "Recibir a bordo"})
    assert label_of(w.institution.pk, TURN_FLOW, "sent") == "Zarpado"
    assert label_of(other.institution.pk, TURN_FLOW, "sent") == "Por aceptar", "another institution's words are its own"
    assert label_of(None, TURN_FLOW, "sent") == "Por aceptar"
    assert [str(s.label) for s in allowed_steps(w.north_head, turn.case, turn) if s.name == "accept"] == ["Recibir a bordo"]
    with pytest.raises(Refused, match="está en «Zarpado»"):
        approve(actor=w.head, turn=turn)
    name_flow(actor=w.admin, institution=w.institution, flow="turn", given={("state", "sent"): "  Por  aceptar ", ("step", "accept"): ""})
    assert not FlowWord.objects.exists(), "the standard word is no word of one's own"
    assert label_of(w.institution.pk, TURN_FLOW, "sent") == "Por aceptar"


def test_every_change_is_one_entry_and_the_same_again_is_none() -> None:
    w = make.world()
    for _again in range(2):
        name_flow(actor=w.admin, institution=w.institution, flow="letter", given={("state", "routed"): "En camino"})
    [entry] = Entry.objects.filter(institution_id=w.institution.pk, verb="catalogues.name_flow")
    assert (entry.subject, entry.actor_id) == ("flow:letter", w.admin.pk)
    assert json.loads(entry.detail) == {"before": {"state.routed": ""}, "after": {"state.routed": "En camino"}}


def test_only_who_keeps_the_catalogues_of_that_institution() -> None:
    w, other = make.world(), make.world()
    for actor in (w.head, w.clerk, other.admin):
        with pytest.raises(NotAllowed):
            name_flow(actor=actor, institution=w.institution, flow="turn", given=SENT)
    assert not FlowWord.objects.exists()


@pytest.mark.parametrize(("flow", "given", "told"), [
    ("loan", {("state", "sent"): "Prestado"}, "no tiene los asuntos «loan»"),
    ("turn", {("state", "lent"): "Prestado"}, "no tienen el estado o el paso «lent»"),
    ("turn", {("step", "sent"): "Prestado"}, "no tienen el estado o el paso «sent»"),
    ("turn", {("state", "sent"): "x" * 61}, "demasiado largo"),
    ("turn", {("state", "sent"): "Zar\x00pado"}, "signos que no se admiten"),
    ("turn", {("state", "sent"): "Zar\npado"}, "signos que no se admiten"),
    ("turn", {("state", "sent"): "Zar‮pado"}, "signos que no se admiten"),
    ("turn", {("state", "sent"): "<b>Zarpado</b>"}, "signos que no se admiten"),
    ("turn", {("state", "sent"): "…"}, "no tiene letras"),
    ("turn", {("state", "sent"): "en ATENCIÓN"}, "Dos estados se llamarían"),
    ("turn", {("state", "sent"): "Igual", ("state", "closed"): "igual"}, "Dos estados se llamarían"),
])
def test_what_is_no_word_is_refused_in_spanish(flow: str, given: dict[tuple[str, str], str], told: str) -> None:
    w = make.world()
    with pytest.raises(Refused, match=told):
        name_flow(actor=w.admin, institution=w.institution, flow=flow, given=given)
    assert not FlowWord.objects.exists()


def test_two_states_may_exchange_their_words() -> None:
    w = make.world()
    swapped = {("state", "sent"): "En atención", ("state", "accepted"): "Por aceptar"}
    assert name_flow(actor=w.admin, institution=w.institution, flow="turn", given=swapped) == swapped


@pytest.mark.parametrize("wrong", [{"label": ""}, {"label": " x"}, {"label": "<i>"}, {"label": "a\tb"}, {"kind": "verb"}, {}])
def test_the_database_refuses_what_the_service_never_writes(wrong: dict[str, str]) -> None:
    w = make.world()
    name_flow(actor=None, institution=w.institution, flow="turn", given=SENT)
    code = "closed" if wrong else "sent"
    with pytest.raises(IntegrityError), transaction.atomic():
        FlowWord.objects.create(**{"institution": w.institution, "flow": "turn", "kind": "state", "code": code, "label": "Bien", **wrong})


def test_standard_words_are_words_that_may_be_said() -> None:
    """What the program says itself passes the rules, so that a form sent as it came is never refused."""
    w = make.world()
    for slug, (_title, flow) in every_flow().items():
        assert name_flow(actor=None, institution=w.institution, flow=slug, given=usual_words(flow)) == {}


def test_without_own_words_nothing_is_asked_of_the_database() -> None:
    w = make.world()
    with CaptureQueriesContext(connection) as asked:
        seen(w.institution.pk, w.institution.words_changed)
        assert label_of(w.institution.pk, TURN_FLOW, "sent") == "Por aceptar"
    assert len(asked) == 0


def test_with_own_words_a_process_asks_once_for_each_change() -> None:
    w = make.world()
    name_flow(actor=None, institution=w.institution, flow="turn", given=SENT)
    first = stamp(w.institution)
    assert first
    with CaptureQueriesContext(connection) as asked:
        for _request in range(3):
            seen(w.institution.pk, first)
            label_of(w.institution.pk, TURN_FLOW, "sent")
    assert len(asked) == 1
    FlowWord.objects.update(label="Atracado")  # behind the back of the service: the trigger tells all the same
    assert stamp(w.institution) != first
    seen(w.institution.pk, stamp(w.institution))
    assert label_of(w.institution.pk, TURN_FLOW, "sent") == "Atracado"
    FlowWord.objects.all().delete()
    assert stamp(w.institution) == ""
    seen(w.institution.pk, "")
    assert label_of(w.institution.pk, TURN_FLOW, "sent") == "Por aceptar"


def test_words_that_were_never_written_are_not_kept() -> None:
    w = make.world()
    seen(w.institution.pk, "")
    with transaction.atomic():
        name_flow(actor=None, institution=w.institution, flow="turn", given=SENT)
        assert label_of(w.institution.pk, TURN_FLOW, "sent") == "Zarpado", "inside, what it has just written"
        transaction.set_rollback(True)
    seen(w.institution.pk, stamp(w.institution))
    assert label_of(w.institution.pk, TURN_FLOW, "sent") == "Por aceptar"


def test_settings_saved_from_an_old_form_do_not_hide_a_change() -> None:
    w = make.world()
    old = dict(w.institution.policy)
    name_flow(actor=None, institution=w.institution, flow="turn", given=SENT)
    now = stamp(w.institution)
    update_institution(actor=w.admin, institution=w.institution, settings=Settings("Otro nombre", "ON", policy={**old, "turn_margin": 2}))
    assert stamp(w.institution) == now
    name_flow(actor=None, institution=w.institution, flow="turn", given={})
    update_institution(actor=w.admin, institution=w.institution, settings=Settings("Otro", "ON", policy={**old, "words": "viejo"}))
    assert stamp(w.institution) == ""


def test_a_state_of_several_flows_has_every_word_that_is_said() -> None:
    w = make.world()
    flows = [Flow(slug, "new", (Step("end", ("new",), "done", frozenset({"x"})),), {"new": "Nuevo", "done": "Hecho"}, {"done": "stop"})
             for slug in ("a", "b")]
    usual = {"new": "Nuevo", "done": "Hecho"}
    assert labels_over(w.institution.pk, flows, usual) == usual
    words._keep(w.institution.pk, "x", {("a", "state", "new"): "Zarpado", ("c", "state", "done"): "De otro"})
    assert labels_over(w.institution.pk, flows, usual) == {"new": "Zarpado / Nuevo", "done": "Hecho"}


_OTHER = """
import sys
import django
django.setup()
from ventanilla.core.cases.flows import TURN_FLOW
from ventanilla.core.cases.words import label_of, seen
from ventanilla.core.orgs.models import Institution
for line in sys.stdin:
    row = Institution.objects.get(pk=int(line))
    seen(row.pk, row.words_changed)
    print(label_of(row.pk, TURN_FLOW, "sent"), flush=True)
"""


@pytest.mark.django_db(transaction=True)
def test_another_process_says_the_new_word_with_its_next_request_and_never_anothers() -> None:
    w, other = make.world(), make.world()
    with subprocess.Popen([sys.executable, "-c", _OTHER], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
                          env={**os.environ, "DATABASE_URL": database.url(), "DJANGO_SETTINGS_MODULE": "ventanilla.config.settings"}) as process:
        assert process.stdin and process.stdout

        def says(institution: Institution) -> str:
            assert process.stdin and process.stdout
            process.stdin.write(f"{institution.pk}\n")
            process.stdin.flush()
            return process.stdout.readline().strip()

        assert (says(w.institution), says(other.institution)) == ("Por aceptar", "Por aceptar")
        name_flow(actor=w.admin, institution=w.institution, flow="turn", given=SENT)
        assert (says(w.institution), says(other.institution)) == ("Zarpado", "Por aceptar")
        name_flow(actor=other.admin, institution=other.institution, flow="turn", given={("state", "sent"): "Atracado"})
        assert (says(w.institution), says(other.institution)) == ("Zarpado", "Atracado")
        name_flow(actor=w.admin, institution=w.institution, flow="turn", given={})
        assert (says(w.institution), says(other.institution)) == ("Por aceptar", "Atracado")
        process.stdin.close()


@pytest.mark.django_db(transaction=True)
def test_people_who_save_at_the_same_time_leave_whole_words_and_a_stamp() -> None:
    w = make.world()

    def save(n: int) -> None:
        try:
            flow, word = ("turn", "letter")[n % 2], f"Zarpado {n}"
            name_flow(actor=None, institution=w.institution, flow=flow,
                      given={("state", "cancelled"): word, ("step", "withdraw" if flow == "turn" else "cancel"): word} if n % 3 else {})
        finally:
            connection.close()

    with ThreadPoolExecutor(6) as pool:
        list(pool.map(save, range(24)))
    rows = list(FlowWord.objects.filter(institution=w.institution))
    for flow in ("turn", "letter"):
        assert len({r.label for r in rows if r.flow == flow}) <= 1, "both words of one and the same save"
    assert bool(stamp(w.institution)) == bool(rows)


READS: re.Pattern[str] = re.compile(r"(?:[Ff]low|FLOW|flow_of\([^)]*\))\.labels\b|\.flow\.labels\b")
MAY: frozenset[str] = frozenset({
    "core/cases/words.py", "core/cases/services/naming.py", "core/cases/management/commands/flows.py", "core/exports/packaging/core_parts.py",
    "modules/correspondence/services/histories/playing.py", "web/api/catalogues.py",
    # states of several flows under one name, which `labels_over` reads
    "modules/servicedesk/screens/lists.py", "modules/servicedesk/screens/dashboards/counting.py", "modules/practices/screens/lists_life.py"})


def test_nothing_else_reads_the_standard_word_of_a_state() -> None:
    """Whoever shows one asks `words`; a flow of something that is no case (`CI_FLOW`) has no words of an institution."""
    root = Path(ventanilla.__file__).parent
    found = {str(p.relative_to(root)) for p in root.rglob("*.py") if "tests" not in p.parts and "migrations" not in p.parts
             and READS.search(p.read_text(encoding="utf-8").replace("CI_FLOW.labels", ""))}
    assert found == MAY

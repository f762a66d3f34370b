"""Ten times the data, the same plan: no scan of a large table, and the same number of queries, for every list."""
import re
from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from tests import make
from ventanilla.core.cases import inbox, search
from ventanilla.core.cases.kinds import Team
from ventanilla.core.cases.models import Case
from ventanilla.core.cases.search import Wanted
from ventanilla.core.orgs.reach import reach_of
from ventanilla.modules.servicedesk.models import Ticket
from ventanilla.modules.servicedesk.tests.desk import desk

pytestmark = pytest.mark.django_db
LARGE = ("cases_tray", "cases_access", "cases_case", "cases_searchrow")
GROW = """
INSERT INTO cases_case (institution_id, uuid, kind, state, series_id, year, number, folio, unit_id, registrar_id, subject,
                        priority, level, received_at, created_at, due_at, amber_at, source)
SELECT c.institution_id, gen_random_uuid(), c.kind, c.state, c.series_id, c.year, c.number + n, c.folio || '-' || n,
       c.unit_id, c.registrar_id, c.subject || ' grupo' || n %% 100, c.priority, c.level, c.received_at - n * interval '1 minute',
       c.created_at, c.due_at, c.amber_at, 'load'
FROM cases_case c CROSS JOIN generate_series(%s, %s) n WHERE c.id = %s RETURNING id
"""
SEARCHABLE = """
INSERT INTO cases_searchrow (institution_id, kind, ref, page, case_id, title, body, at, tokens)
SELECT c.institution_id, c.kind, c.id, 0, c.id, c.folio || ' ' || c.subject, '', c.received_at,
       ARRAY[c.unit_id * 4 + c.level, public.month_token(c.received_at)]
FROM cases_case c WHERE c.id = ANY (%s)
"""
TICKETS = """
INSERT INTO servicedesk_ticket (case_id, institution_id, team_id, requester_name, requester_email, beneficiary_name, beneficiary_email, channel,
                                impact, urgency, description, major, solution, reopened, external_key)
SELECT c.id, t.institution_id, CASE WHEN c.id %% 20 = 1 THEN %s ELSE %s END, '', '', '', '', 'portal', 3, 2, '', false, '', 0, ''
FROM cases_case c, servicedesk_ticket t WHERE c.source = 'load' AND t.case_id = %s ON CONFLICT DO NOTHING
"""


def grow(case, first, last):
    """Copies of a case, with everything that lists read."""
    with connection.cursor() as cursor:
        cursor.execute(GROW, [first, last, case.pk])
        ids = [row[0] for row in cursor.fetchall()]
        cursor.execute("SELECT public.cases_refresh(%s::bigint[])", [ids])
        cursor.execute(SEARCHABLE, [ids])
        cursor.execute("ANALYZE cases_case; ANALYZE cases_tray; ANALYZE cases_access; ANALYZE cases_searchrow")


def reads(w):
    """What every list comes down to, for a person who sees everything of a unit and one who sees one case."""
    return {
        "inbox": lambda p: inbox.look(p, inbox.Place(), timezone.now()),
        "list": lambda p: list(Case.objects.visible_to(p).order_by("-pk")[:51]),
        "last page": lambda p: list(Case.objects.visible_to(p).order_by("pk")[:51]),
        "search": lambda p: search.search(p, Wanted("grupo7")),
        "ranked": lambda p: search.search(p, Wanted("grupo8", ranked=True)),
        "list by a word": lambda p: said(p, "grupo7"), "list by a word begun": lambda p: said(p, "oficin"),
        "inbox by a word": lambda p: waiting(p, "grupo7"),
    }


def said(person, words):
    """A page of a list by its search line, and how many there are."""
    rows = Case.objects.listed_to(person, ["letter"]).filter(search.saying(person, words, "pk"))
    return list(rows.order_by("-pk")[:51]), rows.order_by()[:1001].count()


def waiting(person, words):
    """The inbox by words: a page, and what each tab has."""
    return inbox.look(person, inbox.Place(words=words), timezone.now())


def written(seen):
    """The statements with their values in them; those with a kept plan are looked at in `test_whole_lists`."""
    return [q for q in seen.captured_queries if q["sql"] and "$1" not in q["sql"] and not q["sql"].startswith("EXPLAIN")]


def plans(run, person):
    """How many queries, and the large tables that any of them scans whole."""
    reach_of(person)
    with CaptureQueriesContext(connection) as seen:
        run(person)
    whole = set()
    with connection.cursor() as cursor:
        for query in written(seen):
            cursor.execute("EXPLAIN " + query["sql"].replace("%", "%%"), ())
            text = "\n".join(row[0] for row in cursor.fetchall())
            whole |= {t for t in LARGE if f"Seq Scan on {t}" in text}
    return len(seen.captured_queries), whole


def test_ten_times_the_data_has_the_same_plan():
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL random_page_cost = 1.1")  # as the embedded server has it
    w = make.world()
    seen = make.letter(w, unit=w.south_1, actor=w.south_1_head, subject="Asunto de una sola oficina",
                       received_at=timezone.now() - timedelta(minutes=5))
    base = make.letter(w)
    grow(base, 10_000, 11_500)
    people = {"a unit": w.head, "one case": w.south_1_head, "nothing": w.nobody}
    small = {(who, what): plans(run, p) for who, p in people.items() for what, run in reads(w).items()}
    grow(base, 20_000, 35_000)
    large = {(who, what): plans(run, p) for who, p in people.items() for what, run in reads(w).items()}
    for (who, what), (number, _whole) in large.items():  # a search widens its months while it has too little: 2 to 6
        few = {"search": 6, "ranked": 6, "list by a word": 4, "list by a word begun": 4}  # and a list asks first how common it is
        assert number <= few.get(what, 0) or number == small[who, what][0]
    assert {key: found[1] for key, found in large.items() if found[1]} == {}
    assert Case.objects.visible_to(w.south_1_head).get().pk == seen.pk


def buffers(run, person):
    """How many pages of the database a read looks at."""
    reach_of(person)
    with CaptureQueriesContext(connection) as seen:
        run(person)
    total = 0
    with connection.cursor() as cursor:
        for query in written(seen):
            cursor.execute("EXPLAIN (ANALYZE, BUFFERS, FORMAT JSON) " + query["sql"].replace("%", "%%"), ())
            plan = cursor.fetchone()[0][0]["Plan"]
            total += plan["Shared Hit Blocks"] + plan["Shared Read Blocks"]
    return total


def test_ten_times_the_data_is_looked_at_no_more_for_a_word(monkeypatch):
    """A word in every row, in every hundredth, and in one; the first is not listed one by one at either size."""
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL random_page_cost = 1.1")
    w = make.world()
    make.letter(w, subject="Jacarandas de la avenida", received_at=timezone.now() - timedelta(minutes=5))
    base = make.letter(w, subject="Reparación del alumbrado")
    cost = {}
    for first, last in ((10_000, 11_500), (20_000, 35_000)):
        grow(base, first, last)
        cost[first] = {}
        for read, common in ((said, 500), (waiting, 5000)):  # a tray is not in order of keys: more are listed there before it is walked
            monkeypatch.setattr(search, "COMMON", common)
            cost[first] |= {(who, word, read): buffers(lambda p, read=read, word=word: read(p, word), p)
                            for who, p in {"all": w.head, "none": w.nobody}.items() for word in ("alumbrado", "grupo7", "jacar")}
        assert len(said(w.head, "jacar")[0]) == 1 and said(w.head, "alumbrado")[1] == 1001 and said(w.nobody, "alumbrado") == ([], 0)
        assert len(waiting(w.head, "jacar").keys) == 1 and waiting(w.head, "alumbrado").counts[1] == 1001
        assert said(w.head, "grupo7")[1] == Case.objects.filter(subject__contains=" grupo7")[:1001].count()
    for key, few in cost[10_000].items():
        hits = 10 if key[:2] == ("all", "grupo7") else 2  # of those there are ten times as many, up to the cap
        counted = 5 * inbox.CAP if key[2] is waiting else 0  # what a tab counts up to, met by walking the tray
        assert cost[20_000][key] <= hits * few + 100 + counted, (key, cost)


def indexes(run, person):
    """The indexes by which cases and trays are read in all that is asked."""
    reach_of(person)
    with CaptureQueriesContext(connection) as seen:
        run(person)
    with connection.cursor() as cursor:
        for query in seen.captured_queries:
            cursor.execute("EXPLAIN " + query["sql"].replace("%", "%%"), ())
            text = "\n".join(row[0] for row in cursor.fetchall())
            yield set(re.findall(r"(?:using|Scan on) (cases_(?:case|tray)_\w+)", text))


def test_a_rare_state_is_read_by_its_index_at_both_sizes():
    """For somebody who asked for a third of everything; and a team's tray is counted right, though not in its order."""
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL random_page_cost = 1.1")
    d = desk()
    w, base = d.world, d.ticket()
    for first, last in ((10_000, 15_000), (20_000, 60_000)):
        grow(base, first, last)
        with connection.cursor() as cursor:
            cursor.execute("UPDATE cases_case SET state = 'in_progress' WHERE id % 20 = 0 AND source = 'load'")
            cursor.execute("INSERT INTO cases_access (token, case_id, kind) SELECT %s, id, kind FROM cases_case WHERE id %% 3 = 0 "
                           "ON CONFLICT DO NOTHING", [-w.south_1_head.pk])
            cursor.execute(TICKETS, [d.second.pk, d.first.pk, base.pk])
            cursor.execute("ANALYZE cases_case; ANALYZE cases_access; ANALYZE servicedesk_ticket")
        of_state = list(indexes(lambda p: Case.objects.visible_to(p).filter(state="in_progress").order_by()[:1001].count(), w.south_1_head))
        assert of_state == [{"cases_case_in_state"}]
        place = inbox.Place(teams=[Team(d.second.pk, d.second.name, False, (d.first.unit_id,))])
        assert inbox.look(d.agent, place, timezone.now()).counts[1] == min(1001, Ticket.objects.filter(team=d.second).count())

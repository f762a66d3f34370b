"""Any column sorts while the rows are few, by what it shows, against plain Python; of many only those with an index; files and JSON alike."""
import csv
import io
import random
import re
from datetime import timedelta
from itertools import pairwise

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from tests import make
from tests.pages import as_, text

from ventanilla.core.cases import services as spine
from ventanilla.core.cases.models import Access, Answer, Case, Turn
from ventanilla.lib.spanish import sort_key
from ventanilla.modules.correspondence.models import Letter
from ventanilla.web.screens import sorting, views
from ventanilla.web.screens.keys import Order, _parts, pack, page
from ventanilla.web.screens.screen import screens

pytestmark = pytest.mark.django_db
SUBJECTS = ("Ñandú", "nube", "Ávila", "avión", "Oficio 10", "Oficio 9", "Oficio 100", "zócalo", "Zapata", "")


@pytest.fixture
def w():
    return make.world()


def some(w, n=14):
    chance = random.Random(7)
    for k in range(n):
        case = make.letter(w, subject=chance.choice(SUBJECTS[:-1]) + (f" {k}" if k % 3 else ""), sheets=chance.randrange(9))
        Letter.objects.filter(case=case).update(number=chance.choice(["", "A/2", "A/10", "B"]))
        Case.objects.filter(pk=case.pk).update(received_at=case.received_at - timedelta(days=chance.randrange(90)))


def rows(client, **asked):
    """All rows of a list, page by page of its JSON twin."""
    answer, found = client.get("/listas/correspondencia.json", asked).json(), []
    while True:
        found += answer["filas"]
        if not answer["siguiente"]:
            return found
        answer = client.get(answer["siguiente"]).json()


def natural(value):
    return [int(part) if part.isdecimal() else sort_key(part) for part in re.split(r"(\d+)", value) if part]


@pytest.mark.parametrize("name", ["subject", "folio", "letter.number", "letter.sheets", "letter.type.name", "registrar", "state"])
def test_any_column_sorts_both_ways_with_what_is_missing_last(w, monkeypatch, name):
    some(w)
    monkeypatch.setattr(type(next(s for s in screens() if s.slug == "correspondencia")), "per_page", 4)
    client, asked = as_(w.head), {"columna": ["folio", "subject", name]}
    plain = rows(client, **asked)
    for down in (False, True):
        found = rows(client, orden=("-" if down else "") + name, **asked)
        assert sorted(r["id"] for r in found) == sorted(r["id"] for r in plain) and len(found) == 14
        values = [r[name] for r in found]
        full = [v for v in values if v not in ("", None)]
        assert values[:len(full)] == full, "what is missing comes last"
        keys = [v if isinstance(v, int) else natural(v) for v in full]
        assert all((b <= a if down else a <= b) for a, b in pairwise(keys)), full


def test_pages_go_both_ways_and_a_row_that_left_is_no_hole(w, monkeypatch):
    some(w, 10)
    monkeypatch.setattr(type(next(s for s in screens() if s.slug == "correspondencia")), "per_page", 3)
    client = as_(w.head)
    order = [r["folio"] for r in rows(client, orden="subject")]

    def shown(url):
        html = text(client.get(url))
        links = {rel: re.search(rf'href="([^"]+)"[^>]*rel="{rel}"', html) for rel in ("next", "prev")}
        last = re.search(r'href="([^"]+ultima=1)"', html)
        return re.findall(r'<span class="folio nowrap">([^<]+)</span>', html), {
            **{rel: m.group(1).replace("&amp;", "&") for rel, m in links.items() if m}, **({"last": last.group(1).replace("&amp;", "&")} if last else {})}

    first, links = shown("/listas/correspondencia/?orden=subject")
    second, more = shown(links["next"])
    assert first + second == order[:6] and shown(more["prev"])[0] == first
    final, ends = shown(links["last"])
    assert final == order[-3:] and "next" not in ends and shown(ends["prev"])[0] == order[-6:-3]
    Access.objects.filter(case__folio=first[-1]).delete()
    after = [r["folio"] for r in rows(client, orden="subject")]
    assert shown(links["next"])[0] == after[3:6], "the place of a row that has left is kept"
    for wrong in ("basura", pack("x", 1), pack(-5, 1), pack(10**9, 1)):
        assert client.get("/listas/correspondencia/", {"orden": "subject", "despues": wrong}).status_code == 404


def test_many_rows_keep_their_order_and_say_why(w, monkeypatch):
    some(w)
    for module in (sorting, views):
        monkeypatch.setattr(module, "MOST", 5)
    monkeypatch.setattr(views, "CAP", 5)
    client = as_(w.head)
    page = text(client.get("/listas/correspondencia/", {"orden": "subject"}))
    assert "se ordenarán por «Asunto»" in page and "Se ordena por cualquier otra columna cuando" in page
    assert [r["id"] for r in rows(client, orden="subject")] == sorted((r["id"] for r in rows(client)), reverse=True)
    assert not re.search(r"<th[^>]*><a[^>]*>Asunto", page) and re.search(r"<th[^>]*><a[^>]*>Recibido", page)
    few = text(client.get("/listas/correspondencia/", {"q": "nube", "orden": "subject"}))
    assert 'aria-sort="ascending"' in few and "orden=-subject" in few and "se ordenarán" not in few


def test_files_have_the_order_of_the_page(w):
    some(w)
    client = as_(w.head)
    asked = {"orden": "-letter.number", "columna": ["folio", "letter.number"]}
    answer = client.get(reverse("screen_export", args=["correspondencia", "csv"]), asked)
    lines = list(csv.reader(io.StringIO(b"".join(answer.streaming_content).decode("utf-8-sig"))))[1:]
    assert [line[0] for line in lines] == [r["folio"] for r in rows(client, **asked)]


def test_sorting_asks_as_much_of_a_thousand_rows_as_of_ten(w):
    client, counts = as_(w.head), []
    for _round in range(2):
        some(w, 6)
        client.get("/listas/correspondencia/", {"orden": "unit.name"})
        with CaptureQueriesContext(connection) as seen:
            client.get("/listas/correspondencia/", {"orden": "unit.name"})
        counts.append(len(seen))
    assert counts[0] == counts[1] <= 15


def test_every_column_of_every_list_sorts(w):
    some(w, 3)
    make.turn(Case.objects.filter(kind="letter").first(), w.head, w.north)
    client = as_(w.head)
    for screen in (s for s in screens() if not s.own_page and s.allowed(w.head)):
        for column in screen.columns:
            for down in ("", "-"):
                assert client.get(f"/listas/{screen.slug}.json", {"orden": down + (column.sort or column.name), "columna": column.name}).status_code == 200


def by_cases(w):
    """Half of the cases have no term."""
    some(w, 11)
    for n, case in enumerate(Case.objects.order_by("pk")):
        day = case.received_at + timedelta(days=n % 4)
        Case.objects.filter(pk=case.pk).update(due_at=day if n % 2 else None, amber_at=day if n % 2 else None)
    return Case.objects.visible_to(w.head)


def by_turns(w):
    """Eleven turns of several days, half of them without term."""
    some(w, 11)
    for n, case in enumerate(Case.objects.order_by("pk")):
        turn, day = make.turn(case, w.head, w.north)[0], case.received_at + timedelta(days=n % 4)
        Turn.objects.filter(pk=turn.pk).update(sent_at=day, due_at=day if n % 2 else None, amber_at=day if n % 2 else None)
    return Turn.objects.visible_to(w.head)


def by_answers(w):
    """An answer to each of those turns."""
    for n, turn in enumerate(by_turns(w).order_by("pk")):
        answer = spine.answer(actor=w.north_head, turn=turn, draft=spine.AnswerDraft(f"Va {n}"))
        Answer.objects.filter(pk=answer.pk).update(at=turn.sent_at + timedelta(hours=n % 3))
    return Answer.objects.filter(turn__in=Turn.objects.visible_to(w.head))


@pytest.mark.parametrize(("made", "field", "index"), [
    (by_cases, "due_at", "cases_case_by_due"), (by_cases, "received_at", "cases_case_received"), (by_turns, "sent_at", "cases_turn_sent"),
    (by_turns, "due_at", "cases_turn_by_due"), (by_answers, "at", "cases_answer_at")])
@pytest.mark.parametrize("down", ["", "-"])
def test_pages_by_day_cover_everything_both_ways_and_begin_in_an_index(w, made, field, index, down):
    """What has no such day comes last both ways, and each part is read in the order of its index."""
    rows_, way = made(w), Order.of(down + field)
    whole, after, seen, before, back = [c.pk for c in way.apply(rows_)], "", [], "", []
    values = [getattr(c, way.field) for c in way.apply(rows_)]
    full = [v for v in values if v is not None]
    assert values[:len(full)] == sorted(full, reverse=way.down) and len(values) == 11
    while True:
        found = page(rows_, way, after=after, limit=3)
        seen += [c.pk for c in found.rows]
        if not (after := found.next):
            break
    while True:
        found = page(rows_, way, before=before, last=not before, limit=3)
        back = [c.pk for c in found.rows] + back
        if not (before := found.previous):
            break
    assert seen == back == whole
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL enable_seqscan = off; SET LOCAL enable_sort = off")
        for key in ("", page(rows_, way, limit=3).next):
            for part in _parts(way, rows_, key, nulls_first=False)[:1]:
                plan = part[:4].explain()
                assert index in plan and "Sort" not in plan, plan

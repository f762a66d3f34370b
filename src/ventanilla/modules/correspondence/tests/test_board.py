"""The board's figures are the recount of the rows, for those who may measure; page and files say the same."""
import csv
import io
from datetime import date, datetime, timedelta
from decimal import Decimal
from itertools import pairwise
from statistics import median
from urllib.parse import parse_qs, urlsplit

import pytest
from django.db import IntegrityError, connection, transaction
from django.http import QueryDict
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone
from python_calamine import CalamineWorkbook
from tests import make

from ventanilla.core.cases import services as spine
from ventanilla.core.cases.models import Answer, Case, Move, Turn
from ventanilla.core.cases.services import AnswerDraft
from ventanilla.core.exports.models import ExportJob
from ventanilla.core.exports.services import run
from ventanilla.core.indicators import reading
from ventanilla.core.indicators.folding import rebuild
from ventanilla.core.indicators.reading import total
from ventanilla.core.indicators.registry import measures
from ventanilla.core.indicators.sql import recount
from ventanilla.core.orgs.models import Appointment
from ventanilla.modules.correspondence import services as letters
from ventanilla.modules.correspondence.measures import DELIVERIES, SOURCES
from ventanilla.modules.correspondence.models import Letter, LetterType, Programme, UnitCost
from ventanilla.modules.correspondence.models.catalogues import SavedBy
from ventanilla.modules.correspondence.screens import board, board_sheets
from ventanilla.modules.correspondence.screens.board_figures import SHOWN, board_of
from ventanilla.modules.correspondence.screens.periods import period_of
from ventanilla.modules.correspondence.services import LetterDraft, cancel, figures, register
from ventanilla.modules.correspondence.services.adoption import adoption
from ventanilla.modules.correspondence.services.outgoing import OutgoingDraft, write_letters
from ventanilla.modules.correspondence.services.registration import Sender
from ventanilla.modules.correspondence.services.savings import savings

pytestmark = pytest.mark.django_db
PAGE = "/correspondencia/tablero/"


@pytest.fixture
def w():
    return make.world()


def signed_in(person):
    client = Client()
    client.force_login(person.user, backend="allauth.account.auth_backends.AuthenticationBackend")
    return client


def answered(w, turn, actor, text="Va"):
    spine.answer(actor=actor, turn=turn, draft=AnswerDraft(text))
    return Turn.objects.get(pk=turn.pk)


def lived(w):
    """A letter answered and corrected, one that waits in the south, one turned within its own unit, one for information."""
    first = make.letter(w, sheets=3)
    turn = answered(w, make.turn(first, w.head, w.north)[0], w.north_head)
    spine.send_back(actor=w.head, turn=turn, reason="Falta la firma")
    turn = answered(w, Turn.objects.get(pk=turn.pk), w.north_head, "Ya firmada")
    spine.approve(actor=w.head, turn=turn)
    letters.conclude(actor=w.head, case=Case.objects.get(pk=first.pk), reason="Atendido")
    below = make.turn(make.letter(w, sheets=2), w.head, w.south)[0]
    make.turn(below.case, w.south_head, w.south_1, parent=below)
    make.turn(make.letter(w, direction="internal"), w.head, w.root, person=w.clerk)
    make.turn(make.letter(w), w.head, w.north_1, purpose="information")
    return turn


def test_letters_count_once_by_direction_and_not_when_cancelled(w):
    today = timezone.localdate()
    kept, gone = make.letter(w), make.letter(w)
    cancel(actor=w.head, case=gone, reason="Error")
    make.letter(w, direction="internal")
    units = [w.root.pk]
    assert total("letters", units, today, today) == 2
    assert total("letters", units, today, today, part="incoming") == 1
    assert total("letters_by_type", units, today, today, part=f"type:{w.oficio.pk}") == 2
    assert kept.pk


def test_sheets_and_deliveries_are_the_recount_of_their_rows(w):
    today, units = timezone.localdate(), [u.pk for u in (w.root, w.north, w.north_1, w.south, w.south_1)]
    lived(w)
    grown, gone = make.letter(w, sheets=4), make.letter(w, sheets=8)
    Letter.objects.filter(case=grown).update(sheets=40)
    cancel(actor=w.head, case=gone, reason="Error")
    mailed, carried, void = write_letters(actor=w.head, drafts=[
        OutgoingDraft(w.root, w.oficio, f"Informe {n}", "Texto", "Ana Ruiz, Finanzas") for n in range(3)])
    for case, means in ((mailed, "email"), (carried, "email"), (void, "email")):
        letters.note_delivery(actor=w.head, case=case, draft=letters.DeliveryDraft(timezone.now(), means, "Ana Ruiz"))
    Letter.objects.filter(case=carried).update(delivery_means="courier")
    Case.objects.filter(pk=void.pk).update(state="cancelled")
    kept = Letter.objects.filter(case__unit__in=units).exclude(case__state="cancelled")
    assert total("letter_sheets", units, today, today) == sum(kept.values_list("sheets", flat=True)) == 3 + 2 + 1 + 1 + 40 + 2
    elsewhere = [t for t in Turn.objects.filter(case__unit__in=units) if t.from_unit_id != t.unit_id]
    answers = Answer.objects.filter(turn__in=[t.pk for t in elsewhere]).count()
    assert (len(elsewhere), answers) == (4, 2) and Turn.objects.filter(case__unit__in=units).count() == 5
    assert total("deliveries", units, today, today) == 4 + 2 + 1
    assert {part: total("deliveries", units, today, today, part=part) for part in ("turn", "answer", "email")} == {
        "turn": 4, "answer": 2, "email": 1}
    with connection.cursor() as cursor:
        for source in (s for s in (*SOURCES, *DELIVERIES) if s.main):
            cursor.execute("SELECT sum(amount) FROM (" + recount(source).replace("%", "%%") + ") AS t (i, u, day, m, p, amount)")
            assert cursor.fetchone()[0], source.measure
        slugs = sorted({s.measure for s in (*SOURCES, *DELIVERIES)})
        again = " UNION ALL ".join(recount(s) for s in (*SOURCES, *DELIVERIES) if s.main)
        cursor.execute(f"SELECT i, u, day, m, p, sum(a)::bigint FROM ({again}) AS t (i, u, day, m, p, a) GROUP BY 1, 2, 3, 4, 5")
        afresh = sorted(cursor.fetchall())
        cursor.execute("SELECT institution_id, unit_id, day, measure, part, sum(amount)::bigint FROM indicator_delta WHERE measure = ANY (%s) "
                       "GROUP BY 1, 2, 3, 4, 5 HAVING sum(amount) <> 0", [slugs])
        assert sorted(cursor.fetchall()) == afresh


def test_what_an_internal_unit_sends_is_internal_also_after_a_correction(w):
    """By who sends, not by how it was registered; the counts equal the recount."""
    today, units = timezone.localdate(), [w.root.pk]

    def counted() -> tuple[int, int]:
        return total("letters", units, today, today, part="incoming"), total("letters", units, today, today, part="internal")

    case = register(actor=w.head, drafts=[LetterDraft(w.root, w.oficio, "De otra unidad", Sender("internal", signatory="Ana Ríos", unit=w.north))])[0]
    make.letter(w)
    assert counted() == (1, 1)
    type_id = LetterType.objects.create(institution=w.institution, name="Circular interna").pk
    Letter.objects.filter(pk=case.pk).update(order="state", sender_unit=None, type_id=type_id)
    assert counted() == (2, 0) and total("letters_by_type", units, today, today, part=f"type:{type_id}") == 1
    Letter.objects.filter(pk=case.pk).update(order="internal")
    kept = counted()
    rebuild(["letters", "letters_by_type"])
    assert counted() == kept == (1, 1) and total("letters_by_type", units, today, today, part=f"type:{type_id}") == 1


def test_the_board_answers_and_names_the_bottleneck(w, client):
    turn = make.turn(make.letter(w), w.head, w.north)[0]
    turn = answered(w, turn, w.north_head)
    spine.approve(actor=w.head, turn=turn)
    make.turn(make.letter(w), w.head, w.south)
    Programme.objects.create(unit=w.north, since=timezone.localdate())
    Programme.objects.create(unit=w.south_1, since=timezone.localdate())
    client.force_login(w.head.user)
    html = client.get(PAGE).content.decode()
    assert 'data-label="Atendidos en plazo">100\u00a0%</td>' in html
    assert "100 % de los turnos se atendió en plazo" in html and "Dirección Sur" in html and "Departamento Sur Uno" in html
    assert [load.unit_id for load in figures.loads([w.north.pk, w.south.pk])] == [w.south.pk]
    assert client.get(PAGE, {"periodo": "anio", "unidad": w.north.pk}).status_code == 200
    assert client.get(PAGE, {"unidad": "99999999"}).status_code == 404


def test_without_the_right_there_is_no_board(w, client):
    client.force_login(w.staff.user)
    assert client.get(PAGE).status_code == 404
    assert client.get(reverse("letter_board_file", args=["cifras", "xlsx"])).status_code == 404


def step(actor, case, **more):
    return Move.objects.create(**{"institution_id": case.institution_id, "case": case, "verb": "route", "to_state": case.state, "actor": actor,
                                  "unit": case.unit, "at": timezone.now(), **more})


def test_who_acted_uses_the_system_not_whose_turn_it_was(w):
    today, units = timezone.localdate(), [w.root, w.north, w.south, w.south_1, w.north_2]
    Programme.objects.bulk_create(Programme(unit=u, since=today - timedelta(days=9)) for u in units)
    turn = lived(w)  # the root routes, evaluates and concludes; the north answers; the south routes on; nobody else does anything
    Appointment.objects.filter(person=w.south_1_head).delete()  # nobody heads it
    step(w.north_2_head, turn.case, source="import")
    found = {a.unit_id: a for a in adoption([u.pk for u in units], today - timedelta(days=1), today)}

    def acted(unit):  # independently: one step after the other, by the post that its actor holds
        held = {a.person_id: a.post.unit_id for a in Appointment.objects.filter(post__unit__institution=w.institution)}
        rows = Move.objects.filter(source="web", case__kind="letter", actor__isnull=False).select_related("actor").order_by("at")
        return [m.at for m in rows if held.get(m.actor_id, m.actor.unit_id) == unit.pk]

    for unit in units:
        moments = acted(unit)
        assert (found[unit.pk].first, found[unit.pk].last) == ((moments[0], moments[-1]) if moments else (None, None))
    assert [found[u.pk].used for u in units] == [True, True, True, False, False]
    assert Move.objects.filter(unit=w.north, verb="approve", actor=w.head).exists()  # which says nothing of the north
    assert [found[u.pk].head_id for u in units] == [w.head.pk, w.north_head.pk, w.south_head.pk, None, w.north_2_head.pk]
    assert [found[u.pk].head_used for u in units] == [True, True, True, False, False]
    ids = [u.pk for u in units]
    assert [total("adoption_programmed", ids, today, today, part=p) for p in ("unit", "head")] == [5, 4]
    assert [total("adoption_used", ids, today, today, part=p) for p in ("unit", "head")] == [3, 3]
    assert total("adoption_used", ids, today - timedelta(days=40), today - timedelta(days=30)) == 0
    with pytest.raises(ValueError, match="whole period"):
        reading.series("adoption_used", ids, today, today, period="month")
    html = signed_in(w.head).get(PAGE).content.decode()
    assert "Unidades que lo usaron: 60 %" in html and "Titulares que lo usaron: 75 %" in html
    assert "Departamento Norte Dos: no ha empezado" in html and "Unidades que no lo usaron (2)" in html


def test_a_step_counts_where_its_actor_had_the_post_then(w):
    """Who moves to another unit leaves what they did to the one they did it in; who acts for an absent head is not that head."""
    today = timezone.localdate()
    Programme.objects.bulk_create(Programme(unit=u, since=today - timedelta(days=400)) for u in (w.root, w.north))
    case = make.letter(w, actor=w.north_1_head, unit=w.north_1)
    long_ago = make.at(today - timedelta(days=200))
    step(w.clerk, case, at=long_ago, acting_for=w.head)
    held = Appointment.objects.get(person=w.clerk)
    Appointment.objects.filter(pk=held.pk).update(valid_from=today - timedelta(days=300), valid_to=today - timedelta(days=100))
    w.clerk.unit = w.north
    w.clerk.save()
    step(w.clerk, case)
    root, north = sorted(adoption([w.root.pk, w.north.pk], today, today), key=lambda a: a.unit_id)
    assert (root.used, north.used, root.head_used, root.head_first) == (False, True, False, None)
    assert root.first == root.last == long_ago
    assert [a.used for a in adoption([w.root.pk], today - timedelta(days=201), today - timedelta(days=199))] == [True]


def test_stages_are_the_medians_of_the_rows(w):
    """Reception, instruction, reading, answer, evaluation and conclusion, each stage against the period before."""
    now = timezone.now()
    lived(w)
    spine.withdraw(actor=w.head, turn=make.turn(make.letter(w), w.head, w.south)[0], reason="Error")
    for n, turn in enumerate(Turn.objects.order_by("pk")):  # every moment apart from every other
        Case.objects.filter(pk=turn.case_id).update(received_at=now - timedelta(hours=900 + 7 * n))
        Turn.objects.filter(pk=turn.pk).update(sent_at=now - timedelta(hours=800 - 3 * n), read_at=now - timedelta(hours=700 - 5 * n))
    for n, one in enumerate(Answer.objects.order_by("pk")):
        Answer.objects.filter(pk=one.pk).update(at=now - timedelta(hours=400 - 11 * n), verdict_at=now - timedelta(hours=300 - 13 * n))
    Case.objects.filter(closed_at__isnull=False).exclude(state="cancelled").update(closed_at=now - timedelta(hours=9))
    units, span = [w.root.pk, w.north.pk, w.south.pk, w.south_1.pk], (now - timedelta(days=60), now)

    values = [[], [], [], [], []]
    for turn in Turn.objects.filter(purpose="action", parent=None).exclude(state="cancelled").select_related("case"):
        final = turn.answers.filter(partial=False).exclude(verdict="sent_back").last()
        moments = [turn.case.received_at, turn.sent_at, turn.read_at, final and final.at, final and final.verdict_at,
                   turn.case.closed_at]
        for stage, (a, b) in zip(values, pairwise(moments), strict=True):
            if a and b:
                stage.append((b - a).total_seconds() / 3600)
    found = figures.stage_hours(units, *span)
    assert [s.times for s in found] == [len(v) for v in values] == [3, 3, 1, 1, 1]
    assert [s.hours for s in found] == [pytest.approx(median(v)) for v in values]
    assert [s.times for s in figures.stage_hours(units, now - timedelta(days=90), span[0])] == [0, 0, 0, 0, 0]
    shown = board_of(w.head, QueryDict(f"periodo=entre&desde={timezone.localdate() - timedelta(days=5)}&hasta={timezone.localdate()}"))
    assert [s.times for s in shown.stages[0]] == [0] * 5 and shown.before[1] == shown.period.start - timedelta(days=1)


def test_savings_are_counts_times_what_each_saves(w):
    today = timezone.localdate()
    lived(w)
    day = today - timedelta(days=30)

    def cost(slug, amount, per, share="1", since=day):
        return UnitCost.objects.create(institution=w.institution, slug=slug, label=slug, amount=Decimal(amount), per=per,
                                       share=Decimal(share), source="Tabulador", valid_from=since)

    cost("copia", "9", "letter_sheets", since=day - timedelta(days=300))
    for row in (("copia", "0.50", "letter_sheets"), ("entrega", "38.50", "deliveries"), ("viatico", "420", "answers_sent", "0.015")):
        cost(*row)
    units = [u.pk for u in (w.root, w.north, w.north_1, w.south, w.south_1)]
    found = {s.label: (s.times, s.amount) for s in savings(w.institution.pk, units, today, today)}
    assert found == {"copia": (7, Decimal("3.50")), "entrega": (6, Decimal("231.00")), "viatico": (2, Decimal("12.60"))}
    assert set(SavedBy.values) <= {m.slug for m in measures() if m.event == "flow" and not m.live}
    for wrong in ({"per": "hoja"}, {"share": "1.5"}, {"share": "-0.1"}):
        with pytest.raises(IntegrityError), transaction.atomic():
            cost(**{"slug": "otro", "amount": "1", "per": "letters", **wrong})


def test_periods_and_steps(w):
    today = timezone.localdate()

    def asked(query):
        found = period_of(QueryDict(query))
        return found.start, found.end, found.step

    assert asked("periodo=dia&dia=2026-03-05") == (date(2026, 3, 5), date(2026, 3, 5), "day")
    assert asked("periodo=semana&dia=2026-03-05") == (date(2026, 3, 2), date(2026, 3, 8), "day")
    assert asked("periodo=mes&dia=2024-02-10") == (date(2024, 2, 1), date(2024, 2, 29), "day")
    assert asked("periodo=anio&dia=2024-02-10&paso=week") == (date(2024, 1, 1), date(2024, 12, 31), "week")
    assert asked("periodo=trimestre&dia=2026-03-31")[:2] == (date(2026, 1, 1), date(2026, 3, 31))
    assert asked("periodo=entre&desde=2020-01-01&hasta=2026-01-01&paso=day") == (date(2020, 1, 1), date(2026, 1, 1), "week")
    assert asked("periodo=entre&desde=2026-04-17&hasta=2026-03-05")[:2] == (date(2026, 3, 5), date(2026, 4, 17))
    assert asked("periodo=entre&desde=1990-01-01&hasta=2026-01-01") == (date(2006, 1, 6), date(2026, 1, 1), "year")
    for nonsense in ("", "periodo=siglo", "periodo=entre&desde=2026-02-31&hasta=x", "dia=9999-12-31", "periodo=entre&desde=0001-01-01",
                     "periodo=entre&desde=0003-01-01&hasta=0009-01-01",
                     "periodo=mes&dia=0001-01-01&paso=hora"):
        assert asked(nonsense)[:2] == (today.replace(day=1), today), nonsense
    week = period_of(QueryDict("periodo=anio&dia=2024-06-06&paso=week"))
    assert week.steps[0] == date(2024, 1, 1) and len(week.steps) == 53
    assert [str(d) for d in week.neighbours] == ["2023-12-31", "2025-01-01"]
    first = period_of(QueryDict("periodo=semana&dia=2025-01-01")).moments("America/Mexico_City")[0]
    assert first == datetime.fromisoformat("2024-12-30T00:00:00-06:00")


def test_every_table_is_a_file_of_the_same_rows(w):
    Programme.objects.create(unit=w.north, since=timezone.localdate())
    UnitCost.objects.create(institution=w.institution, slug="copia", label="Copia", amount=1, per="letter_sheets", source="T",
                            valid_from=timezone.localdate())
    lived(w)
    head, query = signed_in(w.head), f"?periodo=semana&paso=day&unidad={w.root.pk}"
    shown = board_of(w.head, QueryDict(query[1:]))
    for name, sheet in board_sheets.SHEETS.items():
        rows = [list(r) for r in sheet.rows(shown)]
        assert rows or name == "tipos", name
        text = b"".join(head.get(reverse("letter_board_file", args=[name, "csv"]) + query).streaming_content).decode("utf-8-sig")
        lines = list(csv.reader(io.StringIO(text)))
        assert lines[0] == [c.title for c in sheet.columns(shown)] and len(lines) == len(rows) + 1, name
        assert [line[0] for line in lines[1:]] == [str(r[0]) for r in rows]
        got = head.get(reverse("letter_board_file", args=[name, "xlsx"]) + query)
        book = CalamineWorkbook.from_filelike(io.BytesIO(got.content))
        assert len(book.get_sheet_by_index(0).to_python()) == len(rows) + 1
        said = dict(book.get_sheet_by_name("Acerca de").to_python())
        assert said["Filtros"].startswith("Dirección General, del ") and said["Filtros"].endswith(" por día")
    whole = CalamineWorkbook.from_filelike(io.BytesIO(head.get(reverse("letter_board_file", args=["todo", "xlsx"]) + query).content))
    assert whole.sheet_names == [*(str(s.title) for s in board_sheets.SHEETS.values()), "Acerca de"]
    for name, kind in (("todo", "csv"), ("cifras", "pdf"), ("otra", "csv")):
        assert head.get(reverse("letter_board_file", args=[name, kind])).status_code == 404
    alone = signed_in(w.north_1_head)
    assert alone.get(reverse("letter_board_file", args=["cifras", "csv"]), {"unidad": w.root.pk}).status_code == 404


def test_a_large_table_is_a_job_of_what_the_person_may_measure_then(w, monkeypatch):
    lived(w)
    monkeypatch.setattr(board, "LARGE", {"xlsx": 5, "csv": 5})
    asked = {"periodo": "mes", "paso": "day", "unidad": w.root.pk}
    answer = signed_in(w.head).get(reverse("letter_board_file", args=["unidades-paso", "csv"]), {**asked, "periodo": "anio", "dia": "2025-03-03"})
    assert answer.status_code == 302 and answer.url == reverse("exports")
    ExportJob.objects.all().delete()
    signed_in(w.head).get(reverse("letter_board_file", args=["unidades-paso", "csv"]), {"periodo": "semana", "paso": "day"})
    job = ExportJob.objects.get()
    run(job.pk)
    job.refresh_from_db()
    assert (job.state, job.rows) == ("done", 5)  # five units did something today
    whole = signed_in(w.head).get(reverse("letter_board_file", args=["todo", "xlsx"]), {"periodo": "semana", "paso": "day"})
    book = CalamineWorkbook.from_filelike(io.BytesIO(whole.content))
    assert book.sheet_names == [*(str(s.title) for s in board_sheets.SHEETS.values()), "Acerca de"]
    assert "aparte" in book.get_sheet_by_name("Cifras por unidad y paso").to_python()[1][0]


def test_figures_by_unit_are_sorted_and_lead_to_lists_that_count_the_same(w, monkeypatch):
    lived(w)
    head, params = signed_in(w.head), QueryDict("periodo=dia")
    shown = board_of(w.head, params)
    asked, pk = board.asked_of(shown), SHOWN.index("letters")
    found = board.per_unit(params, shown, asked)
    by_unit = {unit.pk: [value for value, _link in values] for unit, _href, values, _share in found["rows"]}
    assert by_unit[w.north.pk] == [0, 1, 0, 0, 2, 0, 1, 0] and by_unit[w.root.pk] == [4, 1, 4, 1, 0, 2, 0, 1]
    assert {unit.pk for unit, *_rest in found["rows"][:3]} == {w.root.pk, w.south.pk, w.south_1.pk}
    links = [(value, urlsplit(link)) for _unit, _href, values, _share in found["rows"] for value, link in values if link]
    assert len(links) == 15 == sum(bool(n) for values in by_unit.values() for n in values)  # every number leads somewhere
    for value, link in links:
        listed = head.get(link.path.rstrip("/") + ".json", {k: v[0] for k, v in parse_qs(link.query).items()})
        assert len(listed.json()["filas"]) == value, link
    monkeypatch.setattr(board, "FIRST", 1)
    some = board.per_unit(QueryDict("orden=letters"), shown, asked)
    assert [row[2][pk][0] for row in some["rows"]] == [0] and len(board.lights(params, shown, asked)["rows"]) == 1
    for name, part in (("unidades", board.per_unit), ("semaforo", board.lights)):
        every = part(QueryDict(urlsplit(part(params, shown, asked)["all"]).query), shown, asked)
        assert len(every["rows"]) == every["total"] > 1 and not every["all"], name
        assert f"ver={name}" in head.get(PAGE).content.decode()


def test_the_series_are_the_sums_of_the_days_and_storage_adds_up(w):
    """Whatever the step, a series adds up to the figure of the period; what is pending is carried from step to step."""
    lived(w)
    day = make.at(timezone.localdate() - timedelta(days=45))
    old = Turn.objects.filter(unit=w.south).first()
    Turn.objects.filter(pk=old.pk).update(sent_at=day)
    spine.attach(actor=w.head, case=old.case, documents=[make.document(w)])
    Case.objects.filter(pk=make.letter(w).pk).update(received_at=day - timedelta(days=30))
    query = f"periodo=entre&desde={timezone.localdate() - timedelta(days=60)}&hasta={timezone.localdate()}&paso="
    for step in ("day", "week", "month", "year"):
        shown = board_of(w.head, QueryDict(query + step))
        for slug in SHOWN:
            values = shown.steps[slug]
            assert (values[-1] if slug == "turns_pending" else sum(values)) == shown.figure(slug)[0], (step, slug)
            per_unit = [one for one in shown.unit_steps[slug].values()]
            assert [sum(v) for v in zip(*per_unit, strict=True)] in (values, []), (step, slug)
            assert shown.figure(slug) == tuple(total(slug, shown.ids, *span, part="letter" if slug == "cases_concluded" else None)
                                               for span in ((shown.period.start, shown.period.end), shown.before)), slug
        stored = list(board_sheets.SHEETS["acervo"].rows(shown))
        assert stored[-1][3] == shown.stored_before["files_attached"] + shown.now["files_attached", None, None] == 1
    pending = board_of(w.head, QueryDict(query + "day")).steps["turns_pending"]
    assert pending[14] == 0 and pending[15] == pending[40] == 1  # sent 45 days ago and still open


def test_the_board_asks_as_much_of_a_large_institution_as_of_a_small_one(w):
    lived(w)
    head = signed_in(w.head)
    Programme.objects.bulk_create(Programme(unit=u, since=timezone.localdate()) for u in (w.north, w.south_1))

    def asked():
        with CaptureQueriesContext(connection) as caught:
            assert head.get(PAGE, {"periodo": "anio"}).status_code == 200
        return len(caught)

    asked()
    few = asked()
    Programme.objects.bulk_create(Programme(unit=u, since=timezone.localdate()) for u in (w.root, w.south, w.north_1))
    for _n in range(3):
        lived(w)
    assert asked() == few <= 40

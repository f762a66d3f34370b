"""A new case appears by a way of its own; what it writes is what the rules of all cases would write."""
import json

import pytest
from django.db import DatabaseError, DataError, connection, transaction
from django.utils import timezone
from tests import make

from ventanilla.core import plans
from ventanilla.core.cases.models import Case, FolioCounter
from ventanilla.core.cases.places import refresh
from ventanilla.core.cases.services import CaseDraft, open_cases
from ventanilla.core.cases.terms import Term
from ventanilla.core.plans import insert
from ventanilla.lib.folio import Mask
from ventanilla.web.ui.errors import holds_nul

pytestmark = pytest.mark.django_db
ROWS = {
    "tray": "SELECT unit_id, person_id, case_id, turn_id, side, tab, token, due_at, amber_at, order_at, since FROM cases_tray",
    "access": "SELECT token, case_id FROM cases_access", "search": "SELECT case_id, title, tokens FROM cases_searchrow",
}


def rows() -> dict[str, list[tuple]]:
    with connection.cursor() as cursor:
        found = {}
        for name, sql in ROWS.items():
            cursor.execute(sql)
            found[name] = sorted(cursor.fetchall(), key=repr)
        return found


@pytest.mark.parametrize("waits", [False, True])
def test_a_new_case_stands_where_the_rules_of_all_cases_put_it(waits):
    w = make.world()
    drafts = [CaseDraft("letter", w.north, "Sin nadie", timezone.now()),
              CaseDraft("letter", w.south, "Con plazo", timezone.now(), term=Term(5), level=2, assignee=w.staff,
                        parties=[("watcher", w.north_1_head), ("requester", w.nobody), ("approver", w.nobody)])]
    if waits:
        with connection.cursor() as cursor:
            cursor.execute("UPDATE cases_state SET waits = true WHERE kind = 'letter' AND state = 'registered'")
    opened = open_cases(actor=None, drafts=drafts, details=lambda ids, drafts: None)
    appeared = rows()
    refresh([case.pk for case in opened])
    assert rows() == appeared and len(appeared["access"]) == 5


def test_folios_of_several_desks_in_one_call_follow_each_other_in_the_order_of_the_drafts():
    w = make.world()
    drafts = [CaseDraft("letter", unit, f"Asunto {n}", timezone.now()) for n, unit in enumerate([w.north, w.south, w.north, w.north, w.south])]
    before = {u.pk: open_cases(actor=None, drafts=[CaseDraft("letter", u, "Antes", timezone.now())], details=lambda ids, drafts: None)[0].number
              for u in (w.north, w.south)}
    opened = open_cases(actor=None, drafts=drafts, details=lambda ids, drafts: None)
    assert [c.number - before[c.unit_id] for c in opened] == [1, 1, 2, 3, 2]
    fresh = {c.pk: c for c in Case.objects.select_related("series", "unit").filter(pk__in=[c.pk for c in opened])}
    for case in opened:
        kept = fresh[case.pk]
        assert kept.folio == Mask(kept.series.mask, kept.series.yearly).write(
            kept.number, unit=kept.unit.code or kept.unit.short_name, year=kept.year, series=kept.series.slug)
        assert {f.attname: getattr(kept, f.attname) for f in Case._meta.concrete_fields} == {
            f.attname: getattr(case, f.attname) for f in Case._meta.concrete_fields}


@pytest.mark.parametrize(("function", "columns"), [("cases_file", "INSERT INTO public.cases_case AS c ("),
                                                   ("cases_file_one", "INSERT INTO public.cases_case (")])
def test_every_column_of_a_case_is_filed(function, columns):
    with connection.cursor() as cursor:
        cursor.execute("SELECT prosrc FROM pg_proc WHERE proname = %s", [function])
        [source] = cursor.fetchone()
    written = source.partition(columns)[2].partition(")")[0].replace("\n", " ").split(",")
    assert {name.strip() for name in written} == {f.column for f in Case._meta.concrete_fields}


def test_a_case_filed_alone_is_what_it_is_among_others():
    w = make.world()
    now = timezone.now()

    def drafts() -> list[CaseDraft]:
        return [CaseDraft("letter", w.north, "Petición sin nadie", now, words="Núm. 4711/B"),
                CaseDraft("letter", w.south, "Con plazo y con quien", now, term=Term(5), level=2, priority=1, assignee=w.staff, source="api",
                          year=2019, words="Peña", parties=[("watcher", w.staff), ("requester", w.nobody), ("approver", w.nobody)])]

    actor = w.north_1_head
    together = open_cases(actor=actor, drafts=drafts(), details=lambda ids, drafts: None, checked=True)
    alone = [open_cases(actor=actor, drafts=[draft], details=lambda ids, drafts: None, checked=True)[0] for draft in drafts()]
    assert [all_of(case) for case in alone] == [all_of(case) for case in together]
    assert [a.number - t.number for a, t in zip(alone, together, strict=True)] == [1, 1]


def all_of(case: Case) -> list[list[dict[str, object]]]:
    """Everything that its filing writes, but for what tells one case from another."""
    own = {"id", "uuid", "number", "folio", "created_at", "case_id", "ref", "title", "vector"}
    with connection.cursor() as cursor:
        cursor.execute("""
            SELECT jsonb_build_array(jsonb_build_array(to_jsonb(c)),
                (SELECT jsonb_agg(to_jsonb(t)) FROM cases_tray t WHERE t.case_id = c.id),
                (SELECT jsonb_agg(to_jsonb(a) ORDER BY a.token) FROM cases_access a WHERE a.case_id = c.id),
                (SELECT jsonb_agg(to_jsonb(s)) FROM cases_searchrow s WHERE s.case_id = c.id)),
              (SELECT s.vector = title_vector(s.title) || doc_vector(s.body) AND s.ref = c.id AND s.title = c.folio || ' ' || c.subject
               FROM cases_searchrow s WHERE s.case_id = c.id)
            FROM cases_case c WHERE c.id = %s""", [case.pk])
        [written, found_by_words] = cursor.fetchone()
    assert found_by_words
    return [[{k: v for k, v in row.items() if k not in own} for row in rows] for rows in json.loads(written)]


@pytest.mark.parametrize("text", [
    "ÁÉÍÓÚÜ áéíóúü Ñandú ñ PINGÜINO", "Resolucio\u0301n decompuesta, N\u0303o\u0301", "https://Ejemplo.MX/Ruta?x=1 Correo@Dependencia.GOB.mx",
    "OFICIO SF/12/2026-Bis; 3.5 % -4e-7 <b>Ángulo</b>", "", "  ", "İstanbul ß Ç à \u200f\u00a0ﬁn Ω"])
def test_vectors_are_those_of_the_folded_text(text):
    with connection.cursor() as cursor:
        cursor.execute("""
            SELECT doc_vector(t) = d.v AND title_vector(t) = setweight(d.v || to_tsvector('simple', regexp_replace(norm(t), '[^[:alnum:]]+', ' ', 'g')), 'A')
            FROM (SELECT %s AS t) x, LATERAL (SELECT to_tsvector('spanish', t) || to_tsvector('spanish', norm(t)) AS v) d""", [text])
        assert cursor.fetchone() == (True,)


def test_what_was_refused_leaves_a_kept_statement_usable_and_no_folio_taken():
    w = make.world()
    draft = CaseDraft("letter", w.north, "Con un carácter \0 que no se guarda", timezone.now())
    with pytest.raises(DataError) as refused, transaction.atomic():
        open_cases(actor=None, drafts=[draft], details=lambda ids, drafts: None)
    assert holds_nul(refused.value)
    with pytest.raises(DataError), transaction.atomic():
        try:
            plans.rows("SELECT 1 / %s::int", [0])
        except DataError:
            with pytest.raises(DatabaseError):  # the transaction is lost until its end, as Django's own cursors see it
                plans.rows("SELECT 1")
            raise
    first, second = (open_cases(actor=None, drafts=[CaseDraft("letter", w.north, "Sí", timezone.now())], details=lambda ids, drafts: None)[0]
                     for _n in range(2))
    assert second.number == first.number + 1 == Case.objects.filter(unit=w.north).count()


def test_an_insert_is_one_statement_however_large_its_numbers_are():
    w = make.world()
    [case] = open_cases(actor=None, drafts=[CaseDraft("letter", w.north, "Uno", timezone.now())], details=lambda ids, drafts: None)

    for level in (1, 40_000, 3_000_000_000):
        for _n in range(3):
            insert(FolioCounter, [FolioCounter(series_id=case.series_id, year=level % 30_000 + _n * 7, last=level)])
    [[count]] = plans.rows("SELECT count(*) FROM pg_prepared_statements WHERE statement LIKE %s", ['%INTO "cases_foliocounter"%VALUES%'])
    assert count == 1

"""A new case appears by a way of its own; what it writes is what the rules of all cases would write."""
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


def test_every_column_of_a_case_is_filed():
    with connection.cursor() as cursor:
        cursor.execute("SELECT prosrc FROM pg_proc WHERE proname = 'cases_file'")
        [source] = cursor.fetchone()
    written = source.partition("INSERT INTO public.cases_case AS c (")[2].partition(")")[0].replace("\n", " ").split(",")
    assert {name.strip() for name in written} == {f.column for f in Case._meta.concrete_fields}


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

"""A search reads everything once, in windows, goes on where it was killed, and shows all of it by pages."""
from typing import Any

import pytest
from django.db import connection
from django.utils import timezone

from ventanilla.core.audit.models import Entry
from ventanilla.core.cases.models import Move
from ventanilla.core.notices.models import Notice
from ventanilla.core.orgs.services.setup import NotAllowed
from ventanilla.core.privacy import tasks
from ventanilla.core.privacy.models import Finding, PersonSearch, SearchHit, SubjectRequest
from ventanilla.core.privacy.registry import Asked
from ventanilla.core.privacy.services import gathering, requests, searching
from ventanilla.core.privacy.tests.making import HOLDER, Office, office
from ventanilla.core.privacy.tests.test_gathering import ASKED
from ventanilla.modules.correspondence.models import Correspondent

pytestmark = pytest.mark.django_db
SLUG = "correspondence.correspondent"


@pytest.fixture
def o() -> Office:
    return office()


def namesakes(o: Office, n: int) -> list[int]:
    """So many entries of the directory with the name, and as many without."""
    rows = Correspondent.objects.bulk_create(Correspondent(institution=o.w.institution, name=f"{name} {i}", key=f"{name} {i}")
                                             for i in range(n) for name in (HOLDER, "Otra Persona"))
    return [row.pk for row in rows if row.name.startswith(HOLDER)]


def begun(o: Office, patience: float = 60) -> PersonSearch:
    return searching.begin_search(actor=o.officer, request=o.proven("access"), asked=ASKED, patience=patience)


def hits(search: PersonSearch) -> list[int]:
    return sorted(search.hits.filter(source=SLUG).values_list("ref", flat=True))


@pytest.mark.parametrize("window", [1, 3, 20, 5000])
def test_no_row_is_lost_nor_found_twice_whatever_the_window(o: Office, window: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(searching, "WINDOW", window)
    mine = namesakes(o, 10)
    search = begun(o)
    assert hits(search) == mine and search.finished_at and not search.in_background
    sources = {one.slug: one for one in searching.looked_in()}
    whole = {(slug, pk) for slug, one in sources.items() for pk in one.find(o.w.institution.pk, ASKED).values_list("pk", flat=True)}
    assert set(search.hits.values_list("source", "ref")) == whole
    assert search.read == sum(len(set(one.rows(o.w.institution.pk).values_list("pk", flat=True))) for one in sources.values())


def test_what_takes_long_is_ended_by_a_worker_who_tells(o: Office) -> None:
    mine = namesakes(o, 3)
    search = begun(o, patience=0)
    assert search.in_background and not search.finished_at and not search.hits.exists()
    with connection.cursor() as cursor:
        cursor.execute("SELECT args FROM procrastinate_jobs WHERE task_name = 'privacy.search' ORDER BY id DESC LIMIT 1")
        assert cursor.fetchone()[0] in ({"search_id": search.pk}, f'{{"search_id": {search.pk}}}')
    for _n in range(2):
        tasks.search_on(search_id=search.pk)
    search.refresh_from_db()
    assert hits(search) == mine and search.finished_at
    told = Notice.objects.get(person=o.officer, kind="system")
    assert told.url == f"/datos-personales/{search.request_id}/busqueda/"
    assert Entry.objects.filter(verb="privacy.searched", case_id=search.request_id).count() == 1


def test_killed_in_the_middle_it_goes_on_from_there(o: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(searching, "WINDOW", 4)
    mine = namesakes(o, 10)
    search = begun(o, patience=0)
    while not SearchHit.objects.filter(search=search, source=SLUG).count() > 4:
        assert not searching.step(search.pk)
    before = PersonSearch.objects.get(pk=search.pk).read

    def die(*_given: Any) -> None:
        raise KeyboardInterrupt
    with monkeypatch.context() as killing:
        killing.setattr(PersonSearch, "save", die)
        with pytest.raises(KeyboardInterrupt):
            searching.step(search.pk)
    search.refresh_from_db()
    assert search.read == before, "the window that was being read is read again, and only that"
    searching.finish(search.pk)
    assert hits(search) == mine


def test_another_search_takes_its_place_and_the_end_of_the_request_removes_it(o: Office) -> None:
    first = begun(o, patience=0)
    request = SubjectRequest.objects.select_related("case").get(pk=first.request_id)
    second = searching.begin_search(actor=o.officer, request=request, asked=Asked.of("Otra Persona", "", ""))
    assert searching.step(first.pk), "the worker of the first has nothing to do"
    assert list(PersonSearch.objects.filter(request=request)) == [second]
    requests.deny(actor=o.officer, request=request, ground="not_held", reason="No hay")
    assert not PersonSearch.objects.exists() and not SearchHit.objects.exists()


def test_pages_show_every_row_once_newest_first(o: Office) -> None:
    mine = namesakes(o, gathering.PAGE * 2 + 3)
    search, seen, before = begun(o), [], 0
    for _n in range(3):
        page = next(g for g in gathering.gathered(actor=o.officer, search=search, slug=SLUG, before=before))
        assert page.total == len(mine)
        seen += [f.pk for f in page.rows]
        before = page.rest
    assert seen == sorted(mine, reverse=True) and before == 0
    overview = gathering.gathered(actor=o.officer, search=search)
    assert next(len(g.rows) for g in overview if g.source.slug == SLUG) == gathering.PAGE


def test_what_was_ticked_on_one_page_stays_when_the_next_is_saved(o: Office) -> None:
    mine = [f"{SLUG}:{pk}" for pk in namesakes(o, 4)]
    search = begun(o)
    for page in (mine[:2], mine[2:]):
        gathering.tick(actor=o.officer, request=search.request, asked=search.asked, ticked=page, offered=page)
    assert Finding.objects.count() == 4


def test_only_who_attends_the_request_reads_what_was_found(o: Office) -> None:
    search = begun(o)
    for person in (o.w.head, o.w.admin, office().officer):
        with pytest.raises(NotAllowed):
            gathering.gathered(actor=person, search=search)
    gathering.gathered(actor=o.officer, search=search)
    assert Entry.objects.filter(verb="privacy.read", case_id=search.request_id).count() == 1


def test_a_row_that_is_gone_since_is_not_shown(o: Office) -> None:
    mine = namesakes(o, 2)
    search = begun(o)
    Correspondent.objects.filter(pk=mine[0]).delete()
    shown = next(g for g in gathering.gathered(actor=o.officer, search=search) if g.source.slug == SLUG)
    assert [f.pk for f in shown.rows] == [mine[1]] and search.started_at <= timezone.now()


def test_data_are_told_as_text_and_steps_by_their_label(o: Office) -> None:
    request = o.request("access")
    requests.require_proof(actor=o.officer, request=request, reason=f"Falta la credencial de {HOLDER}")
    Move.objects.create(institution=o.w.institution, case=request.case, verb="admit", from_state="proving", to_state="processing",
                        unit=o.unit, detail={"a": {"b": [HOLDER, 3]}, "c": "x"}, at=timezone.now())
    found = gathering.gathered(actor=o.officer, search=begun(o), slug="cases.move")[0].rows
    assert {f.title.split(" · ")[1] for f in found} == {"Requerir identidad o datos", "Tener por acreditada la identidad"}
    assert {value for f in found for _label, value in f.facts} >= {f"…{HOLDER} · 3 · x…", f"…Falta la credencial de {HOLDER}…"}

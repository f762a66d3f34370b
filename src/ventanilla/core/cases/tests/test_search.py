"""Searching: accents, ñ apart, parts of folios, phrases, who may see, snippets, pages by key; equal to a scan."""
from datetime import timedelta

import pytest
from django.db import connection
from tests import make

from ventanilla.core.cases import search
from ventanilla.core.cases.models import Case, SearchRow
from ventanilla.core.cases.search import Wanted
from ventanilla.core.orgs.reach import reach_of

pytestmark = pytest.mark.django_db
_RUN = search._run
SUBJECTS = ("Notificó la resolución del peñón", "Notificar el dictamen técnico", "Reparación de la caña de pescar",
            "Cana y vejez en los archivos", "Solicitud de predial del lote siete", "El lote de la solicitud predial")


@pytest.fixture
def w():
    return make.world()


@pytest.fixture
def letters(w):
    return [make.letter(w, subject=s) for s in SUBJECTS]


def refs(person, text, **more):
    return [h.ref for h in search.search(person, Wanted(text, kinds=["letter"], **more)).hits]


def test_accents_and_forms_of_a_verb_do_not_matter(w, letters):
    assert set(refs(w.head, "notificó")) == set(refs(w.head, "notificar")) == {letters[0].pk, letters[1].pk}
    assert refs(w.head, "notifico") == [letters[0].pk]
    assert refs(w.head, "TECNICO") == [letters[1].pk]


def test_the_letter_eñe_is_kept_apart(w, letters):
    assert refs(w.head, "caña") == [letters[2].pk]
    assert refs(w.head, "cana") == [letters[3].pk]


def test_parts_of_a_folio_find_it(w, letters):
    number, code = letters[2].number, w.root.code.lower()
    assert refs(w.head, f"{code} {number} {letters[2].year}")[0] == letters[2].pk
    assert search.by_folio(w.head, letters[2].folio)[0].pk == letters[2].pk


def test_a_phrase_in_quotes_is_a_phrase(w, letters):
    assert set(refs(w.head, "solicitud predial")) == {letters[4].pk, letters[5].pk}
    assert refs(w.head, '"solicitud predial"') == [letters[5].pk]
    assert refs(w.head, "predial -siete") == [letters[5].pk]


def test_only_what_opens_to_the_person(w, letters):
    other = make.world()
    assert refs(w.nobody, "lote") == [] == refs(other.head, "lote")
    make.turn(letters[4], w.head, w.south_1)
    assert refs(w.south_1_head, "lote") == [letters[4].pk]


def test_the_snippet_marks_the_words(w, letters):
    hit = search.search(w.head, Wanted("María Peña", kinds=["letter"], limit=1)).hits[0]
    assert "\x02Peña\x03" in hit.snippet


def test_pages_by_key_give_every_hit_once(w, letters):
    whole, pages, before = refs(w.head, "finanzas"), [], None
    while True:
        found = search.search(w.head, Wanted("finanzas", kinds=["letter"], before=before, limit=2))
        pages += [h.ref for h in found.hits]
        if not found.more:
            break
        before = (found.hits[-1].at, found.hits[-1].id)
    assert pages == whole == [c.pk for c in reversed(letters)]


@pytest.mark.parametrize("text", ["finanzas", "solicitud", "lote predial", "notificar", "peñón", "inexistente"])
def test_equal_to_an_exhaustive_scan(w, letters, text):
    for person in (w.head, w.north_head, w.nobody):
        tokens = [0, *reach_of(person).tokens]
        with connection.cursor() as cursor:
            cursor.execute("SELECT s.id FROM (SELECT * FROM cases_searchrow OFFSET 0) s WHERE s.vector @@ public.doc_query(%s) "
                           "AND s.tokens && %s::bigint[] AND s.institution_id = %s ORDER BY s.at DESC, s.id DESC LIMIT 50",
                           [text, tokens, person.institution_id])
            scanned = [row[0] for row in cursor.fetchall()]
        assert [h.id for h in search.search(person, Wanted(text)).hits] == scanned


def test_ranked_is_the_best_of_the_newest(w, letters, monkeypatch):
    monkeypatch.setattr(search, "RANKED", 3)
    found = search.search(w.head, Wanted("finanzas", kinds=["letter"], ranked=True))
    assert found.capped
    assert {h.ref for h in found.hits} == {c.pk for c in letters[-3:]}
    assert [h.rank for h in found.hits] == sorted((h.rank for h in found.hits), reverse=True)


def test_a_row_is_written_once_with_its_tokens(w):
    case = make.letter(w)
    row = SearchRow.objects.get(case=case)
    assert row.tokens[:-1] == sorted([-w.head.pk, w.root.pk * 4])
    assert row.tokens[-1] == 4_000_000_000_000_000 + case.received_at.year * 12 + case.received_at.month - 1


def test_few_cases_in_a_state_are_looked_through_with_the_same_answer(w, monkeypatch):
    for n in range(6):
        make.letter(w, subject=f"Expediente raro {n}")
    make.turn(make.letter(w, subject="Expediente raro turnado"), w.head, w.north)
    answers = []
    for few in (search.FEW, 2, -1):
        monkeypatch.setattr(search, "FEW", few)
        answers.append([[h.id for h in search.search(w.head, Wanted("raro", state=state)).hits]
                        for state in ("registered", "routed", "concluded", "unknown")])
    assert answers[0] == answers[1] == answers[2] and [len(ids) for ids in answers[0]] == [6, 1, 0, 0]


def test_rare_and_common_words_are_found_in_different_ways_with_the_same_answer(w, letters, monkeypatch):
    """Asked for at once, or month by month from the newest."""
    SearchRow.objects.filter(case=letters[4]).update(at=letters[4].received_at - timedelta(days=200))
    search.refresh([letters[4].pk])
    answers, sent = [], []
    for sparse in (search.SPARSE, -1):
        monkeypatch.setattr(search, "SPARSE", sparse)
        asked = []
        monkeypatch.setattr(search, "_run", lambda *given, run=_RUN, asked=asked: asked.append(given[3]) or run(*given))
        answers.append([[h.id for h in search.search(person, Wanted(text, state=state, ranked=ranked, limit=limit)).hits]
                        for person in (w.head, w.nobody) for text in ("lote", "solicitud predial", "finanzas", "nada")
                        for state in ("", "registered") for ranked in (False, True) for limit in (1, 50)])
        sent.append(set(asked))
    assert answers[0] == answers[1] and any(answers[0])
    assert sent == [{None}, {*search.WINDOWS, None}]


def said(person, words):
    return set(Case.objects.visible_to(person).filter(search.saying(person, words, "pk")).values_list("pk", flat=True))


@pytest.mark.parametrize(("words", "found"), [
    ("notificar", {0, 1}), ("NOTIFIC", {0, 1}), ("tecnico", {1}), ("técnico dictamen", {1}), ("técnico caña", set()),
    ("cañ", {2}), ("cana", {3}), ("pre", {4, 5}), ("predi del", {4, 5}), ("de la", {2, 5}), ("lote de", {4, 5}), ("pr", set()),
    ('"solicitud" -predial', {4, 5}), ("& | ! :* '", set()), ("", set()), ("siete'); --", {4}), ("rchiv", set())])
def test_the_search_line_of_a_list_finds_words_whole_in_another_form_or_begun(w, letters, words, found):
    """A word that says nothing is left out, unless nothing else was typed."""
    assert said(w.head, words) == {letters[n].pk for n in found}


def test_the_search_line_finds_folios_and_their_numbers(w, letters):
    one = letters[3]
    for words in (one.folio, str(one.number), f"{one.number:05}", one.folio.lower(), f"{one.folio} vejez"):
        assert one.pk in said(w.head, words), words
    assert one.pk not in said(w.head, f"{one.number}9") and said(w.nobody, one.folio) == set()


def test_the_search_line_leaves_out_what_only_documents_say(w, letters):
    case = letters[0]
    SearchRow.objects.create(institution_id=case.institution_id, kind="page", ref=7, page=1, case=case, title="", body="jacarandas",
                             at=case.received_at, tokens=[])
    assert said(w.head, "jacarandas") == set()

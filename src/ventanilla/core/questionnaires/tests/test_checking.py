"""Answers: canonical, idempotent, hidden ones never kept, unknown ones refused; scores by an independent count."""
from decimal import Decimal
from fractions import Fraction
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ventanilla.core.questionnaires.definition import check, parse, score
from ventanilla.core.questionnaires.definition.texts import tidy
from ventanilla.core.questionnaires.tests import samples

FORM = parse(samples.everything())
WORDS = st.text(max_size=30) | st.sampled_from(["ala", "Ala norte", "  sala\u202e ", "12", "1,234.50", "-3", "a", "b", "x", "sí", "no", "poco",
                                                "muy_satisfecho", "21/11/2026", "2026-11-21T10:30", "ana@example.org", "722 123 4567",
                                                "https://example.org/a", "e\u0301", "\x00", "00000000-0000-4000-8000-000000000000"])
SCALARS = WORDS | st.integers(-60, 60) | st.booleans() | st.none() | st.floats() | st.decimals()
VALUES = SCALARS | st.lists(WORDS, max_size=3) | st.lists(st.dictionaries(st.sampled_from(["a", "b", "c"]), SCALARS), max_size=4)
RAW = st.dictionaries(st.sampled_from([*FORM.fields, "otro"]), VALUES, max_size=16)
LIKELY = st.fixed_dictionaries({"entero": st.integers(-5, 50)}, optional={
    "una": st.sampled_from("abc"), "varias": st.lists(st.sampled_from("xyz"), max_size=2), "escala": st.sampled_from(["poco", "nada", "satisfecho"]),
    "tabla": st.lists(st.fixed_dictionaries({"a": WORDS, "b": st.decimals(-99, 99, places=2)}), max_size=3), "texto": WORDS,
    "correo": st.just("ana@example.org"), "liga": st.just("https://example.org"), "si": st.booleans(), "decimal": st.decimals(-9, 9, places=2)})


@settings(max_examples=400)
@given(RAW | LIKELY)
def test_clean_values_check_clean_and_hidden_ones_are_gone(raw: dict[str, Any]) -> None:
    found = check(FORM, raw)
    assert set(found.values) <= found.visible <= set(FORM.fields)
    for section in FORM.sections:
        for one in section.fields:
            asked = (section.when is None or section.when.holds(found.values)) and (one.when is None or one.when.holds(
                found.values, {"escala": ("nada", "poco", "satisfecho", "muy_satisfecho")}))
            assert (one.key in found.visible) == asked
    again = check(FORM, found.values, partial=True)
    assert again.values == found.values and again.ok
    if found.ok:
        assert check(FORM, found.values).ok


@settings(max_examples=200)
@given(st.text())
def test_tidying_twice_changes_nothing(text: str) -> None:
    for lines in (False, True):
        once = tidy(text, lines=lines)
        assert tidy(once, lines=lines) == once and "\u202e" not in once and "\x00" not in once


@pytest.mark.parametrize(("key", "raw", "value"), [
    ("texto", "  A\u0301rea\u202e \u200b  norte ", "Área norte"), ("largo", "a \r\nb\r\n\r\n\r\n\r\nc ", "a\nb\n\nc"), ("entero", "0012", 12),
    ("entero", "1,0", None), ("entero", "3.0", 3), ("entero", True, None), ("decimal", "1,234.50", "1234.5"), ("decimal", "-0", "0"), ("decimal", "NaN", None),
    ("decimal", "1e5", None), ("decimal", "0.0001", None), ("dia", "21/11/2026", "2026-11-21"), ("dia", "31/02/2026", None), ("dia", "1999-12-31", None),
    ("hora", "21/11/2026 14:32", "2026-11-21T20:32:00+00:00"), ("hora", "2026-11-21T14:32", "2026-11-21T20:32:00+00:00"),
    ("hora", "2026-11-21T14:32:00Z", "2026-11-21T14:32:00+00:00"), ("si", "Sí", True), ("si", "tal vez", None), ("una", "d", None),
    ("varias", ["z", "x", "z"], ["x", "z"]), ("varias", ["x", "y", "z"], None), ("varias", "x", ["x"]), ("correo", "a@b", None),
    ("correo", "ana.peña@x.mx", None), ("correo", " Ana@Example.org ", "Ana@Example.org"), ("telefono", "(722) 123 4567 ext. 12", "(722) 123 4567 ext. 12"),
    ("telefono", "12345", None), ("liga", "javascript:alert(1)", None), ("liga", "https://u:p@example.org", None), ("liga", "https://[", None),
    ("liga", "http://example.org:x/", None), ("archivo", "../../etc/passwd", None), ("unidad", "-4", None), ("unidad", " 12 ", 12), ("unidad", "9" * 30, None),
    ("texto", "x" * 41, None), ("texto", "a1", None), ("texto", ["a"], None), ("texto", {"a": 1}, None),
])
def test_what_people_write(key: str, raw: Any, value: Any) -> None:
    base = {"entero": 1, "una": "a", "correo": "ana@example.org", "escala": "poco"}
    found = check(FORM, base | {key: raw})
    assert found.values.get(key) == value, found.errors
    assert (key in found.errors) == (value is None)


def test_required_unknown_and_tables() -> None:
    found = check(FORM, {"entero": "", "otro": 1})
    assert {k: str(v) for k, v in found.errors.items()} == {"entero": "Falta responder.", "otro": "Este dato no existe en el formulario."}
    found = check(FORM, {"entero": 1, "una": "b", "escala": "nada", "tabla": [
        {"a": "x", "b": "no"}, {"a": "", "b": ""}, {"b": "2"}, {"a": "y", "z": "1"}]})
    assert set(found.errors) == {"tabla.0.b", "tabla.2.a", "tabla.3.z"} and found.values["tabla"][0] == {"a": "x"}
    assert "tabla" in check(FORM, {"entero": 1, "escala": "nada", "tabla": [{"a": "x"}] * 4}).errors


def test_hidden_answers_are_dropped_whatever_was_sent() -> None:
    found = check(FORM, {"entero": -1, "una": "a", "varias": ["x"], "tabla": [{"a": "x"}], "correo": "ana@example.org"})
    assert found.ok and found.values == {"entero": -1}


def test_references_and_files_are_asked_for_at_once() -> None:
    asked: list[tuple[str, set[Any]]] = []

    def resolve(kind: str, ids: Any) -> list[Any]:
        asked.append((kind, set(ids)))
        return [7] if kind == "unit" else []

    raw = {"entero": 1, "escala": "nada", "unidad": "7", "archivo": "00000000-0000-4000-8000-000000000000"}
    found = check(FORM, raw, resolve=resolve)
    assert found.values["unidad"] == 7 and "archivo" not in found.values and set(found.errors) == {"archivo"}
    assert sorted(k for k, _ids in asked) == ["file", "unit"]


# --- scores --------------------------------------------------------------------------------------------------

INDEX = parse(samples.index())
CRITERIA = [k for k, f in INDEX.fields.items() if f.type == "choice"]


@settings(max_examples=60)
@given(st.dictionaries(st.sampled_from(CRITERIA), st.sampled_from(["si", "parcial", "no", "na"])), st.booleans())
def test_scores_equal_a_plain_count(values: dict[str, str], excluded: bool) -> None:
    data = samples.index() | ({"unanswered": "exclude"} if excluded else {})
    points = {"si": Fraction(1), "parcial": Fraction(1, 2), "no": Fraction(0)}
    total, weights = Fraction(), 0
    for d in range(1, 7):
        earned, best = Fraction(), 0
        for n in range(1, 21):
            given_value = values.get(f"c{d}_{n}")
            if given_value == "na" or (given_value is None and excluded):
                continue
            best += 1 + n % 3
            earned += (1 + n % 3) * points[given_value or "no"]
        if best:
            total, weights = total + d * earned / best, weights + d
    found = score(parse(data), values)
    assert found.missing == 120 - len(values)
    if weights == 0:
        assert found.percent is None
    else:
        assert found.percent is not None and abs(Fraction(found.percent) - 100 * total / weights) <= Fraction(1, 20000)


def test_numbers_yes_no_and_several_options_give_points() -> None:
    form = parse({"sections": [{"title": "A", "fields": [
        {"key": "n", "type": "integer", "label": "N", "min": 0, "max": 10, "scored": True, "weight": 2},
        {"key": "s", "type": "yes_no", "label": "S", "yes_score": 1},
        {"key": "v", "type": "choices", "label": "V", "choices": [{"label": "A", "score": 3}, {"label": "B", "score": 1}, {"label": "C", "score": -9}]},
        {"key": "x", "type": "text", "label": "X"}]}]})
    assert score(form, {"n": 5, "s": True, "v": ["a"]}).percent == Decimal("68.7500")
    assert score(form, {"n": 5, "s": False, "v": ["a", "c"]}).percent == Decimal("25.0000")
    assert score(form, {"x": "nada"}).percent is None


def test_evidence_is_asked_of_an_answer() -> None:
    assert set(check(INDEX, {"c1_2": "si"}).errors) == {"c1_2__evidence"}
    assert check(INDEX, {"c1_2": "na", "c1_3": "si"}).ok
    found = check(INDEX, {"c1_2": "na", "c1_2__evidence": "https://example.org"})
    assert found.ok and found.values == {"c1_2": "na"}

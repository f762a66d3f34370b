"""Definitions: what is wrong is said with its place; large forms; differences; the language of patterns."""
import re
import time
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ventanilla.core.questionnaires.definition import DefinitionError, check, diff, digest_of, parse
from ventanilla.core.questionnaires.definition.patterns import PatternError, compiled
from ventanilla.core.questionnaires.tests import samples


def problems(*fields: dict[str, Any], **more: Any) -> list[str]:
    with pytest.raises(DefinitionError) as error:
        parse({"sections": [{"title": "Datos", "fields": list(fields)}], **more})
    return [f"{p.path}: {p}" for p in error.value.problems]


def text(key: str, **more: Any) -> dict[str, Any]:
    return {"key": key, "type": "text", "label": key.upper(), **more}


def test_large_forms_are_carried() -> None:
    index, practice = parse(samples.index()), parse(samples.practice())
    assert sum(not f.companion_of for f in index.fields.values()) == 120 and len(index.fields) == 240
    assert len(practice.fields) == 96 and len(practice.sections) == 7
    assert any(f.when for f in practice.fields.values()) and any(f.type == "table" for f in practice.fields.values())
    started = time.process_time()
    for _n in range(5):
        check(index, {k: "si" for k, f in index.fields.items() if f.type == "choice"}, partial=True)
    assert time.process_time() - started < 2


def test_everything_wrong_is_said_at_once_with_its_place() -> None:
    found = problems(text("a"), text("a"), {"key": "B mal", "type": "hora", "label": ""}, {"key": "c", "type": "choice", "label": "C"},
                     text("d", mx=3), colour=1)
    assert found == [
        "colour: No se conoce la propiedad «colour».",
        "sections.0.fields.2.label: Sección «Datos», pregunta 3: Falta la pregunta.",
        "sections.0.fields.2.type: Sección «Datos», pregunta 3: No se conoce el tipo «hora».",
        "sections.0.fields.3.choices: «C»: Escriba al menos dos opciones.",
        "sections.0.fields.4.mx: Sección «Datos», pregunta 5: No se conoce la propiedad «mx».",
        "sections.0.fields.1.key: «A»: La clave «a» está dos veces.",
        "sections.0.fields.2.key: Sección «Datos», pregunta 3: La clave «B mal» solo lleva minúsculas sin acento, números y guion bajo.",
    ]


@pytest.mark.parametrize(("when", "said"), [
    ({"field": "b", "op": "eq", "value": "x"}, "depende de su propia respuesta"),
    ({"field": "c", "op": "filled"}, "se pregunta después"),
    ({"field": "z", "op": "filled"}, "que no existe"),
    ({"field": "d", "op": "filled"}, "va en círculo"),
    ({"field": "a", "op": "gt", "value": 1}, "no se puede comparar"),
    ({"field": "a", "op": "eq", "value": ""}, "Falta el valor"),
    ({"field": "a", "op": "eq", "value": "x", "code": "import os"}, "no se entiende"),
    ({"all": []}, "no se entiende"), ("a == 1", "no se entiende"), ({"not": {"not": {"not": {"not": {"not": {"not": {
        "field": "a", "op": "filled"}}}}}}}, "demasiado larga"),
    ({"any": [{"field": "a", "op": "filled"}] * 40}, "demasiado larga"),
])
def test_conditions_look_back_only(when: Any, said: str) -> None:
    found = problems(text("a"), text("b", when=when), text("c"), text("d", when={"field": "b", "op": "filled"}))
    assert len(found) == 1 and said in found[0], found


@pytest.mark.parametrize("data", [None, 7, [], "x", {"sections": 3}, {"sections": [1]}, {"sections": [{"title": "A", "fields": [None]}]},
                                  {"sections": [{"title": 3, "fields": "x"}]}, {"sections": [{"title": "A", "weight": "mucho"}]},
                                  {"unanswered": "maybe"}, {"sections": [{"title": "A"}] * 61}, {"intro": "x" * 1_100_000}])
def test_nonsense_is_refused_in_words(data: Any) -> None:
    with pytest.raises(DefinitionError) as error:
        parse(data)
    assert str(error.value)


def test_limits_of_fields() -> None:
    found = problems({"key": "n", "type": "integer", "label": "N", "min": 9, "max": 3}, text("t", pattern="(a+"), text("u", min=1),
                     {"key": "d", "type": "decimal", "label": "D", "scored": True, "min": 1}, {"key": "s", "type": "date", "label": "S", "min": "ayer"},
                     {"key": "t2", "type": "table", "label": "T", "columns": [{"key": "x", "type": "table", "label": "X"}]},
                     {"key": "r", "type": "reference", "label": "R"}, text("w", weight=-1), text("x", default="y" * 400))
    assert [line.split(":")[0].split(".")[-1] for line in found] == [
        "min", "pattern", "min", "scored", "min", "type", "reference", "weight", "default"]


def test_an_unknown_kind_of_reference_is_refused() -> None:
    data = {"sections": [{"title": "A", "fields": [{"key": "r", "type": "reference", "label": "R", "reference": "ci"}]}]}
    assert parse(data).references == {"ci"}
    with pytest.raises(DefinitionError, match="No se conoce «ci»"):
        parse(data, kinds=frozenset({"unit"}))


def test_differences_are_told_in_fields() -> None:
    old, new = samples.extra(), samples.extra()
    fields = new["sections"][0]["fields"]
    fields[0] |= {"label": "Sistema", "required": False}
    del fields[2]
    fields.append(text("nuevo"))
    found = diff(parse(old), parse(new))
    assert [f.key for f in found.added] == ["nuevo"] and [f.key for f in found.removed] == ["monto"] and not found.reordered
    assert [(c.key, [w[0] for w in c.what]) for c in found.changed] == [("sistema", ["label", "required"])]
    assert not diff(parse(old), parse(samples.extra()))
    assert digest_of(old) == digest_of(dict(reversed(old.items()))) != digest_of(new)


# --- patterns ------------------------------------------------------------------------------------------------

ATOMS = st.sampled_from(["a", "b", "ñ", "1", ".", r"\d", r"\w", r"\.", "[ab]", "[^a]", "[a-c1]", "(?:ab)", "(a|b1)", "(?:)"])
PIECES = st.tuples(ATOMS, st.sampled_from(["", "", "?", "*", "+", "{2}", "{1,3}", "{0,}", "{,2}"])).map("".join)
PATTERNS = st.lists(st.lists(PIECES, max_size=4).map("".join), min_size=1, max_size=3).map("|".join)


@settings(max_examples=300)
@given(PATTERNS, st.text("abcñ1.", max_size=8))
def test_patterns_mean_what_python_means(pattern: str, word: str) -> None:
    try:
        mine = compiled(pattern)
    except PatternError:
        assert not pattern or "{,2}" in pattern  # what HTML does not know either
        return
    assert mine.matches(word) == bool(re.fullmatch(pattern.replace(r"\d", "[0-9]"), word))


@pytest.mark.parametrize("pattern", ["(a+)+", "(a|a)*", "(a|aa)+b", r"(\w+\s?)*", "(.*a){12}", "a?" * 25 + "a" * 25])
def test_no_pattern_hangs(pattern: str) -> None:
    started = time.process_time()
    compiled(pattern).matches("a" * 300 + "!")
    assert time.process_time() - started < 1.5


@pytest.mark.parametrize("pattern", ["(", ")", "a)", "[", "[]", "a**", "*a", r"\1", r"(?=a)", "(?P<n>a)", "a{3,1}", "a{9999}", "^a$",
                                     "(((((a{200}){200}){200})))", "((((((){200}){200}){200}){200}){200})", "a" * 201, r"\b", "[z-a]"])
def test_what_is_not_in_the_language_is_refused(pattern: str) -> None:
    with pytest.raises(PatternError):
        compiled(pattern)

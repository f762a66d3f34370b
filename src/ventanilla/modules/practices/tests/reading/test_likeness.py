"""The short ways of the reader against the long ones: likeness, normalised spelling, tidying, what is looked for in all answers at once."""
import re
from random import Random

import pytest

from ventanilla.core.questionnaires.definition.texts import tidy
from ventanilla.modules.practices.reading import lexicon
from ventanilla.modules.practices.reading.likeness import near, nearest_beginning
from ventanilla.modules.practices.reading.texts import ODDITIES, texts_of
from ventanilla.modules.practices.reading.values import tidied


def levenshtein(one: str, other: str) -> int:
    """As in the books, the whole table."""
    before = list(range(len(other) + 1))
    for n, letter in enumerate(one, 1):
        now = [n]
        for m, another in enumerate(other, 1):
            now.append(min(before[m] + 1, now[-1] + 1, before[m - 1] + (letter != another)))
        before = now
    return before[-1]


def damaged(word: str, chance: Random, count: int) -> str:
    for _ in range(count):
        place = chance.randrange(len(word) + 1)
        word = word[:place] + chance.choice(("", "a", "zq", word[-1:])) + word[place + chance.randint(0, 1):]
    return word


LABELS = sorted({label for section in lexicon.sections().values() for label in section.numbers if len(label) > 8})


@pytest.mark.parametrize("seed", range(3))
def test_likeness_is_levenshtein_with_a_limit(seed: int) -> None:
    chance = Random(seed)
    for label in chance.sample(LABELS, 25):
        most = chance.randint(1, max(1, len(label) // 8))
        word = damaged(label, chance, chance.randint(0, most + 2))
        assert near(word, label, most) == (levenshtein(word, label) <= most)
        whole = word + chance.choice(("", "y lo que sigue", "de los años"))
        every = [levenshtein(whole[:size], label) for size in range(len(whole) + 1)]
        expected = every.index(min(every)) if min(every) <= most else None
        assert nearest_beginning(whole, label, most) == expected


def test_the_normalised_spelling_is_letters_and_digits_without_accents() -> None:
    for code in [*range(1, 0x250), *range(0x2010, 0x2030), 0x2713, 0x1F5F9]:
        text = f"A{chr(code)}9"
        plain = text.lower().translate(str.maketrans("áàäâãéèëêíìïîóòöôõúùüûñç", "aaaaaeeeeiiiiooooouuuunc"))
        if chr(code) != "İ":  # a capital of another alphabet: two letters in lower case
            assert lexicon.norm(text) == re.sub("[^a-z0-9]+", "", plain), code
    assert lexicon.after("2.7. ¿Qué   Ñandú? resto", 10).strip() == "? resto" and lexicon.after("corto", 9) == ""


@pytest.mark.parametrize("text", ["", " a  b ", "uno\n dos \n\n\n\ntres\n", "a\u00a0b\tc", "re\u0301n\n", "a\u200bb", "\n\na\n\nb"])
@pytest.mark.parametrize("lines", [False, True])
def test_tidying_is_that_of_the_form_engine(text: str, lines: bool) -> None:
    assert tidied(text, lines) == tidy(re.sub("[ \u00a0\u2007\u202f]+", " ", text), lines=lines)


@pytest.mark.parametrize("text", [
    'Abre «y no cierra', "Las “comillas", "El trámite trámite, dos veces", "Sistema y sistema\ny sistema", "El avance es 74 POR CIENTO y 26.0 de resto",
    "clave 20501001A Unidad de Paso, clave 20501001A Otra unidad", "En los estados de Sonora, Monterrey y Jalisco"])
def test_what_is_odd_in_one_text_is_found_in_all_of_them_together(text: str) -> None:
    whole = texts_of([("uno", "Una respuesta sin nada raro."), ("dos", text), ("tres", "Y otra más.")])
    assert all(possible(whole) for _code, odd, possible in ODDITIES if odd(text))

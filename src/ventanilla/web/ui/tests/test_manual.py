"""What the manual prints in bold is written so on a screen, and the addresses and commands it gives exist."""

import re
from collections.abc import Iterator
from functools import cache
from gettext import translation
from pathlib import Path

import allauth
import pytest
from django.core.management import get_commands
from django.urls import Resolver404, resolve

from ventanilla.config.cli import OWN
from ventanilla.core.orgs import capabilities as cap
from ventanilla.web.ui.tests.test_english import ROOT, extracted, labels

CHAPTERS = sorted((ROOT / "docs" / "manual").glob("*.md"))
NAMES = [path.stem for path in CHAPTERS]
HOLE = re.compile(r"%\(\w+\)[sd]|\{[\w.:]*\}")
BEGINNING = 3  # words from which a text may be quoted by its beginning
LIVE = "/eventos/"  # served beside the pages, not by them


def plain(text: str) -> str:
    """A text as it is compared: … for what is filled in, spaces once, its first letter small (labels are capitalised where shown)."""
    text = re.sub(r"\s+", " ", HOLE.sub("…", text)).strip(" .:…")
    return text[:1].lower() + text[1:]


@cache
def shown() -> frozenset[str]:
    """Every text of the screens: messages of the source, labels of models, lists and flows, standard roles and the page of sign-in."""
    signing_in = translation("django", str(Path(allauth.__file__).parent / "locale"), ["es"])
    texts = {str(label) for _where, label in labels()} | {name for name, _may, _level in cap.ROLES.values()}
    texts.add(signing_in.gettext("Forgot your password?"))
    for message in extracted():
        texts.update((message,) if isinstance(message, str) else filter(None, message))  # type: ignore[call-overload]
    return frozenset(map(plain, texts))


def is_shown(words: str) -> bool:
    """Whether a text of the screens is this, or begins with it where that is long enough to be told apart."""
    said = plain(words)
    if said in shown() or not re.search(r"[^\W\d_]", said):
        return True
    begun = re.compile(re.escape(said).replace("…", ".+"))
    return len(said.split()) >= BEGINNING and any(begun.match(text) for text in shown())


def bold(chapter: Path) -> Iterator[str]:
    """The words in bold of a chapter, each step of a path by itself."""
    for words in re.findall(r"\*\*(.+?)\*\*", chapter.read_text(encoding="utf-8"), re.DOTALL):
        yield from re.split(r"\s*[→›]\s*", words)


@pytest.mark.parametrize("chapter", CHAPTERS, ids=NAMES)
def test_what_is_in_bold_is_on_a_screen(chapter: Path) -> None:
    """Emphasis is in italics: bold promises a button, a menu, a field or a message."""
    assert [words for words in bold(chapter) if not is_shown(words)] == []


def test_a_name_that_no_screen_says_is_told() -> None:
    assert not is_shown("Botón de ninguna pantalla") and not is_shown("Exportacion")
    assert is_shown("Mi bandeja") and is_shown("La unidad «…» no tiene numeración")


@pytest.mark.parametrize("chapter", CHAPTERS, ids=NAMES)
def test_its_addresses_lead_somewhere(chapter: Path) -> None:
    said = set(re.findall(r"`(/[a-z][\w/-]*/)`", chapter.read_text(encoding="utf-8"))) - {LIVE}
    assert {address for address in said if not leads_somewhere(address)} == set()


def leads_somewhere(address: str) -> bool:
    """Whether a page answers at this address."""
    try:
        return bool(resolve(address))
    except Resolver404:
        return False


@pytest.mark.parametrize("chapter", CHAPTERS, ids=NAMES)
def test_its_commands_exist(chapter: Path) -> None:
    ours = set(OWN) | set(get_commands()) | {name.replace("_", " ") for name in get_commands()}
    said = re.findall(r"`ventanilla ([a-z_]+(?: [a-z]+)?)", chapter.read_text(encoding="utf-8"))
    assert [words for words in said if words not in ours and words.split()[0] not in ours] == []


def test_the_table_of_roles_says_what_each_may() -> None:
    """What «Administración de la plataforma» prints of the standard roles is what an institution gets."""
    text = (ROOT / "docs" / "manual" / "administracion.md").read_text(encoding="utf-8")
    rows = [[cell.strip() for cell in line.strip("|").split("|")] for line in text.splitlines() if line.startswith("|")]
    roles = {name: (may, level) for name, may, level in cap.ROLES.values()}
    table = [row for row in rows if row[0] in roles and len(row) == 8]
    assert len(table) == 8
    for name, *may, level in table:
        held, reads = roles[name]
        asked = (cap.REGISTER, cap.ROUTE, cap.ANSWER, cap.CONCLUDE, cap.ARCHIVE, cap.MEASURE)
        assert [cell.startswith("sí") for cell in may] == [one in held for one in asked], name
        assert ("bitácora" in may[-1]) == (cap.AUDIT in held), name
        assert level == (("ordinario", "reservado", "confidencial")[reads] if cap.READ in held else "no lee"), name

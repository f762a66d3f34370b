"""The English catalogue: every Spanish string of the code and templates has its translation."""

import re
from io import BytesIO
from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.extract import extract_from_dir
from babel.messages.frontend import parse_mapping_cfg
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po

import ventanilla

PACKAGE = Path(ventanilla.__file__).parent
ROOT = PACKAGE.parent.parent
PO = PACKAGE / "web" / "ui" / "locale" / "en" / "LC_MESSAGES" / "django.po"
KEYWORDS = {
    "_": None,
    "gettext": None,
    "gettext_lazy": None,
    "_lazy": None,
    "ngettext": (1, 2),
    "ngettext_lazy": (1, 2),
    "pgettext": ((1, "c"), 2),
}
HOLE = re.compile(r"%\(\w+\)|\{\w+\}")


def catalogue() -> Catalog:
    """The catalogue as it is in the repository."""
    with PO.open("rb") as file:
        return read_po(file, locale="en")


def extracted() -> set[object]:
    """Every message of the source, by the rules of babel.cfg."""
    with (ROOT / "babel.cfg").open() as file:
        methods, options = parse_mapping_cfg(file)
    found = extract_from_dir(str(PACKAGE.parent), methods, options, KEYWORDS)
    return {message for _file, _line, message, _comments, _context in found}


def test_english_is_complete():
    """Add what is missing with the line in docs/modules/ui.md."""
    done = {m.id for m in catalogue() if m.id and all([m.string] if isinstance(m.string, str) else m.string)}
    missing = sorted(map(str, extracted() - done))
    assert not missing, f"{len(missing)} strings without English, such as {missing[:10]}"


def test_placeholders_survive_translation():
    for message in catalogue():
        one = [message.id] if isinstance(message.id, str) else message.id
        other = [message.string] if isinstance(message.string, str) else message.string
        for source, target in zip(one, other, strict=True) if message.id else ():
            assert sorted(HOLE.findall(source)) == sorted(HOLE.findall(target)), source


def test_catalogue_compiles():
    assert write_mo(out := BytesIO(), catalogue()) is None and len(out.getvalue()) > 1000

"""The English catalogue: every Spanish string of the code and templates has its translation."""

import re
from collections.abc import Iterator
from io import BytesIO
from pathlib import Path
from typing import Any

from babel.messages.catalog import Catalog
from babel.messages.extract import extract_from_dir
from babel.messages.frontend import parse_mapping_cfg
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from django.apps import apps
from django.utils.functional import Promise

import ventanilla
from ventanilla.core.cases.flows import INFO_FLOW, TURN_FLOW
from ventanilla.core.cases.kinds import kinds
from ventanilla.core.orgs import capabilities
from ventanilla.web.screens.screen import screens

PACKAGE = Path(ventanilla.__file__).parent
ROOT = PACKAGE.parent.parent
PO = PACKAGE / "web" / "ui" / "locale" / "en" / "LC_MESSAGES" / "django.po"
KEYWORDS = {
    "_": None,
    "gettext": None,
    "gettext_lazy": None,
    "_lazy": None,
    "lazy": None,
    "now": None,
    "noop": None,
    "gettext_noop": None,
    "N_": None,
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
    done |= {m[0] for m in done if not isinstance(m, str)}  # alone, it is looked up as the singular of its pair
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


def labels() -> Iterator[tuple[str, Any]]:
    """Whatever people read of models, flows, kinds, capabilities and lists."""
    for model in apps.get_models():
        if model.__module__.startswith("ventanilla"):
            for field in model._meta.get_fields():
                for value, label in getattr(field, "flatchoices", None) or ():
                    yield f"{model.__name__}.{field.name}.{value}", label
    flows = {flow.slug: flow for flow in (*(k.flow for k in kinds()), TURN_FLOW, INFO_FLOW)}
    for slug, flow in flows.items():
        yield from ((f"{slug}.{state}", label) for state, label in flow.labels.items())
        yield from ((f"{slug}.{step.name}", step.label) for step in flow.steps if step.label)
    for kind in kinds():
        yield from ((kind.slug, kind.label), (kind.slug, kind.plural))
    yield from capabilities.LABELS.items()
    for screen in screens():
        yield from ((screen.slug, screen.title), (screen.slug, screen.empty))
        yield from ((f"{screen.slug}.{c.name}", c.title) for c in screen.columns)
        yield from ((f"{screen.slug}.{a.slug}", a.label) for a in screen.actions)
        filters = getattr(screen.filters, "base_filters", {})
        yield from ((f"{screen.slug}?{name}", one.label) for name, one in filters.items())


def test_labels_are_translated() -> None:
    """Each is lazy, or a text that is marked in the source and translated where it is shown."""
    bare = {where: str(label) for where, label in labels() if not isinstance(label, Promise) and re.search("[a-z]{3}", str(label))}
    marked = extracted() if bare else set()
    assert {where: label for where, label in bare.items() if label not in marked} == {}

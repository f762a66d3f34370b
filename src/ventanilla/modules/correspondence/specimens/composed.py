"""Letters of parts drawn at random, to measure whether the reader is general: no two share a layout.

`composed(seed)` is a `Layout` whose head, references, addressee, subject, closing and foot are chosen apart from each other.
Pools are divided: every fourth word of one (`held`) is kept for letters that the reader's authors do not look at.
"""

import json
from collections.abc import Sequence
from dataclasses import replace
from random import Random
from typing import Any

from ventanilla.modules.correspondence.specimens import archive
from ventanilla.modules.correspondence.specimens.composed_words import BODIES, POOLS
from ventanilla.modules.correspondence.specimens.data import LetterData
from ventanilla.modules.correspondence.specimens.layouts import Layout, template
from ventanilla.modules.correspondence.specimens.people import TOWNS
from ventanilla.modules.correspondence.specimens.varied import varied

#: Kinds of archive paper whose words fit any layout; the date of `alpie` stands in cells and the number of `partido` is torn by hand.
_KINDS = tuple(kind for kind in archive.KINDS if kind not in ("alpie", "partido", "peticion"))
_PLAIN = ("annexes", "sender_unit")


def pool(words: Sequence[Any], *, held: bool) -> Sequence[Any]:
    """The words to draw from: all of them for letters that are kept for the measure, else without every fourth."""
    return words if held else [word for i, word in enumerate(words) if i % 4 != 3 or len(words) < 4]


def matter(base: LetterData, rng: Random, held: bool) -> LetterData:
    """A state letter's matter, written by any body: of `varied`, of `archive`, of the bodies of this module, or by a citizen."""
    choice = rng.random()
    if choice < 0.08:
        return archive.letter("peticion", base, rng)
    if choice < 0.45:
        return archive.letter(rng.choice(_KINDS), base, rng)
    letter = varied(base, rng)
    if choice < 0.75:
        return letter
    order, above, sender, unit, acronym = rng.choice(pool(BODIES, held=held))
    town = rng.choice(TOWNS)
    head = [line.format(t=town) for line in (*above, sender, unit) if line]
    number = rng.choice(pool(POOLS["number"], held=held)).format(a=acronym, n=rng.randint(1, 3900), y=base.day.year, k=rng.randint(1, 12))
    return replace(letter, order=order, sender=sender.format(t=town), unit=unit, letterhead=tuple(head), number=number)


def composed(seed: int, *, held: bool = False) -> Layout:
    """A layout of its own for each seed; `held` draws from all words."""
    rng = Random(f"layout {seed}")
    parts = _parts(rng, held)
    source = f"#let c = json(bytes({_literal(parts)}))\n{template('composed')}"
    hides = (*_PLAIN, *(("subject",) if parts["subject"] == "none" else ()))
    labels = tuple(pool(POOLS["number_label"], held=held))
    return Layout(f"composed-{seed}", "composed-held" if held else "composed", source, (rng.choice(labels),), hides)


def _literal(parts: dict[str, Any]) -> str:
    """JSON as a typst string."""
    return json.dumps(json.dumps(parts, ensure_ascii=True))


def _parts(rng: Random, held: bool) -> dict[str, Any]:
    """Every choice of the template `composed`."""
    words = {name: rng.choice(pool(options, held=held)) for name, options in POOLS.items() if name not in ("number", "number_label")}
    return {**words, **_page(rng), **_placed(rng), **_signed(rng)}


def _page(rng: Random) -> dict[str, Any]:
    """Paper and letterhead."""
    return {
        "font": rng.choice(("serif", "sans", "sans", "narrow", "dejavu", "mono" if rng.random() < 0.3 else "serif")),
        "size": rng.choice((9.5, 10, 10.5, 11, 11, 12)), "left": rng.choice((1.8, 2.2, 2.5, 3, 4)), "right": rng.choice((1.8, 2, 2.5, 3)),
        "head": rng.choice(("stack", "stack", "stack", "logo", "far", "split", "band", "ruled", "inline")),
        "side": rng.choice(("left", "center", "center", "right")), "big": rng.choice((0, 1, 1, 2)), "shout": rng.random() < 0.4,
        "loud": rng.random() < 0.5, "paint": rng.choice(("#8a6d2f", "#5a1a2b", "#1f4e3d", "#333333")), "round": rng.random() < 0.5,
        "logo": rng.choice(("EUM", "GEM", "LOGO", "2025")), "legend": rng.choice(("top", "under", "none")),
        "legend_side": rng.choice(("left", "center", "right")), "gap": rng.choice((4, 8, 12, 18)), "swap": rng.random() < 0.06,
        "indent": rng.choice((0, 0, 1.5, 2.5)), "address": rng.choice(("none", "left", "center", "right")), "foot_name": rng.random() < 0.4,
        "initials": rng.random() < 0.6,
    }


def _placed(rng: Random) -> dict[str, Any]:
    """Where number, date and subject stand, and how they are written."""
    date = rng.choice(("refs", "refs", "refs", "head", "head", "end", "after"))
    subject = rng.choice(("refs", "refs", "refs", "apart", "apart", "heading", "sentence", "none"))
    refs = ["number", *(["date"] if date == "refs" else []), *(["subject"] if subject == "refs" else []),
            *(["record"] if rng.random() < 0.4 else []), *(["body", "unit"] if rng.random() < 0.12 else [])]
    rng.shuffle(refs)
    return {
        "date": date, "subject": subject, "refs": refs, "shape": rng.choice(("lines", "lines", "block", "row", "over", "table", "wide")),
        "refs_side": rng.choice(("left", "right", "right", "center")), "wide": rng.choice((7, 8, 9.5)), "rules": rng.random() < 0.5,
        "date_side": rng.choice(("left", "right", "right", "center")), "subject_side": rng.choice(("left", "right", "right")),
        "fat_label": rng.random() < 0.6, "fat_value": rng.random() < 0.25, "fat_to": rng.random() < 0.6, "post_first": rng.random() < 0.1,
        "subject_first": rng.random() < 0.5, "to": rng.choice(("left", "left", "left", "left", "right", "shifted", "memo", "all")),
        "attention": rng.random() < 0.4,
    }


def _signed(rng: Random) -> dict[str, Any]:
    """The closing block."""
    return {
        "close_side": rng.choice(("left", "center", "center", "right",
        "split")), "fat_close": rng.random() < 0.6,
        "fat_name": rng.random() < 0.5,
        "shout_name": rng.random() < 0.5, "post": rng.choice(("below", "below", "below", "below", "above", "comma", "none")),
        "rule": rng.random() < 0.25, "house": rng.random() < 0.15, "room": rng.choice((1, 1.5, 2)), "stroke": rng.choice((4, 5.5, 6.5)),
        "second": rng.choice(("", "", "", "", "", "checked", "both")), "motto": rng.random() < 0.6, "unsigned": rng.random() < 0.4,
    }

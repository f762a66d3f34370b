"""Words of a page as lines of cells: by the rules drawn around them, else by the gaps between them.

A cell of a ruled table is the box of the nearest rules around a word; cells with the same top are a row. Lengths are points from the
top left corner. Inside a cell a line that ends early, although the next word had room, ends with a break (U+000B).
"""
import ctypes
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from statistics import median
from typing import Any, Final

import pypdfium2.raw as raw

from ventanilla.core.documents.text import PageText, Word

BREAK: Final = "\v"
THIN, NEAR = 2.0, 2.5
MAX_RULES: Final = 20_000
_AHEAD: Final = 4
Cell = tuple[int, int, int, int]


@dataclass
class Rules:
    """Vertical rules as (x, top, bottom) and horizontal ones as (y, left, right)."""

    upright: list[tuple[float, float, float]] = field(default_factory=list)
    level: list[tuple[float, float, float]] = field(default_factory=list)

    def around(self, x: float, y: float) -> Cell | None:
        """Left, top, right and bottom of the smallest box around a point, in whole points; None outside every table."""
        left = max((r[0] for r in self.upright if r[0] <= x and r[1] - 1 <= y <= r[2] + 1), default=None)
        right = min((r[0] for r in self.upright if r[0] > x and r[1] - 1 <= y <= r[2] + 1), default=None)
        top = max((r[0] for r in self.level if r[0] <= y and r[1] - 1 <= x <= r[2] + 1), default=0.0)
        bottom = min((r[0] for r in self.level if r[0] > y and r[1] - 1 <= x <= r[2] + 1), default=10_000.0)
        return None if left is None or right is None else (round(left), round(top), round(right), round(bottom))

    def sides(self, y: float) -> list[int]:
        """Where upright rules stand at a height, from left to right, each once."""
        found: list[int] = []
        for x in sorted(round(r[0]) for r in self.upright if r[1] - 1 <= y <= r[2] + 1):
            if not found or x - found[-1] > NEAR:
                found.append(x)
        return found


def lines_of(sheet: Any) -> Iterator[str]:
    """The lines of a PDF page with a text layer."""
    rules = rules_of(sheet.page, sheet.height)
    page = PageText(1, sheet.width, sheet.height, sheet.words)
    if len(rules.upright) < _AHEAD:
        yield from spaced_lines(page)
        return
    yield from _ruled(page, rules)


def has_letters(page: Any) -> bool:
    """Whether a page has a text layer at all, readable or not."""
    text = page.get_textpage()
    letters = text.count_chars()
    text.close()
    return bool(letters > _AHEAD)


def rules_of(page: Any, height: float) -> Rules:
    """The rules drawn on a page: thin shapes, and the sides of boxes."""
    found = Rules()
    for number, item in enumerate(page.get_objects(filter=[raw.FPDF_PAGEOBJ_PATH], max_depth=4)):
        if number > MAX_RULES:
            break
        left, bottom, right, top = item.get_bounds()
        top, bottom = height - top, height - bottom
        wide, tall = right - left > THIN, bottom - top > THIN
        if tall and (not wide or _drawn(item)):
            found.upright += [(x, top, bottom) for x in ({left, right} if wide else {(left + right) / 2})]
        if wide and (not tall or _drawn(item)):
            found.level += [(y, left, right) for y in ({top, bottom} if tall else {(top + bottom) / 2})]
    return found


def _drawn(item: Any) -> bool:
    """Whether the outline of a box is drawn; a filled one without outline is a background."""
    fill, stroke = ctypes.c_int(), ctypes.c_int()
    return bool(raw.FPDFPath_GetDrawMode(item.raw, fill, stroke) and stroke.value)


def _ruled(page: PageText, rules: Rules) -> Iterator[str]:
    boxes: dict[Cell, list[Word]] = {}
    free: list[Word] = []
    for word in page.words:
        x, y = (word.x0 + word.x1) / 2 * page.width, (word.y0 + word.y1) / 2 * page.height
        box = rules.around(x, y)
        (boxes.setdefault(box, []) if box else free).append(word)
    rows: list[tuple[float, str]] = [(line[0].y0 * page.height, " ".join(_escaped(w.text) for w in line)) for line in _by_height(free)]
    for top in sorted({box[1] for box in boxes}):
        row = sorted(box for box in boxes if box[1] == top)
        if row:
            rows.append((top, _row(row, boxes, page, rules)))
    yield from (text for _top, text in sorted(rows, key=lambda one: one[0]))


def _row(row: Sequence[Cell], boxes: dict[Cell, list[Word]], page: PageText, rules: Rules) -> str:
    """The cells of a row, also the empty ones between its rules."""
    sides = rules.sides(min(w.y0 + w.y1 for w in boxes[row[0]]) / 2 * page.height)
    cells = {side: "" for side in sides[:-1]}
    for box in row:
        side = next((one for one in cells if abs(one - box[0]) <= NEAR), box[0])
        cells[side] = _cell(boxes[box], box[2] / page.width)
    return "\t".join(text for _side, text in sorted(cells.items()))


def _cell(words: Sequence[Word], right: float) -> str:
    """The text of a cell; `right` is its right side as a share of the page."""
    text, lines = "", _by_height(words)
    for line, following in zip(lines, [*lines[1:], []], strict=True):
        text += " ".join(_escaped(word.text) for word in line)
        if following:
            room = right - line[-1].x1 - 0.012
            unbroken = "://" in line[-1].text or "@" in line[-1].text  # an address is cut anywhere
            text += BREAK if following[0].x1 - following[0].x0 + 0.006 < room else "" if unbroken else " "
    return text


def _by_height(words: Iterable[Word]) -> list[list[Word]]:
    """Words in lines, from top to bottom, each from left to right."""
    lines: list[list[Word]] = []
    for word in sorted(words, key=lambda w: (w.y0 + w.y1, w.x0)):
        middle = (word.y0 + word.y1) / 2
        if lines and lines[-1][0].y0 <= middle <= lines[-1][0].y1:
            lines[-1].append(word)
        else:
            lines.append([word])
    return [sorted(line, key=lambda w: w.x0) for line in lines]


def spaced_lines(page: PageText) -> Iterator[str]:
    """Lines of a page without rules: a gap wider than one and a half letters' height parts two cells."""
    lines = _by_height(page.words)
    tall = median([(w.y1 - w.y0) * page.height for w in page.words]) if page.words else 10.0
    left = min((w.x0 for w in page.words), default=0.0)
    for line in lines:
        parts = ["\t"] if (line[0].x0 - left) * page.width > 5 * tall else []
        for word, before in zip(line, [None, *line[:-1]], strict=True):
            gap = (word.x0 - before.x1) * page.width if before else 0.0
            parts.append(("\t" if gap > 1.5 * tall else " " if before else "") + _escaped(word.text))
        yield "".join(parts)


def unruled(words: Iterable[Word]) -> tuple[Word, ...]:
    """Recognised words without the rules that were read as brackets and bars."""
    cleaned = (replace(word, text=word.text.lstrip("|[{").rstrip("|]}")) for word in words)
    return tuple(word for word in cleaned if word.text)


def _escaped(text: str) -> str:
    return text.replace("&", "&amp;").replace("<", "&lt;")

"""The impact as a picture: what failed on the left, each wave of what falls in a column to its right, drawn as SVG by the server.

At most SHOWN items stand in a column, the most critical first; the rest is one box that leads to the table. Every item is
a link; an edge is drawn for the reason of each item, so the picture is a forest and says why. A small script adds zoom,
dragging and the marking of one reason; without it the picture is complete.
"""
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop as noop
from django.utils.translation import ngettext
from markupsafe import Markup, escape

from ventanilla.modules.servicedesk.services.cmdb.impacts import Hurt, ImpactReport, Link, Node

SHOWN: Final = 12
WIDE, HIGH, GAP_X, GAP_Y, PAD = 236, 52, 68, 14, 12
LETTERS: Final = 24
WORDS: Final = {"root": noop("Falla"), "asked": noop("Se pregunta por él"),
                "down": noop("Deja de funcionar"), "degraded": noop("Sin respaldo"),
                "needed": noop("Se necesita"), "single": noop("Punto único")}
SHAPES: Final = {  # a square, a triangle, a cross, a ring, a diamond: never colour alone
    "root": "M-5-5 5 5M5-5-5 5", "down": "M-5-5H5V5H-5Z", "degraded": "M0-6 6 5H-6Z", "needed": "M-5 0A5 5 0 1 0 5 0A5 5 0 1 0-5 0",
    "asked": "M-5 0H5M0-5V5",
    "single": "M0-6 6 0 0 6-6 0Z"}


@dataclass(frozen=True)
class Box:
    """A place in the picture: an item, or the rest of its column (`more`)."""

    x: int
    y: int
    level: str
    node: Node | None = None
    more: int = 0


def words_of(level: str) -> str:
    """What a level means."""
    return _(WORDS[level])


def level_of(hurt: Hurt) -> str:
    """The level that is shown: a needed item that suffices alone is a single point."""
    return "single" if hurt.single else hurt.level


def draw(report: ImpactReport) -> Markup:
    """The picture; empty when nothing is hurt."""
    if not report.hurt:
        return Markup("")
    columns = _columns(report)
    boxes = [box for n, column in enumerate(columns) for box in _placed(n, column)]
    places = {b.node.id: b for b in boxes if b.node}
    edges = [_edge(places, link, report.direction) for link in report.links()]
    width = len(columns) * (WIDE + GAP_X) - GAP_X + 2 * PAD
    height = max(b.y for b in boxes) + HIGH + PAD
    label = escape(_("Impacto dibujado de izquierda a derecha; la tabla de abajo dice lo mismo"))
    return Markup('<svg class="impact-svg" viewBox="0 0 {w} {h}" width="{w}" height="{h}" role="group" aria-label="{label}">'
                  '{edges}{boxes}</svg>').format(
        w=width, h=height, label=label, edges=Markup("").join(edges), boxes=Markup("").join(map(_box, boxes)))


def _columns(report: ImpactReport) -> list[tuple[list[tuple[Node, str]], int]]:
    """Columns with what is shown of each and how many are not: roots, then waves, those of the same reason together."""
    waves: dict[int, list[Hurt]] = defaultdict(list)
    for hurt in report.hurt:
        waves[hurt.wave].append(hurt)
    first = "root" if report.direction == "up" else "asked"
    found = [([(n, first) for n in report.roots[:SHOWN]], max(0, len(report.roots) - SHOWN))]
    order: Mapping[int, int] = {n.id: i for i, n in enumerate(report.roots)}
    why = {h.node.id: link for h, link in zip(report.hurt, report.links(), strict=True)}
    for wave in sorted(waves):
        rows = waves[wave]
        kept = sorted(rows[:SHOWN], key=lambda h: (order.get(_from(why[h.node.id], report), 999), -h.node.criticality, h.node.name))
        order = {h.node.id: i for i, h in enumerate(kept)}
        found.append(([(h.node, level_of(h)) for h in kept], len(rows) - len(kept)))
    return found


def _from(link: Link, report: ImpactReport) -> int:
    return link.supplier.id if report.direction == "up" else link.dependent.id


def _placed(number: int, column: tuple[Sequence[tuple[Node, str]], int]) -> list[Box]:
    shown, more = column
    x = PAD + number * (WIDE + GAP_X)
    boxes = [Box(x, PAD + n * (HIGH + GAP_Y), level, node) for n, (node, level) in enumerate(shown)]
    return boxes + ([Box(x, PAD + len(shown) * (HIGH + GAP_Y), "more", more=more)] if more else [])


def _edge(places: Mapping[int, Box], link: Link, direction: str) -> Markup:
    """From the supplier to who depends on it (or back); nothing when an end is not shown."""
    ends = (link.supplier, link.dependent) if direction == "up" else (link.dependent, link.supplier)
    start, end = places.get(ends[0].id), places.get(ends[1].id)
    if start is None or end is None:
        return Markup("")
    x1, y1, x2, y2 = start.x + WIDE, start.y + HIGH // 2, end.x, end.y + HIGH // 2
    bend = max(24, (x2 - x1) // 2)
    said = escape(f"{link.dependent.name} {link.reads} {link.supplier.name}")
    return Markup('<path class="edge edge-{level}" data-from="{a}" data-to="{b}" d="M{x1} {y1}C{c1} {y1} {c2} {y2} {x2} {y2}">'
                  '<title>{said}</title></path>').format(
        level=end.level, a=ends[0].id, b=ends[1].id, x1=x1, y1=y1, c1=x1 + bend, c2=x2 - bend, x2=x2, y2=y2, said=said)


def _box(box: Box) -> Markup:
    if box.node is None:
        text = ngettext("y %(n)s más, en la tabla", "y %(n)s más, en la tabla", box.more) % {"n": f"{box.more:,}"}
        return Markup('<a href="#tabla" class="node node-more"><rect x="{x}" y="{y}" width="{w}" height="{h}" rx="6"/>'
                      '<text x="{tx}" y="{ty}">{text}</text></a>').format(
            x=box.x, y=box.y, w=WIDE, h=HIGH, tx=box.x + 14, ty=box.y + 31, text=text)
    node, words = box.node, words_of(box.level)
    return Markup(
        '<a href="{url}" class="node node-{level}" data-node="{id}" aria-label="{label}"><title>{full}</title>'
        '<rect x="{x}" y="{y}" width="{w}" height="{h}" rx="6"/><path class="shape" transform="translate({sx} {sy})" d="{shape}"/>'
        '<text class="name" x="{tx}" y="{ty}">{name}</text><text class="kind" x="{tx}" y="{ky}">{kind}</text></a>').format(
        url=reverse("ci", args=[node.id]), level=box.level, id=node.id, label=f"{node.name}: {words}. {node.type}",
        full=f"{node.name} · {node.type} · {words}", x=box.x, y=box.y, w=WIDE, h=HIGH, sx=box.x + 18, sy=box.y + HIGH // 2,
        shape=SHAPES[box.level], tx=box.x + 34, ty=box.y + 22, ky=box.y + 41, name=short(node.name),
        kind=short(f"{words} · {node.type}", 30))


def short(text: str, most: int = LETTERS) -> str:
    """The text, cut with an ellipsis where it does not fit."""
    return text if len(text) <= most else f"{text[:most - 1].rstrip()}…"

"""Charts show the right sizes, say their values and carry no style of their own."""

import re
import xml.etree.ElementTree as ET

import pytest

from ventanilla.web.ui.charts import (
    CHARTS,
    Series,
    bar_chart,
    donut_chart,
    gauge,
    line_chart,
    radar_chart,
    shape_map,
    sparkline,
    stacked_chart,
    tile_map,
)
from ventanilla.web.ui.charts.maps import shade, thresholds
from ventanilla.web.ui.charts.parts import scale

NS = "{http://www.w3.org/2000/svg}"
MONTHS = ["ago", "sep", "oct"]
TWO = [Series("Recibidos", [10, 20, 40]), Series("Atendidos", [5, None, 30], "s-green")]


def svg(markup):
    text = str(markup)
    return ET.fromstring(
        text[text.index("<svg") : text.index("</svg>") + 6].replace("<svg ", f'<svg xmlns="{NS[1:-1]}" ', 1)
    )


EXAMPLES = {
    "bar": bar_chart("Recibidos por mes", MONTHS, TWO),
    "lying": bar_chart("Por unidad", MONTHS, [3, 2, 1], lying=True),
    "stacked": stacked_chart("Por estado", MONTHS, TWO),
    "stacked_lying": stacked_chart("Por equipo", MONTHS, TWO, lying=True),
    "line": line_chart("Por mes", MONTHS, TWO, target=25),
    "spark": sparkline("Última semana", [1, 3, 2]),
    "donut": donut_chart("Por tipo", [("Oficio", 3), ("Circular", 1)]),
    "gauge": gauge("Atendido en plazo", 87),
    "radar": radar_chart("Dimensiones", ["a", "b", "c"], [Series("2026", [50, 100, 20])]),
    "tiles": tile_map("Por municipio", [("TOL", 0, 0), ("MET", 1, 0)], {"TOL": 4, "MET": None}),
    "shapes": shape_map("Por municipio", {"TOL": "M0 0h10v10z"}, {"TOL": 4}),
}


@pytest.mark.parametrize("name", EXAMPLES)
def test_accessible_and_plain(name):
    text = str(EXAMPLES[name])
    root = svg(EXAMPLES[name])
    assert root.get("role") == "img"
    named = [root.find(f".//{NS}*[@id='{i}']").text for i in root.get("aria-labelledby").split()]
    assert all(named) and len(named) == 2
    assert (
        "style=" not in text and "<style" not in text and not re.search(r'fill="#|stroke="#|\son\w+=', text)
    )
    for shape in root.iter():
        if "mark" in (shape.get("class") or "").split():
            assert shape.find(f"{NS}title").text


def test_every_chart_is_a_template_global():
    assert set(CHARTS) == {
        "bar_chart",
        "stacked_chart",
        "line_chart",
        "sparkline",
        "donut_chart",
        "gauge",
        "radar_chart",
        "tile_map",
        "shape_map",
    }


def test_bars_are_proportional_and_say_their_values():
    bars = [r for r in svg(bar_chart("t", MONTHS, [10, 20, 40])).iter(f"{NS}rect")]
    heights = [float(b.get("height")) for b in bars]
    assert heights[1] == pytest.approx(2 * heights[0], abs=0.1) and heights[2] == pytest.approx(
        4 * heights[0], abs=0.1
    )
    assert [b.find(f"{NS}title").text for b in bars] == ["ago: 10", "sep: 20", "oct: 40"]


def test_a_gap_is_no_bar_and_a_break_in_the_line():
    assert len(list(svg(bar_chart("t", MONTHS, [1, None, 2])).iter(f"{NS}rect"))) == 2
    path = next(
        p for p in svg(line_chart("t", ["a", "b", "c", "d", "e"], [1, 2, None, 3, 4])).iter(f"{NS}path")
    )
    assert path.get("d").count("M") == 2
    assert "sin dato" in str(bar_chart("t", MONTHS, [1, None, 2]))


def test_stack_adds_up():
    bars = [r for r in svg(stacked_chart("t", ["x"], [Series("a", [1]), Series("b", [3])])).iter(f"{NS}rect")]
    low, high = bars
    assert float(high.get("y")) + float(high.get("height")) == pytest.approx(float(low.get("y")), abs=0.1)
    assert float(high.get("height")) == pytest.approx(3 * float(low.get("height")), abs=0.1)


@pytest.mark.parametrize(
    "draw",
    [
        lambda: stacked_chart("t", ["x"], [Series("a", [-1])]),
        lambda: donut_chart("t", [("a", -1)]),
        lambda: radar_chart("t", ["a"], [Series("s", [1])]),
    ],
)
def test_impossible_data_is_refused(draw):
    with pytest.raises(ValueError):
        draw()


def test_one_part_is_the_whole_ring_and_none_an_empty_one():
    assert "100%" in str(donut_chart("t", [("a", 5)]))
    assert "s-track" in str(donut_chart("t", [("a", 0)]))
    assert "—" in str(sparkline("t", [None]))
    assert "<svg" in str(bar_chart("t", [], []))


@pytest.mark.parametrize(
    ("values", "top", "step"),
    [([0, 7], 8, 2), ([0], 1, 1), ([3], 3, 1), ([99_999], 100_000, 50_000), ([0.37], 0.4, 0.1)],
)
def test_scales_end_at_round_numbers(values, top, step):
    made = scale(values, 100, 0)
    assert (made.top, made.step) == (pytest.approx(top), pytest.approx(step))
    assert made.at(made.top) == pytest.approx(0) and made.at(0) == pytest.approx(100)


def test_negative_values_go_below_zero():
    made = scale([-5, 10], 100, 0)
    assert made.bottom <= -5 and made.at(-5) > made.at(0)


def test_shades_have_equal_shares():
    limits = thresholds(list(range(1, 101)))
    assert limits == [20, 40, 60, 80, 100]
    assert [shade(v, limits) for v in (1, 20, 21, 100, None)] == ["q1", "q1", "q2", "q5", "q0"]
    assert shade(3, thresholds([3, 3])) == "q5"


def test_labels_are_escaped_and_links_group():
    drawn = str(bar_chart("<b>", ["<i>"], [1], urls=["/x?a=1&b=2"]))
    assert "<b>" not in drawn and "<i>" not in drawn and "a=1&amp;b=2" in drawn
    assert svg(drawn).get("role") == "group"


def test_lying_parts_follow_one_another_and_every_name_is_shown() -> None:
    names = ["Mesa de ayuda", "Sitios web", "Redes e infraestructura"]
    drawn = svg(stacked_chart("t", names, [Series("En plazo", [3, 0, 1]), Series("Tarde", [1, 2, None])], lying=True))
    first, second = [r for r in drawn.iter(f"{NS}rect")][:2]
    assert float(second.get("x", 0)) == pytest.approx(float(first.get("x", 0)) + float(first.get("width", 0)))
    assert float(first.get("width", 0)) == pytest.approx(3 * float(second.get("width", 0)))
    said = "".join(t.text or "" for t in drawn.iter(f"{NS}text"))
    assert all(name in said for name in names) and "4" in said


def test_points_of_a_line_lead_to_their_rows_and_none_lies_under_the_room_of_another():
    first = Series("A", [10, 40, 0], urls=["/a1", "/a2", ""])
    drawn = str(line_chart("Dos", ["ene", "feb", "mar"], [first, Series("B", [12, 90, 5], urls=["/b1", "/b2", "/b3"])], width=960))
    links = re.findall(r'<a href="([^"]+)" aria-label="[^"]+"><circle cx="([\d.]+)" cy="([\d.]+)" r="([\d.]+)"', drawn)
    assert [url for url, *_at in links] == ["/a1", "/a2", "/b1", "/b2", "/b3"] and 'role="group"' in drawn and "chart-scroll" in drawn
    at = [(float(x), float(y), float(r)) for _url, x, y, r in links]
    for n, (x, y, r) in enumerate(at):
        assert r >= 3.5 and all(abs(y - other) + 0.02 >= r + room for ox, other, room in at[n + 1:] if ox == x and min(r, room) > 3.5)
    assert 'role="img"' in str(line_chart("Uno", ["ene"], [Series("A", [1])]))

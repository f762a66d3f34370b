"""Charts drawn by the server as SVG: pure functions, data in, Markup out.

Colours are CSS classes (both themes), so that charts work under the content policy, in print and without a
script. Every chart has role=img, a Spanish title and description, and a title on each mark; the page adds the
table twin (`macros/chart.html`). Start reading at `parts.py`.
"""

from ventanilla.web.ui.charts.bars import bar_chart, stacked_chart
from ventanilla.web.ui.charts.lines import line_chart, sparkline
from ventanilla.web.ui.charts.maps import shape_map, tile_map
from ventanilla.web.ui.charts.parts import Series
from ventanilla.web.ui.charts.round import donut_chart, gauge, radar_chart

CHARTS = {
    "bar_chart": bar_chart,
    "stacked_chart": stacked_chart,
    "line_chart": line_chart,
    "sparkline": sparkline,
    "donut_chart": donut_chart,
    "gauge": gauge,
    "radar_chart": radar_chart,
    "tile_map": tile_map,
    "shape_map": shape_map,
}
__all__ = [
    "CHARTS",
    "Series",
    "bar_chart",
    "donut_chart",
    "gauge",
    "line_chart",
    "radar_chart",
    "shape_map",
    "sparkline",
    "stacked_chart",
    "tile_map",
]

"""Cells of lists: each kind, what is missing, and nothing unescaped."""
from datetime import UTC, date, datetime
from typing import Any

import pytest
from markupsafe import Markup, escape

from ventanilla.lib.worktime import Light
from ventanilla.web.screens.cells import Drawing, cell
from ventanilla.web.screens.columns import Column, LightCell

EVIL = '<b>"a" & {} \'c\'</b>'


class Row:
    """Anything with attributes."""

    def __init__(self, **values: Any) -> None:
        self.__dict__.update(values)


@pytest.mark.parametrize(("kind", "value", "shown"), [
    ("text", EVIL, "&lt;b&gt;&#34;a&#34; &amp; {} &#39;c&#39;&lt;/b&gt;"),
    ("folio", "A/{}/1", '<span class="folio nowrap">A/{}/1</span>'),
    ("badge", "Turnado", '<span class="state">Turnado</span>'),
    ("int", 12345, "12,345"), ("money", 1234.5, "$1,234.50"), ("date", date(2020, 2, 3), "lun 3 feb 2020"),
    ("text", "", ""), ("money", None, ""),
])
def test_each_kind(kind, value, shown):
    assert str(cell(kind, value)) == shown


def test_a_light_has_its_shape_and_its_word():
    shown = cell("light", LightCell(Light.NONE, None))
    assert 'class="light light-none"' in shown and "<svg" in shown and shown.endswith("Sin plazo</span>")


def test_the_first_cell_leads_to_the_record_and_titles_are_escaped():
    columns = (Column("a", 'El "título"'), Column("n", "Hojas", "int"))
    drawn = "".join(Drawing(columns).rows([Row(a=EVIL, n=3)], ['/x/?a="1"']))
    assert drawn == ('<td data-label="El &#34;título&#34;"><a href="/x/?a=&#34;1&#34;" data-row-link>'
                     '&lt;b&gt;&#34;a&#34; &amp; {} &#39;c&#39;&lt;/b&gt;</a></td><td data-label="Hojas" class="num">3</td>')


def test_the_body_of_a_table_is_its_rows_one_behind_the_other():
    columns = (Column("a", "100 %"), Column("b", "Folio", "folio"))
    rows, hrefs = [Row(a="50 %s", b=None), Row(a="", b=EVIL)], ["", "/x/1/"]
    drawn = Drawing(columns)
    assert drawn.body(rows, hrefs) == "".join(f"<tr data-row>{cells}</tr>" for cells in drawn.rows(rows, hrefs))
    assert drawn.rows(rows, hrefs) == [
        '<td data-label="100 %">50 %s</td><td data-label="Folio"></td>',
        f'<td data-label="100 %"><a href="/x/1/" data-row-link></a></td><td data-label="Folio"><span class="folio nowrap">{escape(EVIL)}</span></td>']


def test_columns_of_several_kinds_of_values_are_drawn_cell_by_cell():
    values = ["<a>", None, 1234, Markup("<b>"), "", datetime(2031, 1, 2, tzinfo=UTC)]
    drawn = Drawing((Column("a", "A"),)).rows([Row(a=value) for value in values], [""] * len(values))
    assert drawn == [f'<td data-label="A">{cell("text", value)}</td>' for value in values]
    assert drawn[0].endswith("&lt;a&gt;</td>") and drawn[3].endswith("<b></td>")


def test_what_is_worked_out_from_equal_fields_is_worked_out_once_and_never_for_others():
    asked = []

    def word(row: Any) -> str:
        asked.append(row.state)
        return f"<{row.state}>"

    column = Column("state", "Estado", "badge", get=word, reads=("state", "unit__name"))
    north, south = Row(name="Norte"), Row(name="Sur")
    rows = [Row(state="a", unit=north), Row(state="b", unit=north), Row(state="a", unit=north), Row(state="a", unit=south),
            Row(state="c", unit=None), Row(state="c", unit=None), Row(state=["d"], unit=north)]
    drawn = Drawing((column,)).rows(rows, [""] * len(rows))
    assert drawn == [f'<td data-label="Estado"><span class="state">{escape(word(row))}</span></td>' for row in rows]
    assert asked[:6] == ["a", "b", "a", "c", "c", ["d"]]  # nothing there to read from, or nothing to compare: each by itself


def test_lights_that_run_are_told_apart_by_their_moment_and_others_by_nothing():
    early, late = (datetime(2031, 1, day, tzinfo=UTC) for day in (2, 20))
    lights = [LightCell(Light.GREEN, early), LightCell(Light.GREEN, late), LightCell(Light.DONE, early), LightCell(Light.DONE, late)]
    column = Column("light", "Semáforo", "light", get=lambda row: row.light, reads=("due_at",))
    drawn = Drawing((column,)).rows([Row(light=light) for light in lights], [""] * 4)
    assert [str(one) for one in drawn] == [f'<td data-label="Semáforo">{cell("light", light)}</td>' for light in lights]
    assert drawn[0] != drawn[1] and drawn[2] == drawn[3]


def test_rows_that_can_be_marked_begin_with_a_box_that_says_which():
    row = Row(pk=7, a=EVIL)
    (drawn,) = Drawing((Column("a", "Folio"),)).rows([row], [""], ticked=True)
    (bare,) = Drawing((Column("a", "Folio"),)).rows([row], [""])
    box = 'name="fila" value="7" aria-label="Marcar &lt;b&gt;&#34;a&#34; &amp; {} &#39;c&#39;&lt;/b&gt;"></td>'
    assert str(drawn).endswith(box + str(bare)) and "checkbox" not in bare

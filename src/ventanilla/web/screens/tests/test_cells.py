"""Cells of lists: each kind, what is missing, and nothing unescaped."""
from datetime import date
from typing import Any

import pytest

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

"""Dates, numbers, sizes and distances as people read them, in Spanish and in English."""

from datetime import UTC, date, datetime, timedelta

import pytest
import time_machine
from django.utils import translation
from markupsafe import Markup, escape

from ventanilla.web.ui import formats
from ventanilla.web.ui.signin import browser

MOMENT = datetime(2026, 11, 21, 20, 32, tzinfo=UTC)  # 14:32 in Mexico City


@pytest.fixture(autouse=True)
def frozen():
    with time_machine.travel(MOMENT, tick=False), translation.override("es-mx"):
        yield


def test_dates():
    assert formats.long_date(MOMENT) == "21 de noviembre de 2026"
    assert formats.short_date(MOMENT) == "sáb 21 nov, 14:32"
    assert formats.short_date(date(2025, 1, 6)) == "lun 6 ene 2025"
    assert formats.clock(MOMENT) == "14:32"
    assert formats.long_date(None) == formats.short_date(None) == formats.clock(None) == ""
    assert formats.long_date(datetime(2026, 1, 1, 3, tzinfo=UTC)) == "31 de diciembre de 2025"


def test_dates_in_english():
    with translation.override("en"):
        assert formats.long_date(MOMENT) == "November 21, 2026"
        assert formats.short_date(MOMENT) == "Sat 21 Nov, 14:32"


@pytest.mark.parametrize(
    ("value", "shown"),
    [
        (0, "0\u00a0bytes"),
        (1023, "1,023\u00a0bytes"),
        (1536, "1.5\u00a0KB"),
        (40 * 1024**3, "40.0\u00a0GB"),
        (150 * 1024**2, "150\u00a0MB"),
        (None, "—"),
    ],
)
def test_sizes(value, shown):
    assert formats.filesize(value) == shown


@pytest.mark.parametrize(
    ("distance", "words"),
    [
        (timedelta(seconds=5), "hace un momento"),
        (timedelta(minutes=1), "hace 1 minuto"),
        (timedelta(hours=3), "hace 3 horas"),
        (timedelta(days=2), "hace 2 días"),
        (-timedelta(hours=2), "en 2 horas"),
        (timedelta(days=30), "jue 22 oct, 14:32"),
    ],
)
def test_distances(distance, words):
    assert formats.ago(MOMENT - distance) == words


def test_relative_is_exact_on_hover():
    text = str(formats.relative(MOMENT - timedelta(hours=1)))
    assert "<time datetime=" in text and "13:32" in text and ">hace 1 hora<" in text


def test_distances_are_told_in_the_language_of_who_reads():
    earlier = MOMENT - timedelta(hours=3)
    spanish = formats.ago(earlier)
    with translation.override("en"):
        assert formats.ago(earlier) == "3 hours ago"
    assert formats.ago(earlier) == spanish == "hace 3 horas"


@pytest.mark.parametrize("texts", [[], [""], ["", ""], ["<a> & 'b'", "", '"c"', "ñ"], ["<a>", "\0", "b\0c&"], [Markup("<b>"), "x"], [Markup("<b>")]])
def test_texts_escaped_together_are_those_escaped_one_by_one(texts):
    assert formats.escaped(texts) == [str(escape(str.__str__(text))) for text in texts]


def test_numbers_and_unknown():
    assert formats.number(1234.5) == "1,234.5" and formats.number(None) == "—"
    assert formats.percent(0.874) == "87\u00a0%" and formats.percent(None) == "—"


def test_paragraphs_are_escaped():
    assert formats.paragraphs("a <b>\nc\n\nd") == "<p>a &lt;b&gt;<br>c</p><p>d</p>"


@pytest.mark.parametrize(
    ("agent", "words"),
    [
        (
            "Mozilla/5.0 (Windows NT 10.0) AppleWebKit/537.36 Chrome/130.0 Safari/537.36 Edg/130.0",
            "Edge en Windows",
        ),
        ("Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) Version/18.0 Safari/604.1", "Safari en iOS"),
        ("curl/8", "Navegador"),
    ],
)
def test_browsers(agent, words):
    assert browser(agent) == words

"""Addresses that are filled into a shape are those that Django finds; texts of templates are those of the catalogue."""
from uuid import UUID

import pytest
from django.urls import NoReverseMatch, reverse
from django.utils import translation
from markupsafe import Markup

from ventanilla.web.ui import words
from ventanilla.web.ui.addresses import SAMPLE, address

KEY = UUID("0b5f5c52-7a8e-4c25-9d1f-6a5b0f6f2a11")


@pytest.mark.parametrize(("name", "args"), [
    ("ui:profile", ()), ("ticket", (1,)), ("ticket", (0,)), ("ticket", (SAMPLE,)), ("ticket_action", (12, "resolve")),
    ("ticket_tick", (12, 12)), ("ticket_tick", (345, 6)), ("screen", ("tickets",)), ("screen_drop_view", ("tickets", 7)),
    ("file_download", (KEY,)), ("ticket", ("15",))])
def test_the_same_as_django_finds_the_first_time_and_later(name, args):
    assert address(name, *args) == address(name, *args) == reverse(name, args=args or None)


@pytest.mark.parametrize(("name", "args"), [("ticket", (-1,)), ("ticket", ("x",)), ("ticket", ()), ("nothing", ()), ("ticket", (None,))])
def test_what_has_no_address_is_told(name, args):
    with pytest.raises(NoReverseMatch):
        address(name, *args)


def test_texts_of_templates_are_markup_with_escaped_variables_in_each_language():
    for language, expected in (("es-mx", "Suple a &lt;b&gt;"), ("es-mx", "Suple a &lt;b&gt;")):
        with translation.override(language):
            assert words.shown("Suple a %(name)s", name="<b>") == Markup(expected) == words.in_language(language)("Suple a %(name)s", name="<b>")
    with translation.override("en"):
        assert words.shown("Cancelar") == Markup("Cancel")
    with translation.override("es-mx"):
        assert words.shown("Cancelar") == Markup("Cancelar")

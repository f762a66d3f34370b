"""Texts remembered by language, and selects written without a template: the same as the slow way."""

import re

from django import forms
from django.forms.renderers import TemplatesSetting
from django.utils import translation

from ventanilla.web.ui import words
from ventanilla.web.ui.controls import select
from ventanilla.web.ui.icons import icon


def test_each_language_keeps_its_own_words():
    for language in ("es-mx", "en", "es-mx", "en"):
        with translation.override(language):
            assert words.gettext("Mi bandeja") == translation.gettext("Mi bandeja")


def test_a_select_is_what_the_library_would_write():
    grouped = [("", "Todas"), (1, 'A & "b"'), ("Sur", [(2, "<c>"), (3, "D")])]
    widget = forms.Select(attrs={"class": "form-select", "disabled": True, "hidden": False, "title": 'x"y'}, choices=grouped)
    for value in ("", 1, "3", None):
        context = widget.get_context("unidad", value, {"id": "id_unidad"})
        theirs = TemplatesSetting().render("django/forms/widgets/select.html", context)
        assert _lean(str(select(context["widget"]))) == _lean(theirs)


def _lean(html: str) -> str:
    return re.sub(r">\s+<", "><", html.strip())


def test_an_icon_is_kept_by_name_label_and_size():
    assert icon("bell") == icon("bell") != icon("bell", "Avisos") != icon("bell", "Avisos", 16)

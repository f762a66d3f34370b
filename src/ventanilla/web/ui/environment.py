"""The Jinja2 environment of every page: translations, addresses, Spanish formats, icons, form controls."""

from collections.abc import Callable
from functools import lru_cache
from pathlib import Path
from typing import Any, Final

import django.forms
from django.forms.renderers import TemplatesSetting
from django.templatetags.static import static
from django.urls import reverse
from django.utils import translation
from jinja2 import ChoiceLoader, Environment, FileSystemLoader, pass_context, pass_environment
from jinja2.runtime import Context
from markupsafe import Markup

from ventanilla.core.cases.words import taken
from ventanilla.web.ui import addresses, controls, formats, icons, lights, signin, words
from ventanilla.web.ui.charts import CHARTS

DJANGO_WIDGETS: Final = Path(django.forms.__file__).parent / "jinja2"


class FormRenderer(TemplatesSetting):
    """Renders `{{ form }}` and `{{ field.as_field_group() }}` with our own templates."""

    form_template_name = "ui/forms/form.html"
    field_template_name = "ui/forms/field.html"

    def render(self, template_name: str, context: dict[str, Any], request: Any = None) -> str:
        """A list of choices may have hundreds: written directly, not by a template for each."""
        if template_name == controls.SELECT:
            return controls.select(context["widget"])
        return super().render(template_name, context, request)


def environment(**options: Any) -> Environment:
    """The environment Django's Jinja2 backend uses; `options` come from TEMPLATES in the settings."""
    loader = options.pop("loader", None)
    widgets = FileSystemLoader(DJANGO_WIDGETS)
    options["loader"] = ChoiceLoader([loader, widgets]) if loader else widgets
    extensions = [
        *options.pop("extensions", []),
        "jinja2.ext.i18n",
        "jinja2.ext.do",
        "jinja2.ext.loopcontrols",
    ]
    env = Environment(**{"trim_blocks": True, "lstrip_blocks": True, **options}, extensions=extensions)
    env.install_gettext_callables(  # type: ignore[attr-defined]
        words.gettext,
        translation.ngettext,
        newstyle=True,
        pgettext=translation.pgettext,
        npgettext=translation.npgettext,
    )
    env.globals.update(
        {
            "_": words.shown,
            "ngettext": counting(env.globals["ngettext"]),
            "url": url,
            "static": lru_cache(maxsize=512)(static),
            "fixed": fixed,
            "icon": icons.icon,
            "light_mark": lights.light,
            "now": formats.now,
            "oidc_providers": signin.oidc_providers,
            "sends_mail": signin.sends_mail,
            **CHARTS,
        }
    )
    env.filters.update({**formats.FILTERS, **controls.FILTERS, "browser": signin.browser, "taken": taken})
    return env


def url(name: str, *args: Any, **kwargs: Any) -> str:
    """Address of a view: `url("ui:profile")`, positional or named arguments, never both."""
    return reverse(name, kwargs=kwargs) if kwargs else addresses.address(name, *args)


def counting(plain: Any) -> Callable[..., str]:
    """Sentences with a number: `num` is written as every number of the pages ("2,558 respuestas")."""

    @pass_context
    def counted(context: Context, singular: str, plural: str, count: int, **said: Any) -> str:
        text: str = plain(context, singular, plural, count, **{"num": formats.number(count), **said})
        return text

    return counted


@pass_environment
def fixed(env: Environment, name: str, /, **said: Any) -> Markup:
    """A part of a page that says the same whenever it is given the same: drawn once in a language for what it is told.

    It may use globals and `said` only, which is the key under which it is kept, so that nothing old nor anybody else's can appear.
    What is told is told apart by equality: texts (none marked as safe, which equals one that is not), numbers, tuples of them.
    """
    draw = _drawn.__wrapped__ if env.auto_reload else _drawn
    return draw(env, name, translation.get_language(), addresses.place(), tuple(said.items()))


@lru_cache(maxsize=1024)
def _drawn(env: Environment, name: str, _language: str | None, _place: addresses.Place, said: tuple[tuple[str, Any], ...]) -> Markup:
    return Markup(env.get_template(name).render(dict(said)))

"""The filters of a list: whether any is asked for, how their controls are drawn, and what they say in words."""
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import urlencode

from django.db.models import Model, QuerySet
from django.forms import BoundField, ModelChoiceField
from django.http import HttpRequest
from django.utils.translation import gettext as _
from django_filters import FilterSet
from markupsafe import Markup

from ventanilla.core.orgs.models import Person, Unit
from ventanilla.web.screens.units import BELOW, ended, listed
from ventanilla.web.screens.widgets import BETWEEN, PERIODS
from ventanilla.web.ui.controls import control
from ventanilla.web.ui.formats import long_date

if TYPE_CHECKING:
    from ventanilla.web.screens.screen import Screen

OPEN: Final = "filtros"
"""Asks for the controls on the page itself; without it they are fetched when they are unfolded."""
WHOLE: Final = "todo"
"""Asks for nothing, where an address that says nothing opens the view with which the list opens."""
PAGING: Final = ("despues", "antes", "ultima", OPEN, WHOLE)
SUFFIXES: Final = ("", "_after", "_before", "_min", "_max", BELOW)
"""What filters of two controls add to their name."""
FEW_COLUMNS: Final[dict[type[Model], tuple[str, ...]]] = {Unit: ("name", "valid_to")}
"""Models of which a choice says few columns."""
NO_CHOICE: Final = ("invalid_choice", "invalid_pk_value")


@dataclass(frozen=True)
class Chip:
    """A filter in plain words, and the address of the list without it."""

    label: str
    value: str
    without: str


def asked(filters: type[FilterSet], given: Mapping[str, str]) -> bool:
    """Whether the address names one of the filters (`estado`, `recibido_min`), or they filter without being named."""
    always = filters.filter_queryset is not FilterSet.filter_queryset or filters.qs is not FilterSet.qs
    return always or any(name + suffix in given for name in filters.base_filters for suffix in SUFFIXES)


def lean(filters: FilterSet) -> None:
    """Choices load nothing but what they say, where that is few columns: a list of units has a hundred."""
    for field in filters.form.fields.values():
        if isinstance(field, ModelChoiceField) and field.queryset is not None and field.queryset.model in FEW_COLUMNS:
            field.queryset = field.queryset.only(*FEW_COLUMNS[field.queryset.model])


def controls(request: HttpRequest, screen: "Screen", person: Person, filters: FilterSet | None) -> Markup:
    """The controls of the list, with what was chosen; nothing where the list has none."""
    if filters is None and screen.filters_for(request, person) is None:
        return Markup("")
    return _drawn(filters or _empty(screen, request, person))


def held(request: HttpRequest, filters: FilterSet | None) -> list[tuple[str, str]]:
    """What the address says of the filters: kept in the form while their controls are folded away, so that a search keeps them."""
    names = {name + suffix for name in filters.form.fields for suffix in SUFFIXES} if filters else set()
    return [(name, value) for name, values in request.GET.lists() if name in names for value in values if value]


def _empty(screen: "Screen", request: HttpRequest, person: Person) -> FilterSet:
    offered = screen.filters_for(request, person)
    assert offered is not None
    empty = offered({}, queryset=screen.queryset(person), request=request)
    lean(empty)
    return empty


def _drawn(filters: FilterSet) -> Markup:
    found = Markup("")
    for bound in filters.form:
        if not bound.is_hidden:
            wrong = Markup("").join(Markup('<p class="field-error">{}</p>').format(error) for error in bound.errors)
            found += Markup('<div class="field">{}{}{}{}</div>').format(
                Markup(bound.label_tag(label_suffix="")), control(bound), _help(bound), wrong)
    return found


def _help(bound: BoundField) -> Markup:
    """The help of a control, by the name that the control describes itself with."""
    return Markup('<p class="help" id="{}_helptext">{}</p>').format(bound.auto_id, bound.help_text) if bound.help_text else Markup("")


def chips(request: HttpRequest, filters: FilterSet | None, bare: str = "") -> list[Chip]:
    """What was chosen, each with the way to take it off again; `bare`: what an address says that asks for nothing."""
    return [Chip(label, words, _without(request, name, bare)) for name, label, words in _said(filters)]


def gone(request: HttpRequest, filters: FilterSet | None, bare: str = "") -> list[Chip]:
    """Filters that ask for something that is none of what the person can choose, any more or at all: the list then shows nothing."""
    if filters is None:
        return []
    return [Chip(str(filters.form.fields[name].label), "", _without(request, name, bare))
            for name, errors in filters.form.errors.as_data().items() if any(error.code in NO_CHOICE for error in errors)]


def closed(filters: FilterSet | None) -> list[Unit]:
    """Units that were chosen and exist no longer: what lies in them is of the past."""
    chosen = filters.form.cleaned_data.values() if filters is not None and filters.is_valid() else ()
    return [unit for value in chosen if isinstance(value, list) for unit in value if isinstance(unit, Unit) and ended(unit)]


def _without(request: HttpRequest, name: str, bare: str) -> str:
    keys = {name + suffix for suffix in SUFFIXES}
    rest = urlencode([(k, v) for k, vs in request.GET.lists() if k not in (*PAGING, *keys) for v in vs if v])
    return f"{request.path}?{rest or bare}"


def in_words(searched: str, filters: FilterSet | None) -> str:
    """What was searched and chosen as a file says it: «Búsqueda: agua; Semáforo: Vencido»; empty when nothing was."""
    chosen = [(label, words) for _name, label, words in _said(filters)]
    return "; ".join(f"{label}: {words}" for label, words in [(_("Búsqueda"), searched), *chosen] if words)


def _said(filters: FilterSet | None) -> Iterator[tuple[str, str, str]]:
    """Name, label and words of each filter in use."""
    if filters is not None and filters.is_valid():
        for name, value in filters.form.cleaned_data.items():
            if value not in (None, "", [], ()) and not _is_empty(value):
                yield name, str(filters.form.fields[name].label), _words(filters, name, value)


def _is_empty(value: Any) -> bool:
    if isinstance(value, slice):
        return value.start is None and value.stop is None
    return isinstance(value, QuerySet) and not value.exists()


def _words(filters: FilterSet, name: str, value: Any) -> str:
    if isinstance(value, slice):
        if isinstance(value.start or value.stop, Decimal):
            return _numbers(value.start, value.stop)
        if (chosen := filters.data.get(name)) in PERIODS and chosen != BETWEEN:
            return str(PERIODS[chosen])
        return _days(long_date(value.start), long_date(value.stop))
    if isinstance(value, (QuerySet, list)):
        return listed(value)
    choices = dict(getattr(filters.form.fields[name], "choices", []) or [])
    return str(choices.get(value, value))


def _days(first: str, last: str) -> str:
    if first and last:
        return _("del %(a)s al %(b)s") % {"a": first, "b": last}
    return _("desde el %s") % first if first else _("hasta el %s") % last


def _numbers(least: Decimal | None, most: Decimal | None) -> str:
    if least is None or most is None:
        return _("hasta %s") % f"{most:,f}" if least is None else _("desde %s") % f"{least:,f}"
    return _("de %(a)s a %(b)s") % {"a": f"{least:,f}", "b": f"{most:,f}"}

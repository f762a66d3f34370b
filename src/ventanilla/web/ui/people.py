"""The one chooser of people in forms: one writes part of a name, a unit or a post and chooses from what fits.

It is the reference field of questionnaires (same suggestions, same way without a script: what was written is looked up here, and
where several fit they are offered) as a field of Django's forms. Several people are written one after the other, with ";" between.
"""
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from django import forms
from django.db.models import QuerySet
from django.utils.translation import gettext as _

from ventanilla.core.orgs.models import Person
from ventanilla.core.questionnaires.references import Suggestion, named, people_found
from ventanilla.lib.numbers import whole
from ventanilla.web.ui.addresses import address

AMONG: Final = "entre"
"""Names in the address of suggestions the people among whom one may choose."""
FEW: Final = 300
"""A chooser among more people than this suggests everybody; whom it does not offer it still refuses."""
LONGEST: Final = 2000
"""Characters of what is written that are looked at."""


def among_of(text: str) -> list[int] | None:
    """The numbers that an address names; None when it names none."""
    return [n for part in text.split(",")[:FEW] if (n := whole(part)) is not None] if text else None


@dataclass
class Given:
    """What came of a chooser: those chosen by number, what is written, and what was written when the number was set."""

    chosen: list[str] = field(default_factory=list)
    text: str | None = None
    was: str = ""


class Chooser(forms.Widget):
    """A text that suggests; `everybody` when the choice is among all people of the institution."""

    template_name = "ui/forms/person.html"
    many = False
    everybody = False
    choices: Any = ()
    offered: Sequence[Suggestion] = ()

    def value_from_datadict(self, data: Mapping[str, Any], files: Any, name: str) -> Given:
        """Numbers under the field's own name, what is written under `--text`."""
        listed = data.getlist(name) if hasattr(data, "getlist") else data.get(name)
        chosen = listed if isinstance(listed, list | tuple) else [] if listed is None else [listed]
        text = data.get(f"{name}--text")
        return Given([str(c.pk if isinstance(c, Person) else c) for c in chosen if c not in ("", None)],
                     None if text is None else " ".join(str(text).replace("\x00", "").split())[:LONGEST], data.get(f"{name}--was", ""))

    def use_required_attribute(self, initial: Any) -> bool:
        """The text may be empty where people are ticked."""
        return False

    def value_omitted_from_data(self, data: Mapping[str, Any], files: Any, name: str) -> bool:
        """Neither a number nor a text came."""
        return name not in data and f"{name}--text" not in data

    def get_context(self, name: str, value: Any, attrs: dict[str, Any] | None) -> dict[str, Any]:
        """What is chosen by name, what is written, what is offered."""
        context = super().get_context(name, None, attrs)
        given = value if isinstance(value, Given) else Given([str(v.pk if isinstance(v, Person) else v) for v in _listed(value)])
        people = self._people([n for c in given.chosen if (n := whole(c)) is not None])
        only = people[0] if people and not self.many else None
        context["widget"] |= {
            "many": self.many, "people": people, "offered": self.offered, "address": self._address(),
            "only": only, "text": given.text if given.text is not None else only.name if only else "",
            "was": given.was if given.text is not None else only.name if only else ""}
        return context

    def _people(self, ids: Collection[int]) -> list[Person]:
        return list(self._rows().filter(pk__in=ids).select_related("unit").order_by("sort_key")) if ids else []

    def _rows(self) -> QuerySet[Person]:
        rows: QuerySet[Person] = self.choices.queryset
        return rows

    def _address(self) -> str:
        base = address("questionnaires:suggestions", "person")
        if self.everybody:
            return base
        ids = sorted(self._rows().order_by().values_list("pk", flat=True)[:FEW + 1])
        return base if len(ids) > FEW else f"{base}?{AMONG}={','.join(map(str, ids)) or '0'}"


class ManyChooser(Chooser):
    """Several people: those chosen stay ticked, more are written."""

    many = True


def _listed(value: Any) -> list[Any]:
    if value in (None, "", [], ()):
        return []
    return list(value) if isinstance(value, list | tuple | set | QuerySet) else [value]


def looked_up(rows: QuerySet[Person] | None, text: str) -> Sequence[Suggestion]:
    """Whom the text may mean: one, when it is clear."""
    assert rows is not None
    return named(people_found(rows, text), text)


def _unclear(text: str, found: Sequence[Suggestion]) -> forms.ValidationError:
    if found:
        return forms.ValidationError(_("Más de una persona corresponde a «%(text)s»: elija de la lista.") % {"text": text}, "several")
    return forms.ValidationError(_("Entre quienes se puede elegir, nadie corresponde a «%(text)s».") % {"text": text}, "nobody")


class Looking:
    """What one form understood of what was written: shown again with its errors, so that nothing is lost."""

    understood: Given | None = None

    def bound_data(self, data: Any, initial: Any) -> Any:
        """What was understood, once it was looked up."""
        return self.understood or data

    def has_changed(self, initial: Any, data: Any) -> bool:
        """Never asked of these forms; what is given is not a number that Django could compare."""
        return True

    def given(self, value: Any) -> Given:
        """What came, kept for showing it again."""
        self.understood = value if isinstance(value, Given) else Given([str(v) for v in _listed(value)])
        return self.understood


class PersonField(Looking, forms.ModelChoiceField):  # type: ignore[type-arg]  # not generic when it runs
    """One person of `queryset`; `everybody`: that is all active people of the institution."""

    widget = Chooser

    def __init__(self, queryset: QuerySet[Person] | None = None, *, everybody: bool = False, **extra: Any) -> None:
        super().__init__(Person.objects.none() if queryset is None else queryset, **extra)
        self.widget.everybody = everybody

    def clean(self, value: Any) -> Any:
        """The person or None. ValidationError when nobody or several fit; those are offered."""
        given = self.given(value)
        if given.text is None or (given.chosen and given.text == given.was):
            return super().clean(given.chosen[-1] if given.chosen else None)
        if not given.text:
            given.chosen = []
            return super().clean(None)
        found = looked_up(self.queryset, given.text)
        given.chosen, given.was = [str(s.id) for s in found[:1]], given.text
        if len(found) != 1:
            given.chosen, self.widget.offered = [], found
            raise _unclear(given.text, found)
        return super().clean(found[0].id)


class PeopleField(Looking, forms.ModelMultipleChoiceField):  # type: ignore[type-arg]  # not generic when it runs
    """Several people of `queryset`, as a query."""

    widget = ManyChooser

    def __init__(self, queryset: QuerySet[Person] | None = None, *, everybody: bool = False, **extra: Any) -> None:
        super().__init__(Person.objects.none() if queryset is None else queryset, **extra)
        self.widget.everybody = everybody

    def clean(self, value: Any) -> Any:
        """Those ticked and those written. ValidationError when nobody or several fit a name; those are offered."""
        given, left, offered = self.given(value), list[str](), list[Suggestion]()
        wrong: list[forms.ValidationError] = []
        for part in (said for piece in (given.text or "").split(";") if (said := " ".join(piece.split()))):
            found = looked_up(self.queryset, part)
            if len(found) == 1:
                given.chosen = list(dict.fromkeys((*given.chosen, str(found[0].id))))
            elif not {str(s.id) for s in found} & set(given.chosen):
                left.append(part)
                offered += [s for s in found if s not in offered]
                wrong.append(_unclear(part, found))
        given.text, self.widget.offered = "; ".join(left), offered
        if wrong:
            raise forms.ValidationError(wrong)
        return super().clean(given.chosen)

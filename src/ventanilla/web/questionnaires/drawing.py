"""A form as the macro `questionnaires/form.html` draws it: names, ids, values as they were typed, errors beside fields.

```
form = QuestionForm(version.form, values=row.values, person=person)          # then {{ questionnaire(form) }} in a <form>
```
"""

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import cached_property
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _

from ventanilla.core.orgs.models import Person
from ventanilla.core.questionnaires.definition import Definition, Field, Section, defaults
from ventanilla.core.questionnaires.definition.checking import orders
from ventanilla.core.questionnaires.definition.fields import MAX_ROWS
from ventanilla.core.questionnaires.references import Suggestion
from ventanilla.core.questionnaires.showing import condition_in_words, labels_in
from ventanilla.lib.numbers import whole

PREFIX = "q-"
INPUTS = {
    "text": "text",
    "email": "email",
    "phone": "tel",
    "url": "url",
    "integer": "text",
    "decimal": "text",
    "date": "date",
    "datetime": "datetime-local",
}
MODES = {"integer": "numeric", "decimal": "decimal"}


@dataclass
class Control:
    """One input: a field, or a cell of a table."""

    field: Field
    name: str
    value: Any
    error: str = ""
    typed: str = ""
    suggestions: Sequence[Suggestion] = ()

    @property
    def id(self) -> str:
        """Of the input, or of the group."""
        return f"id_{self.name}"

    @property
    def type(self) -> str:
        """Of the HTML input."""
        return INPUTS.get(self.field.type, "text")

    @property
    def mode(self) -> str:
        """The keyboard of a phone."""
        return MODES.get(self.field.type, "")

    @property
    def shown(self) -> str:
        """The value as the input holds it."""
        if self.value is None or isinstance(self.value, list | dict):
            return ""
        return _local(str(self.value)) if self.field.type == "datetime" else str(self.value)

    @property
    def described(self) -> str:
        """The ids of help and error, for aria-describedby."""
        parts = [("help", self.field.help or self.field.unit), ("error", self.error)]
        return " ".join(f"{self.id}_{name}" for name, there in parts if there)

    @property
    def options(self) -> list[tuple[str, str, bool]]:
        """(value, label, chosen) of every option; yes and no too."""
        if self.field.type == "yes_no":
            chosen = {True: "si", False: "no"}.get(self.value, self.value) if isinstance(self.value, bool) else self.value
            return [("si", _("Sí"), chosen == "si"), ("no", _("No"), chosen == "no")]
        held = self.value if isinstance(self.value, list | tuple) else [self.value]
        return [(c.value, c.label, c.value in held) for c in self.field.choices]


def _local(text: str) -> str:
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        return text
    return f"{timezone.localtime(moment):%Y-%m-%dT%H:%M}" if moment.tzinfo else text


@dataclass
class Question(Control):
    """A field on the page: also its condition, as JSON for the script and in words for who has none, and rows of a table."""

    when: str = ""
    when_words: str = ""
    order: str = ""
    evidence_of: str = ""
    na: str = ""
    rows: list[list[Control]] = field(default_factory=list)


@dataclass
class Part:
    """A section on the page."""

    section: Section
    when: str
    when_words: str
    questions: list[Question]


@dataclass
class QuestionForm:
    """What to draw. `values` are canonical or as they were sent; `errors` by key; `more` adds blank rows to tables.

    Private fields are left out unless `private`. Suggestions and typed texts of references come from `receiving.Sent`.
    """

    definition: Definition
    values: Mapping[str, Any] | None = None
    errors: Mapping[str, str] = field(default_factory=dict)
    person: Person | None = None
    prefix: str = PREFIX
    private: bool = True
    more: Mapping[str, int] = field(default_factory=dict)
    suggestions: Mapping[str, Sequence[Suggestion]] = field(default_factory=dict)
    typed: Mapping[str, str] = field(default_factory=dict)

    @cached_property
    def parts(self) -> list[Part]:
        """Sections with their questions; empty sections are left out."""
        found = [
            Part(
                s,
                _json(s.when),
                condition_in_words(self.definition, s.when),
                [self._question(f) for f in s.fields if self.private or not f.private],
            )
            for s in self.definition.sections
        ]
        return [part for part in found if part.questions]

    @cached_property
    def _held(self) -> Mapping[str, Any]:
        return defaults(self.definition) if self.values is None else self.values

    @cached_property
    def _labels(self) -> Mapping[tuple[str, Any], str]:
        known = {k: v for k, v in self._held.items() if isinstance(v, int | str) and str(v)}
        return labels_in(
            [
                (
                    self.definition,
                    {
                        k: self._id(k, v)
                        for k, v in known.items()
                        if k in self.definition.fields and self.definition.fields[k].type in ("reference", "file")
                    },
                )
            ]
        )

    def _id(self, key: str, value: Any) -> Any:
        return whole(str(value)) or value if self.definition.fields[key].type == "reference" else value

    @cached_property
    def _orders(self) -> Mapping[str, tuple[str, ...]]:
        return orders(self.definition)

    def _question(self, one: Field) -> Question:
        value = self._held.get(one.key)
        main = self.definition.fields[one.companion_of] if one.companion_of else None
        return Question(
            one,
            self.prefix + one.key,
            value,
            self.errors.get(one.key, ""),
            self._typed(one, value),
            self.suggestions.get(one.key, ()),
            _json(one.when),
            condition_in_words(self.definition, one.when),
            json.dumps(self._orders.get(one.key, ())) if one.type == "scale" else "",
            self.prefix + main.key if main else "",
            json.dumps([c.value for c in main.choices if c.na]) if main else "",
            self._rows(one, value),
        )

    def _typed(self, one: Field, value: Any) -> str:
        if one.type not in ("reference", "file"):
            return ""
        return self.typed.get(one.key) or self._labels.get((one.reference or "file", self._id(one.key, value)), "")

    def _rows(self, one: Field, value: Any) -> list[list[Control]]:
        if one.type != "table":
            return []
        given = [row for row in value if isinstance(row, Mapping)] if isinstance(value, list) else []
        blank = self.more.get(one.key, 0) or (0 if given else max(int(one.min or 0), 1))
        rows = [*given, *({} for _n in range(blank))][: int(one.max or MAX_ROWS)]
        return [
            [
                Control(c, f"{self.prefix}{one.key}-{n}-{c.key}", row.get(c.key), self.errors.get(f"{one.key}.{n}.{c.key}", ""))
                for c in one.columns
            ]
            for n, row in enumerate(rows)
        ]

    @property
    def problems(self) -> list[tuple[str, str, str]]:
        """(id of the input, question, message) for the summary; errors of no question come first with an empty id."""
        known = list(self._problems())
        said = {key for key, *_rest in known}
        wide = [("", "", text) for key, text in self.errors.items() if key not in said]
        return wide + [(place, label, text) for _key, place, label, text in known]

    def _problems(self) -> Iterator[tuple[str, str, str, str]]:
        for part in self.parts:
            for question in part.questions:
                key = question.field.key
                if question.error:
                    yield key, question.id, question.field.label, question.error
                for n, row in enumerate(question.rows):
                    for cell in row:
                        if cell.error:
                            yield (
                                f"{key}.{n}.{cell.field.key}",
                                cell.id,
                                f"{question.field.label}, {n + 1}: {cell.field.label}",
                                cell.error,
                            )

    @property
    def has_files(self) -> bool:
        """Whether the <form> needs enctype="multipart/form-data"."""
        return any(f.type == "file" for f in self.definition.fields.values())


def _json(condition: Any) -> str:
    return json.dumps(condition.data(), ensure_ascii=False) if condition else ""

"""From a POST to raw values for the verbs: texts, several options, rows of tables, files, and references by what was typed."""
import re
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.core.files.uploadedfile import UploadedFile
from django.http import HttpRequest, QueryDict
from django.utils.translation import gettext as _

from ventanilla.core.documents.problems import DocumentError
from ventanilla.core.documents.services import FileDraft, store
from ventanilla.core.orgs.models import Person
from ventanilla.core.questionnaires.definition import Definition, Field, check
from ventanilla.core.questionnaires.definition.fields import MAX_ROWS
from ventanilla.core.questionnaires.references import Suggestion, named, reference_of, resolver
from ventanilla.core.questionnaires.words import all_said
from ventanilla.lib.numbers import whole
from ventanilla.web.questionnaires.drawing import PREFIX, QuestionForm

MORE = "_more"


@dataclass
class Sent:
    """What arrived: `raw` for a verb; `files` the UUIDs that came along; `errors` found while reading; `more` asks for rows.

    `uploads`: files that were not stored, by the key of their question.
    """

    definition: Definition
    raw: dict[str, Any] = field(default_factory=dict)
    files: set[str] = field(default_factory=set)
    errors: dict[str, str] = field(default_factory=dict)
    suggestions: dict[str, Sequence[Suggestion]] = field(default_factory=dict)
    typed: dict[str, str] = field(default_factory=dict)
    more: dict[str, int] = field(default_factory=dict)
    uploads: "dict[str, UploadedFile[Any]]" = field(default_factory=dict)

    @property
    def complete(self) -> bool:
        """Ready for a verb: nothing was refused, and no rows were asked for."""
        return not self.errors and not self.more

    def mistakes(self, person: Person, files: Collection[str] = (), *, private: bool = True) -> dict[str, str]:
        """All that a verb would refuse of the answers, for a page that comes back without asking one; nothing while rows are asked for.

        `files` (UUIDs) were there before. Those that are thrown away unstored count as given.
        """
        if self.more:
            return {}
        known = resolver(person, person.institution_id, {*self.files, *files})
        found = check(self.definition, self.raw, resolve=known, private=private)
        return {key: words for key, words in all_said(found.errors).items() if key not in self.uploads}

    def form(self, errors: dict[str, str] | None = None, *, person: Person | None = None, private: bool = True,
             prefix: str = PREFIX) -> QuestionForm:
        """The form again, with what was typed and what is wrong."""
        return QuestionForm(self.definition, self.raw, {**(errors or {}), **self.errors}, person, prefix, private, self.more,
                            self.suggestions, self.typed)


def receive(definition: Definition, request: HttpRequest, *, person: Person | None = None, prefix: str = PREFIX, keep: bool = True) -> Sent:
    """Read a form. Files are stored for the person at once, so that a mistake elsewhere does not lose them; or not, unless to be kept."""
    sent = Sent(definition)
    if not keep:
        asked = [one.key for one in definition.fields.values() if one.type == "file"]
        sent.uploads = {key: upload for key in asked if (upload := request.FILES.get(prefix + key)) is not None}
    for one in definition.fields.values():
        value = _value(one, request, prefix + one.key, person, sent)
        if value not in (None, "", []):
            sent.raw[one.key] = value
    if (key := request.POST.get(MORE, "")) in definition.fields:
        sent.more[key] = 3
    return sent


def _value(one: Field, request: HttpRequest, name: str, person: Person | None, sent: Sent) -> Any:
    data = request.POST
    if one.type == "table":
        return list(_rows(one, data, name))
    if one.type == "choices":
        return data.getlist(name)
    if one.type == "file":
        return _file(one, request, name, person, sent)
    if one.type == "reference":
        return _reference(one, data, name, person, sent)
    return data.get(name)


def _rows(one: Field, data: QueryDict, name: str) -> Iterator[dict[str, Any]]:
    """Rows in the order of their numbers; empty ones too, so that errors keep their place."""
    found = re.compile(re.escape(name) + r"-(\d{1,4})-")
    numbers = sorted({int(m[1]) for key in data if (m := found.match(key))})[: 2 * MAX_ROWS]
    rows = [{c.key: data.get(f"{name}-{n}-{c.key}", "") for c in one.columns} for n in numbers]
    while rows and not any(rows[-1].values()):
        rows.pop()
    yield from rows


def _file(one: Field, request: HttpRequest, name: str, person: Person | None, sent: Sent) -> str | None:
    kept = request.POST.get(f"{name}--kept", "")
    upload: Any = request.FILES.get(name)
    if upload is None or person is None or one.key in sent.uploads:
        return None if request.POST.get(f"{name}--drop") else kept or None
    try:
        version = store(actor=person, files=[FileDraft(upload.name or "archivo", upload)])[0]
    except DocumentError as refused:
        sent.errors[one.key] = refused.message
        return kept or None
    sent.files.add(str(version.document.uuid))
    return str(version.document.uuid)


def _reference(one: Field, data: QueryDict, name: str, person: Person | None, sent: Sent) -> Any:
    """The thing whose name was typed; several that fit are offered to choose from."""
    chosen, text = data.get(name, ""), " ".join(data.get(f"{name}--text", "").split())[:200]
    if whole(chosen) is not None and (not text or data.get(f"{name}--was", text) == text):
        return chosen
    if not text or person is None:
        return None
    found = list(reference_of(one.reference).find(person, text))
    same = named(found, text)
    sent.typed[one.key] = text
    if len(same) == 1:
        sent.typed[one.key] = same[0].label
        return same[0].id
    sent.suggestions[one.key] = found[:20]
    sent.errors[one.key] = _("Hay varias que corresponden; elija una.") if found else _("No se encontró nada con ese nombre.")
    return None

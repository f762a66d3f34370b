"""The API's reference says everything in the reader's language: no text without translation, and no translation without text."""
import json
import re
from collections import Counter
from collections.abc import Iterator
from html import unescape
from typing import Any

import pytest
from babel.messages.pofile import read_po
from django.test import Client
from django.utils import translation
from tests import make

from ventanilla.web.api import reference
from ventanilla.web.api.reference_page import kind, laid_out, needed
from ventanilla.web.api.urls import api

CODE = re.compile(r"`[^`]*`|\b\d{3}\b")
NAMES = frozenset({"pattern", "$ref", "operationId", "openapi"})


@pytest.fixture(scope="module")
def texts() -> set[str]:
    """Every text of the document, as the code says it."""
    found: list[str] = []
    reference.each(api.as_written(), lambda text: found.append(text) or text)  # type: ignore[func-returns-value]
    return set(found)


def document(language: str) -> Any:
    with translation.override(language):
        return api.get_openapi_schema()


def strings(part: Any) -> Iterator[str]:
    """Whatever the document says in words, wherever it says it; without data."""
    if isinstance(part, str):
        yield part
    elif isinstance(part, list):
        for one in part:
            yield from strings(one)
    elif isinstance(part, dict):
        for key, value in part.items():
            if key == "properties":
                yield from strings(list(value.values()))
            elif key not in reference.DATA | NAMES:
                yield from strings(value)


def test_every_text_is_said_in_the_other_language_too(texts: set[str]) -> None:
    known = {language: set(reference.words(language)) for language in reference.LANGUAGES}
    missing = texts - set.union(*known.values())
    assert sorted(missing) == [], "add each to web/api/locale/es/api.po (what the code says in English) or en/api.po (in Spanish)"
    assert sorted(set.union(*known.values()) - texts) == [], "no text of the reference any more: take it out of web/api/locale"
    assert known["es"] & known["en"] == set(), "said by the code in one language"


@pytest.mark.parametrize("language", reference.LANGUAGES)
def test_nothing_said_in_words_escapes(language: str) -> None:
    """Keys that the walk of the document does not know would say the code's words to everybody."""
    translated = set(reference.words(language).values())
    other = {one for name in reference.LANGUAGES if name != language for one in reference.words(name)}
    said = {one for one in strings(document(language)) if " " in one}
    assert said - translated - other == set()
    assert said & (set(reference.words(language)) - translated) == set()


@pytest.mark.parametrize("language", reference.LANGUAGES)
def test_a_catalogue_is_in_order_and_keeps_what_is_code(language: str) -> None:
    with (reference.FOLDER / language / "api.po").open("rb") as file:
        rows = [(m.id, m.string) for m in read_po(file, locale=language, abort_invalid=True) if m.id]
    listed = re.findall(r"^msgid .*$", (reference.FOLDER / language / "api.po").read_text(encoding="utf-8"), re.M)
    assert len(listed) == len(rows) + 1, "a text stands there once"
    assert [text for text, _said in rows] == sorted(text for text, _said in rows)
    assert [text for text, said in rows if set(CODE.findall(text)) != set(CODE.findall(said))] == []
    assert [text for text, said in rows if text != reference.flat(text) or said != reference.flat(said)] == []


def test_wrapping_a_docstring_elsewhere_changes_no_text() -> None:
    assert reference.flat("One\n    two.\n\n    Three\nfour.") == "One two.\n\nThree four."
    part = {"description": "One\ntwo", "tags": ["Three"], "properties": {
        "description": {"title": "Description", "type": "string", "description": "Four", "default": "Five"},
        "default": {"anyOf": [{"type": "object", "title": "Default"}], "title": "Default", "description": "Six"}}}
    assert reference.each(part, str.upper) == {"description": "ONE TWO", "tags": ["THREE"], "properties": {
        "description": {"type": "string", "description": "FOUR", "default": "Five"},
        "default": {"anyOf": [{"type": "object"}], "description": "SIX"}}}
    assert part["description"] == "One\ntwo", "what it is made of stays"


def test_it_is_made_once_in_each_language() -> None:
    with translation.override("es-mx"):
        assert api.get_openapi_schema() is api.get_openapi_schema(path_params={})
        assert api.get_openapi_schema() is document("es-mx") is not document("en")


@pytest.mark.django_db
def test_programs_ask_for_the_language() -> None:
    client, operation = Client(), "Registrar uno o varios documentos, cada uno con su folio"
    for query, language, summary in (("", "es-mx", operation), ("?lang=es", "es-mx", operation), ("?lang=tlh", "es-mx", operation),
                                     ("?lang=en", "en", "Register one or several letters, each with its folio")):
        answer = client.get(f"/api/v1/openapi.json{query}", headers={"Accept-Language": "en"})
        assert (answer.json()["paths"]["/api/v1/letters"]["post"]["summary"], answer["Content-Language"]) == (summary, language)
    client.get("/idioma/en/")
    assert client.get("/api/v1/openapi.json").json() == client.get("/api/v1/openapi.json?lang=en").json()
    assert client.get("/api/v1/openapi.json?lang=es").json() == Client().get("/api/v1/openapi.json").json()


@pytest.mark.django_db
def test_the_person_s_language_holds() -> None:
    w = make.world()
    w.head.user.language = "en"
    w.head.user.save()
    client = Client()
    client.force_login(w.head.user, backend="allauth.account.auth_backends.AuthenticationBackend")
    page = client.get("/api/v1/docs/").content.decode()
    assert "Register one or several letters" in page and "Registrar uno o varios documentos" not in page


def read(page: str) -> str:
    """The page as it is read."""
    return " ".join(unescape(re.sub(r"<[^>]+>", "", page)).split())


@pytest.mark.django_db
@pytest.mark.parametrize("language", reference.LANGUAGES)
def test_the_page_says_everything_in_one_language(language: str) -> None:
    client = Client()
    if language == "en":
        client.get("/idioma/en/")
    page = client.get("/api/v1/docs/").content.decode()
    main = page[page.index("<main"):page.index("</main>")]
    assert "lang=" not in main.replace("?lang=", ""), "nothing is marked as being in another language"
    shown = read(main)
    said = laid_out_in(language)
    bare = {text for text in said if " ".join(text.replace("`", "").split()) not in shown}
    assert bare == set(), "the page shows what the document says"


def laid_out_in(language: str) -> set[str]:
    found: list[str] = []
    told = document(language)
    for operation in (one for part in ("paths", "webhooks") for item in told[part].values() for one in item.values()):
        found += [operation["summary"], *operation["description"].split("\n\n"), *(p.get("description", "") for p in operation.get("parameters", ()))]
    for shape in told["components"]["schemas"].values():
        found += [*shape["description"].split("\n\n"), *(f.get("description", "") for f in shape.get("properties", {}).values())]
    return set(found)


def words_of(page: str, attribute: str) -> list[str]:
    return re.findall(rf' {attribute}="([^"]+)"', page)


@pytest.mark.django_db
@pytest.mark.parametrize(("query", "some", "none"), [
    ("", ["GET", "/api/v1/tickets", "TicketOut"], []),
    ("circular destinatario", ["/api/v1/circulars", "AddresseeOut"], ["/api/v1/tickets", "TicketOut"]),
    ("REVERSION ventána", ["/api/v1/changes/{uuid}"], ["/api/v1/letters"]),
    ("pages by key", ["/api/v1/cases"], ["/api/v1/me"]),
    ("reminded_at", ["/api/v1/circulars/{uuid}/remind"], ["/api/v1/me"]),
    ("letters:register", ["/api/v1/letters", "Registrar correspondencia"], ["/api/v1/me", "TicketOut"]),
    ("hmac firma", ["Ventanilla-Signature", "SentEvent", "SentCase"], ["/api/v1/letters"]),
    ("zarpar", ["Nada coincide"], ["/api/v1/", "Problem"])])
def test_an_operation_is_found_by_its_words(query: str, some: list[str], none: list[str]) -> None:
    page = Client().get("/api/v1/docs/", {"q": query}).content.decode()
    main = page[page.index("<main"):]
    assert [one for one in some if one not in read(main)] == []
    assert [one for one in none if one in read(main).replace("/api/v1/openapi.json", "")] == []
    ids = Counter(words_of(page, "id"))
    assert [one for one, times in ids.items() if times > 1] == []
    assert {one[1:] for one in words_of(page, "href") if one.startswith("#")} - set(ids) == set(), "every shape that is named is shown"


@pytest.mark.django_db
def test_few_stand_open() -> None:
    assert "<details open" in re.sub(r"<details[^>]*( open)>", r"<details open", Client().get("/api/v1/docs/?q=circulars+remind").content.decode())
    assert not re.search(r"<details[^>]* open>", Client().get("/api/v1/docs/").content.decode())


def test_kinds_are_written_as_programmers_write_them() -> None:
    written = {"TurnOut[] | null": {"anyOf": [{"type": "array", "items": {"$ref": "#/components/schemas/TurnOut"}}, {"type": "null"}]},
               '"a" | 1': {"enum": ["a", 1]}, "uuid": {"type": "string", "format": "uuid"}, "(string | null)[]": {
                   "type": "array", "items": {"anyOf": [{"type": "string"}, {"type": "null"}]}},
               "{…: integer}": {"type": "object", "additionalProperties": {"type": "integer"}}, "any": {}}
    for text, schema in written.items():
        assert "".join(kind(schema)).replace("#", "") == text


def test_shapes_of_shapes_are_needed_too() -> None:
    laid = laid_out("es")
    chosen = [one for one in laid.operations if one.id == "get_case"]
    assert {"CaseDetail", "TurnOut", "UnitRef", "Action"} <= set(needed(chosen, laid.shapes)) < set(laid.shapes)


def test_no_field_has_a_title_that_only_repeats_its_name() -> None:
    said = json.dumps(document("es-mx"), default=str)
    assert '"title": "Due At"' not in said and '"title": "Ventanilla"' in said and '"title": "TicketOut"' in said

"""The API's reference for people (no script, no CDN): every operation by group, found by its words, and the shapes they use."""
import json
from collections.abc import Iterator, Mapping
from functools import lru_cache
from typing import Any, NamedTuple

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.template.loader import render_to_string
from django.utils import translation
from django.views.decorators.http import require_GET
from markupsafe import Markup

from ventanilla.lib.spanish import fold
from ventanilla.web.api import reference, sent
from ventanilla.web.api.scopes import SCOPES

FEW = 4  # found: they stand open
LONGEST = 100
PROBLEM = "Problem"  # what errors are made of: every operation has it


class Operation(NamedTuple):
    """What the page says of one; `named` are the shapes it speaks of, `found` what a search looks at, in every language."""

    id: str
    tag: str
    method: str
    path: str
    told: Mapping[str, Any]
    bodies: list[tuple[str, list[str]]]
    answers: list[tuple[str, str, list[str]]]
    errors: list[str]
    scopes: list[str]
    named: frozenset[str]
    found: str


class Laid(NamedTuple):
    """The document as the page takes it."""

    document: Mapping[str, Any]
    operations: list[Operation]
    shapes: Mapping[str, Any]
    errors: Mapping[str, str]


@require_GET
def docs(request: HttpRequest) -> HttpResponse:
    """The whole, or what has the words of `?q=` with the shapes it needs."""
    words = request.GET.get("q", "")[:LONGEST].strip()
    laid, wanted = laid_out(reference.spoken()), fold(words).lower().split()
    told = drawn(laid, wanted) if wanted else whole(translation.get_language() or "")
    return render(request, "api/docs.html", {"q": words, "about": laid.document["info"]["description"], "told": told})


@lru_cache(maxsize=4)
def whole(language: str) -> Markup:
    """Everything, for who reads this language, which is the one of now: drawing it takes a tenth of a second and more."""
    return drawn(laid_out(reference.spoken()), [])


def drawn(laid: Laid, wanted: list[str]) -> Markup:
    """The operations that have all these words, by group, and the shapes they need."""
    chosen = [one for one in laid.operations if all(word in one.found for word in wanted)]
    groups: dict[str, list[Operation]] = {}
    for one in chosen:
        groups.setdefault(one.tag, []).append(one)
    return Markup(render_to_string("api/reference.html", {
        "groups": groups, "errors": laid.errors, "kind": kind, "scopes": SCOPES, "open": len(chosen) <= FEW,
        "shapes": needed(chosen, laid.shapes) if wanted else laid.shapes}))


@lru_cache(maxsize=len(reference.LANGUAGES))
def laid_out(language: str) -> Laid:
    """The document in this language."""
    from ventanilla.web.api.urls import api

    documents = [reference.in_language(api.as_written(), one) for one in reference.LANGUAGES]
    document = documents[reference.LANGUAGES.index(language)]
    shapes = document["components"]["schemas"]
    operations = [_operation(sent.ADDRESS if part == "webhooks" else path, method, [one[part][path][method] for one in documents], told,
                             shapes) for part in ("paths", "webhooks") for path, item in document[part].items()
                  for method, told in item.items()]
    errors = {str(code): answer["description"] for item in document["paths"].values() for told in item.values()
              for code, answer in told["responses"].items() if int(code) >= 300}
    return Laid(document, operations, shapes, dict(sorted(errors.items())))


def _operation(path: str, method: str, everywhere: list[Any], told: Mapping[str, Any], shapes: Mapping[str, Any]) -> Operation:
    tag, named = (told.get("tags") or [""])[-1], frozenset(refs(told))
    bodies = [(content, kind(body.get("schema", {}))) for content, body in told.get("requestBody", {}).get("content", {}).items()]
    answers = [(str(code), answer["description"], _content(answer)) for code, answer in told["responses"].items() if int(code) < 300]
    scopes = [scope for way in told.get("security", ()) for needed in way.values() for scope in needed]
    said = [path, method, told["operationId"], *scopes, *(one["name"] for one in told.get("parameters", ())),
            *(text for one in everywhere for text in (one["summary"], one.get("description", ""), *one.get("tags", ()))),
            *(field for name in sorted(named - {PROBLEM}) for field in (name, *shapes[name].get("properties", ())))]
    return Operation(told["operationId"], tag, method.upper(), path, told, bodies, answers,
                     [str(code) for code in told["responses"] if int(code) >= 300], scopes, named, fold(" ".join(said)).lower())


def _content(answer: Mapping[str, Any]) -> list[str]:
    return [piece for body in answer.get("content", {}).values() for piece in kind(body.get("schema", {}))]


def needed(chosen: list[Operation], shapes: Mapping[str, Any]) -> dict[str, Any]:
    """The shapes that these operations speak of, and those that these are made of."""
    names, left = set[str](), {name for one in chosen for name in one.named}
    while left:
        names |= left
        left = {name for one in left for name in refs(shapes[one])} - names
    return {name: shape for name, shape in shapes.items() if name in names}


def refs(part: Any) -> Iterator[str]:
    """Names of the shapes that a part of the document speaks of."""
    if isinstance(part, list):
        part = dict(enumerate(part))
    if isinstance(part, dict):
        for key, value in part.items():
            if key == "$ref" and isinstance(value, str):
                yield value.rsplit("/", 1)[-1]
            else:
                yield from refs(value)


def kind(schema: Mapping[str, Any]) -> list[str]:
    """What a value may be, as programmers write it; a piece that begins with # is the name of a shape."""
    if "$ref" in schema:
        return ["#" + schema["$ref"].rsplit("/", 1)[-1]]
    for choice in ("anyOf", "oneOf", "allOf"):
        if choice in schema:
            return _parted([kind(one) for one in schema[choice]])
    if "enum" in schema or "const" in schema:
        return _parted([[json.dumps(one, ensure_ascii=False)] for one in schema.get("enum", [schema.get("const")])])
    if schema.get("type") == "array":
        inner = kind(schema.get("items", {}))
        return [*inner, "[]"] if len(inner) == 1 else ["(", *inner, ")[]"]
    if isinstance(schema.get("additionalProperties"), dict):
        return ["{…: ", *kind(schema["additionalProperties"]), "}"]
    return [schema.get("format", schema.get("type", "any"))]


def _parted(options: list[list[str]]) -> list[str]:
    return [piece for number, option in enumerate(options) for piece in ([" | "] if number else []) + option]

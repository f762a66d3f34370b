"""Forms of pages as a browser would send them: read from the page, filled, sent again; and whether a form says that it was sent before."""
import html
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from html.parser import HTMLParser
from typing import Any

from django.db import transaction
from django.test import Client
from django.utils import timezone

TOLD = re.compile(r"ya se envió el .{5,400}?Ahora no se (?:guardó|envió) nada", re.S)


@dataclass
class Sent:
    """A form of a page, with what a browser would send."""

    url: str
    values: dict[str, Any] = field(default_factory=dict)
    texts: list[str] = field(default_factory=list)
    files: list[str] = field(default_factory=list)
    key: str = ""


class Forms(HTMLParser):
    """The posted forms of a page that carry a key, filled: what has a value keeps it, what has none gets one by its kind."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.found: list[Sent] = []
        self.form: Sent | None = None
        self.select: tuple[str, bool] = ("", False)
        self.page = page

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        a = {k: v or "" for k, v in attrs}
        if tag == "form":
            self.form = Sent(a.get("action") or self.page) if a.get("method") == "post" else None
        if self.form is None or (not (name := a.get("name", "")) and tag != "option"):
            return
        if tag == "select":
            self.select = (name, "multiple" in a)
        elif tag == "option" and a.get("value"):
            if "selected" in a or self.select[0] not in self.form.values:
                self.form.values[self.select[0]] = a["value"]
        elif tag == "textarea":
            self.form.values[name] = "Un texto"
            self.form.texts.append(name)
        elif tag == "input":
            self._input(self.form, name, a)

    def _input(self, form: Sent, name: str, a: dict[str, str]) -> None:
        kind, value = a.get("type", "text"), a.get("value", "")
        made = {"text": "Una cosa", "search": "Una cosa", "email": "a@example.org", "number": "2", "url": "https://example.org/", "tel": "5",
                "date": timezone.localdate().isoformat(), "datetime-local": f"{timezone.localdate()}T00:00", "time": "10:00"}
        if name == "uuid":
            form.key = value
        elif kind == "file":
            form.files.append(name)
        elif kind in ("checkbox", "radio"):
            if "checked" in a or name not in form.values:
                form.values[name] = value or "on"
        else:
            form.values[name] = value or made.get(kind, "")
            if kind in ("text", "search") and not value:
                form.texts.append(name)

    def handle_endtag(self, tag: str) -> None:
        if tag == "form" and self.form is not None:
            if self.form.key:
                self.found.append(self.form)
            self.form = None


def forms_of(client: Client, url: str) -> Iterator[Sent]:
    """The forms with a key on a page that is opened."""
    with transaction.atomic():
        page = client.get(url)
        transaction.set_rollback(True)
    yield from forms_in(page, url)


def forms_in(page: Any, url: str) -> Iterator[Sent]:
    """The forms with a key in an answer."""
    parser = Forms(url)
    parser.feed(page.content.decode() if not page.streaming and "html" in page.headers.get("Content-Type", "") else "")
    yield from parser.found


def answer(client: Client, form: Sent, **values: Any) -> tuple[int, bool]:
    """The status, and whether it was told."""
    said = client.post(form.url, {**form.values, "uuid": form.key, **values})
    return said.status_code, bool(TOLD.search(html.unescape(said.content.decode())))

"""A program with a person's token, for the tests of the API."""
import json
from typing import Any

from django.test import Client
from django.utils import timezone

from ventanilla.core.orgs.models import Person
from ventanilla.web.api.scopes import SCOPES
from ventanilla.web.api.services import create_token


class Program:
    """It sends JSON with its token and reads JSON; `ok` says what it got when that was not expected."""

    def __init__(self, person: Person, scopes: tuple[str, ...] = tuple(SCOPES)) -> None:
        token, self.secret = create_token(actor=person, name="Pruebas", scopes=scopes, days=1)
        type(token).objects.filter(pk=token.pk).update(last_used_at=timezone.now())  # else it is written down, once a minute
        self.client = Client()

    def send(self, method: str, path: str, data: Any = None, **headers: str) -> Any:
        """The answer."""
        body = "" if data is None else json.dumps(data)
        where = path if path.startswith("/api/") else f"/api/v1{path}"
        return self.client.generic(method, where, body, content_type="application/json",
                                   headers={"Authorization": f"Bearer {self.secret}", **headers})

    def ok(self, method: str, path: str, data: Any = None, **headers: str) -> Any:
        """What it says, of an answer that must be good."""
        answer = self.send(method, path, data if data is not None or method == "GET" else {}, **headers)
        assert answer.status_code in (200, 201, 204), (answer.status_code, answer.content.decode())
        return answer.json() if answer.content else None

    def no(self, method: str, path: str, data: Any = None, **headers: str) -> tuple[int, str]:
        """The status of what is refused, and the field."""
        answer = self.send(method, path, data if data is not None or method == "GET" else {}, **headers)
        assert answer.status_code >= 400 and answer["Content-Type"] == "application/problem+json", answer.content
        return answer.status_code, answer.json().get("field", "")

    def upload(self, path: str, **parts: Any) -> Any:
        """A multipart form."""
        return self.client.post(f"/api/v1{path}", parts, headers={"Authorization": f"Bearer {self.secret}"})

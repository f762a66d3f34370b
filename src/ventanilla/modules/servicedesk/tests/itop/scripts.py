"""What a script does that was written against iTop: one POST per operation, with a user, a password and json_data."""
import json
from typing import Any

from django.test import Client

from ventanilla.core.orgs.models import Person
from ventanilla.web.api.scopes import SCOPES
from ventanilla.web.api.services import create_token

PATH = "/itop/webservices/rest.php"


class Script:
    """A script of a person."""

    def __init__(self, person: Person, scopes: tuple[str, ...] = tuple(SCOPES)) -> None:
        _row, self.secret = create_token(actor=person, name="Guion", scopes=scopes, days=1)
        self.user, self.client = person.email, Client()

    def ask(self, operation: str, **data: Any) -> dict[str, Any]:
        """The answer of one operation."""
        response = self.client.post(PATH, {"version": "1.3", "auth_user": self.user, "auth_pwd": self.secret,
                                           "json_data": json.dumps({"operation": operation, **data})})
        assert response.status_code == 200
        return response.json()

    def create(self, name: str, /, **fields: Any) -> str:
        """The key of a new object."""
        answer = self.ask("core/create", **{"class": name}, comment="", fields=fields, output_fields="id")
        assert answer["code"] == 0, answer
        return next(iter(answer["objects"].values()))["key"]

    def get(self, name: str, key: Any, output_fields: str = "*") -> list[dict[str, Any]]:
        """The fields of the objects that the key names."""
        answer = self.ask("core/get", **{"class": name}, key=key, output_fields=output_fields)
        assert answer["code"] == 0, answer
        return [o["fields"] for o in (answer["objects"] or {}).values()]

    def stimulate(self, name: str, key: Any, stimulus: str, /, **fields: Any) -> dict[str, Any]:
        """Apply a stimulus."""
        return self.ask("core/apply_stimulus", **{"class": name}, key=key, stimulus=stimulus, fields=fields, output_fields="status")

    def status(self, name: str, key: Any) -> str:
        """The state that the façade shows."""
        return self.get(name, key, "status")[0]["status"]

"""`api_snapshot`: writes down the document of API v1, with which the test compares."""
import json
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand


class Command(BaseCommand):
    """Run it when a change of the API is meant; the difference is read in review."""

    help = "Escribe el documento OpenAPI con el que compara la prueba"

    def handle(self, *_args: Any, **_options: Any) -> None:
        """Write the file beside the test."""
        from ventanilla.web.api.urls import api

        target = Path(__file__).parents[2] / "tests" / "openapi.json"
        plain = json.loads(json.dumps(api.get_openapi_schema(), default=str))
        text = json.dumps(plain, indent=1, sort_keys=True, ensure_ascii=False)
        target.write_text(text + "\n", encoding="utf-8")

"""API v1: routers of the core, and of every module and part of the pages that brings `api.py` (PREFIX, router), one document."""
from collections.abc import Sequence
from importlib import import_module
from typing import Any

from django.apps import apps
from django.urls import URLPattern, URLResolver, include, path
from django.utils.module_loading import module_has_submodule
from ninja import NinjaAPI

from ventanilla.web.api import calendars, cases, catalogues, files, problems, reference, sent, steps, subscriptions
from ventanilla.web.api.auth import Bearer
from ventanilla.web.api.idempotency import idempotent

ABOUT = """Lo mismo que se hace en pantalla, para programas: con una clave personal (`Authorization: Bearer …`), que se crea en
Mi perfil → API y nunca puede más que la persona. Los cambios aceptan `Idempotency-Key` (un UUID). Los pasos de
oficios, turnos y tickets, y los demás cambios que lo dicen, aceptan también `If-Match` con el `ETag` de lo leído: 412 si cambió.
Los errores son `application/problem+json` en español. Lo que no se puede ver se responde como inexistente (404)."""
KEY: dict[str, Any] = {"name": "Idempotency-Key", "in": "header", "required": False,
                       "schema": {"type": "string", "format": "uuid"},
                       "description": "La misma solicitud repetida con la misma clave se hace una sola vez: "
                                      "se contesta lo de la primera, con `Idempotency-Replayed: true`."}
MATCH: dict[str, Any] = {"name": "If-Match", "in": "header", "required": False, "schema": {"type": "string"},
                         "description": "El `ETag` de lo leído: si cambió desde entonces se contesta 412 y no se hace nada."}


class Api(NinjaAPI):
    """Adds to the document what holds for every change, and says it in the reader's language."""

    def get_openapi_schema(self, **kwargs: Any) -> Any:
        """OpenAPI 3.1 in the language of whoever asks, made once per process and language."""
        kept: dict[Any, Any] = self.__dict__.setdefault("_documents", {})
        written = self.as_written(**{name: value for name, value in kwargs.items() if value})
        if (key := (id(written), reference.spoken())) not in kept:
            kept[key] = reference.in_language(written, key[1])
        return kept[key]

    def as_written(self, **kwargs: Any) -> Any:
        """The document as the code says it, built once per process."""
        kept: dict[Any, Any] = self.__dict__.setdefault("_documents", {})
        if (key := repr(kwargs)) not in kept:
            kept[key] = self._document(**kwargs)
        return kept[key]

    def _document(self, **kwargs: Any) -> Any:
        """With the headers that each operation looks at, the scope that it asks for, and what webhooks send."""
        schema = super().get_openapi_schema(**kwargs)
        asked = self._scopes()
        for address in schema["paths"].values():
            for method, operation in address.items():
                operation["security"] = [{Bearer.__name__: asked[operation["operationId"]]}]
                if method in ("post", "put", "patch", "delete"):
                    read = [KEY, MATCH] if 412 in operation["responses"] else [KEY]
                    operation["parameters"] = [*operation.get("parameters", []), *read]
        schema["components"]["schemas"].update(sent.shapes())
        schema["webhooks"] = sent.document()
        return schema

    def _scopes(self) -> dict[str, list[str]]:
        """What a token needs for each operation (none: any token will do)."""
        operations = (one for _prefix, router in self._routers for view in router.path_operations.values() for one in view.operations)
        return {str(one.operation_id): [auth.scope for auth in one.auth_callbacks if isinstance(auth, Bearer) and auth.scope]
                for one in operations}


def build() -> Api:
    """The API with everything that is installed."""
    api = Api(title="Ventanilla", version="1.0", description=ABOUT, urls_namespace="api-v1", docs_url=None,
              openapi_url="/openapi.json", docs_decorator=reference.asked)
    problems.install(api)
    api.add_router("/cases", cases.router)
    for router in (steps.router, files.router, catalogues.router, calendars.router, subscriptions.router):
        api.add_router("", router)
    for config in apps.get_app_configs():
        if config.name.startswith(("ventanilla.modules.", "ventanilla.web.")) and module_has_submodule(config.module, "api"):
            module = import_module(f"{config.name}.api")
            api.add_router(module.PREFIX, module.router)
    return api


def patterns(api: NinjaAPI) -> list[URLPattern | URLResolver]:
    """The API's addresses, each made idempotent."""
    found: list[URLPattern | URLResolver] = api.urls[0]
    for pattern in found:
        if isinstance(pattern, URLPattern):
            pattern.callback = idempotent(problems.in_words(pattern.callback))
    return _by_beginning(found)


def _by_beginning(found: Sequence[URLPattern | URLResolver]) -> list[URLPattern | URLResolver]:
    """The same addresses, asked for by their first part: Django tries one after another, and there are hundreds."""
    below: dict[str, list[URLPattern]] = {}
    others = []
    for pattern in found:
        first, slash, rest = str(pattern.pattern).partition("/")
        if isinstance(pattern, URLPattern) and slash and "<" not in first:
            below.setdefault(first, []).append(path(rest, pattern.callback, name=pattern.name))
        else:
            others.append(pattern)
    return [*others, *(path(f"{first}/", include(patterns)) for first, patterns in below.items())]

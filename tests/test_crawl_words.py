"""Own words for every state and step: no page, list, export or answer of the API says a standard one any more.

Every flow of the crawl's institution gets odd words; then each address is asked for by somebody who may, and what stands alone in an
element, a cell or a value is looked at.
"""
import csv
import html
import io
import re
from collections.abc import Iterator
from itertools import count
from typing import Any, Final

import pytest
from django.db import transaction

from tests.crawl import ROUTES, address
from tests.test_crawl import ALL, Crawl, ask, body_of, crawl  # noqa: F401 - the fixture
from ventanilla.core.cases import words
from ventanilla.core.cases.services.naming import name_flow, usual_words
from ventanilla.core.cases.words import every_flow
from ventanilla.web.screens.screen import screens

pytestmark = pytest.mark.django_db
ROLES: Final = ("head", "north_head", "north_1_head", "staff", "admin", "keeper")
SAME: Final = frozenset({"Cancelar", "Registrar", "Cerrar", "Descartar"})
"""What buttons say that are no step."""
OTHERWISE: Final = (
    (r"/administracion/palabras/|/api/v1/flows|/api/v1/docs/", ".*"),  # say both words, or what an operation does
    (r"/administracion/", "Vigente|Enviar al archivo de trámite"),  # a unit; a capability
    (r"/listas/(turnos|enviados|tickets|transferencias-practicas)", "Enviado|Leído|Resuelto|Solicitada"),  # titles of columns with a moment
    (r"/listas/revisiones-practicas", "Concluido"),  # the light
    (r"/listas/correspondencia|/correspondencia/", "Recibida"),  # which way a letter goes
    (r"/listas/(practicas|articulos|correo-de-la-mesa|configuracion|expedientes)|/mesa/correo/", ".*"),  # states of what is no matter
    (r"/mesa/(enlaces|guardias)/", "Concluir|Vigente"), (r"/avisos/", "Sin leer"), (r"/(bandeja|practicas/importar)/", "En espera"))  # of others; a tab
"""Where a word that is also a state or step of some flow is said of something else."""


@pytest.fixture
def usual(crawl: Crawl) -> Iterator[frozenset[str]]:  # noqa: F811
    """The standard words, none of which the institution uses any more."""
    n, found = count(1), set[str]()
    with transaction.atomic():
        for slug, (_title, flow) in every_flow().items():
            standard = usual_words(flow)
            found |= set(standard.values())
            name_flow(actor=None, institution=crawl.w.institution, flow=slug, given={key: f"Zarpado{next(n)}" for key in standard})
        yield frozenset(found - SAME)
        transaction.set_rollback(True)
    words.forget(crawl.w.institution.pk)


def said(response: Any) -> set[str]:
    """What stands alone in an answer: the text of an element, a quoted value of JSON, a cell of a table."""
    text, kind = body_of(response).decode("utf-8", "replace"), response.headers.get("Content-Type", "")
    if "json" in kind:
        return set(re.findall(r'"((?:[^"\\]|\\.)*)"', text))
    if "csv" in kind:
        return {cell for row in csv.reader(io.StringIO(text)) for cell in row}
    return {html.unescape(one).strip() for one in re.findall(r">([^<>]+)<", text)}


def answers(crawl: Crawl, role: str) -> Iterator[tuple[str, Any]]:  # noqa: F811
    """Every address that the role may open, and every list in every form."""
    for pattern in ALL:
        route = ROUTES[pattern]
        if role in route.who and "openapi" not in pattern:
            path = address(pattern, crawl.of(route)) + route.query
            yield path, ask(crawl.client(role, route.key), "get", path)
    for screen in screens():
        for end in ("/?filtros=1", ".json", "/exportar/csv", "/exportar/xlsx"):
            yield f"/listas/{screen.slug}{end}", ask(crawl.client(role), "get", f"/listas/{screen.slug}{end}")


@pytest.mark.parametrize("role", ROLES)
def test_no_address_says_a_standard_word(role: str, crawl: Crawl, usual: frozenset[str]) -> None:  # noqa: F811
    found, own = set(), 0
    for path, response in answers(crawl, role):
        if response.status_code == 200 and "pdf" not in response.headers.get("Content-Type", ""):
            heard = said(response)
            own += any(one.startswith("Zarpado") for one in heard)
            found |= {(path, w) for w in heard & usual if not any(re.match(where, path) and re.fullmatch(what, w) for where, what in OTHERWISE)}
    assert sorted(found) == []
    assert own > 3, "the own words are said somewhere"

"""Every address that answers everybody was judged: it shows no counts of people, or suppresses those under five. A new one has to be judged."""
import re
from typing import Final

import pytest
from django.test import Client

from tests.crawl import ROUTES
from tests.people import EVERYBODY
from ventanilla.core.privacy.services.figures import public_figures
from ventanilla.core.privacy.tests.making import office

NONE: Final = "no counts"
THINGS: Final = "counts of practices, institutions or places, never of people"
SUPPRESSED: Final = "counts of people, small ones suppressed"
ONE: Final = "one record, shown to who has its link or code"
JUDGED: Final[tuple[tuple[str, str], ...]] = (
    (r"privacidad/<slug:slug>/cifras/", SUPPRESSED), (r"privacidad/seguimiento/<", ONE), (r"encuesta/|verificar/", ONE),
    (r"privacidad/", NONE), (r"buenas-practicas/", THINGS), (r".*rest\.php", "answers programs that bring a token"), (r"metrics|healthz|readyz", NONE),
    (r"$|idioma/|sin-conexion/|logotipo/|tema/|manifest|sw\.js|eventos/obrero|entrar/|salir/|cuenta/|api/v1/(docs/|openapi|$)", NONE),
    (r"(correspondencia|archivo|turnos|enviados|cmdb)/$|practicas/(revisiones|transferencias)/$|mesa/|estaticos/", "leads to a list behind the sign-in"))


def judged(pattern: str) -> str:
    return next((what for rule, what in JUDGED if re.match(rule, pattern)), "")


def test_every_public_address_is_judged() -> None:
    assert [p for p, route in ROUTES.items() if route.who == EVERYBODY and not judged(p)] == []


@pytest.mark.django_db
def test_the_figures_of_requests_hide_few_and_what_would_give_them_away() -> None:
    o = office()
    for rights, n in ((("access",), 12), (("rectification",), 2), (("cancellation",), 7)):
        for _n in range(n):
            o.request(*rights)
    page = Client().get(f"/privacidad/{o.w.institution.slug}/cifras/").content.decode()
    (_year, row), (_total, totals) = public_figures(o.w.institution).rows
    assert row[0] == "12" and row[1] == "<5" and row[2] == "*", "21 - 12 - 7 would say the 2"
    assert row[-1] == totals[-1] == "21" and totals[1] == "<5"
    assert "&lt;5" in page and ">2<" not in page

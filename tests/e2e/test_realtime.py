"""Live pages with the real processes: what changes elsewhere appears in open pages, and nothing that is read moves."""

from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tests import make
from tests.e2e.serving import Served, served, static_files  # noqa: F401
from ventanilla.core.cases import services
from ventanilla.core.cases.services import AnswerDraft

pytestmark = [pytest.mark.e2e, pytest.mark.faults, pytest.mark.django_db(transaction=True)]
NO_WORKER = "delete window.SharedWorker;"
MARK = "window.__same = true"


@pytest.fixture
def w(transactional_db: None) -> make.World:
    """An institution."""
    return make.world()


def live(page: Page) -> Page:
    """The page, once its stream (or the worker's) has been asked for; marked, to see that it is never reloaded."""
    page.wait_for_timeout(1200)
    page.evaluate(MARK)
    return page


def count(page: Page, tab: str) -> Any:
    """The count of a tab."""
    return page.locator(f'[data-count="{tab}"]')


def clean(served: Served, *pages: Page) -> None:  # noqa: F811
    """Never reloaded, no report of the content policy, nothing in the console."""
    for page in pages:
        assert page.evaluate("window.__same") is True
        assert page.evaluate("window.__csp") == []
    assert served.problems == []


@pytest.mark.parametrize("init", ["", NO_WORKER], ids=["shared worker", "no shared worker"])
def test_a_turn_appears_in_the_open_inbox(served: Served, w: make.World, init: str) -> None:  # noqa: F811
    for n in range(12):
        make.turn(make.letter(w, subject=f"Asunto anterior {n}"), w.head, w.north)
    receiver = live(served.open(w.north_head, "/bandeja/", init=init))
    sender = live(served.open(w.head, "/bandeja/?pestana=espera", init=init))
    expect(count(receiver, "atender")).to_have_text("12")
    receiver.keyboard.press("j")
    receiver.keyboard.press("j")
    row = receiver.locator("[data-row].selected")
    row.get_by_role("checkbox").check()
    chosen, top = row.get_attribute("id"), row.bounding_box()
    case = make.letter(w, subject="Solicitud que llega mientras se lee")
    make.turn(case, w.head, w.north)
    expect(receiver.get_by_text("Solicitud que llega mientras se lee")).to_be_attached()
    expect(receiver.get_by_role("status").filter(has_text="Hay asuntos nuevos en su bandeja.")).to_be_attached()  # said, not only shown
    expect(count(receiver, "atender")).to_have_text("13")
    expect(receiver.locator('[data-badge="notices"]')).to_have_text("13")
    expect(sender.get_by_text("Solicitud que llega mientras se lee")).to_be_attached()
    expect(count(sender, "espera")).to_have_text("13")
    now = receiver.locator(f"#{chosen}")
    assert now.bounding_box() == top
    expect(now.get_by_role("checkbox")).to_be_focused()
    expect(now.get_by_role("checkbox")).to_be_checked()
    expect(receiver.locator("[data-bulk-count]")).to_have_text("1")
    clean(served, receiver, sender)


def test_an_answer_appears_to_every_holder_up_the_chain(served: Served, w: make.World) -> None:  # noqa: F811
    case = make.letter(w)
    north = make.turn(case, w.head, w.north)[0]
    child = make.turn(case, w.north_head, w.north_1, parent=north)[0]
    path = f"/correspondencia/{case.pk}/"
    pages = [live(served.open(p, path)) for p in (w.head, w.north_head, w.north_1_head)]
    stranger = live(served.open(w.south_head, "/bandeja/"))
    pages[0].locator("#log").scroll_into_view_if_needed()
    services.answer(actor=w.north_1_head, turn=child, draft=AnswerDraft("Se entregó la escritura"))
    for page in pages:
        expect(page.get_by_text("Se entregó la escritura").first).to_be_attached()
        expect(page.get_by_text("Respuesta por evaluar").first).to_be_attached()
        expect(page.get_by_role("status").filter(has_text="Hay algo nuevo en este asunto.")).to_be_attached()
    expect(stranger.locator('[data-badge="notices"]')).to_have_text("")
    clean(served, *pages, stranger)


def test_the_open_matter_beside_the_list_is_live_too(served: Served, w: make.World) -> None:  # noqa: F811
    case = make.letter(w, subject="Asunto abierto al lado")
    turn = make.turn(case, w.head, w.north)[0]
    page = live(served.open(w.head, "/bandeja/?pestana=espera"))
    page.locator("[data-row]").first.click()
    expect(page.locator("#pane h2.title")).to_have_text("Asunto abierto al lado")
    services.report(actor=w.north_head, turn=turn, draft=AnswerDraft("Va a la mitad"))
    expect(page.locator("#pane").get_by_text("Va a la mitad").first).to_be_attached()
    assert page.locator("h1").count() == 1
    clean(served, page)


def test_polling_where_no_stream_can_be_had(served: Served, w: make.World) -> None:  # noqa: F811
    served.processes["events"].kill()
    page = served.open(w.north_head, "about:blank", init=NO_WORKER)
    page.clock.install()
    page.goto("/bandeja/")
    make.turn(make.letter(w, subject="Llega sin flujo"), w.head, w.north)
    for _ in range(12):
        page.clock.run_for(31000)
        page.wait_for_timeout(150)
        if page.get_by_text("Llega sin flujo").count():
            break
    expect(page.get_by_text("Llega sin flujo")).to_be_visible()
    assert page.evaluate("window.__csp") == []


def test_the_stream_comes_back_by_itself(served: Served, w: make.World) -> None:  # noqa: F811
    page = live(served.open(w.north_head, "/bandeja/"))
    served.processes["events"].kill()
    make.turn(make.letter(w, subject="Mientras no hubo flujo"), w.head, w.north)
    served.processes["events"].start()
    expect(page.get_by_text("Mientras no hubo flujo")).to_be_visible(timeout=60_000)
    assert page.evaluate("window.__same") is True

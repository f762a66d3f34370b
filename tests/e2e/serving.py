"""The pages, the live news and the relay as they are served: real processes on free ports over the test's database."""

import os
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import pytest
from django.conf import settings
from django.test import Client
from playwright.sync_api import Browser, BrowserContext, Page

from tests.e2e.conftest import REPORTER
from ventanilla.core.notices import outbox
from ventanilla.web.events.tests.processes import Process, answers, free_port, relay, wait


@dataclass
class Served:
    """Where it is served, and its processes by name: web, events, relay."""

    browser: Browser
    port: int
    events_port: int
    processes: dict[str, Process] = field(default_factory=dict)
    contexts: list[BrowserContext] = field(default_factory=list)
    problems: list[str] = field(default_factory=list)

    @property
    def url(self) -> str:
        """The address people use."""
        return f"http://localhost:{self.port}"

    def start(self) -> None:
        """Start what is not running: pages and news; the relay comes last."""
        extra = {"BASE_URL": self.url, "EVENTS_URL": f"http://localhost:{self.events_port}", "DATABASE_POOL": "4"}
        for name, kind, port, module in (("web", "wsgi", self.port, "wsgi"), ("events", "asgi", self.events_port, "asgi")):
            if not self._runs(name):  # what is overwritten here is never killed, and works on in the next tests' database
                self.processes[name] = Process(
                    *_granian(kind, port, f"ventanilla.config.{module}:application"), **extra)
        wait(lambda: answers(self.port) and answers(self.events_port), 60)
        if not self._runs("relay"):
            self.processes["relay"] = relay()

    def _runs(self, name: str) -> bool:
        return name in self.processes and self.processes[name].child.poll() is None

    def open(self, person: Any, path: str, *, init: str = "", workers: str = "block", **options: Any) -> Page:
        """A page in a browser context of its own, signed in as the person (None: nobody)."""
        context = self.browser.new_context(
            base_url=self.url, locale="es-MX", timezone_id="America/Mexico_City", reduced_motion="reduce",
            service_workers=workers, **{"viewport": {"width": 1280, "height": 800}, **options})
        self.contexts.append(context)
        context.add_init_script(REPORTER + init)
        if person is not None:
            context.add_cookies([{"name": settings.SESSION_COOKIE_NAME, "value": session(person), "url": self.url}])
        page = context.new_page()
        page.set_default_timeout(30_000)  # a busy machine is not an error
        page.on("console", lambda m: self.problems.append(m.text) if m.type == "error" else None)
        page.on("pageerror", lambda e: self.problems.append(str(e)))
        page.goto(path)
        return page

    def close(self) -> None:
        """Kill processes, close pages."""
        for process in self.processes.values():
            process.kill()
        for context in self.contexts:
            context.close()


def _granian(kind: str, port: int, target: str) -> list[str]:
    return [sys.executable, "-m", "granian", "--interface", kind, "--host", "127.0.0.1", "--port", str(port),
            "--workers", "1", "--log-level", "warning", target]


def session(person: Any) -> str:
    """A session of this person, without the form."""
    client = Client()
    client.force_login(person.user, backend="allauth.account.auth_backends.AuthenticationBackend")
    return str(client.cookies[settings.SESSION_COOKIE_NAME].value)


@pytest.fixture(scope="session")
def static_files() -> None:
    """The hashed static files that the pages need, once, where the served processes look for them."""
    subprocess.run([sys.executable, "-m", "django", "collectstatic", "--noinput", "-v0"], check=True, timeout=600,
                   env=_plain_environment())


def _plain_environment() -> dict[str, str]:
    return os.environ | {"DJANGO_SETTINGS_MODULE": "ventanilla.config.settings", "PYTHONPATH": str(settings.SRC_DIR),
                         "VENTANILLA_DATA": str(settings.DATA_DIR)}


@pytest.fixture
def served(transactional_db: None, static_files: None, browser: Browser) -> Iterator[Served]:
    """Everything served; what the console or the content policy complains about fails the test."""
    made = Served(browser, free_port(), free_port())
    try:
        outbox.rebase()
        made.start()
        yield made
    finally:
        made.close()

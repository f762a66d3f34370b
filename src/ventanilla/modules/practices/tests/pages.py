"""Browsers for the tests of pages."""
from typing import Any

from django.test import Client


def as_(person: Any) -> Client:
    """A browser in which the person is signed in."""
    client = Client()
    client.force_login(person.user)
    return client


def text(response: Any) -> str:
    """What a page says; it has to have come."""
    assert response.status_code == 200, response.status_code
    return str(response.content.decode())

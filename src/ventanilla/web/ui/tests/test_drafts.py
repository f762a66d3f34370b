"""Drafts belong to one person, come back, are bounded and never answer with a sign-in page."""

import json
from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone
from tests.make import world

from ventanilla.web.ui import drafts
from ventanilla.web.ui.models import Draft
from ventanilla.web.ui.tests.test_requests import signed_in

pytestmark = pytest.mark.django_db
URL = "/borradores/registro/nuevo/"


def put(client, data, url=URL):
    return client.put(
        url, data if isinstance(data, str) else json.dumps(data), content_type="application/json"
    )


def test_kept_and_restored():
    client = signed_in(world().clerk)
    assert client.get(URL).status_code == 204
    assert put(client, {"subject": ["uno"]}).status_code == 200
    assert put(client, {"subject": ["dos\0"], "copies": ["a", "b"]}).json()["clock"]
    assert client.get(URL).json()["data"] == {"subject": ["dos"], "copies": ["a", "b"]}
    assert "no-store" in client.get(URL)["Cache-Control"]
    assert client.delete(URL).status_code == 204
    assert client.get(URL).status_code == 204


def test_of_one_person_only():
    w = world()
    put(signed_in(w.clerk), {"subject": ["secreto"]})
    assert signed_in(w.head).get(URL).status_code == 204
    drafts.discard(w.head, "registro/nuevo")
    assert Draft.objects.count() == 1
    assert Client().get(URL).status_code == 401
    assert put(Client(), {}).status_code == 401


@pytest.mark.parametrize("body", ["", "[]", "{", '{"a": "b"}', '{"a": [1]}', "[" * 5000, "null"])
def test_anything_else_is_refused(body):
    assert put(signed_in(world().clerk), body).status_code == 400


def test_too_large():
    assert put(signed_in(world().clerk), {"a": ["x" * drafts.LIMIT_BYTES]}).status_code == 413


def test_bounded_and_forgotten():
    w = world()
    Draft.objects.bulk_create(
        Draft(person=w.clerk, key=f"k{i}", updated_at=timezone.now()) for i in range(drafts.LIMIT_PER_PERSON)
    )
    drafts.keep(w.clerk, "nuevo", {"a": ["b"]})
    assert Draft.objects.filter(person=w.clerk).count() == drafts.LIMIT_PER_PERSON
    assert Draft.objects.filter(key="nuevo").exists()
    Draft.objects.update(updated_at=timezone.now() - timedelta(days=31))
    assert drafts.forget_old() == drafts.LIMIT_PER_PERSON


def test_a_daily_task_forgets_the_old_ones():
    from procrastinate.contrib.django import app

    w = world()
    drafts.keep(w.clerk, "nuevo", {"a": ["b"]})
    drafts.keep(w.clerk, "viejo", {"a": ["b"]})
    Draft.objects.filter(key="viejo").update(updated_at=timezone.now() - timedelta(days=31))
    task = app.tasks["ui.forget_drafts"]
    assert task.name in {p.task.name for p in app.periodic_registry.periodic_tasks.values()}
    task.func(0)
    assert list(Draft.objects.values_list("key", flat=True)) == ["nuevo"]

"""Health and metrics: what an operator's monitor sees, and who may see it."""

import pytest
from django.test import Client, override_settings

from ventanilla.config import health

pytestmark = pytest.mark.django_db


def test_the_process_answers_without_a_database(client: Client, django_assert_num_queries) -> None:  # type: ignore[no-untyped-def]
    with django_assert_num_queries(0):
        assert client.get("/healthz").json() == {"status": "ok"}


def test_ready_names_its_parts(client: Client) -> None:
    answer = client.get("/readyz")
    assert answer.status_code == 200
    assert answer.json() == {"status": "ok", "database": "ok", "queue": "ok", "storage": "ok"}


def test_not_ready_says_which_part(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(health, "_files", lambda: __import__("pathlib").Path("/proc/1/nothing"))
    answer = client.get("/readyz")
    assert answer.status_code == 503
    assert answer.json() == {"status": "fails", "database": "ok", "queue": "ok", "storage": "fails"}


def test_metrics_of_this_installation(client: Client) -> None:
    text = client.get("/metrics").content.decode()
    for name in ("ventanilla_queue_wait_seconds", "ventanilla_database_bytes", "ventanilla_disk_free_bytes"):
        assert f"\n{name} " in text


def test_metrics_do_not_exist_for_others(client: Client) -> None:
    assert client.get("/metrics", REMOTE_ADDR="10.1.2.3").status_code == 404
    with override_settings(SECURE_PROXY=True):
        assert client.get("/metrics").status_code == 404


@override_settings(METRICS_TOKEN="secreto-ñ")
def test_metrics_by_token(client: Client) -> None:
    assert client.get("/metrics").status_code == 404
    assert client.get("/metrics", headers={"Authorization": "Bearer x"}).status_code == 404
    with override_settings(METRICS_TOKEN="abc"):
        assert client.get("/metrics", headers={"Authorization": "Bearer abc"}).status_code == 200

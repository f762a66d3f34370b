"""A long export: ordered once, run, found, cancelled, failed in plain words, and cleared away after its
days."""

from collections.abc import Mapping
from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.core.files.storage import default_storage
from django.utils import timezone

from ventanilla.core.exports import services
from ventanilla.core.exports.models import ExportJob
from ventanilla.core.exports.tables import Column, Table
from ventanilla.core.orgs.models import Institution, Person

pytestmark = pytest.mark.django_db


@pytest.fixture
def person() -> Person:
    institution = Institution.objects.create(slug="exporta", name="Exporta", short_name="E")
    return Person.objects.create(institution=institution, given_name="Ana", surname_1="Peña")


def build(person: Person, params: Mapping[str, Any]) -> Table:
    if params.get("fail"):
        raise RuntimeError("secreto")
    return Table("Lista", [Column("n", "int")], ((n,) for n in range(params.get("size", 2500))))


services.register_export("test.list", build)


def order(person: Person, file_format: str = "csv", **params: Any) -> ExportJob:
    return services.order_export(actor=person, kind="test.list", file_format=file_format, params=params)


@pytest.mark.parametrize("file_format,start", [("csv", b"\xef\xbb\xbf"), ("xlsx", b"PK"), ("pdf", b"%PDF")])
def test_a_job_makes_its_file(person: Person, file_format: str, start: bytes) -> None:
    job = order(person, file_format)
    services.run(job.pk)
    services.run(job.pk)
    job.refresh_from_db()
    assert (job.state, job.rows, job.progress) == ("done", 2500, 2500)
    with default_storage.open(job.path) as file:
        assert file.read(4).startswith(start)


def test_a_resend_is_the_same_job(person: Person) -> None:
    key = uuid4()
    jobs = {
        services.order_export(actor=person, kind="test.list", file_format="csv", params={}, key=key).pk
        for _ in range(2)
    }
    assert len(jobs) == 1


def test_cancelling_while_it_runs_leaves_no_file(person: Person, monkeypatch: pytest.MonkeyPatch) -> None:
    job = order(person)
    advance = services._advance

    def cancel_first(number: int, count: int) -> None:
        services.cancel_export(actor=person, job=job)
        advance(number, count)

    monkeypatch.setattr(services, "_advance", cancel_first)
    services.run(job.pk)
    job.refresh_from_db()
    assert (job.state, job.path) == ("cancelled", "")
    assert not services.cancel_export(actor=person, job=job)


def test_nobody_cancels_for_another(person: Person) -> None:
    other = Person.objects.create(institution=person.institution, given_name="Eva", surname_1="Ruiz")
    with pytest.raises(ExportJob.DoesNotExist):
        services.cancel_export(actor=other, job=order(person))


def test_failures_are_told_in_plain_words(person: Person) -> None:
    broken, large = order(person, fail=True), order(person, "pdf", size=6000)
    with pytest.raises(RuntimeError):
        services.run(broken.pk)
    services.run(large.pk)
    broken.refresh_from_db()
    large.refresh_from_db()
    assert broken.state == large.state == "failed"
    assert "secreto" not in broken.error and "5,000" in large.error


def test_files_expire(person: Person) -> None:
    job = order(person)
    services.run(job.pk)
    assert services.expire() == 0
    job.refresh_from_db()
    path = job.path
    ExportJob.objects.update(finished_at=timezone.now() - timedelta(days=8))
    assert services.expire() == 1 and not default_storage.exists(path)


def test_unknown_lists_are_refused(person: Person) -> None:
    with pytest.raises(KeyError):
        services.order_export(actor=person, kind="nothing", file_format="csv", params={})

"""Calendars: what a draft would flip, applying after it is published, a large one as a job; the hand-over as files."""
import io
import re
from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from python_calamine import CalamineWorkbook
from tests import make

from ventanilla.core.cases import tasks
from ventanilla.core.cases.models import Case, Turn
from ventanilla.core.cases.services import recomputing, reorganisation
from ventanilla.core.cases.terms import Term
from ventanilla.core.notices.models import Notice
from ventanilla.core.workdays.models import Calendar
from ventanilla.core.workdays.services import first_draft, publish_version

pytestmark = pytest.mark.django_db


@pytest.fixture
def w():
    return make.world()


@pytest.fixture
def calendar(w):
    return Calendar.objects.get(institution=w.institution)


def signed_in(person):
    client = Client()
    client.force_login(person.user, backend="allauth.account.auth_backends.AuthenticationBackend")
    return client


def declare(client, calendar, *, confirm):
    """Ask for ten closed days from tomorrow: the preview, or with `confirm` the new version."""
    address = reverse("admin_area:new_version", args=[calendar.pk])
    today = timezone.localdate()
    sent = {"uuid": "0" * 31 + "5", "first": today + timedelta(1), "last": today + timedelta(10), "kind": "contingency",
            "name": "Contingencia", "source": "Decreto", "note": "Contingencia", "amber_rule": "fraction", "amber_value": "0.75",
            **{f"hours_{n}": "09:00-18:00" if n < 5 else "" for n in range(7)}}
    shown = client.post(address, sent)
    if not confirm:
        return shown
    return client.post(address, {**sent, "confirm": "1", "seen": re.search(r'name="seen" value="(\w+)"', shown.content.decode())[1]})


def test_a_draft_tells_what_would_move_and_writes_nothing(w, calendar):
    case = make.letter(w, term=Term(3))
    text = declare(signed_in(w.admin), calendar, confirm=False).content.decode()
    assert "vencerían o pasarían a ámbar en otro momento" in text
    assert Case.objects.get(pk=case.pk).due_at == case.due_at and calendar.versions.count() == 1


def test_published_then_previewed_then_applied(w, calendar):
    case, admin = make.letter(w, term=Term(3)), signed_in(w.admin)
    published = declare(admin, calendar, confirm=True)
    address = reverse("admin_area:recompute", args=[calendar.pk])
    assert published.url == address and "vencerían o pasarían a ámbar en otro momento" in admin.get(address).content.decode()
    assert Case.objects.get(pk=case.pk).due_at == case.due_at
    assert signed_in(w.head).get(address).status_code == 404
    admin.post(address)
    assert Case.objects.get(pk=case.pk).due_at > case.due_at
    assert "al día" in admin.get(address).content.decode()
    assert "Recálculos" in admin.get(reverse("admin_area:calendar", args=[calendar.pk])).content.decode()


def test_a_units_calendar_is_renamed_at_once_and_ended_after_its_effects_were_shown(w, calendar):
    make.letter(w, unit=w.north, actor=w.north_head, term=Term(3))
    admin, own = signed_in(w.admin), Calendar.objects.create(institution=w.institution, unit=w.north, name="Del norte")
    publish_version(actor=w.admin, calendar=own, draft=first_draft(w.institution))
    recomputing.apply(actor=w.admin, calendar=own)
    address = reverse("admin_area:edit_calendar", args=[own.pk])
    assert admin.post(address, {"name": "De la dirección", "valid_to": ""}).url == reverse("admin_area:calendar", args=[own.pk])
    sent = {"name": "De la dirección", "valid_to": timezone.localdate()}
    page = admin.post(address, sent).content.decode()
    own.refresh_from_db()
    assert "vencerían o pasarían a ámbar en otro momento" in page and (own.name, own.valid_to) == ("De la dirección", None)
    assert signed_in(w.head).get(address).status_code == 404
    late = admin.post(address, {**sent, "valid_to": timezone.localdate() - timedelta(1)})
    assert late.status_code == 422 and "Elija hoy o un día posterior" in late.content.decode()
    answer = admin.post(address, {**sent, "confirm": "1", "seen": re.search(r'name="seen" value="(\w+)"', page)[1]})
    assert answer.url == reverse("admin_area:recompute", args=[calendar.pk])
    shown = admin.get(reverse("admin_area:calendar", args=[own.pk])).content.decode()
    assert "Dejó de valer el" in shown and reverse("admin_area:new_version", args=[own.pk]) not in shown
    assert admin.get(reverse("admin_area:recompute", args=[own.pk])).url == answer.url, "what it left is recomputed by the one that holds"
    assert "valid_to" not in admin.get(reverse("admin_area:edit_calendar", args=[calendar.pk])).content.decode()


def test_a_large_calendar_is_left_to_one_job(w, calendar, monkeypatch):
    monkeypatch.setattr(recomputing, "LARGE", 0)
    case, admin = make.letter(w, term=Term(3)), signed_in(w.admin)
    told = declare(admin, calendar, confirm=False).content.decode()
    assert "Son muchos para mostrar aquí los efectos" in told
    address = declare(admin, calendar, confirm=True).url
    working = admin.get(address).content.decode()
    assert "Se calcula qué cambiaría" in working and 'hx-trigger="every 2s"' in working and "Aplicar" not in working
    tasks.foresee(w.admin.pk, calendar.pk)
    ready = admin.get(address).content.decode()
    assert "Calculado el" in ready and "Aplicar" in ready and "hx-trigger" not in ready
    admin.post(address)
    admin.post(address)
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*), min(args->>'actor_id') FROM procrastinate_jobs WHERE task_name = 'cases.recompute'")
        assert cursor.fetchone() == (1, str(w.admin.pk))
    assert "espera su turno" in admin.get(address).content.decode()
    assert Case.objects.get(pk=case.pk).due_at == case.due_at
    for _again in range(2):
        tasks.recompute(w.admin.pk, calendar.pk, "")
    assert Case.objects.get(pk=case.pk).due_at > case.due_at
    assert Notice.objects.filter(person=w.admin, kind="system").count() == 2, "one of what would change, one of what did"


def test_a_large_merger_moves_in_a_job(w, monkeypatch):
    monkeypatch.setattr(reorganisation, "MANY", 0)
    turn = make.turn(make.letter(w), w.head, w.north_1)[0]
    done = reorganisation.merge(actor=w.admin, units=[w.north_1], successor=w.north_2, wait=False)
    assert (done.moved, done.left) == (0, 1) == (0, reorganisation.left_behind(w.north_2))
    assert tasks.follow([w.north_1.pk], w.north_2.pk, w.admin.pk, "", done.entry_id) == 1
    assert Turn.objects.get(pk=turn.pk).unit_id == w.north_2.pk and not reorganisation.left_behind(w.north_2)
    assert tasks.finish_reorganisations(0) == 0


def test_the_hand_over_as_files(w):
    case = make.letter(w, subject="=2+2 solicitud")
    client = signed_in(w.head)
    made = {kind: client.get(reverse("admin_area:handover_file", args=[w.head.pk, kind])) for kind in ("csv", "xlsx", "pdf")}
    assert all(answer.status_code == 200 for answer in made.values())
    assert case.folio in made["csv"].content.decode("utf-8-sig") and "'=2+2" in made["csv"].content.decode()
    rows = CalamineWorkbook.from_filelike(io.BytesIO(made["xlsx"].content)).get_sheet_by_index(0).to_python()
    assert rows[0][0] == "Folio" and rows[1][0] == case.folio
    assert made["pdf"].content.startswith(b"%PDF")
    assert client.get(reverse("admin_area:handover_file", args=[w.head.pk, "exe"])).status_code == 404
    assert signed_in(w.staff).get(reverse("admin_area:handover_file", args=[w.head.pk, "csv"])).status_code == 404


def test_an_administrator_who_reads_no_matters_gets_counts_and_who_has_the_rest(w):
    case = make.letter(w, subject="Nombre de una persona")
    client, address = signed_in(w.admin), reverse("admin_area:handover", args=[w.head.pk])
    page = client.get(address).content.decode()
    made = {kind: client.get(reverse("admin_area:handover_file", args=[w.head.pk, kind])).content for kind in ("csv", "xlsx")}
    book = CalamineWorkbook.from_filelike(io.BytesIO(made["xlsx"]))
    about = dict(book.get_sheet_by_index(1).to_python())
    texts = [page, made["csv"].decode("utf-8-sig"), str(book.get_sheet_by_index(0).to_python())]
    for text in texts:
        assert "1 asunto que no puede leer" in text and w.root.name in text
        assert case.folio not in text and case.subject not in text
    for text in (page, about["Sin contenido"]):
        assert f"la saca {w.head.name} desde su cuenta" in text
    assert about["Pendientes al"].startswith(str(timezone.localdate().day)) and about["Unidades"] == w.root.name and "Filtros" not in about
    own = signed_in(w.head).get(reverse("admin_area:handover_file", args=[w.head.pk, "xlsx"])).content
    assert "Sin contenido" not in dict(CalamineWorkbook.from_filelike(io.BytesIO(own)).get_sheet_by_index(1).to_python())

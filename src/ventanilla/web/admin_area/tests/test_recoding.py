"""Codes and initials are written in folios: what changes them never makes two numberings write the same ones."""
import re
from typing import Any
from uuid import uuid4

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from tests import make

from ventanilla.core.audit.models import Entry
from ventanilla.core.cases.models import FolioSeries
from ventanilla.core.cases.services import reorganisation
from ventanilla.core.orgs.models import Unit
from ventanilla.core.orgs.services.setup import NotAllowed, Refused
from ventanilla.web.admin_area.tests.test_pages import confirmed, sent, signed_in, text

pytestmark = pytest.mark.django_db
MASK = "{unit}/E/{n}/{year}"
DAY = {"day": "2026-02-01", "source": ""}


@pytest.fixture
def w() -> Any:
    """Two units whose incoming letters are numbered alike but for the code; nothing else is."""
    world = make.world()
    FolioSeries.objects.filter(institution=world.institution).delete()
    for unit, code in ((world.north, "100"), (world.south, "200"), (world.north_1, "300")):
        Unit.objects.filter(pk=unit.pk).update(code=code, short_name=code)
        unit.refresh_from_db()
    for unit in (world.north, world.south):
        FolioSeries.objects.create(institution=world.institution, unit=unit, slug="incoming", mask=MASK)
    return world


def codes(w: Any) -> list[str]:
    return [Unit.objects.get(pk=unit.pk).code for unit in (w.north, w.south, w.north_1)]


def test_the_trial_names_the_numberings_that_would_write_the_same(w: Any) -> None:
    page = sent(signed_in(w.admin), "codes", table="100,200", **DAY)
    assert page.status_code == 422 and 'name="seen"' not in text(page)
    assert (f"Escribirían los mismos folios, como 200/E/1/2026, las numeraciones «{MASK}» de {w.north.name}, «{MASK}» de {w.south.name}: "
            "dos documentos tendrían el mismo.") in text(page)


def test_what_was_confirmed_is_refused_too_and_nothing_of_it_is_done(w: Any) -> None:
    with pytest.raises(Refused, match=w.south.name) as refused:
        reorganisation.recode(actor=w.admin, institution_id=w.institution.pk, pairs=[("300", "900"), ("100", "200")])
    assert refused.value.field == "table" and codes(w) == ["100", "200", "300"]
    assert not Entry.objects.filter(verb="orgs.recode").exists()
    with pytest.raises(NotAllowed):
        reorganisation.recode(actor=w.staff, institution_id=w.institution.pk, pairs=[("300", "900")])


def test_codes_are_shared_and_swapped_where_the_folios_stay_apart(w: Any) -> None:
    admin = signed_in(w.admin)
    assert confirmed(admin, "codes", table="100,200\n200,100", **DAY).status_code == 302 and codes(w) == ["200", "100", "300"]
    assert confirmed(admin, "codes", table="300,200", **DAY).status_code == 302, "it numbers nothing"
    FolioSeries.objects.filter(unit=w.south).update(active=False)
    assert confirmed(admin, "codes", table="100,200", **DAY).status_code == 302, "what is out of use writes nothing"
    assert codes(w) == ["200", "200", "200"]


def test_numberings_that_are_alike_already_do_not_stop_a_table(w: Any) -> None:
    Unit.objects.filter(pk=w.south.pk).update(code="100")
    table = f"100,500,{w.north.name}\n100,500,{w.south.name}"
    assert confirmed(signed_in(w.admin), "codes", table=table, **DAY).status_code == 302 and codes(w) == ["500", "500", "300"]


def test_a_folio_that_would_be_too_long_is_told_before(w: Any) -> None:
    FolioSeries.objects.filter(unit=w.north).update(mask="{unit}/" + "X" * 40 + "/{n}/{year}")
    page = sent(signed_in(w.admin), "codes", table="100," + "9" * 40, **DAY)
    assert page.status_code == 422 and f"de {w.north.name} quedaría de más de 80 caracteres" in text(page)


def test_the_code_and_the_initials_of_one_unit_are_kept_apart_too(w: Any) -> None:
    Unit.objects.filter(pk=w.north.pk).update(code="", short_name="DN")
    admin, kept = signed_in(w.admin), {"uuid": uuid4(), "name": w.north.name, "level": w.north.level}
    for wrong in ({"short_name": "DN", "code": "200"}, {"short_name": "200", "code": ""}):
        page = sent(admin, "edit_unit", [w.north.pk], **kept, **wrong)
        assert page.status_code == 422 and "Escribirían los mismos folios" in text(page)
    row = Unit.objects.get(pk=w.north.pk)
    assert (row.code, row.short_name) == ("", "DN")
    assert sent(admin, "edit_unit", [w.north.pk], **kept, short_name="DN", code="400").status_code == 302


def test_a_file_of_units_that_would_make_them_alike_is_refused_whole(w: Any) -> None:
    Unit.objects.filter(pk=w.north.pk).update(code="", short_name="DN", name="Norte")
    Unit.objects.filter(pk=w.south.pk).update(code="", short_name="DS")
    admin, rows = signed_in(w.admin), f"codigo,codigo_padre,nombre\nDS,{w.root.code},Norte\nZ9,{w.root.code},Otra\n"
    page = admin.post(reverse("admin_area:import_units"), {"file": SimpleUploadedFile("u.csv", rows.encode())})
    assert "Se agregan" in text(page)
    fields = dict(re.findall(r'name="(contents|digest)" value="([^"]+)"', text(page)))
    page = admin.post(reverse("admin_area:import_units"), fields)
    assert page.status_code == 200 and "Escribirían los mismos folios" in text(page)
    assert Unit.objects.get(pk=w.north.pk).code == "" and not Unit.objects.filter(code="Z9").exists()

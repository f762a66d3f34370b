"""Lists of the administration as files: what the page shows, all pages of it; units come back through the import."""
import csv
import io
from collections import Counter
from contextlib import suppress
from datetime import date, timedelta
from random import Random

import pytest
from django.core.files.storage import default_storage
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from tests import make
from tests.pages import as_

from ventanilla.core.audit.models import Entry
from ventanilla.core.audit.services import record
from ventanilla.core.exports.models import ExportJob
from ventanilla.core.exports.services import run
from ventanilla.core.orgs.models import Person, Unit
from ventanilla.core.orgs.services import add_unit, close_unit, create_institution
from ventanilla.core.orgs.services.importing import apply_units, plan_units
from ventanilla.core.orgs.services.setup import Refused, UnitDraft
from ventanilla.web.admin_area.registry import catalogue_of
from ventanilla.web.admin_area.views import catalogues, exports
from ventanilla.web.admin_area.views.logs import PAGE

pytestmark = pytest.mark.django_db
DAY = date(2010, 1, 1)


@pytest.fixture
def w():
    return make.world()


@pytest.fixture
def admin(w):
    return as_(w.admin)


def got(client, name, kind="csv", **asked):
    return client.get(reverse("admin_area:export", args=[name, kind]), asked)


def rows(client, name, **asked):
    return list(csv.reader(io.StringIO(got(client, name, **asked).content.decode("utf-8-sig"))))


def test_units_that_share_codes_come_back_through_their_own_file(w, admin):
    """Siblings of one code, a unit of its parent's, two of one code and one name below different ones, and what hangs from them."""
    for number, unit in enumerate(Unit.objects.filter(institution=w.institution, code="")):
        Unit.objects.filter(pk=unit.pk).update(code=f"X{number}")
    upper = [add_unit(actor=None, institution=w.institution, draft=UnitDraft(name, parent=w.north, code="S")) for name in ("Uno", "Dos")]
    for parent, name, code in ((upper[0], "Tres", "S"), (upper[1], "Archivo", "A"), (w.north, "Archivo", "A"), (upper[1], "Cuatro", "C")):
        add_unit(actor=None, institution=w.institution, draft=UnitDraft(name, parent=parent, code=code))
    data = got(admin, "unidades").content
    plan = plan_units(w.institution, data, close_missing=True)
    assert (list(plan.problems), list(plan.changes)) == ([], []) and plan.unchanged == Unit.objects.filter(institution=w.institution).count()
    changed = plan_units(w.institution, data.replace(b",Dos,,", b",Dos,D2,"))
    assert [(c.what, c.unit) for c in changed.changes] == [("change", upper[1])]


FIELDS = ("name", "code", "short_name", "level", "counter", "valid_from", "valid_to")


def tree_of(institution):
    """All that the file says of each unit, with the same of those above it."""
    units = {u.pk: u for u in Unit.objects.filter(institution=institution)}
    return sorted(repr([[getattr(units[pk], name) for name in FIELDS] for pk in unit.path]) for unit in units.values())


def grown(institution, chance):
    """A tree that people could have made: few names and codes (also none) for many units, of which some are closed, and made again."""
    made = [(None, 0, None)]
    for n in range(75):
        parent, since, until = chance.choice(made)
        begins = chance.randint(since, (until or min(since + 300, 2900)) - 2)
        ends = chance.randint(begins + 1, until or 3000) if until or (n >= 25 and chance.random() < 0.6) else None
        draft = UnitDraft(chance.choice(("Archivo", "Área Norte", "área sur", "Año", "Mesa › uno")), parent=parent, code=chance.choice(("", "1", "2", "3", f"4.{n}")),
                          short_name=chance.choice(("", "AÑ")), level=chance.choice(("office", "directorate")), counter=chance.random() < 0.2,
                          valid_from=DAY + timedelta(begins), valid_to=ends and DAY + timedelta(ends))
        with suppress(Refused):  # its name was taken there in those days
            unit = add_unit(actor=None, institution=institution, draft=draft)
            made += [(unit, begins, ends)] if ends is None or ends - begins > 9 else []


@pytest.mark.parametrize("seed", range(5))
def test_the_file_of_all_units_fills_an_empty_installation_with_the_same_tree(w, admin, seed):
    chance = Random(seed)
    grown(w.institution, chance)
    codes = Counter(Unit.objects.filter(institution=w.institution, valid_to=None).values_list("code", flat=True))
    assert max(codes.values()) > 2 and Unit.objects.filter(institution=w.institution).exclude(valid_to=None).count() > 5
    data = got(admin, "unidades", cerradas="1").content
    own = plan_units(w.institution, data, close_missing=True)
    assert (list(own.changes), list(own.problems)) == ([], [])
    head, *lines = data.decode().splitlines(keepends=True)
    for number, text in enumerate((data, "".join([head, *chance.sample(lines, len(lines))]).encode())):
        empty = create_institution(slug=f"nueva-{number}", name="Nueva", short_name="N")
        plan = plan_units(empty, text)
        assert list(plan.problems) == [] and {c.what for c in plan.changes} == {"add"}
        apply_units(actor=None, institution=empty, data=text, digest=plan.digest)
        assert tree_of(empty) == tree_of(w.institution)
        again = plan_units(empty, data, close_missing=True)
        assert (list(again.changes), list(again.problems), again.unchanged) == ([], [], len(lines))


def test_units_go_out_and_come_back_changed_in_a_spreadsheet(w, admin):
    for number, unit in enumerate(Unit.objects.filter(institution=w.institution, code="")):
        Unit.objects.filter(pk=unit.pk).update(code=f"X{number}")
    data = got(admin, "unidades").content
    type(w.admin.user).objects.filter(pk=w.admin.user.pk).update(language="en")
    assert got(as_(w.admin), "unidades").content == data, "whoever reads English gives the same file to the import"
    imports = reverse("admin_area:import_units")
    page = admin.post(imports, {"file": SimpleUploadedFile("unidades.csv", data)})
    assert page.status_code == 200 and plan_units(w.institution, data).unchanged > 3 and not plan_units(w.institution, data).changes
    changed = data.replace(w.north_1.name.encode(), b"Departamento con otro nombre")
    plan = plan_units(w.institution, changed)
    assert [(c.what, c.before, c.after) for c in plan.changes] == [("change", w.north_1.name, "Departamento con otro nombre")]


def test_the_file_has_what_the_page_is_asked_for(w, admin):
    gone = add_unit(actor=None, institution=w.institution, draft=UnitDraft("Unidad que se cierra", parent=w.root))
    close_unit(actor=w.admin, unit=gone)
    names = [row[2] for row in rows(admin, "unidades")[1:]]
    assert w.north.name in names and gone.name not in names
    assert gone.name in [row[2] for row in rows(admin, "unidades", cerradas="1")]
    assert [row[2] for row in rows(admin, "unidades", q=w.north.name)[1:]].count(w.north.name) == 1
    Person.objects.filter(pk=w.staff.pk).update(active=False)
    people = {row[3]: row for row in rows(admin, "personas")[1:]}
    assert w.staff.email not in people and "Titular de unidad" in people[w.head.email][8]
    assert w.staff.email in [row[3] for row in rows(admin, "personas", inactivas="1")]
    assert [row[0] for row in rows(admin, "instrucciones", q="no hay ninguna así")[1:]] == []
    assert len(rows(admin, "numeracion")) > 1


def test_the_whole_log_in_words_not_only_a_page_of_it(w, admin):
    for _n in range(PAGE):
        last = record("orgs.close_unit", actor=w.admin, institution_id=w.institution.pk, subject=f"unit:{w.north.pk}", detail={"day": "hoy"})
    found = rows(admin, "bitacora")
    assert len(found) - 1 == Entry.objects.filter(institution_id=w.institution.pk).count() > PAGE
    assert (found[1][0], found[1][2], found[1][5]) == (str(last), w.admin.name, w.north.name)
    assert {row[2] for row in rows(admin, "bitacora", persona=w.admin.surname_1, sobre=f"unit:{w.north.pk}")[1:]} == {w.admin.name}


@pytest.mark.parametrize("kind", ["csv", "xlsx", "pdf"])
def test_each_page_offers_its_files(admin, kind):
    for name, address in (("unidades", reverse("admin_area:units")), ("personas", reverse("admin_area:people")),
                          ("bitacora", reverse("admin_area:log")), ("numeracion", reverse("admin_area:catalogue", args=["numeracion"]))):
        where = reverse("admin_area:export", args=[name, kind])
        assert where in admin.get(address).content.decode()
        file = admin.get(where)
        assert file.status_code == 200 and file["Content-Disposition"].startswith("attachment") and len(file.content) > 50


def test_who_does_not_open_the_page_gets_no_file(w, admin):
    assert {got(as_(w.head), name).status_code for name in (*exports.LISTS, "numeracion")} == {404}
    assert [got(admin, *asked).status_code for asked in (("unidades", "exe"), ("nada", "csv"))] == [404, 404]
    other = add_unit(actor=None, institution=make.world(slug="otra").institution, draft=UnitDraft("Unidad de otra parte"))
    assert other.name not in got(admin, "unidades").content.decode()


def test_a_long_one_is_a_job_of_what_one_may_see_then(w, admin, monkeypatch):
    monkeypatch.setitem(exports.LARGE, "csv", 1)
    assert got(admin, "unidades", q=w.north.name).status_code in (200, 302)
    assert got(admin, "unidades").url == reverse("exports")
    job = ExportJob.objects.filter(person=w.admin).latest("pk")
    run(job.pk)
    assert w.north.name in default_storage.open(ExportJob.objects.get(pk=job.pk).path).read().decode()
    assert "Unidades" in admin.get(reverse("exports")).content.decode()


def test_of_a_long_catalogue_no_row_is_made_before_its_job_which_has_its_name(w, admin, monkeypatch):
    monkeypatch.setitem(exports.LARGE, "csv", 1)
    with monkeypatch.context() as before:
        before.setattr(catalogues, "_cells", None)
        assert got(admin, "numeracion").url == reverse("exports")
    job = ExportJob.objects.filter(person=w.admin).latest("pk")
    run(job.pk)
    assert len(default_storage.open(ExportJob.objects.get(pk=job.pk).path).read().decode().splitlines()) > 2
    assert str(catalogue_of("numeracion").label) in admin.get(reverse("exports")).content.decode()

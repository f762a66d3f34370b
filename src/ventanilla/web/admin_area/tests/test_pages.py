"""Pages of the administration area: who may open them, what forms refuse in Spanish, previews before saving."""
import re
from datetime import timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from tests import make

from ventanilla.core.cases.limits import margin_of
from ventanilla.core.cases.models import FolioSeries, Instruction, RoutingRule, Turn
from ventanilla.core.orgs.models import Grant, Person, Role, Unit, UnitCode
from ventanilla.core.orgs.services.setup import UnitDraft, add_unit
from ventanilla.core.workdays.models import Calendar
from ventanilla.web.admin_area import contrast

pytestmark = pytest.mark.django_db


@pytest.fixture
def w():
    return make.world()


@pytest.fixture
def admin(w):
    return signed_in(w.admin)


def signed_in(person):
    client = Client()
    client.force_login(person.user, backend="allauth.account.auth_backends.AuthenticationBackend")
    return client


def addresses(w):
    unit, person = w.north.pk, w.staff.pk
    series = FolioSeries.objects.filter(unit=w.north).first()
    calendar = Calendar.objects.get(institution=w.institution)
    role = Role.objects.filter(institution=w.institution).first()
    pairs = {"unit": [unit], "edit_unit": [unit], "move_unit": [unit], "close_unit": [unit], "edit_person": [person],
             "appoint": [person], "give": [person], "role": [role.pk], "calendar": [calendar.pk],
             "new_version": [calendar.pk], "edit_calendar": [calendar.pk], "catalogue": ["numeracion"], "new_row": ["instrucciones"],
             "catalogue_row": ["numeracion", series.pk]}
    plain = ("home", "institution", "units", "new_unit", "merge", "codes", "people", "new_person", "roles", "new_role",
             "calendars", "new_calendar", "catalogues", "import_units", "import_people", "log")
    return [reverse(f"admin_area:{n}") for n in plain] + [reverse(f"admin_area:{n}", args=a) for n, a in pairs.items()]


OWN = ("person", "delegate", "absence", "handover")


def test_every_page_opens_for_the_administration_and_is_404_for_others(w, admin):
    people = [reverse(f"admin_area:{n}", args=[w.staff.pk]) for n in OWN]
    history = [reverse("admin_area:history", args=["unit", w.north.pk]), reverse("admin_area:history", args=["person", w.staff.pk])]
    for address in addresses(w) + people + history:
        page = admin.get(address)
        assert page.status_code == 200, address
        assert page.content.count(b"<h1") == 1, address
    for client in (signed_in(w.head), signed_in(w.nobody), signed_in(w.clerk)):
        assert {client.get(a).status_code for a in addresses(w) + people + history} == {404}
    assert {Client().get(a).status_code for a in addresses(w) + people} == {302}


def test_nothing_of_another_institution_can_be_reached(w, admin):
    other = make.world()
    for address in addresses(other):
        if re.search(r"\d+/", address):
            assert admin.get(address).status_code == 404, address


def test_everybody_has_their_own_page_and_nobody_elses(w):
    client = signed_in(w.staff)
    assert {client.get(reverse(f"admin_area:{n}", args=[w.staff.pk])).status_code for n in OWN} == {200}
    assert {client.get(reverse(f"admin_area:{n}", args=[w.head.pk])).status_code for n in OWN} == {404}


def sent(client, name, args=(), /, **data):
    return client.post(reverse(f"admin_area:{name}", args=args), data)


def confirmed(client, name, args=(), /, **data):
    """Preview, then confirm what was seen."""
    page = sent(client, name, args, **data)
    seen = re.search(r'name="seen" value="(\w+)"', page.content.decode())
    assert seen, page.content.decode()[:3000]
    return sent(client, name, args, **data, seen=seen[1], confirm="1")


def text(page):
    return page.content.decode()


def test_a_unit_is_added_once_even_when_sent_twice(w, admin):
    data = {"name": "Oficina Nueva", "code": "212X", "parent": w.north.pk, "level": "office", "valid_from": "2026-01-01",
            "uuid": "6f1f1d9e-3d5c-4b43-9d2c-0f4f5f1c1a11"}
    assert [sent(admin, "new_unit", **data).status_code for _ in range(2)] == [302, 302]
    assert Unit.objects.filter(name="Oficina Nueva").count() == 1


def test_errors_stand_at_their_field_in_spanish(w, admin):
    page = sent(admin, "edit_unit", [w.north.pk], name="Dirección Sur", level="directorate",
                uuid="6f1f1d9e-3d5c-4b43-9d2c-0f4f5f1c1a11")
    assert page.status_code == 422 and "Ya hay una unidad con ese nombre" in text(page)
    page = sent(admin, "new_person", given_name="", surname_1="", sign_in="on", uuid="6f1f1d9e-3d5c-4b43-9d2c-0f4f5f1c1a11")
    assert page.status_code == 422 and "Escriba el correo con el que iniciará sesión" in text(page)
    assert "error-summary" in text(page) and "This field" not in text(page)


def test_moving_shows_what_follows_and_waits_for_the_confirmation(w, admin):
    page = sent(admin, "move_unit", [w.north_1.pk], parent=w.south.pk, reason="")
    assert page.status_code == 200 and "Esto es lo que pasará" in text(page)
    assert Unit.objects.get(pk=w.north_1.pk).parent_id == w.north.pk
    assert confirmed(admin, "move_unit", [w.north_1.pk], parent=w.south.pk, reason="").status_code == 302
    assert Unit.objects.get(pk=w.north_1.pk).parent_id == w.south.pk


def test_what_was_changed_after_the_preview_is_previewed_again(w, admin):
    page = sent(admin, "move_unit", [w.north_1.pk], parent=w.south.pk, reason="")
    seen = re.search(r'name="seen" value="(\w+)"', text(page))[1]
    page = sent(admin, "move_unit", [w.north_1.pk], parent=w.root.pk, reason="", seen=seen, confirm="1")
    assert page.status_code == 200 and Unit.objects.get(pk=w.north_1.pk).parent_id == w.north.pk


def test_merging_from_the_page_moves_the_open_turns(w, admin):
    turn = make.turn(make.letter(w), w.head, w.north_1)[0]
    data = {"unit_1": w.north_1.pk, "successor": w.south_1.pk, "reason": "Acuerdo 7"}
    page = sent(admin, "merge", **data)
    assert "turnos por atender pasan" in text(page)
    assert confirmed(admin, "merge", **data).status_code == 302
    assert Turn.objects.get(pk=turn.pk).unit_id == w.south_1.pk


def test_closing_with_open_matters_asks_for_a_successor(w, admin):
    make.turn(make.letter(w), w.head, w.north_1)
    page = sent(admin, "close_unit", [w.north_1.pk], successor="", reason="Acuerdo")
    assert page.status_code == 422 and "elija la unidad que la sustituye" in text(page)


def test_codes_change_from_a_pasted_table(w, admin):
    data = {"table": f"{w.north.code}\tNUEVA1\n{w.south.code};NUEVA2\n", "day": "2026-02-01", "source": "Gaceta"}
    old = w.north.code
    assert confirmed(admin, "codes", **data).status_code == 302
    assert Unit.objects.get(pk=w.north.pk).code == "NUEVA1" and UnitCode.objects.filter(code=old, unit=w.north).exists()
    assert w.north.name in text(admin.get(reverse("admin_area:units"), {"q": old}))
    page = text(sent(admin, "codes", table="\nNOESTA,X\n\n  \nTAMPOCO,Y\n", day="2026-02-01"))
    assert "Línea 2: ninguna unidad vigente tiene la clave NOESTA. Línea 5: ninguna" in page
    page = sent(admin, "codes", table="NOESTA,X", day="2026-02-01")
    assert page.status_code == 422 and "Línea 1" in text(page)


def test_a_pasted_table_may_bring_its_headings_and_names(w, admin):
    for unit in (w.north, w.south):
        Unit.objects.filter(pk=unit.pk).update(code="IGUAL")
    assert "en tercer lugar, el nombre" in text(sent(admin, "codes", table="IGUAL,OTRA", day="2026-02-01"))
    table = f"Clave anterior\tClave nueva\tUnidad\nIGUAL\tOTRA\t{w.north.name}\n"
    assert "claves nuevas quedarían" not in text(sent(admin, "codes", table=table, day="2026-02-01"))
    FolioSeries.objects.filter(unit=w.root).delete()  # else their folios would be the same
    page = text(sent(admin, "codes", table=f"{w.root.code},IGUAL", day="2026-02-01"))
    assert "claves nuevas quedarían en varias unidades: IGUAL" in page
    assert confirmed(admin, "codes", table=table, day="2026-02-01", source="").status_code == 302
    assert [Unit.objects.get(pk=u.pk).code for u in (w.north, w.south)] == ["OTRA", "IGUAL"]


def test_a_person_from_nothing_to_a_function_and_out_again(w, admin):
    sent(admin, "new_person", given_name="Inés", surname_1="Muñoz", email="ines@example.org", sign_in="on",
         unit=w.north_1.pk, uuid="6f1f1d9e-3d5c-4b43-9d2c-0f4f5f1c1a11")
    ines = Person.objects.get(email="ines@example.org")
    staff = Role.objects.get(institution=w.institution, slug="staff")
    today = timezone.localdate()
    assert sent(admin, "give", [ines.pk], role=staff.pk, unit=w.north_1.pk, since=str(today - timedelta(3))).status_code == 302
    assert sent(admin, "appoint", [ines.pk], unit=w.north_1.pk, kind="head", since=str(today)).status_code == 422
    assert sent(admin, "appoint", [ines.pk], unit=w.north_1.pk, kind="head", since=str(today), replace="on").status_code == 302
    grant = Grant.objects.get(person=ines)
    assert sent(admin, "finish_grant", [grant.pk]).status_code == 302
    assert Grant.objects.get(pk=grant.pk).valid_to == today


def test_the_administration_does_not_give_itself_matters(w, admin):
    head = Role.objects.get(institution=w.institution, slug="head")
    page = sent(admin, "give", [w.admin.pk], role=head.pk, unit=w.root.pk, since="2026-01-01")
    assert page.status_code == 422 and "No puede darse permisos" in text(page)


def test_one_delegates_and_takes_back_alone(w):
    client, today = signed_in(w.north_head), timezone.localdate()
    head = Role.objects.get(institution=w.institution, slug="head")
    data = {"to": w.staff.pk, "role": head.pk, "unit": w.north.pk, "since": str(today), "until": str(today + timedelta(5))}
    assert sent(client, "delegate", [w.north_head.pk], **data).status_code == 302
    grant = Grant.objects.get(person=w.staff, delegated_by=w.north_head)
    assert grant.valid_to == today + timedelta(6)
    assert sent(client, "delegate", [w.north_head.pk], **{**data, "unit": w.root.pk}).status_code == 422
    assert sent(client, "finish_grant", [grant.pk]).status_code == 302
    assert not Grant.objects.filter(pk=grant.pk).exists()


def test_only_what_a_person_may_lend_is_offered_to_delegate(w, admin):
    roles = {r.slug: r for r in Role.objects.filter(institution=w.institution)}

    def offered(person):
        page = text(admin.get(reverse("admin_area:delegate", args=[person.pk])))
        return set(re.findall(r'<option value="(\d+)"', page.split('name="role"')[1].split("</select>")[0]))

    assert str(roles["staff"].pk) in offered(w.staff) and not {str(roles["head"].pk), str(roles["admin"].pk)} & offered(w.staff)
    assert str(roles["head"].pk) in offered(w.north_head)
    assert offered(w.nobody) == set()
    assert "No tiene ninguna función que pueda delegar" in text(admin.get(reverse("admin_area:delegate", args=[w.nobody.pk])))
    today = timezone.localdate()
    Grant.objects.create(person=w.nobody, role=roles["staff"], unit=w.north, valid_from=today + timedelta(30))
    assert str(roles["staff"].pk) in offered(w.nobody), "what begins later may be lent for then"
    refused = sent(admin, "delegate", [w.staff.pk], to=w.nobody.pk, role=roles["head"].pk, unit=w.north_1.pk, since=str(today),
                   until=str(today + timedelta(5)))
    assert refused.status_code == 422 and "No tiene esa función" in text(refused)


def test_an_absence_names_who_acts(w):
    client, today = signed_in(w.north_1_head), timezone.localdate()
    assert sent(client, "absence", [w.north_1_head.pk], since=str(today), until=str(today + timedelta(9))).status_code == 302
    assert f"Suple {w.north_head.name}" in text(client.get(reverse("admin_area:person", args=[w.north_1_head.pk])))


def test_a_role_is_a_bundle_of_capabilities(w, admin):
    assert sent(admin, "new_role", name="Revisión", capabilities=["cases.read", "cases.measure"], clearance="1").status_code == 302
    assert Role.objects.get(institution=w.institution, name="Revisión").capabilities == ["cases.measure", "cases.read"]
    own = Role.objects.get(institution=w.institution, slug="admin")
    page = sent(admin, "role", [own.pk], name=own.name, capabilities=[*own.capabilities, "cases.read"], clearance="2")
    assert page.status_code == 422


def version_data(**extra):
    hours = {f"hours_{n}": "09:00-14:00, 15:00-18:00" if n < 5 else "" for n in range(7)}
    return {"note": "Vacaciones", "amber_rule": "fraction", "amber_value": "0.75", "kind": "vacation",
            "uuid": "6f1f1d9e-3d5c-4b43-9d2c-0f4f5f1c1a11", **hours, **extra}


def test_a_calendar_changes_by_a_new_version_with_its_source(w, admin):
    calendar = Calendar.objects.get(institution=w.institution)
    data = version_data(first="2027-07-19", last="2027-07-30", name="Primer periodo vacacional", source="Gaceta 12")
    assert "días se agregan" in text(sent(admin, "new_version", [calendar.pk], **data))
    assert confirmed(admin, "new_version", [calendar.pk], **data).status_code == 302
    assert calendar.versions.count() == 2
    assert "Gaceta 12" in text(admin.get(reverse("admin_area:calendar", args=[calendar.pk]), {"anio": "2027"}))


YEAR = """Desde	Hasta	Tipo	Nombre	Fuente
05/05/2027		Inhábil estatal	Batalla de Puebla	Gaceta 12
2027-07-19; 2027-07-30; vacaciones; Primer periodo; Acuerdo 3

2 de noviembre de 2027, local, Día de Muertos, Gaceta 12, sección II
lunes, 20 de diciembre de 2027	31-dic-27	vacation	Segundo periodo	Acuerdo 3
"""


def test_the_days_of_a_year_are_pasted_and_make_one_version(w, admin):
    calendar = Calendar.objects.get(institution=w.institution)
    data = version_data(lines=YEAR)
    page = text(sent(admin, "new_version", [calendar.pk], **data))
    assert '<dt class="num">26</dt><dd>días se agregan' in page and "Segundo periodo" in page and not calendar.versions.filter(number=2)
    assert confirmed(admin, "new_version", [calendar.pk], **data).status_code == 302
    days = {str(d.day): d for d in calendar.versions.get(number=2).days.filter(day__year=2027).exclude(kind="federal")}
    assert len(days) == 26 and {"2027-07-19", "2027-07-30", "2027-12-20", "2027-12-31"} <= days.keys()
    assert days["2027-05-05"].kind == "state" and days["2027-11-02"].source == "Gaceta 12, sección II"


def test_mistakes_in_pasted_days_are_all_told_by_line_and_nothing_is_lost(w, admin):
    calendar = Calendar.objects.get(institution=w.institution)
    lines = ("2027-05-05;;estatal;Batalla;Gaceta\n\n31/02/2027;;estatal;X;\n2027-05-01;2027-05-09;feriado;X;Y\n"
             "2027-05-04;2027-05-06;local;Puente;Z\n2027-06-09;2027-06-01;local;Al revés;Z\n2027-08-02;;local;Arriba;Z\n" + "x" * 3000)
    page = sent(admin, "new_version", [calendar.pk], **version_data(
        lines=lines, first="2027-08-01", last="2027-08-03", name="Otra", source="Acuerdo"))
    shown = text(page)
    assert page.status_code == 422 and not calendar.versions.filter(number=2)
    for words in ("Línea 3: «31/02/2027» no es una fecha", "falta la fuente", "Línea 4: el tipo «feriado» no existe; puede ser Descanso",
                  "Línea 5: el 5 de mayo de 2027 ya está en la línea 1.", "Línea 6: el periodo termina antes",
                  "Línea 7: el 2 de agosto de 2027 ya está en «Agregar un día o un periodo».", "Línea 8:"):
        assert words in shown, words
    assert "2027-06-09;2027-06-01;local;Al revés;Z" in shown


@pytest.mark.parametrize(("wrong", "words"), [
    ({"first": "2027-07-19", "name": "X"}, "quién lo dispone"), ({"hours_0": "de 9 a 5"}, "Escriba horas como"),
    ({"hours_0": "09:00-14:00, 13:00-18:00"}, "se enciman"),
    ({"first": "2027-07-19", "last": "2027-07-01", "name": "X", "source": "Y"}, "antes de empezar"),
    ({f"hours_{n}": "" for n in range(7)}, "ningún horario"),
])
def test_a_calendar_refuses_in_spanish(w, admin, wrong, words):
    calendar = Calendar.objects.get(institution=w.institution)
    page = sent(admin, "new_version", [calendar.pk], **version_data(**wrong))
    assert page.status_code == 422 and words in text(page)


def test_catalogues_are_kept_and_remember(w, admin):
    data = {"text": "Emitir opinión", "purpose": "action", "amount": "3", "order": "10", "active": "on"}
    assert sent(admin, "new_row", ["instrucciones"], **data).status_code == 302
    row = Instruction.objects.get(text="Emitir opinión")
    page = sent(admin, "new_row", ["instrucciones"], **data)
    assert page.status_code == 422 and "Ya hay un registro igual" in text(page)
    sent(admin, "catalogue_row", ["instrucciones", row.pk], **{**data, "amount": "7"})
    assert "<del" in text(admin.get(reverse("admin_area:history", args=["instrucciones", row.pk])))
    series = FolioSeries.objects.filter(unit=w.north).first()
    page = sent(admin, "catalogue_row", ["numeracion", series.pk], unit=w.north.pk, slug=series.slug, mask="sin número", yearly="on")
    assert page.status_code == 422 and "{n}" in text(page)


@pytest.mark.parametrize(("use", "mask", "told"), [
    ("outgoing", "{unit}/E/{n}/{year}", "Escribiría los mismos folios que la numeración «{unit}/E/{n}/{year}» de Dirección Norte"),
    ("outgoing", "{unit}/E/{n:05}/{year}", "Escribiría los mismos folios"), ("outgoing", "{unit}/{n:80}/{year}", "más de 80 caracteres"),
    ("outgoing", "{unit}/S/{n}/{year}", ""), ("outgoing", "{unit}/{series}/{n}/{year}", ""), ("incoming", "{unit}/E/{n}/{year}", "")])
def test_two_numberings_never_write_one_folio(w, admin, use, mask, told):
    FolioSeries.objects.filter(unit=w.north).update(mask="{unit}/{series}-/{n}/{year}")
    FolioSeries.objects.filter(unit=w.north, slug="incoming").update(mask="{unit}/E/{n}/{year}")
    series = FolioSeries.objects.get(unit=w.north, slug=use)
    fields = {"unit": w.north.pk, "slug": use, "mask": mask, "yearly": "on"}
    page = sent(admin, "catalogue_row", ["numeracion", series.pk], **fields, active="on")
    assert page.status_code == (422 if told else 302) and told in text(page)
    if "mismos" in told:
        assert sent(admin, "catalogue_row", ["numeracion", series.pk], **fields).status_code == 302  # out of use it writes nothing


def test_a_file_is_shown_before_it_is_applied(w, admin):
    file = SimpleUploadedFile("u.csv", "codigo;nombre\nZ1;Oficina Ñandú\n".encode("cp1252"))
    page = admin.post(reverse("admin_area:import_units"), {"file": file})
    assert "Se agregan" in text(page) and "Oficina Ñandú" in text(page) and not Unit.objects.filter(code="Z1").exists()
    fields = dict(re.findall(r'name="(contents|digest)" value="([^"]+)"', text(page)))
    assert admin.post(reverse("admin_area:import_units"), fields).status_code == 302
    assert Unit.objects.get(code="Z1").name == "Oficina Ñandú"
    page = admin.post(reverse("admin_area:import_units"), {"file": SimpleUploadedFile("u.csv", b"codigo,nombre\n,X\n")})
    assert "Línea 2: falta la clave" in text(page)
    page = admin.post(reverse("admin_area:import_units"), {"file": SimpleUploadedFile("u.csv", b"codigo,nombre\nZ2,Otra\n")})
    fields = dict(re.findall(r'name="(contents|digest)" value="([^"]+)"', text(page)))
    add_unit(actor=w.admin, institution=w.institution, draft=UnitDraft("Ajena", code="Z2"))
    again = admin.post(reverse("admin_area:import_units"), fields)
    seen = dict(re.findall(r'name="(contents|digest)" value="([^"]+)"', text(again)))
    assert "Los datos cambiaron" in text(again) and seen["contents"] == fields["contents"], "seen again, without choosing the file again"
    assert admin.post(reverse("admin_area:import_units"), seen).status_code == 302 and Unit.objects.get(code="Z2").name == "Otra"
    for junk in ("???", "AAAA", "eJw="):
        assert admin.post(reverse("admin_area:import_units"), {"contents": junk, "digest": "x"}).status_code in (200, 422)


def test_colours_that_cannot_be_read_are_refused(w, admin):
    data = {"name": "Instituto", "short_name": "I", "time_zone": "America/Mexico_City"}
    page = sent(admin, "institution", **data, light_primary="#FFDD00")
    assert page.status_code == 422 and "No se lee bien" in text(page)
    assert sent(admin, "institution", **data, light_primary="#123456").status_code == 302
    w.institution.refresh_from_db()
    assert w.institution.tokens == {"light": {"primary": "#123456"}}


def test_the_margin_of_turns_is_a_setting_of_the_institution(w, admin):
    data = {"name": "Instituto", "short_name": "I", "time_zone": "America/Mexico_City"}
    assert sent(admin, "institution", **data, turn_margin="31").status_code == 422
    assert sent(admin, "institution", **data, turn_margin="2").status_code == 302
    w.institution.refresh_from_db()
    assert margin_of(w.institution.policy) == 2
    assert [margin_of({"turn_margin": value}) for value in (None, "dos", -3, 900)] == [0, 0, 0, 30]


def test_contrast_is_the_one_of_wcag():
    assert round(contrast.ratio("#000000", "#FFFFFF"), 2) == 21.0
    assert round(contrast.ratio("#8A1538", "#FFFFFF"), 1) == 9.4
    assert round(contrast.ratio("#777777", "#FFFFFF"), 2) == 4.48


def test_the_log_is_read_by_who_may_and_filtered(w, admin):
    sent(admin, "edit_unit", [w.north.pk], name="Dirección Norte Renovada", level="directorate",
         uuid="6f1f1d9e-3d5c-4b43-9d2c-0f4f5f1c1a11")
    page = text(admin.get(reverse("admin_area:log"), {"verbo": "orgs.update_unit"}))
    assert "Editó una unidad" in page and w.admin.name in page
    assert "<dt>Antes</dt>" in page and "<dt>after</dt>" not in page
    assert "Nada coincide" in text(admin.get(reverse("admin_area:log"), {"desde": "2999-01-01"}))
    for bad in ({"desde": "no"}, {"hasta": "2026-99-99"}, {"antes": "x"}, {"persona": "\x00"}, {"verbo": "%"}):
        assert admin.get(reverse("admin_area:log"), bad).status_code == 200
    history = text(admin.get(reverse("admin_area:history", args=["unit", w.north.pk])))
    assert "Dirección Norte Renovada" in history and "<del" in history


def test_the_tree_costs_the_same_queries_for_many(w, admin, django_assert_max_num_queries):
    for n in range(30):
        make.unit(w.institution, f"Oficina {n}", w.north)
    with django_assert_max_num_queries(16):
        admin.get(reverse("admin_area:units"))


def test_units_without_numbering_get_that_of_the_unit_above_at_once(w, admin):
    FolioSeries.objects.filter(unit__in=[w.north, w.north_1]).delete()
    FolioSeries.objects.filter(unit=w.north_2, slug="internal").delete()
    FolioSeries.objects.filter(unit=w.root, slug="outgoing").update(mask="OF/{n}/{year}")
    for unit in (w.root, w.north, w.north_1, w.north_2):
        Unit.objects.filter(pk=unit.pk).update(code="" if unit == w.north_1 else f"N{unit.pk}", short_name="")
    fill = reverse("admin_area:fill_catalogue", args=["numeracion"])
    assert "Numerar las unidades que faltan" in admin.get(reverse("admin_area:catalogue", args=["numeracion"])).content.decode()
    told = text(admin.post(fill, follow=True))
    assert "Se agregaron 3 series" in told and f"mismos folios que otra unidad: {w.north.name}." in told
    assert f"no tienen clave ni siglas: {w.north_1.name}." in told
    made = {(s.unit_id, s.slug): s.mask for s in FolioSeries.objects.filter(unit__in=[w.north, w.north_1, w.north_2])}
    assert made.keys() == {(w.north.pk, "incoming"), (w.north.pk, "internal"),  # of the outgoing mask two units would write one folio
                           (w.north_2.pk, "incoming"), (w.north_2.pk, "outgoing"), (w.north_2.pk, "internal")}
    assert made[w.north.pk, "incoming"] == FolioSeries.objects.get(unit=w.root, slug="incoming").mask
    FolioSeries.objects.filter(unit=w.root, slug="outgoing").update(active=False)
    Unit.objects.filter(pk=w.north_1.pk).update(code="N1")
    assert "Se agregaron 2 series" in text(admin.post(fill, follow=True)) and "No faltaba nada" in text(admin.post(fill, follow=True))
    assert admin.post(reverse("admin_area:fill_catalogue", args=["instrucciones"])).status_code == 404
    assert signed_in(w.head).post(fill).status_code == 404


def test_of_two_units_with_one_code_only_one_is_numbered(w, admin):
    FolioSeries.objects.filter(unit__in=[w.north_1, w.north_2]).delete()
    FolioSeries.objects.filter(unit=w.north).update(mask="{unit}/{series}/{n}/{year}")
    Unit.objects.filter(pk__in=[w.north_1.pk, w.north_2.pk]).update(code="N1")
    told = text(admin.post(reverse("admin_area:fill_catalogue", args=["numeracion"]), follow=True))
    assert f"escribirían los mismos folios que otra unidad: {w.north_2.name}." in told
    assert FolioSeries.objects.filter(unit=w.north_1).count() == 3 and not FolioSeries.objects.filter(unit=w.north_2).exists()
    Unit.objects.filter(pk=w.north_2.pk).update(code="N" * 40)
    FolioSeries.objects.filter(unit=w.north).update(mask="{unit}/{series}/" + "X" * 40 + "/{n}/{year}")
    assert f"porque el folio no cabría: {w.north_2.name}." in text(
        admin.post(reverse("admin_area:fill_catalogue", args=["numeracion"]), follow=True))


def test_closing_alone_says_what_stays_and_refuses_before_the_preview_while_units_hang_below(w, admin):
    page = admin.post(reverse("admin_area:close_unit", args=[w.north.pk]), {"reason": "Acuerdo 7"})
    assert page.status_code == 422 and "unidades que dependen de ella" in page.content.decode()
    text = admin.post(reverse("admin_area:close_unit", args=[w.north_2.pk]), {"reason": "Acuerdo 7"}).content.decode()
    assert "siguen adscritas a ella" in text and "la otra unidad" not in text


def test_a_unit_shows_who_comes_next_and_a_mistaken_appointment_is_taken_away(w, admin):
    since = timezone.localdate() + timedelta(days=9)
    sent = {"unit": w.south_1.pk, "kind": "head", "title": "Directora del Sur", "since": str(since), "replace": "on"}
    assert admin.post(reverse("admin_area:appoint", args=[w.nobody.pk]), sent).status_code == 302
    assert w.south_1.posts.get(kind="head").title == "Directora del Sur"
    assert w.nobody.name in admin.get(reverse("admin_area:unit", args=[w.south_1.pk])).content.decode()
    held = w.nobody.appointments.get()
    assert "¿Quitar el nombramiento en" in admin.get(reverse("admin_area:person", args=[w.nobody.pk])).content.decode()
    admin.post(reverse("admin_area:finish_appointment", args=[held.pk]))
    assert not w.nobody.appointments.exists()


def test_a_unit_without_a_code_gets_one_where_it_is_edited(w, admin):
    bare = add_unit(actor=None, institution=w.institution, draft=UnitDraft("Oficina nueva", parent=w.root))
    edit = reverse("admin_area:edit_unit", args=[bare.pk])
    assert edit in admin.get(reverse("admin_area:unit", args=[bare.pk])).content.decode().split("Dar una clave")[0][-300:]
    sent = {"name": "Oficina nueva", "level": "office", "uuid": "7b0e2f0e-3d53-4c0a-9d0e-2f0e3d534c0a"}
    admin.post(edit, {**sent, "code": "900A"})
    bare.refresh_from_db()
    assert bare.code == "900A" and UnitCode.objects.get(unit=bare).code == "900A"
    admin.post(edit, {**sent, "code": "901A"})
    bare.refresh_from_db()
    assert bare.code == "900A" and 'name="code"' not in admin.get(edit).content.decode()


def test_a_routing_rule_that_refuses_says_why_and_is_taken_away(w, admin):
    rule = {"order": "10", "relation": "peer", "level": "", "max_distance": "", "purpose": ""}
    address = reverse("admin_area:new_row", args=["reglas-de-turnado"])
    before = RoutingRule.objects.count()
    refused = admin.post(address, rule)
    assert refused.status_code == 422 and "por dónde sí" in refused.content.decode() and RoutingRule.objects.count() == before
    admin.post(address, {**rule, "reason": "Túrnelo a la dirección."})
    row = RoutingRule.objects.get(institution=w.institution, order=10)
    shown = admin.get(reverse("admin_area:catalogue_row", args=["reglas-de-turnado", row.pk])).content.decode()
    assert "Una del mismo nivel y superior: no" in shown
    drop = reverse("admin_area:drop_row", args=["reglas-de-turnado", row.pk])
    assert signed_in(w.head).post(drop).status_code == 404
    admin.post(drop)
    assert RoutingRule.objects.count() == before


def test_who_opens_accounts_is_told_where_no_mail_leaves(w, admin, settings):
    for host, told in (("", True), ("correo.example", False)):
        settings.EMAIL_HOST = host
        pages = (admin.get(reverse("admin_area:import_people")), admin.post(reverse("admin_area:open_account", args=[w.staff.pk]), follow=True))
        assert [("no manda correo todavía" in page.content.decode()) for page in pages] == [told, told]
        assert "no manda correo" not in admin.get(reverse("admin_area:import_units")).content.decode()


@pytest.mark.parametrize(("asked", "found"), [("AGREGO una unidad", True), ("orgs.add_", True), ("fusiono", False), ("nada de esto", False)])
def test_the_log_is_filtered_by_the_words_it_shows(w, admin, asked, found):
    sent(admin, "new_unit", name="Oficina Nueva", parent=w.north.pk, level="office", valid_from="2026-01-01")
    entries = text(admin.get(reverse("admin_area:log"), {"verbo": asked})).partition("<tbody>")[2]
    assert ("Agregó una unidad" in entries) == found


def test_the_history_says_days_as_the_pages_do(w, admin):
    page = text(admin.get(reverse("admin_area:history", args=["unit", w.north.pk])))
    assert f"{w.north.valid_from.day} de " in page and str(w.north.valid_from) not in page

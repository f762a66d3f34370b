"""Menu, themes of institutions, form rendering, and rules that every template keeps."""

import re
from pathlib import Path

import pytest
from django import forms
from django.template import engines
from django.template.loader import render_to_string
from django.test import Client
from django.urls import reverse
from django.utils import translation
from tests.make import world

import ventanilla
from ventanilla.core.notices.models import Notice
from ventanilla.core.orgs import capabilities as cap
from ventanilla.core.orgs.models import Grant, Person, Role, User
from ventanilla.web.ui import navigation, themes
from ventanilla.web.ui.navigation import NavItem
from ventanilla.web.ui.tests.test_requests import signed_in

SOURCE = Path(ventanilla.__file__).parent
TEMPLATES = sorted(p for p in SOURCE.glob("**/jinja2/**/*") if p.suffix in {".html", ".txt"})


@pytest.fixture
def places(monkeypatch):
    monkeypatch.setattr(navigation, "_items", {})
    monkeypatch.setattr(navigation, "_actions", {})
    for slug, name, order, capability in [
        ("home", "ui:home", 10, None),
        ("profile", "ui:profile", 20, cap.ROUTE),
        ("admin", "ui:offline", 90, (cap.ADMIN_ORGS, cap.ADMIN_API)),
        ("gone", "no:such", 5, None),
    ]:
        navigation.register(NavItem(slug, slug, "home", name, order, capability))


@pytest.mark.django_db
def test_menu_shows_what_the_person_may_open(places):
    w = world()
    slugs = {
        name: [p.item.slug for p in navigation.nav_for(w.people[name])] for name in ("head", "staff", "admin")
    }
    assert slugs == {"head": ["home", "profile"], "staff": ["home"], "admin": ["home", "admin"]}
    assert navigation.nav_for(None) == []
    assert [p.item.slug for p in navigation.nav_for(w.head, "/perfil/x/") if p.current] == ["profile"]


def _shell(person):
    """What stands around a page of the person's, without the token against forgery, which is another each time."""
    page = signed_in(person).get("/perfil/").content.decode()
    return re.sub(r"(?s)[A-Za-z0-9]{64}|<main.*</main>", "", page)


@pytest.mark.django_db
def test_the_shell_says_what_is_true_now_and_nobody_elses():
    """Its parts are drawn once for what they say: each thing they say is changed here, after it was drawn."""
    w = world()
    first, other = _shell(w.staff), _shell(w.head)
    assert w.staff.name in first and w.head.name not in first and w.head.name in other and w.staff.name not in other
    board, register = (f'href="{reverse(name)}"' for name in ("letter_board", "letter_register"))
    assert board not in first and register not in first and w.root.name not in first
    for role in Role.objects.filter(institution=w.institution, slug__in=("clerk", "head")):
        Grant.objects.create(person=w.staff, role=role, unit=w.root, valid_from="2020-01-01")
    granted = _shell(w.staff)
    assert board in granted and register in granted
    Grant.objects.filter(person=w.staff, unit=w.root).update(valid_to="2020-02-01")
    assert _shell(w.staff) == first
    Person.objects.filter(pk=w.staff.pk).update(given_name="Ñandú <b>", unit=w.root)
    renamed = _shell(w.staff)
    assert "Ñandú &lt;b&gt;" in renamed and w.root.name in renamed and "Ñandú" not in _shell(w.head)
    Notice.objects.create(institution=w.institution, person=w.staff, kind="x", title="x", dedupe="x")
    assert "Avisos (1)" in _shell(w.staff) and "Avisos (1)" not in renamed + _shell(w.head)
    Notice.objects.filter(person=w.staff).update(read_at="2026-01-01T00:00Z")
    assert "Avisos (1)" not in _shell(w.staff)
    User.objects.filter(pk=w.staff.user_id).update(language="en", theme="dark")
    english = _shell(w.staff)
    assert "Sign out" in english and 'data-set-theme="dark" aria-pressed="true"' in english
    User.objects.filter(pk=w.staff.user_id).update(language="es-mx", theme="auto")
    assert _shell(w.staff) == renamed


@pytest.mark.django_db
def test_a_fixed_part_is_told_apart_by_what_it_is_told():
    draw = engines["jinja2"].env.from_string('{{ fixed("ui/shell/verbs.html", action=none, notices_url=u, notices=n) }}').render
    drawn = [draw(u=u, n=n) for u, n in (("/a/", 0), ("/b/", 0), ("/a/", 3), ("/a/", 0))]
    assert drawn[0] == drawn[3] and len(set(drawn)) == 3 and "(3)" in drawn[2] and "/b/" in drawn[1]
    with translation.override("en"):
        assert draw(u="/a/", n=0) != drawn[0]


@pytest.mark.django_db
def test_the_number_of_a_place_is_that_of_now(places, monkeypatch):
    w = world()
    numbers = iter((3, 0, 4))
    navigation.register(NavItem("work", "Trabajo", "home", "ui:home", 10, count=lambda person: next(numbers)))
    shown = [re.findall(r'class="count">(\d+)<', _shell(w.staff)) for _n in range(3)]
    assert shown == [["3"], [], ["4"]]


@pytest.mark.django_db
def test_first_allowed_action(places):
    w = world()
    navigation.register_action(NavItem("register", "Registrar", "plus", "ui:home", 10, cap.REGISTER))
    assert navigation.action_for(w.clerk).item.slug == "register"
    assert navigation.action_for(w.staff) is None


def test_theme_sheet_takes_only_known_names_and_colours():
    sheet = themes.sheet(
        {
            "light": {"primary": "#123456", "evil": "#000000", "accent": "red;}body{}"},
            "dark": {"primary": "#ABCDEF"},
        }
    )
    assert sheet.startswith(":root{--v-primary:#123456;}") and "evil" not in sheet and "body" not in sheet
    assert '[data-theme="dark"]{--v-primary:#ABCDEF;}' in sheet
    assert themes.sheet({}) == themes.sheet({"light": "x"}) == ""


@pytest.mark.django_db
def test_theme_is_served_by_its_digest_for_a_year():
    w = world()
    w.institution.tokens = {"light": {"primary": "#123456"}}
    w.institution.save()
    url = themes.address(w.institution)
    assert url in signed_in(w.head).get("/perfil/").content.decode()
    sheet = Client().get(url)
    assert (
        sheet.status_code == 200
        and "immutable" in sheet["Cache-Control"]
        and sheet["Content-Type"].startswith("text/css")
    )
    assert Client().get(url.replace(url[-16:-4], "0" * 12)).status_code == 404


class Sample(forms.Form):
    subject = forms.CharField(label="Asunto", help_text="En una línea")
    urgent = forms.BooleanField(label="Urgente", required=False)
    kind = forms.ChoiceField(label="Tipo", choices=[("a", "A"), ("b", "B")], widget=forms.RadioSelect)


def test_form_has_summary_and_errors_at_fields():
    text = str(Sample({}))
    assert "Falta corregir 2 datos" in text and 'href="#id_subject"' in text
    assert (
        text.count("(obligatorio)") == 2 and 'id="id_subject_error"' in text and 'aria-invalid="true"' in text
    )
    assert re.search(r'aria-describedby="id_subject_helptext id_subject_error"', text)
    assert "form-control is-invalid" in text and "form-check-input" in text and "<legend" in text


def test_what_no_field_can_mend_is_not_called_a_field_to_mend():
    form = Sample({"subject": "Uno", "kind": "a"})
    form.add_error(None, "Ya no es posible.")
    text = str(form)
    assert "No se pudo hacer" in text and "Ya no es posible." in text and "Falta corregir" not in text


def test_an_empty_choice_is_said_in_words():
    class Choosing(forms.Form):
        kind = forms.ChoiceField(label="Tipo", choices=[("", "---------"), ("a", "A")])

    text = str(Choosing())
    assert "Elija de la lista" in text and "---------" not in text


@pytest.mark.parametrize("path", TEMPLATES, ids=lambda p: str(p.relative_to(SOURCE)))
def test_template_keeps_the_rules(path):
    """Nothing inline that runs (the content policy refuses it; blocks of data do not run), no remote address, every image has a text."""
    text = path.read_text(encoding="utf-8")
    if path.name != "error.html" and path.suffix == ".html" and path.stem != "mail":
        assert not re.search(r'\sstyle="|<style|\son[a-z]+="', text)
        assert not re.search(r"<script(?![^>]*(?:src=|application/json|application/ld\+json))", text)
        assert not re.search(r'(?:src|href)="https?://', text)
        assert all("alt=" in tag for tag in re.findall(r"<img[^>]*>", text))


@pytest.mark.parametrize("path", [p for p in TEMPLATES if "web/ui/" in str(p)], ids=lambda p: p.name)
def test_template_compiles(path):
    from django.template import engines

    name = str(path.relative_to(path.parents[len(path.parts) - path.parts.index("jinja2") - 2]))
    engines["jinja2"].get_template(name)


@pytest.mark.django_db
def test_manifest_worker_and_offline(client):
    manifest = client.get("/manifest.webmanifest").json()
    assert manifest["start_url"] == "/bandeja/" and {i["sizes"] for i in manifest["icons"]} == {
        "192x192",
        "512x512",
    }
    worker = client.get("/sw.js")
    assert "__VERSION__" not in worker.content.decode() and worker["Content-Type"].startswith(
        "text/javascript"
    )
    kept = client.get("/sin-conexion/").content.decode()
    assert "Sin conexión" in kept and '<a href="">Intentar de nuevo</a>' in kept, "it stands at the address that was asked"
    assert "Error 200" not in kept and "referencia" not in kept


def test_light_is_shape_and_word():
    with translation.override("es-mx"):
        from django.template import engines

        text = (
            engines["jinja2"]
            .from_string(
                '{% from "ui/macros/light.html" import light %}'
                '{{ light("red", "Vencido hace 3 días hábiles", "/x/") }}{{ light("none") }}'
            )
            .render({})
        )
    assert (
        "<svg" in text
        and "Vencido hace 3 días hábiles" in text
        and 'href="/x/"' in text
        and "Sin plazo" in text
    )


def test_palette_answer():
    text = render_to_string(
        "ui/palette_results.html",
        {"groups": [("Folios", [{"url": "/c/1/", "icon": "mail", "title": "IV/E/1", "detail": "x"}])]},
    )
    assert 'role="option"' in text and "/c/1/" in text
    assert "Nada coincide" in render_to_string("ui/palette_results.html", {"groups": []})


def test_sentences_with_a_number_write_it_as_the_pages_do():
    page = engines["jinja2"].from_string('{{ ngettext("%(num)s respuesta", "%(num)s respuestas", n) }}|{{ ngettext("%(n)s", "%(n)s", n, n="x") }}')
    assert page.render({"n": 2558}) == "2,558 respuestas|x" and page.render({"n": 1}) == "1 respuesta|x"


@pytest.mark.parametrize(("unread", "shown"), [(0, ""), (7, "7"), (100, "99+")])
def test_the_bell_says_the_most_it_counts(unread, shown):
    page = render_to_string("ui/shell/verbs.html", {"notices": unread, "notices_url": "/avisos/", "action": None})
    assert f'aria-hidden="true">{shown}</span>' in page and (f"({shown})" in page) == bool(shown)

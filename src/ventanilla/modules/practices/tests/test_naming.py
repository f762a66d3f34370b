"""People named by forms: offered when name and post (or mail) agree, tied or kept apart by a person, taken back; nothing is ever merged."""
import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from tests.pages import as_, text

from ventanilla.core.orgs.services.setup import NotAllowed, Refused
from ventanilla.modules.practices.models import NamedPerson, Practice, SamePerson
from ventanilla.modules.practices.rules.people import name_key, post_words, posts_agree
from ventanilla.modules.practices.services.editing import save_section
from ventanilla.modules.practices.services.naming import also_in, decide_same, decided, offers, undo_decision
from ventanilla.modules.practices.tests.life import Registry, registry
from ventanilla.modules.practices.tests.test_papers import publish


@pytest.mark.parametrize(("text_", "key"), [
    ("P.L.M. Persona Titular Uno Ejemplo", "ejemplo persona titular uno"), ("Ejemplo Uno Persona Titular", "ejemplo persona titular uno"),
    ("Maestro en Administración Pública Persona Títular Cuatro", "cuatro persona titular"), ("Lda. Ana Ruíz de la Cruz", "ana cruz ruiz"),
    ("M. en A.P. Juan Muñoz", "juan muñoz"), ("Dra. en D. Ana Ruiz", "ana ruiz"), ("C.P. José", ""), ("", "")])
def test_names_without_titles_order_and_accents(text_: str, key: str) -> None:
    assert name_key(text_) == key


def test_posts_agree_in_either_gender_and_when_one_says_more() -> None:
    assert posts_agree(post_words("Subdirectora de Proyectos"), post_words("Subdirector de proyectos")) == "same"
    assert posts_agree(post_words("Subdirector"), post_words("Subdirector de Proyectos")) == "part"
    assert posts_agree(post_words("Jefe de Archivo"), post_words("Subdirector de Proyectos")) == "" == posts_agree((), ("enlace",))


def named(r: Registry, title: str, head: str, post: str, contact: str = "Rita Sol Paz", mail: str = "") -> Practice:
    return r.practice(nombre=title, titular_nombre=head, titular_cargo=post, enlace_nombre=contact, enlace_cargo="Enlace de mejora",
                      **({"titular_correo": mail} if mail else {}))


pytestmark = pytest.mark.django_db


def test_offered_with_its_reasons_decided_and_taken_back() -> None:
    r = registry()
    first = named(r, "Una", "Lic. Ana Ruiz Soto", "Directora de Vivienda")
    second = named(r, "Dos", "Ruiz Soto Ana", "Director de Vivienda Social", "Luis Gil Mora")
    named(r, "Tres", "Ana Ruiz Soto", "Jefa de Archivo", "Eva Luz Ríos")
    (pair,) = [p for p in offers(r.keeper) if p.one.part == "titular"]
    assert (pair.one.practice, pair.other.practice, pair.reasons) == (first, second, ("name", "post_part", "institution"))
    assert offers(r.author) == [] and offers(r.reviewer) == [] and offers(registry().keeper) == []
    for wrong in (r.author, registry().keeper):
        with pytest.raises(NotAllowed):
            decide_same(actor=wrong, one=pair.one.pk, other=pair.other.pk, same=True)
    row = decide_same(actor=r.keeper, one=pair.other.pk, other=pair.one.pk, same=True)
    assert (row.one, row.other) == (pair.one, pair.other) and offers(r.keeper) == []
    assert also_in(r.author, first) == {"titular": [second]} and also_in(r.author, second) == {"titular": [first]}
    assert [n.name for n in NamedPerson.objects.filter(part="titular").order_by("pk")][:2] == ["Lic. Ana Ruiz Soto", "Ruiz Soto Ana"], "nothing merged"
    undo_decision(actor=r.keeper, decision=row)
    assert also_in(r.author, first) == {} and len(offers(r.keeper)) == 1
    decide_same(actor=r.keeper, one=pair.one.pk, other=pair.other.pk, same=False)
    assert offers(r.keeper) == [] and also_in(r.author, first) == {}
    with pytest.raises(Refused, match="ya no coinciden"):
        decide_same(actor=r.keeper, one=pair.one.pk, other=first.named.get(part="enlace").pk, same=True)


def test_a_hundred_namesakes_give_a_line_of_offers_and_form_one_person() -> None:
    r = registry()
    rows = [named(r, f"Práctica {n}", "Ana Ruiz Soto", "Directora", f"Enlace {'abcdefgh'[n]}na Paz") for n in range(6)]
    assert [(p.one.practice.title, p.other.practice.title) for p in offers(r.keeper)] == [("Práctica 0", f"Práctica {n}") for n in range(1, 6)]
    for pair in offers(r.keeper):
        decide_same(actor=r.keeper, one=pair.one.pk, other=pair.other.pk, same=True)
    assert [p.title for p in also_in(r.author, rows[3])["titular"]] == [f"Práctica {n}" for n in (0, 1, 2, 4, 5)]
    with CaptureQueriesContext(connection) as few:
        offers(r.keeper)
    assert len(few) <= 2
    first = SamePerson.objects.order_by("pk")[0]
    undo_decision(actor=r.keeper, decision=first)
    decide_same(actor=r.keeper, one=first.one_id, other=first.other_id, same=False)
    assert offers(r.keeper) == [], "who is not the first is none of those that are the first"


def test_of_other_institutions_only_heads_of_public_practices_are_offered() -> None:
    here, there = registry(), registry()
    mine = named(here, "Nuestra", "Ana Ruiz Soto", "Directora", "Rita Sol Paz")
    theirs = named(there, "Suya", "Ana Ruiz Soto", "Directora", "Rita Sol Paz")
    assert offers(here.keeper) == []
    publish(theirs)
    (pair,) = offers(here.keeper)
    assert {pair.one.practice, pair.other.practice} == {mine, theirs} and pair.reasons == ("name", "post", "elsewhere")
    decide_same(actor=here.keeper, one=pair.one.pk, other=pair.other.pk, same=True)
    assert also_in(here.author, mine) == {"titular": [theirs]} and also_in(there.author, theirs) == {}, "each institution decides for itself"


def test_when_a_name_is_corrected_what_was_decided_falls_away() -> None:
    r = registry()
    first, second = named(r, "Una", "Ana Ruiz Soto", "Directora"), named(r, "Dos", "Ana Ruiz Soto", "Directora", "Otra Voz Lima")
    pair = offers(r.keeper)[0]
    decide_same(actor=r.keeper, one=pair.one.pk, other=pair.other.pk, same=True)
    revision = second.revisions.get()
    said = {k: v for k, v in revision.values.items() if k in ("titular_nombre", "titular_cargo", "enlace_nombre", "enlace_cargo", "dependencia",
                                                              "unidad")}
    save_section(actor=r.author, practice=second, section="responsable", raw={**said, "titular_nombre": "Ana Ruiz Sosa"})
    assert not SamePerson.objects.exists() and also_in(r.author, first) == {}
    assert not NamedPerson.objects.filter(name_key="ana ruiz soto", twin=True).exists() and offers(r.keeper) == []


def test_the_pages_offer_decide_and_undo() -> None:
    r = registry()
    first, second = named(r, "Una", "Ana Ruiz Soto", "Directora"), named(r, "Dos", "Ana Ruiz Soto", "Directora", "Otra Voz Lima")
    keeper, page = as_(r.keeper), reverse("practice_pairs")
    shown = text(keeper.get(page))
    assert "el mismo nombre, el mismo cargo y la misma institución" in shown
    r.presented(second)
    assert "Quizá sean la misma persona" in text(keeper.get(reverse("practice", args=[second.pk])))
    assert "Quizá sean la misma persona" not in text(as_(r.author).get(reverse("practice", args=[second.pk])))
    pair = offers(r.keeper)[0]
    keeper.post(reverse("practice_pair", args=[pair.one.pk, "misma"]), {"volver": "//malo.example", "otro": [pair.other.pk]})
    assert "Deshacer" in text(keeper.get(page)) and "También en" in text(as_(r.author).get(reverse("practice", args=[first.pk])))
    keeper.post(reverse("practice_pair_undo", args=[SamePerson.objects.get().pk]))
    assert not SamePerson.objects.exists() and decided(r.keeper) == []
    assert keeper.post(reverse("practice_pair", args=[pair.one.pk, "otra"])).status_code == 404
    assert as_(r.author).get(page).status_code == 404
    third = named(r, "Tres", "Ana Ruiz Soto", "Directora", "Otra Voz Mora")
    assert text(keeper.get(page)).count("Es la misma persona") == 1, "one card for one person, however many forms name them"
    others = [p.other.pk for p in offers(r.keeper)]
    assert len(others) == 2 and third.named.get(part="titular").pk in others
    keeper.post(reverse("practice_pair", args=[pair.one.pk, "misma"]), {"otro": [*others, "x"]})
    assert SamePerson.objects.filter(same=True).count() == 2 and offers(r.keeper) == []
    assert "Marque al menos una" in text(keeper.post(reverse("practice_pair", args=[pair.one.pk, "misma"]), follow=True))

"""Plans, norms and people of the five real forms against what a person found in them (the forms themselves are not kept here)."""
from datetime import date

import pytest

from ventanilla.modules.practices.rules.citations import citations
from ventanilla.modules.practices.rules.norms import ends, known_norms, norm_key, norm_of
from ventanilla.modules.practices.rules.people import name_key, post_words, posts_agree
from ventanilla.modules.practices.rules.plans import plan_of
from ventanilla.modules.practices.tests.reading.test_key import FORMS, reading

pytestmark = pytest.mark.shared_data
PLANS = {1: "2023-2029", 2: "2017-2023", 3: "2017-2023", 4: "2023-2029", 5: "2017-2023"}
CITED = {1: 2, 2: 2, 3: 14, 4: 4, 5: 1}
ENDED = {1: ["Ley Orgánica de la Administración Pública del Estado de México"], 2: [],
         3: ["Ley Orgánica de la Administración Pública del Estado de México"], 4: [], 5: []}


def said(number: int, key: str) -> str:
    return str(reading(number).fields[key].value or "")


@pytest.mark.parametrize("number", FORMS)
def test_the_axes_of_each_form_name_one_plan(number: int) -> None:
    plan = plan_of(" ".join(said(number, key) for key in ("plan_eje", "plan_estrategia", "plan_linea")))
    assert plan and plan.id == PLANS[number]


@pytest.mark.parametrize("number", FORMS)
def test_citations_and_which_of_them_ended(number: int) -> None:
    found = [c for key in ("fundamento_juridico", "fundamento_administrativo") for c in citations(said(number, key))]
    assert len(found) == CITED[number]
    assert [c.norm for c in found if (day := ends(c, norm_of(norm_key(c.norm), c.published, known_norms()))) and day < date(2026, 11, 21)] == ENDED[number]


def test_one_person_stands_in_two_of_the_forms() -> None:
    """Head of the first, contact of the second, there with a title before the name."""
    people = [(name_key(said(n, f"{part}_nombre")), post_words(said(n, f"{part}_cargo"))) for n in FORMS for part in ("titular", "enlace")]
    twins = [(a, b) for a in range(len(people)) for b in range(a + 1, len(people))
             if people[a][0] == people[b][0] and posts_agree(people[a][1], people[b][1])]
    assert twins == [(0, 3)]

"""Whatever writes or seals a revision, the list's columns, the search, the legal bases and the named people say what it says."""
from typing import Any

import pytest

from ventanilla.core.cases.models import SearchRow
from ventanilla.modules.practices.models import NamedPerson, Practice, PracticeRevision
from ventanilla.modules.practices.services import lifecycle
from ventanilla.modules.practices.services.bases import bases_of
from ventanilla.modules.practices.services.columns import columns_of
from ventanilla.modules.practices.services.editing import move_generation, save_section
from ventanilla.modules.practices.services.records import clean_values, newest
from ventanilla.modules.practices.tests.life import Registry, registry

pytestmark = pytest.mark.django_db


def follows(practice: Practice) -> dict[str, Any]:
    """Check the row against the revision that counts: of a public practice the current one, else the newest; gives what it says."""
    row = Practice.objects.select_related("current").get(pk=practice.pk)
    shown: PracticeRevision | None = row.current if row.by_sealed else newest(row)
    assert shown is not None
    values = clean_values(shown.values, shown.generation)
    assert {name: getattr(row, name) for name in columns_of(values, shown.generation)} == columns_of(values, shown.generation)
    assert [b.norm for b in row.bases.all()] == [b.norm for b in bases_of(values, [])]
    assert NamedPerson.objects.get(practice=row, part="titular").name == values.get("titular_nombre", "")
    assert SearchRow.objects.get(kind="practice", ref=row.pk).title == row.title
    return values


def rename(r: Registry, practice: Practice, name: str) -> None:
    keep = {f: v for f, v in newest(practice).values.items() if f in ("poblacion", "ambito", "categoria", "inicio")}
    save_section(actor=r.author, practice=practice, section="identificacion", raw={**keep, "nombre": name})


def test_columns_say_what_the_revision_that_counts_says_after_every_verb() -> None:
    r = registry()
    practice = r.practice(nombre="Uno", fundamento=True, fundamento_juridico="Ley de Archivos, artículo 3.")
    assert follows(practice)["nombre"] == "Uno"
    rename(r, practice, "Dos")
    assert follows(practice)["nombre"] == "Dos"
    case = r.presented(practice)
    follows(practice)
    lifecycle.take_review(actor=r.reviewer, case=case)
    lifecycle.observe_field(actor=r.reviewer, case=case, draft=lifecycle.ObservationDraft("El nombre", "nombre"))
    lifecycle.send_observations(actor=r.reviewer, case=case)
    rename(r, practice, "Tres")
    (one,) = case.practice_review.observations.all()
    lifecycle.answer_observation(actor=r.author, observation=one, text="Corregido")
    lifecycle.respond(actor=r.author, case=case)
    assert follows(practice)["nombre"] == "Tres" and practice.revisions.count() == 2
    lifecycle.settle_observation(actor=r.reviewer, observation=one, accepted=True)
    from ventanilla.modules.practices.services import evaluation
    from ventanilla.modules.practices.tests.life import marks

    evaluation.start_evaluation(actor=r.reviewer, case=case, draft=evaluation.PanelDraft([r.first, r.second], case.received_at.date().replace(year=2100)))
    for row in case.practice_review.evaluations.select_related("evaluator"):
        evaluation.evaluate(actor=row.evaluator, evaluation=row, raw=marks(3))
    lifecycle.register_practice(actor=r.keeper, case=case, ruling="Procede")
    assert follows(practice)["nombre"] == "Tres"
    rename(r, practice, "Cuatro")
    assert follows(practice)["nombre"] == "Tres", "of a public practice only what is sealed counts"
    again = r.presented(practice)
    assert follows(practice)["nombre"] == "Cuatro"
    rename(r, practice, "Cinco")
    lifecycle.take_review(actor=r.reviewer, case=again)
    lifecycle.register_practice(actor=r.keeper, case=again, ruling="Sigue vigente")
    assert follows(practice)["nombre"] == "Cuatro"
    lifecycle.withdraw_practice(actor=r.author, practice=practice, reason="Se acabó")
    assert follows(practice)["nombre"] == "Cuatro", "what was begun since is not what was registered"


def test_columns_follow_a_move_to_another_generation() -> None:
    from ventanilla.modules.practices.services.records import PracticeDraft, create_practices

    r = registry()
    practice = create_practices(actor=r.author, drafts=[PracticeDraft(r.world.north, "2022", {"nombre": "Vieja", "titular_nombre": "Ana Paz"})])[0]
    follows(practice)
    move_generation(actor=r.author, practice=practice, generation="2024")
    follows(practice)
    assert Practice.objects.get(pk=practice.pk).generation == "2024"

"""A small registry for tests: a desk in the root unit, a reviewer, a registrar, evaluators, and a practice of the north directorate."""
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from django.utils import timezone
from tests import make

from ventanilla.core.cases.models import Case
from ventanilla.core.orgs.models import Person
from ventanilla.core.orgs.reach import forget
from ventanilla.core.orgs.services import give
from ventanilla.core.questionnaires.definition import check
from ventanilla.modules.practices.form import definition
from ventanilla.modules.practices.instrument import FACTORS
from ventanilla.modules.practices.models import Evaluation, Practice, Review
from ventanilla.modules.practices.services import evaluation, lifecycle
from ventanilla.modules.practices.services.records import PracticeDraft, create_practices

GENERATION = "2024"


@dataclass
class Registry:
    """The world of `tests.make` with people of the registry; `author` is the head of the north directorate."""

    world: make.World
    author: Person
    reviewer: Person
    keeper: Person
    first: Person
    second: Person
    third: Person

    def practice(self, **values: Any) -> Practice:
        """A complete draft of the author."""
        return create_practices(actor=self.author, drafts=[PracticeDraft(self.world.north, GENERATION, complete(**values))])[0]

    def presented(self, practice: Practice | None = None, **given: Any) -> Case:
        """A practice that was presented by letter."""
        return lifecycle.present(actor=self.author, practice=practice or self.practice(),
                                 draft=lifecycle.Presentation(**{"letter": "OF/1/2026", **given}))

    def evaluated(self, case: Case, *points: int) -> Review:
        """The review after two people gave these points (0..4) to every criterion."""
        lifecycle.take_review(actor=self.reviewer, case=case)
        evaluation.start_evaluation(actor=self.reviewer, case=case, draft=evaluation.PanelDraft(
            [self.first, self.second], timezone.localdate() + timedelta(days=10)))
        rows = Evaluation.objects.filter(review=case.pk).select_related("evaluator").order_by("pk")
        for row, given in zip(rows, points or (3, 4), strict=True):
            evaluation.evaluate(actor=row.evaluator, evaluation=row, raw=marks(given))
        return Review.objects.get(case=case)

    def registered(self, **given: Any) -> Practice:
        """A practice that went all the way."""
        case = self.presented(**given)
        self.evaluated(case)
        return lifecycle.register_practice(actor=self.keeper, case=case, ruling="Procede su registro.")


def registry(world: make.World | None = None) -> Registry:
    """A new institution with its registry, or a registry in an institution that there is."""
    w = world or make.world()

    def of(role: str, name: str) -> Person:
        person = make.person(w.institution, w.root, None, name=name)
        give(actor=None, person=person, role=role, unit=w.root, subtree=True)
        forget(person)
        return person

    return Registry(w, w.north_head, of("practice_reviewer", "Renata"), of("practice_registrar", "Regina"),
                    of("practice_evaluator", "Elena"),
                    of("practice_evaluator", "Emilio"), of("practice_evaluator", "Ester"))


def complete(**values: Any) -> dict[str, Any]:
    """Answers to everything that the form asks for, the least that can be presented; `values` replace some."""
    form, given = definition(GENERATION), {"nombre": "Ventanilla única de trámites", "transferible": True, **values}
    for _n in range(len(form.fields)):
        wrong = [key for key in check(form, given).errors if key in form.fields and key not in given]
        if not wrong:
            break
        given |= {key: _answer(form.fields[key]) for key in wrong}
    return check(form, given).values


def _answer(field: Any) -> Any:
    if field.choices:
        return [field.choices[0].value] if field.type == "choices" else field.choices[0].value
    return {"yes_no": False, "date": "2024-01-15", "decimal": "90", "integer": "90", "email": "alguien@example.org", "phone": "7221234567",
            "table": []}.get(field.type, "Así es.")


def marks(points: int) -> dict[str, str]:
    """The same points for every criterion of the standard instrument, and a reason for each factor."""
    scale = ("no", "poco", "medio", "mucho", "pleno")
    return {key: scale[points] for _f, _t, _w, _s, criteria in FACTORS for key, _label in criteria} | {
        f"{factor}_porque": "Lo demuestra." for factor, *_rest in FACTORS}

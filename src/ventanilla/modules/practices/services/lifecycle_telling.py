"""Whom the verbs of reviews, measurements and transfers tell."""
from collections.abc import Iterable, Iterator
from typing import Final

from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from ventanilla.core.cases.kinds import Teller
from ventanilla.core.cases.models import Case, Move, Party
from ventanilla.core.orgs import capabilities as cap
from ventanilla.modules.practices.models import Practice
from ventanilla.modules.practices.services.lifecycle_relations import holders

Told = tuple[Iterable[int], str, str, str]
_PATH: Final = {"practice_review": "reviews", "practice_measurement": "measurements", "practice_transfer": "transfer_cases"}


def _practice(case: Case) -> Practice:
    found: Practice = Practice.objects.select_related("unit").get(**{f"{_PATH[case.kind]}__case": case})
    return found


def authors(case: Case) -> set[int]:
    """Who presented it and who answers for the practice."""
    asked = set(Party.objects.filter(case=case, role="requester").values_list("person_id", flat=True))
    return asked | {_practice(case).owner_id}


def registry(case: Case) -> set[int]:
    """Who has it in hand, else whoever reviews or keeps the registry for that unit."""
    unit = _practice(case).unit
    return {case.assignee_id} if case.assignee_id else holders(cap.PRACTICE_REVIEW, unit) | holders(cap.PRACTICE_REGISTRY, unit)


def _told(people: Iterable[int], title: str, move: Move) -> Told:
    return people, "practice", _(title), f"{move.case.subject[:300]}\n{move.reason[:500]}".strip()


def _to_authors(title: str) -> Teller:
    def told(move: Move) -> Iterator[Told]:
        yield _told(authors(move.case), title, move)

    return told


def _to_registry(title: str) -> Teller:
    def told(move: Move) -> Iterator[Told]:
        yield _told(registry(move.case), title, move)

    return told


def _to_keepers(title: str) -> Teller:
    def told(move: Move) -> Iterator[Told]:
        yield _told(holders(cap.PRACTICE_REGISTRY, _practice(move.case).unit) | registry(move.case), title, move)

    return told


def _to_owner(title: str) -> Teller:
    def told(move: Move) -> Iterator[Told]:
        yield _told({i for i in (move.case.assignee_id, move.case.registrar_id) if i}, title, move)

    return told


def _nobody(_move: Move) -> Iterator[Told]:
    return iter(())


N_ = gettext_noop
REVIEW: Final[dict[str, Teller]] = {
    "register": _to_registry(N_("Se presentó una buena práctica")), "take": _to_authors(N_("Su práctica está en revisión")),
    "observe": _to_authors(N_("Su práctica tiene observaciones")), "respond": _to_registry(N_("Respondieron las observaciones")),
    "evaluate": _to_authors(N_("Su práctica pasó a evaluación")), "panel": _nobody,
    "complete": _to_keepers(N_("Terminó la evaluación: falta dictaminar")),
    "arbitrate": _nobody, "enrol": _to_authors(N_("Su práctica quedó registrada")),
    "confirm": _to_authors(N_("Se confirmó el registro de su práctica")),
    "reject": _to_authors(N_("Su práctica no se registró")), "retire": _to_registry(N_("Retiraron una propuesta")),
}
MEASUREMENT: Final[dict[str, Teller]] = {
    "register": _to_owner(N_("Toca medir una buena práctica")), "submit": _nobody, "waive": _to_owner(N_("Se dispensó una medición")),
    "reopen": _to_owner(N_("Devolvieron una medición para corregirla")),
}
TRANSFER: Final[dict[str, Teller]] = {
    "register": _to_owner(N_("Solicitan una de sus prácticas")), "accept": _nobody, "decline": _nobody, "agree": _nobody,
    "deliver": _nobody,
    "object": _to_owner(N_("Falta algo en una transferencia")), "confirm": _to_owner(N_("Adoptaron una de sus prácticas")),
    "cancel": _to_owner(N_("Se canceló una transferencia")),
}
ADOPTION: Final[dict[str, Teller]] = {
    "register": _nobody, "begin": _to_owner(N_("Se firmó el convenio de una transferencia")),
    "receive": _to_owner(N_("Le entregaron una práctica: falta que la confirme")), "object": _nobody, "adopt": _nobody,
    "turn_down": _to_owner(N_("No aceptaron la transferencia que pidió")), "cancel": _to_owner(N_("Se canceló una transferencia")),
}

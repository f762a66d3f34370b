"""Steps of a letter that somebody could take in another state, and what is missing for them: told beside those allowed now."""
from collections.abc import Sequence
from dataclasses import dataclass

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from ventanilla.core.cases.models import Case, Turn
from ventanilla.core.cases.moving import relations
from ventanilla.core.cases.words import step_of
from ventanilla.core.orgs.models import Person
from ventanilla.core.orgs.reach import reach_of
from ventanilla.modules.correspondence.flow import LETTER_FLOW


@dataclass(frozen=True)
class Blocked:
    """A step that is not possible now, in the institution's word, and why."""

    label: str
    reason: str


def blocked(person: Person, case: Case, turns: Sequence[Turn]) -> list[Blocked]:
    """The steps that this person may take of such a letter, and which its state does not allow."""
    held = relations(reach_of(person), case)
    mine = {s.name for s in LETTER_FLOW.steps if s.roles & held}
    now = {s.name for s in LETTER_FLOW.steps if case.state in s.sources}
    reasons = {name: reason for name, reason in _reasons(case, turns).items() if name in mine - now}
    return [Blocked(step_of(case.institution_id, LETTER_FLOW, name), reason) for name, reason in reasons.items()]


def _reasons(case: Case, turns: Sequence[Turn]) -> dict[str, str]:
    if case.state == "routed":
        owed = sum(t.is_open and t.purpose == Turn.Purpose.ACTION and t.parent_id is None for t in turns)
        return {"conclude": ngettext("Falta que se atienda %(n)s turno.", "Falta que se atiendan %(n)s turnos.", owed) % {"n": owed},
                "archive": _("Primero hay que concluirlo."), "cancel": _("Ya se turnó: retire antes los turnos.")}
    if case.state == "attended":
        return {"archive": _("Primero hay que concluirlo."), "cancel": _("Ya se atendió: conclúyalo.")}
    if case.state in ("registered", "sent"):
        return {"archive": _("Primero hay que concluirlo.")}
    if case.state == "concluded":
        again = _("Está concluido: reábralo antes.")
        return {"route": again, "correct": again, "cancel": again}
    return {"reopen": _("Ya está en el archivo de trámite.")} if case.state == "archived" else {}

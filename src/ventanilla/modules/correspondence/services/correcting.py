"""Correcting the facts of a registered letter: who said what before stays in its history, with the reason.

Folio, unit, direction, reception and term are not facts of the paper: the due date has its own verb, the others do not change.
"""
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Final

from django.db.models import F
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop as noop

from ventanilla.core.cases.models import Case, Move, SearchRow
from ventanilla.core.cases.models.cases import Priority
from ventanilla.core.cases.moving import Moving, moving
from ventanilla.core.orgs.models import Person, Unit
from ventanilla.core.orgs.services.setup import NotAllowed, Refused
from ventanilla.lib.spanish import clean_text, long_date, long_moment
from ventanilla.modules.correspondence.models import Correspondent, Letter, LetterType
from ventanilla.modules.correspondence.models.letters import Medium, Order
from ventanilla.modules.correspondence.services.receipts import freeze_receipts
from ventanilla.modules.correspondence.services.registration import MAX_SUBJECT, OLDEST, Sender, number_key, sender_key

VERB: Final = "correct"
LABELS: Final[dict[str, str]] = {
    "subject": noop("Asunto"), "type": noop("Tipo de documento"), "number": noop("Número"), "dated": noop("Fecha del documento"),
    "order": noop("Clase de remitente"), "organisation": noop("Institución u organización"),
    "sender_unit": noop("Unidad que lo envía"), "signatory": noop("Quien firma"), "post": noop("Cargo"),
    "addressee": noop("Dirigido a"), "sheets": noop("Hojas"), "annexes": noop("Anexos"), "medium": noop("Cómo llegó"),
    "priority": noop("Prioridad"),
}
DUE_VERBS: Final = ("extend", "set_due")
RECEIPT: Final = frozenset({"subject", "number", "organisation", "sender_unit", "signatory", "sheets", "annexes"})
_OF_CASE: Final = ("subject", "priority")
_LENGTHS: Final = {"number": 80, "organisation": 200, "signatory": 200, "post": 200, "addressee": 300, "annexes": 300}
_WORDS: Final[dict[str, dict[Any, Any]]] = {
    "order": dict(Order.choices), "medium": dict(Medium.choices), "priority": dict(Priority.choices)}


@dataclass(frozen=True)
class Correction:
    """Every correctable fact of a letter, as it should be; `dated` is the letter's own local date.

    `seen` is what `edition(case)` said when the person read the facts they are correcting.
    """

    type: LetterType
    subject: str
    sender: Sender
    number: str = ""
    dated: date | None = None
    addressee: str = ""
    sheets: int = 1
    annexes: str = ""
    medium: str = "paper"
    priority: int = 3
    seen: int = 0


def edition(case: Case) -> int:
    """Which correction of the letter is the last one; 0 before the first."""
    last = Move.objects.filter(case=case, verb=VERB).order_by("-pk").values_list("pk", flat=True).first()
    return last or 0


def correct(*, actor: Person, case: Case, draft: Correction, reason: str) -> Case:
    """Correct the facts of a letter that is not concluded; the old values stay in its history, for who may read it.

    Whoever registers in the unit in charge, or concludes there (its head), may. What changes nothing is refused; the
    same correction sent twice counts once. Receipts already handed out keep what they said. Raises NotAllowed; Refused
    naming the field, also when somebody else corrected the letter since `draft.seen`.
    """
    if _already(actor, case, draft):
        return case
    with moving(case, VERB, actor, reason=reason) as move:
        letter = Letter.objects.select_for_update(of=("self",)).select_related("type", "sender_unit").get(case=move.case)
        _check(move.case, draft)
        if edition(move.case) != draft.seen:
            raise Refused(_("Otra persona corrigió estos datos mientras usted escribía. Revise cómo quedaron y vuelva a intentarlo."))
        before, after = facts_of(move.case, letter), _wanted(draft)
        changed = [name for name in LABELS if before[name] != after[name]]
        if not changed:
            raise Refused(_("Los datos son los mismos: no hay nada que corregir."))
        if RECEIPT.intersection(changed):
            freeze_receipts(move.case)
        _tell(move, before, after, changed)
        _write(move.case, letter, after)
        return move.case


def _already(actor: Person, case: Case, draft: Correction) -> bool:
    """A second click: the facts are as wanted, by a correction of this very person made on what they saw."""
    fresh = Case.objects.visible_to(actor).select_related("letter__type", "letter__sender_unit").filter(pk=case.pk).first()
    if fresh is None:
        raise NotAllowed
    moves = Move.objects.filter(case=case, verb=VERB, pk__gt=draft.seen).order_by("pk").values_list("actor_id", flat=True)
    return list(moves) == [actor.pk] and facts_of(fresh, fresh.letter) == _wanted(draft)


def facts_of(case: Case, letter: Letter) -> dict[str, Any]:
    """The correctable facts as they stand."""
    return {name: getattr(case if name in _OF_CASE else letter, name) for name in LABELS}


def _wanted(draft: Correction) -> dict[str, Any]:
    sender = draft.sender
    found: dict[str, Any] = {
        "subject": clean_text(draft.subject), "type": draft.type, "number": draft.number, "dated": draft.dated,
        "order": sender.order, "organisation": sender.organisation, "sender_unit": sender.unit, "signatory": sender.signatory,
        "post": sender.post, "addressee": draft.addressee, "sheets": draft.sheets, "annexes": draft.annexes,
        "medium": draft.medium, "priority": draft.priority}
    return found | {name: clean_text(found[name])[:most] for name, most in _LENGTHS.items()}


def _check(case: Case, draft: Correction) -> None:
    unit = draft.sender.unit
    if draft.type.institution_id != case.institution_id or (unit and unit.institution_id != case.institution_id):
        raise NotAllowed
    if not clean_text(draft.subject):
        raise Refused(_("Escriba el asunto."), "subject")
    if len(draft.subject) > MAX_SUBJECT:
        raise Refused(_("El asunto admite hasta 4,000 caracteres; este tiene %(n)s. Pase el resto al texto o a una nota.")
                      % {"n": f"{len(draft.subject):,}"}, "subject")
    if draft.dated and not OLDEST <= draft.dated <= timezone.localdate():
        raise Refused(_("La fecha del documento debe estar entre 1900 y hoy."), "dated")


def _tell(move: Moving, before: dict[str, Any], after: dict[str, Any], changed: list[str]) -> None:
    """Old and new values: to the history as people read them, to the log as its personal, erasable part."""
    rows = [[name, _shown(name, before[name]), _shown(name, after[name])] for name in changed]
    move.detail["fields"] = changed
    move.shown["changes"] = rows
    move.personal["changes"] = rows


def _shown(name: str, value: Any) -> str:
    if value is None or value == "":
        return ""
    if name in _WORDS:
        return str(_WORDS[name].get(value, value))
    if isinstance(value, date):
        return long_date(value)
    return value.name if isinstance(value, Unit | LetterType) else str(value)


def changes_of(move: Move) -> list[tuple[str, str, str]]:
    """What a correction or a new due date changed: label, old and new value as people read them; empty for other moves."""
    if move.verb in DUE_VERBS and move.detail.get("due"):
        return [(_("Vencimiento"), _moment(move.detail.get("due_before")), _moment(move.detail["due"]))]
    rows = move.detail.get("changes") or [] if move.verb == VERB else []
    return [(_(LABELS[name]), old, new) for name, old, new in rows if name in LABELS]


def _moment(kept: str | None) -> str:
    return long_moment(timezone.localtime(datetime.fromisoformat(kept))) if kept else ""


def _write(case: Case, letter: Letter, after: dict[str, Any]) -> None:
    """Letter, directory and search row; the case itself is saved by the move."""
    sender = Sender(after["order"], after["organisation"], after["signatory"], after["post"], after["sender_unit"])
    letter.correspondent = _listed(letter, sender)
    for name, value in after.items():
        setattr(case if name in _OF_CASE else letter, name, value)
    letter.number_key = number_key(letter.number)
    letter.save()
    SearchRow.objects.filter(case=case, kind=case.kind, ref=case.pk, page=0).update(
        title=f"{case.folio} {case.subject}", body=words_of(letter))


def words_of(letter: Letter) -> str:
    """The further text by which a letter is found: the same as when it was registered, and who received it since."""
    return clean_text(" ".join(filter(None, (
        letter.number, letter.organisation, letter.signatory, letter.post, letter.sender_unit.name if letter.sender_unit else "",
        letter.addressee, letter.addressee_unit.name if letter.addressee_unit else "", letter.text, letter.delivered_to))))


def _listed(letter: Letter, sender: Sender) -> Correspondent | None:
    """The sender's entry of the directory, made when new; the one named by mistake is suggested less."""
    known = letter.correspondent
    found = None
    if sender.unit is None and (sender.organisation or sender.signatory):
        found, _made = Correspondent.objects.get_or_create(
            institution_id=letter.institution_id, key=sender_key(sender), defaults={
                "order": sender.order, "organisation": sender.organisation, "name": sender.signatory, "post": sender.post})
    if found != known:
        Correspondent.objects.filter(pk=known.pk if known else 0, uses__gt=0).update(uses=F("uses") - 1)
        Correspondent.objects.filter(pk=found.pk if found else 0).update(uses=F("uses") + 1)
    return found

"""Circulars: one text to many addressees, each with a letter of its own and a consecutive folio; and what became of each."""
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID, uuid4

from django.db import transaction
from django.db.models import Exists, OuterRef, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from ventanilla.core.audit.services import record
from ventanilla.core.cases.models import Answer, Case, Move, Turn
from ventanilla.core.cases.services import TurnDraft, route_each, take_step_each
from ventanilla.core.cases.terms import Term, Wish, dues
from ventanilla.core.cases.words import state_of, turn_state_of
from ventanilla.core.documents.models import Document
from ventanilla.core.orgs import capabilities as cap
from ventanilla.core.orgs.models import Person, Unit
from ventanilla.core.orgs.services.setup import AlreadySent, NotAllowed, Refused, require
from ventanilla.lib.spanish import clean_text, long_moment
from ventanilla.modules.correspondence import tasks
from ventanilla.modules.correspondence.models import Circular, Letter, LetterTemplate, LetterType
from ventanilla.modules.correspondence.services.outgoing import OutgoingDraft, write_letters

MOST = 500
"""Addressees of one circular."""


@dataclass(frozen=True)
class CircularDraft:
    """One text with its annexes to units of the institution, for information or for action with one term, and to `outsiders`
    (as addressed). `remind_after`: working days after which those who have not read it are reminded; None: not by itself."""

    unit: Unit
    type: LetterType
    subject: str
    text: str
    addressees: Sequence[Unit]
    purpose: str = "information"
    term: Term | None = None
    uuid: UUID = field(default_factory=uuid4)
    outsiders: Sequence[str] = ()
    template: LetterTemplate | None = None
    annexes: Sequence[Document] = ()
    remind_after: int | None = None

    def key(self, n: int) -> UUID:
        """A key that derives from the form's, so that a resend is the same letters."""
        return UUID(int=(self.uuid.int + n) % 2**128)


@transaction.atomic
def send_circular(*, actor: Person, draft: CircularDraft) -> Circular:
    """Send a circular: a letter with its own consecutive folio for each addressee, and for each unit a turn. Idempotent by uuid.

    Raises NotAllowed and Refused (no addressee, too many, a routing rule that refuses one of them); AlreadySent when its key sent something
    else.
    """
    require(actor, cap.ROUTE, draft.unit.pk)
    units = sorted({u.pk: u for u in draft.addressees if u.pk != draft.unit.pk}.values(), key=lambda u: (u.sort_key, u.pk))
    outsiders = list(dict.fromkeys(filter(None, (clean_text(o) for o in draft.outsiders))))
    if known := Circular.objects.filter(uuid=draft.uuid).first():
        return _again(actor, known, draft, [*units, *outsiders])
    if not 1 <= len(units) + len(outsiders) <= MOST:
        raise Refused(_("Elija de 1 a %(n)s destinatarios.") % {"n": MOST}, "addressees")
    circular, made = Circular.objects.get_or_create(uuid=draft.uuid, defaults={
        "institution_id": draft.unit.institution_id, "unit": draft.unit, "person": actor, "subject": clean_text(draft.subject),
        "text": clean_text(draft.text), "at": timezone.now(), "remind_at": _remind_at(draft)})
    if not made:  # a resend that arrived meanwhile waited for the first
        return _again(actor, circular, draft, [*units, *outsiders])
    cases = write_letters(actor=actor, circular=circular, drafts=_letters(draft, units, outsiders))
    _route(actor, draft, list(zip(cases, units, strict=False)))
    jobs: list[dict[str, Any]] = [{"case_id": c.pk, "person_id": actor.pk} for c in cases]
    tasks.make_paper.batch_defer(*jobs)
    record("letter.circular", actor=actor, institution_id=circular.institution_id, subject=f"circular:{circular.pk}",
           detail={"addressees": len(units), "outside": len(outsiders), "purpose": draft.purpose, "cases": [c.pk for c in cases],
                   "annexes": len(draft.annexes)})
    return circular


def _again(actor: Person, known: Circular, draft: CircularDraft, to: Sequence[Unit | str]) -> Circular:
    """What a key sent before, to whoever sent it. Raises NotAllowed and AlreadySent."""
    if known.person_id != actor.pk:
        raise NotAllowed
    wanted = {one.pk if isinstance(one, Unit) else one[:300] for one in to}
    asked = (draft.unit.pk, clean_text(draft.subject), clean_text(draft.text), wanted)
    went = {unit or name for unit, name in known.letters.values_list("addressee_unit_id", "addressee")}
    if asked != (known.unit_id, known.subject, known.text, went):
        raise AlreadySent(told_again(known))
    return known


def told_again(sent: Circular) -> str:
    """What a form says that sent this circular before."""
    text = _("Este formulario ya se envió el %(day)s como circular a %(n)s destinatarios. Ahora no se envió nada. Si además quiere "
             "enviar lo que cambió, oprima el botón otra vez.")
    return text % {"day": long_moment(timezone.localtime(sent.at)), "n": sent.letters.count()}


def _remind_at(draft: CircularDraft) -> datetime | None:
    if draft.remind_after is None:
        return None
    return dues([Wish(draft.unit, timezone.now(), Term(draft.remind_after))])[0].due_at


def _letters(draft: CircularDraft, units: Sequence[Unit], outsiders: Sequence[str]) -> list[OutgoingDraft]:
    """The units first, in their order, then who is outside."""
    to: list[tuple[str, Unit | None]] = [*(("", unit) for unit in units), *((name, None) for name in outsiders)]
    return [OutgoingDraft(draft.unit, draft.type, draft.subject, draft.text, name, unit, draft.template, uuid=draft.key(n),
                          annexes=draft.annexes)
            for n, (name, unit) in enumerate(to, 1)]


def _route(actor: Person, draft: CircularDraft, inside: Sequence[tuple[Case, Unit]]) -> None:
    route_each(actor=actor, sent=[
        (case, TurnDraft(unit, purpose=draft.purpose, text=draft.subject[:200], term=draft.term, uuid=draft.key(2**64 + n)))
        for n, (case, unit) in enumerate(inside, 1)])
    if draft.purpose == Turn.Purpose.INFORMATION:
        take_step_each(actor=None, cases=[case for case, _unit in inside], step="conclude",
                       reason=_("Circular enviada para conocimiento."))


def letters_of(person: Person) -> QuerySet[Case]:
    """The letters of circulars that this person may read."""
    return Case.objects.visible_to(person).filter(kind="letter", letter__circular__isnull=False)


def readable(person: Person) -> QuerySet[Circular]:
    """The circulars of which this person may read some letter."""
    own = letters_of(person).filter(letter__circular=OuterRef("pk"))
    return Circular.objects.filter(Exists(own), institution_id=person.institution_id)


@dataclass(frozen=True)
class Addressee:
    """What became of one letter of a circular: its turn, who acknowledged it (their move), its last answer.

    For who is outside there is no turn: the delivery stands in the letter.
    """

    letter: Letter
    turn: Turn | None = None
    acknowledged: Move | None = None
    answer: Answer | None = None

    @property
    def name(self) -> str:
        """To whom it went."""
        return self.letter.addressee_unit.name if self.letter.addressee_unit else self.letter.addressee

    @property
    def state(self) -> str:
        """Where it is, in words."""
        if self.turn:
            return turn_state_of(self.turn)
        return state_of(self.letter.case)

    @property
    def read(self) -> bool:
        """Somebody of the unit opened it, or whoever is outside received it."""
        return bool(self.turn.read_at if self.turn else self.letter.delivered_at)


def addressees(case_ids: Sequence[int]) -> list[Addressee]:
    """These letters of circulars in order of folio, with what became of each; four queries for any number."""
    letters = list(Letter.objects.filter(case__in=case_ids).select_related("case", "addressee_unit").order_by("case__number"))
    turns = {t.case_id: t for t in Turn.objects.filter(case__in=case_ids, parent=None).select_related("read_by", "unit")}
    seen = {m.turn_id: m for m in Move.objects.filter(case__in=case_ids, verb="acknowledge").select_related("actor")}
    rows = Answer.objects.filter(turn__in=list(turns.values()), partial=False).select_related("person").order_by("pk")
    answers = {a.turn_id: a for a in rows}
    found = []
    for letter in letters:
        turn = turns.get(letter.case_id)
        key = turn.pk if turn else 0
        found.append(Addressee(letter, turn, seen.get(key), answers.get(key)))
    return found

"""Registering letters, one or many: the case with its folio, the letter, its files and its receipt."""
import re
import unicodedata
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from operator import itemgetter
from uuid import UUID, uuid4

from django.db import connection, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from ventanilla.core import plans, settled
from ventanilla.core.cases.models import Case
from ventanilla.core.cases.moving import Moving, first_step
from ventanilla.core.cases.services import CaseDraft, attach, open_cases
from ventanilla.core.cases.telling.moves import SILENT
from ventanilla.core.cases.terms import Term
from ventanilla.core.documents.models import Document
from ventanilla.core.orgs.models import Person, Unit
from ventanilla.core.orgs.services.setup import Refused
from ventanilla.lib.spanish import clean_text
from ventanilla.modules.correspondence.models import Letter, LetterType
from ventanilla.modules.correspondence.models.letters import Direction

KIND = "letter"
MAX_SUBJECT = 4000
OLDEST = date(1900, 1, 1)
ANONYMOUS = "Anónimo"
"""What stands in the place of the signatory when a letter does not say who sends it, and whoever registers it says so."""
ASKED = frozenset({"web", "api"})
"""Where a person can be asked who sends; imports bring what they have."""
FIRST_RECEPTION = date(1990, 1, 1)
"""Before it nothing is registered by hand: an earlier year is a slip of the fingers. Old registers are brought with theirs."""


@dataclass(frozen=True)
class Sender:
    """Who sends: one of the directory, a unit of the institution, or written out."""

    order: str = "state"
    organisation: str = ""
    signatory: str = ""
    post: str = ""
    unit: Unit | None = None


@dataclass(frozen=True)
class LetterDraft:
    """A letter to register in `unit`. `received_at` is aware; `dated` the letter's own local date."""

    unit: Unit
    type: LetterType
    subject: str
    sender: Sender
    direction: str = "incoming"
    number: str = ""
    dated: date | None = None
    received_at: datetime = field(default_factory=timezone.now)
    addressee_unit: Unit | None = None
    addressee: str = ""
    sheets: int = 1
    annexes: str = ""
    medium: str = "paper"
    priority: int = 3
    level: int = 0
    term: Term | None = None
    text: str = ""
    documents: Sequence[Document] = ()
    letter: dict[str, object] = field(default_factory=dict)
    year: int | None = None
    source: str = "web"
    uuid: UUID = field(default_factory=uuid4)

    @property
    def leaves(self) -> bool:
        """It goes out and waits for its acuse (as `models.letters.LEAVES`)."""
        return self.direction == Direction.OUTGOING and not (self.letter.get("circular") and self.addressee_unit)


def number_key(number: str) -> str:
    """A letter's number without spaces, marks and case: `212C01/347/2022` and `212c01-347-2022` are one."""
    return re.sub(r"[^A-ZÑ0-9]", "", number.upper())[:80]


@transaction.atomic
def register(*, actor: Person | None, drafts: Sequence[LetterDraft]) -> list[Case]:
    """Register letters and return their cases in order, each with its folio. Idempotent by uuid.

    Raises NotAllowed, and Refused naming the field.
    """
    for draft in drafts:
        _check(draft)
    with settled.settled():
        return _registered(actor, drafts)


def _registered(actor: Person | None, drafts: Sequence[LetterDraft]) -> list[Case]:
    by_uuid = {d.uuid: d for d in drafts}

    def details(ids: Sequence[int], opened: Sequence[CaseDraft]) -> None:
        pairs = [(i, by_uuid[d.uuid]) for i, d in zip(ids, opened, strict=True)]
        directory = _directory([d for _i, d in pairs])
        plans.insert(Letter, [_letter(i, d, directory) for i, d in pairs])
        fresh.extend(i for i, _d in pairs)

    def sent(opened: Sequence[Case]) -> list[Moving]:
        return [first_step(case, "send") for case in opened if by_uuid[case.uuid].leaves]

    fresh: list[int] = []
    cases = open_cases(actor=actor, drafts=[_case_draft(d) for d in drafts], details=details, entrust=sent)
    for case, draft in zip(cases, drafts, strict=True):
        if draft.documents and case.pk in fresh:
            attach(actor=actor, case=case, documents=draft.documents, role="scan")
    return cases


def _check(draft: LetterDraft) -> None:
    today = timezone.localdate()
    if not clean_text(draft.subject):
        raise Refused(_("Escriba el asunto."), "subject")
    if len(draft.subject) > MAX_SUBJECT:
        raise Refused(_("El asunto admite hasta 4,000 caracteres; este tiene %(n)s. Pase el resto al texto o a una nota.")
                      % {"n": f"{len(draft.subject):,}"}, "subject")
    if draft.dated and draft.dated > today:
        raise Refused(_("La fecha del documento es posterior a hoy."), "dated")
    if draft.dated and draft.dated < OLDEST:
        raise Refused(_("La fecha del documento es anterior a 1900; revise el año."), "dated")
    _check_reception(draft)
    if draft.term and draft.term.due_at and draft.term.due_at < draft.received_at:
        raise Refused(_("El vencimiento es anterior a la recepción."), "due")
    _check_sender(draft)
    if draft.unit.valid_to and draft.unit.valid_to <= today:
        raise Refused(_("La unidad ya no existe; elija la que la sustituye."), "unit")


def _check_reception(draft: LetterDraft) -> None:
    """Not in the future (ten minutes are left for clocks that disagree), and not before there was anybody to receive it."""
    first = OLDEST if draft.source in SILENT else FIRST_RECEPTION
    if draft.received_at > timezone.now() + timedelta(minutes=10):
        raise Refused(_("La recepción no puede quedar en el futuro."), "received_at")
    if draft.received_at.year < first.year or timezone.localdate(draft.received_at) < first:
        raise Refused(_("La recepción es anterior a %(year)s; revise el año.") % {"year": first.year}, "received_at")


def _check_sender(draft: LetterDraft) -> None:
    if draft.source in ASKED:
        check_sender(draft.direction, draft.sender)


def check_sender(direction: str, sender: Sender) -> None:
    """A letter that arrives says who sends it: somebody, a unit, or plainly that it is anonymous. Raises Refused."""
    if direction == Direction.OUTGOING:
        return
    if sender.order == "internal" and sender.unit is None:
        raise Refused(_("Elija la unidad interna que lo envía."), "sender_unit")
    if sender.unit is None and not clean_text(sender.organisation) and not clean_text(sender.signatory):
        raise Refused(_("Escriba de quién viene, o elija «Anónimo»."), "organisation")


def _case_draft(draft: LetterDraft) -> CaseDraft:
    series = "outgoing" if draft.direction == Direction.OUTGOING else draft.direction
    words = " ".join(filter(None, (draft.number, draft.sender.organisation, draft.sender.signatory, draft.sender.post,
                                   draft.sender.unit.name if draft.sender.unit else "", draft.addressee,
                                   draft.addressee_unit.name if draft.addressee_unit else "", draft.text)))
    return CaseDraft(KIND, draft.unit, clean_text(draft.subject), draft.received_at, series, draft.priority, draft.level,
                     draft.term, clean_text(words), draft.year, draft.uuid, draft.source)


def _letter(case_id: int, draft: LetterDraft, directory: dict[str, int]) -> Letter:
    sender = draft.sender
    return Letter(
        case_id=case_id, institution_id=draft.unit.institution_id, direction=draft.direction, type=draft.type,
        number=clean_text(draft.number)[:80], number_key=number_key(draft.number), dated=draft.dated, order=sender.order,
        correspondent_id=directory.get(sender_key(sender)), sender_unit=sender.unit,
        organisation=clean_text(sender.organisation)[:200], signatory=clean_text(sender.signatory)[:200],
        post=clean_text(sender.post)[:200], addressee_unit=draft.addressee_unit,
        addressee=clean_text(draft.addressee)[:300], sheets=draft.sheets, annexes=clean_text(draft.annexes)[:300],
        medium=draft.medium, text=clean_text(draft.text), **draft.letter)


class _Marks(dict[int, int | None]):
    """For `str.translate`: drops combining marks, each looked up once."""

    def __missing__(self, code: int) -> int | None:
        self[code] = None if unicodedata.combining(chr(code)) else code
        return self[code]


_MARKS = _Marks()


def sender_key(sender: Sender) -> str:
    """Key of the directory: order, organisation and name, without accents or case."""
    written = f"{sender.organisation}|{sender.signatory}".casefold()
    if written.isascii():
        return f"{sender.order}|{' '.join(written.split())}"[:420]
    plain = unicodedata.normalize("NFD", written.replace("ñ", "\0"))
    folded = plain.translate(_MARKS).replace("\0", "ñ")
    return f"{sender.order}|{' '.join(folded.split())}"[:420]


_ADDED = """
INSERT INTO correspondence_correspondent (institution_id, key, "order", organisation, name, post, email, active, uses)
SELECT %s, w.key, w.kind, w.organisation, w.name, w.post, '', true, 0
FROM unnest(%s::text[], %s::text[], %s::text[], %s::text[], %s::text[]) w (key, kind, organisation, name, post)
ON CONFLICT DO NOTHING
"""
_COUNTED = "SELECT key, id FROM public.letters_senders(%s::bigint, %s::text[], %s::int[])"


def _directory(drafts: Sequence[LetterDraft]) -> dict[str, int]:
    """Put written senders into the directory and count their uses (nearly: it orders suggestions); returns key -> id."""
    keyed = [(sender_key(d.sender), d.sender) for d in drafts
             if d.sender.unit is None and (d.sender.organisation or d.sender.signatory.casefold() not in ("", ANONYMOUS.casefold()))]
    if not keyed:
        return {}
    uses, institution_id = Counter(key for key, _sender in keyed), drafts[0].unit.institution_id
    found = _counted(institution_id, uses)
    if new := sorted({k: s for k, s in keyed if k not in found}.items(), key=itemgetter(0)):
        rows = [(key, s.order, clean_text(s.organisation)[:200], clean_text(s.signatory)[:200], clean_text(s.post)[:200])
                for key, s in new]
        with connection.cursor() as cursor:
            cursor.execute(_ADDED, [institution_id, *(list(column) for column in zip(*rows, strict=True))])
        found |= _counted(institution_id, {row[0]: uses[row[0]] for row in rows})
    return found


def _counted(institution_id: int, uses: Mapping[str, int]) -> dict[str, int]:
    """Those of these keys that are in the directory, counted unless another registration counts them at this moment."""
    return dict(plans.rows(_COUNTED, [str(institution_id), list(uses), list(uses.values())]))

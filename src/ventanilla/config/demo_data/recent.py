"""Recent matters, played through the real verbs: every one leaves its notices, trays and log as in real life."""
from collections.abc import Callable, Iterator, Sequence
from datetime import timedelta
from random import Random
from uuid import uuid4

from django.utils import timezone

from ventanilla.config.demo_data.institution import Organisation
from ventanilla.config.demo_data.letters import Paper, papers
from ventanilla.config.demo_data.senders import Senders
from ventanilla.config.demo_data.worktime import OfficeTime
from ventanilla.core.cases import services
from ventanilla.core.cases.models import Case, Instruction, Turn
from ventanilla.core.cases.services import AnswerDraft, TurnDraft
from ventanilla.core.cases.terms import Term
from ventanilla.core.documents.models import DocumentVersion
from ventanilla.core.documents.services import store
from ventanilla.core.orgs.models import Unit
from ventanilla.core.workdays.services import version_for
from ventanilla.modules.correspondence import services as letters
from ventanilla.modules.correspondence.models import LetterType
from ventanilla.modules.correspondence.services.registration import LetterDraft
from ventanilla.modules.correspondence.services.uploads import add_uploads
from ventanilla.modules.correspondence.specimens.topics import matter

WAITING = 8
"""Letters scanned this morning that nobody has registered yet."""
HANDED_DOWN, STAFF = 3, "212C0101040101S"
"""Which letter is handed down to the department of the staff that signs in."""


class Recent:
    """The last days of the counter, one letter after another."""

    def __init__(self, org: Organisation, rng: Random) -> None:
        self.org, self.rng, self.senders = org, rng, Senders(rng, 60)
        self.root = next(u for u in org.units.values() if u.parent_id is None)
        self.types = {t.name: t for t in LetterType.objects.filter(institution=org.institution)}
        self.task = Instruction.objects.filter(institution=org.institution, purpose="action").first()
        self.now, today = timezone.now(), timezone.localdate()
        holidays = version_for(self.root).days.values_list("day", flat=True)
        self.office = OfficeTime(today - timedelta(days=60), today, set(holidays))
        self.offices = [u for u in org.units.values() if u.parent_id == self.root.pk and u.level == "directorate"]

    def play(self, count: int, written: Sequence[Paper]) -> list[DocumentVersion]:
        """Register `count` letters and take each as far as its scenario goes; returns the versions of their files."""
        clerk = self.org.clerk(self.root)
        versions = store(actor=clerk, files=[p.file for p in written])
        waiting, attached = versions[:WAITING], versions[WAITING:]
        add_uploads(actor=clerk, unit=self.root, documents=[v.document for v in waiting])
        stages = self._stages()
        for n in range(count):
            paper = (written[WAITING:][n], attached[n]) if n < len(attached) else None
            case = self._registered(n, paper)
            for stage in stages[: self._depth(n)]:
                stage(case)
            if n == HANDED_DOWN:
                self._hand_down(case, self.org.units[STAFF])
        return versions

    def _hand_down(self, case: Case, to: Unit) -> None:
        """Level by level to a unit, so that whoever signs in there finds something to answer."""
        path = [next(u for u in self.org.units.values() if u.pk == pk) for pk in to.path if pk != self.root.pk]
        turn, router = None, self.org.head(self.root)
        for unit in path:
            turn = services.route(actor=router, case=case, parent=turn, drafts=[TurnDraft(unit, instruction=self.task, term=Term(3))])[0]
            router = self.org.head(unit)

    def _depth(self, n: int) -> int:
        return (1, 3, 2, 0, 4, 6, 2, 5, 1, 7)[n % 10]

    def _registered(self, n: int, paper: tuple[Paper, DocumentVersion] | None) -> Case:
        clerk, moment = self.org.clerk(self.root), self.office.before(self.now, 60 * (9 * n + self.rng.randint(1, 9)))
        sender, number = self.senders.draw(moment.year)
        subject, _texts = matter(self.rng, moment.year, 2)
        draft = LetterDraft(
            self.root, self.types["Solicitud ciudadana" if sender.order == "citizen" else "Oficio"], subject, sender, number=number,
            dated=timezone.localdate() - timedelta(days=self.rng.randint(1, 5)), received_at=moment, term=Term(10),
            addressee="Dirección General", sheets=self.rng.choice((1, 2, 3)))
        if paper:
            known, version = paper
            draft = LetterDraft(
                self.root, self.types["Solicitud ciudadana" if known.citizen else "Oficio"], known.subject, known.sender,
                number=known.number, dated=known.dated, received_at=moment, term=Term(10), addressee="Dirección General",
                sheets=2, documents=[version.document])
        case = letters.register(actor=clerk, drafts=[draft])[0]
        letters.issue_receipt(actor=clerk, case=case)
        return case

    def _stages(self) -> tuple[Callable[[Case], None], ...]:
        return (self._route, self._accept, self._subroute, self._answer_below, self._judge, self._answer, self._conclude)

    def _route(self, case: Case) -> None:
        units = self.rng.sample(self.offices, self.rng.choice((1, 1, 2)))
        drafts = [TurnDraft(u, instruction=self.task, term=Term(5)) for u in units]
        services.route(actor=self.org.head(self.root), case=case, drafts=drafts)

    def _open(self, case: Case, *, nested: bool) -> Iterator[Turn]:
        turns = Turn.objects.filter(case=case, closed_at=None, parent__isnull=not nested)
        yield from turns.select_related("unit", "parent__unit", "case__unit").order_by("pk")

    def _accept(self, case: Case) -> None:
        for turn in self._open(case, nested=False):
            services.accept(actor=self.org.head(turn.unit), turn=turn)

    def _subroute(self, case: Case) -> None:
        for turn in self._open(case, nested=False):
            below = [u for u in self._below(turn.unit)][:2]
            if below:
                services.route(actor=self.org.head(turn.unit), case=case, parent=turn,
                               drafts=[TurnDraft(u, text="Informe lo conducente", term=Term(3)) for u in below])
        services.add_note(actor=self.org.head(self.root), case=case, uuid=uuid4(),
                          text="Dar seguimiento en la reunión de los lunes.")

    def _below(self, unit: Unit) -> Iterator[Unit]:
        return (u for u in self.org.units.values() if u.parent_id == unit.pk)

    def _answer_below(self, case: Case) -> None:
        for turn in self._open(case, nested=True):
            services.answer(actor=self.org.staff(turn.unit), turn=turn, draft=AnswerDraft("Se remite el informe solicitado."))

    def _judge(self, case: Case) -> None:
        for n, turn in enumerate(self._open(case, nested=True)):
            judge = self.org.head(turn.from_unit)
            if n == 0:
                services.send_back(actor=judge, turn=turn, reason="Falta precisar el número de expediente.")
                turn.refresh_from_db()
                services.answer(actor=self.org.staff(turn.unit), turn=turn, draft=AnswerDraft("Se precisa el expediente y se remite."))
                turn.refresh_from_db()
            services.approve(actor=judge, turn=turn)

    def _answer(self, case: Case) -> None:
        for turn in self._open(case, nested=False):
            services.answer(actor=self.org.head(turn.unit), turn=turn, draft=AnswerDraft("Se informa que el asunto quedó atendido."))

    def _conclude(self, case: Case) -> None:
        boss = self.org.head(self.root)
        for turn in self._open(case, nested=False):
            services.approve(actor=boss, turn=turn)
        case.refresh_from_db()
        letters.conclude(actor=boss, case=case, reason="Se respondió por oficio.")


def play_recent(org: Organisation, rng: Random, count: int = 60, written: int = 24) -> list[DocumentVersion]:
    """Play the recent matters; returns the versions of the letters, whose reading is ordered."""
    return Recent(org, rng).play(count, list(papers(rng, written, timezone.localdate())))

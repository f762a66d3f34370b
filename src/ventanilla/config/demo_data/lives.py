"""What happens to a letter, invented: routing, answers in time and late, corrections, ends. Pure, by seed."""
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from random import Random

from ventanilla.config.demo_data.worktime import DAY, OfficeTime
from ventanilla.core.orgs.models import Unit
from ventanilla.modules.correspondence.services.histories import Happened, To

MINUTE = 60
ANSWERS = ("Se remite la información solicitada en los términos requeridos.",
           "Se atendió lo solicitado; se adjunta el informe correspondiente.",
           "Se emitió opinión técnica favorable, con las observaciones que se detallan.",
           "Se realizó la visita y se levantó el acta respectiva.",
           "Se programó la atención para la siguiente sesión del Comité.",
           "Se giraron instrucciones al área operativa y se informará el avance.",
           "No obran antecedentes en los archivos de esta unidad.")
BACK = ("Falta el anexo que se menciona.", "La cifra no coincide con el padrón; favor de verificarla.",
        "Precise el fundamento de la respuesta.", "Falta la firma de la persona titular.")
RETURNS = ("No corresponde a las atribuciones de esta unidad.", "Compete a la Dirección Jurídica.",
           "El asunto ya se atiende con otro folio.")
ENDS = ("Se respondió por oficio y se entregó al interesado.", "Atendido con la información remitida por las áreas.",
        "Se tomó conocimiento; no requiere respuesta.", "Concluido; se notificó la resolución.")


RECENT = 30 * DAY
"""Office time in which an office still has loose ends."""


@dataclass(frozen=True)
class Cast:
    """Who can take part: units below each unit, and the people who route, answer and register in each."""

    below: Mapping[int, Sequence[Unit]]
    routes: Mapping[int, int]
    answers: Mapping[int, int]
    instructions: Sequence[int]
    note: int
    office: OfficeTime
    now: int


@dataclass
class Life:
    """The events of one letter as they are invented; `turns` counts keys."""

    cast: Cast
    rng: Random
    events: list[tuple[int, int, str, int | None, int | None, tuple[To, ...], str]] = field(default_factory=list)
    turns: int = 0

    def happened(self) -> tuple[Happened, ...]:
        """What had happened by now, in order."""
        moment, now = self.cast.office.moment, self.cast.now
        return tuple(Happened(moment(at), verb, actor, turn, to, text)
                     for at, _n, verb, actor, turn, to, text in sorted(self.events, key=_order) if at <= now)

    def add(self, at: int, verb: str, actor: int | None, turn: int | None = None, to: tuple[To, ...] = (), text: str = "") -> None:
        """One more event."""
        self.events.append((at, len(self.events), verb, actor, turn, to, text))

    def forgotten(self, at: int, share: float) -> bool:
        """Whether something of that moment was left undone: often when it is recent, hardly ever when it is old."""
        return self.rng.random() < (share if at > self.cast.now - RECENT else share / 40)

    def spread(self, low: float, high: float) -> int:
        """Seconds of office time between `low` and `high` minutes, mostly few."""
        return int(MINUTE * (low + (high - low) * self.rng.random() ** 2)) + 1

    def attended(self, at: int, unit: Unit, units: Sequence[Unit], amount: int) -> int | None:
        """Routed from `unit` to `units`, each answering; returns when all was done, None when it never is."""
        rng, router = self.rng, self.cast.routes[unit.pk]
        sent = [self._to(u, amount) for u in units]
        copies = [self._to(u, None, "information") for u in self._copies(units)]
        self.add(at, "route", router, to=(*sent, *copies))
        for copy in copies:
            if rng.random() < 0.75:
                self.add(at + self.spread(20, 3 * 540), "acknowledge", self.cast.answers[copy.unit.pk], copy.key)
        return self._all_done([self._turn(at, to, router, 0, unit, amount) for to in sent])

    def informed(self, at: int, unit: Unit, router: int, share: float) -> None:
        """Sent to `unit` for information, which acknowledges it with that probability, or at least opens it."""
        to = self._to(unit, None, "information")
        self.add(at, "route", router, to=(to,))
        verb = "acknowledge" if self.rng.random() < share else "read"
        if verb == "acknowledge" or self.rng.random() < 0.5:
            self.add(at + self.spread(60, 5 * 540), verb, self.cast.answers[unit.pk], to.key)

    def concluded(self, at: int, unit: Unit) -> int:
        """Concluded some time after `at`; returns when."""
        when = at + self.spread(30, 2500)
        self.add(when, "conclude", self.cast.routes[unit.pk], text=self.rng.choice(ENDS))
        return when

    def _copies(self, units: Sequence[Unit]) -> list[Unit]:
        if self.rng.random() > 0.3:
            return []
        pool = [u for u in self.cast.below.get(units[0].parent_id or 0, ()) if u not in units]
        return self.rng.sample(pool, min(len(pool), self.rng.choice((1, 1, 2))))

    def _to(self, unit: Unit, amount: int | None, purpose: str = "action") -> To:
        self.turns += 1
        instruction = self.cast.note if purpose == "information" else self.rng.choice(self.cast.instructions)
        return To(self.turns, unit, purpose, None, instruction, "", amount)

    @staticmethod
    def _all_done(ends: Sequence[int | None]) -> int | None:
        known = [end for end in ends if end is not None]
        return max(known) if len(known) == len(ends) else None

    def _turn(self, at: int, to: To, router: int, depth: int, origin: Unit, amount: int) -> int | None:
        """One turn from its sending on; returns when it was closed."""
        rng, holder, chance = self.rng, self.cast.answers[to.unit.pk], self.rng.random()
        taken = at + self.spread(8, 540)
        if chance < 0.02:
            self.add(taken, "return", holder, to.key, text=rng.choice(RETURNS))
            return taken
        if chance < 0.03:
            self.add(taken, "withdraw", router, to.key, text="Se turnó por error.")
            return taken
        if self.forgotten(at, 0.006):
            return None
        if rng.random() < 0.7:
            self.add(taken, "accept", holder, to.key)
        below = self._below(taken, to, depth, amount)
        if below is None:
            return None
        return self._answered(max(below, at + self._delay(amount)), to, holder, router)

    def _below(self, taken: int, to: To, depth: int, amount: int) -> int | None:
        """Sub-routed to units below, sometimes; returns when they were done."""
        units = self.cast.below.get(to.unit.pk, ())
        if depth > 1 or not units or self.rng.random() > 0.55:
            return taken
        at, router, less = taken + self.spread(10, 400), self.cast.routes[to.unit.pk], max(1, amount - 1)
        chosen = self.rng.sample(units, min(len(units), self.rng.choice((1, 1, 1, 2))))
        sent = tuple(self._to(u, less) for u in chosen)
        self.add(at, "subroute", router, to.key, to=sent)
        return self._all_done([self._turn(at, t, router, depth + 1, to.unit, less) for t in sent])

    def _delay(self, amount: int) -> int:
        """Most answer in time, some late, a few very late."""
        share = self.rng.random()
        factor = self.rng.uniform(0.1, 0.8) if share < 0.88 else self.rng.uniform(1.05, 2.0) if share < 0.975 else 3.5
        return int(amount * DAY * factor) + self.spread(5, 60)

    def _answered(self, at: int, to: To, holder: int, router: int) -> int:
        rng = self.rng
        if rng.random() < 0.06:
            self.add(at + 30, "report", holder, to.key, text="Avance: se solicitó la información al área operativa.")
        at += self.spread(2, 90)
        self.add(at, "answer", holder, to.key, text=rng.choice(ANSWERS))
        seen = at + self.spread(15, 2700)
        if rng.random() < 0.08:
            self.add(seen, "send_back", router, to.key, text=rng.choice(BACK))
            at = seen + self.spread(60, 1500)
            self.add(at, "answer", holder, to.key, text=f"{rng.choice(ANSWERS)} Se corrige lo observado.")
            seen = at + self.spread(15, 600)
        self.add(seen, "approve", router, to.key)
        return seen


def _order(event: tuple[int, int, str, int | None, int | None, tuple[To, ...], str]) -> tuple[int, int]:
    return event[0], event[1]

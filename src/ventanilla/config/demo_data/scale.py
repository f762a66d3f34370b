"""A load of any size in the demo institution, through the set-based writing, skewed as life is: one unit holds 30 %.

Three turns per case. Batches are transactions of their own: a killed load leaves whole batches.
"""
import os
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import accumulate
from multiprocessing import get_context
from random import Random
from time import monotonic
from uuid import UUID

from django.db import connections

from ventanilla.config.demo_data.correspondence import make_cast
from ventanilla.config.demo_data.institution import SLUG, Organisation
from ventanilla.config.demo_data.lives import Cast, Life
from ventanilla.config.demo_data.senders import Senders
from ventanilla.core.cases.models import Case
from ventanilla.core.orgs.models import Grant, Institution, Unit
from ventanilla.modules.correspondence.models import LetterType
from ventanilla.modules.correspondence.services.histories import Past, write_histories
from ventanilla.modules.correspondence.specimens.topics import matter

HEAVY = 0.3
TURNS = 3.0


@dataclass
class Mill:
    """Makes letters: who may hold them and how heavily, what they say, what happens to them."""

    cast: Cast
    rng: Random
    type_id: int
    desks: Sequence[Unit]
    weights: Sequence[float]
    targets: Mapping[int, Sequence[Unit]]
    clerks: dict[int, int]
    senders: Senders
    subjects: Sequence[str]
    cases: int = 0
    turns: int = 0

    def reseed(self, seed: int) -> None:
        """Chance begins anew: a batch is the same whichever process makes it."""
        self.rng.seed(seed)
        self.cases = self.turns = 0

    def batch(self, size: int, first: float, last: float) -> list[Past]:
        """`size` letters in order of registration, between two shares (0..1) of the two years."""
        places = sorted(int(self.cast.now * self.rng.uniform(first, last)) for _ in range(size))
        return [self._letter(at) for at in places]

    def _letter(self, at: int) -> Past:
        rng = self.rng
        unit = rng.choices(self.desks, cum_weights=self.weights)[0]
        moment = self.cast.office.moment(at)
        sender, number = self.senders.draw(moment.year)
        life = Life(self.cast, rng)
        self._live(life, at, unit)
        self.cases, self.turns = self.cases + 1, self.turns + life.turns
        return Past(unit, self.type_id, f"{rng.choice(self.subjects)}, expediente {rng.randint(1, 99999)}", sender, moment, moment,
                    self.clerks[unit.pk], letter_number=number, dated=moment.date(), addressee="Dirección General", amount=10,
                    level=0 if rng.random() < 0.96 else 1, happened=life.happened(),
                    uuid=UUID(int=rng.getrandbits(128), version=4))

    def _live(self, life: Life, at: int, unit: Unit) -> None:
        """More turns while there are too few, so that there are three per case in the end."""
        pool = self.targets[unit.pk]
        wanted = 1 if self.turns > TURNS * self.cases else 3
        done = life.attended(at + life.spread(5, 420), unit, life.rng.sample(pool, min(len(pool), wanted)), 8)
        if done is not None:
            life.concluded(done, unit)


def organisation() -> Organisation:
    """The demo institution as it stands in the database. Raises Institution.DoesNotExist."""
    institution = Institution.objects.get(slug=SLUG)
    org = Organisation(institution, {u.code: u for u in Unit.objects.filter(institution=institution).order_by("pk")})
    grants = Grant.objects.filter(person__institution=institution, person__unit__isnull=False)
    for grant in grants.select_related("person", "role").order_by("pk"):
        org.people.setdefault(grant.person.unit_id or 0, {}).setdefault(grant.role.slug, grant.person)
    return org


def mill(seed: int) -> Mill:
    """The mill for the demo institution, deterministic by seed."""
    org, rng = organisation(), Random(seed)
    units = list(org.units.values())
    below: dict[int, list[Unit]] = {}
    for unit in units:
        below.setdefault(unit.parent_id or 0, []).append(unit)
        unit.institution = org.institution
    desks = [u for u in units if below.get(u.pk)]
    shares = [HEAVY, *((1 - HEAVY) / n for n in range(1, len(desks)))]
    total = sum(shares[1:])
    weights = list(accumulate([HEAVY, *(s * (1 - HEAVY) / total for s in shares[1:])]))
    targets = {u.pk: _targets(u, below) for u in desks}
    subjects = [matter(rng, 2026, 2)[0] for _ in range(400)]
    return Mill(make_cast(org, {k: tuple(v) for k, v in below.items()}), rng,
                LetterType.objects.filter(institution=org.institution).order_by("order")[0].pk, desks, weights, targets,
                {u.pk: org.clerk(u).pk for u in desks}, Senders(rng), subjects)


def _targets(unit: Unit, below: dict[int, list[Unit]]) -> list[Unit]:
    """Where a desk routes to: its own units, and its peers when it has few."""
    own = below.get(unit.pk, [])
    return own if len(own) > 2 else [*own, *(u for u in below.get(unit.parent_id or 0, []) if u.pk != unit.pk)]


@dataclass(frozen=True)
class Share:
    """The batches of one process: numbers `first`, `first + step`… of the whole load."""

    seed: int
    cases: int
    batch: int
    first: int = 0
    step: int = 1


def grind(share: Share) -> Iterator[tuple[int, int]]:
    """Write the batches of a share, each a slice of time with chance of its own; yields (cases, turns) of each.

    A batch that is there already (its first letter is) is left out, so a load that was killed goes on where it was.
    """
    made = mill(share.seed)
    for number in range(share.first, -(-share.cases // share.batch), share.step):
        start = number * share.batch
        size = min(share.batch, share.cases - start)
        made.reseed(share.seed * 1_000_003 + number)
        pasts = made.batch(size, start / share.cases, (start + size) / share.cases)
        if Case.objects.filter(uuid=pasts[0].uuid).exists():
            yield size, 0
        else:
            yield size, write_histories(pasts, source="load", trusted=True).turns


def load_scale(cases: int, *, workers: int = 0, batch: int = 4000, seed: int = 1,
               say: Callable[[str], None] = lambda text: None) -> tuple[int, int]:
    """Load `cases` letters with several processes (default: one per processor, at most 4); returns cases and turns."""
    workers = workers or min(4, os.cpu_count() or 1)
    shares = [Share(seed, cases, batch, n, workers) for n in range(workers)]
    begun, done, turns = monotonic(), 0, 0
    with late_index():
        for number, of_turns in _ground(shares):
            done, turns = done + number, turns + of_turns
            if done % (batch * 10) < batch or done >= cases:
                rate = done / (monotonic() - begun)
                say(f"{done:,} de {cases:,} asuntos, {turns:,} turnos, {rate:,.0f} asuntos por segundo")
    return done, turns


@contextmanager
def late_index() -> Iterator[None]:
    """Words enter the search index in lots meanwhile, not row by row: a quarter of the work, and searches still find all.

    A load that is killed leaves the index right, only with its last lot unsorted; the next load sorts it.
    """
    _tune("ALTER INDEX cases_search_gin SET (fastupdate = on, gin_pending_list_limit = 16384)")
    try:
        yield
    finally:
        _tune("ALTER INDEX cases_search_gin SET (fastupdate = off)", "ALTER INDEX cases_search_gin RESET (gin_pending_list_limit)",
              "SELECT gin_clean_pending_list('cases_search_gin')")


def _tune(*statements: str) -> None:
    with connections["default"].cursor() as cursor:
        for statement in statements:
            cursor.execute(statement)


def _ground(jobs: Sequence[Share]) -> Iterator[tuple[int, int]]:
    if len(jobs) <= 1:
        for job in jobs:
            yield from grind(job)
        return
    _leave_nothing_open()
    context = get_context("fork")
    queue = context.SimpleQueue()
    children = [context.Process(target=_child, args=(job, queue), daemon=True) for job in jobs]
    for child in children:
        child.start()
    left = len(children)
    while left:
        found = queue.get()
        if isinstance(found, str):
            raise RuntimeError(found)
        left -= found is None
        if found:
            yield found
    for child in children:
        child.join()


def _leave_nothing_open() -> None:
    """A child process must not inherit a connection, nor a pool whose threads it would not have."""
    for connection in connections.all(initialized_only=True):
        connection.close()
        if getattr(connection, "pool", None):
            connection.close_pool()  # type: ignore[attr-defined]


def _child(job: Share, queue: object) -> None:
    put = queue.put  # type: ignore[attr-defined]
    try:
        for step in grind(job):
            put(step)
        put(None)
    except Exception as error:
        put(f"{type(error).__name__}: {error}")
    finally:
        connections.close_all()

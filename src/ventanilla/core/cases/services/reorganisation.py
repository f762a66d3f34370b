"""Merging and closing units while people work: open matters follow, history stays.

First one short transaction closes the units, names the successor, lets people and numbering follow, and
writes the one entry of the log. Then open matters are moved in batches: a batch locks cases in order of id,
skipping those that a verb holds at that moment, until none is left. A killed process loses nothing:
`finish` (also a periodic task) moves whatever still lies in a unit that has a successor.
"""
import time
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final

from django.db import connection, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from ventanilla.core.audit.services import record
from ventanilla.core.cases.models import FolioSeries
from ventanilla.core.cases.places import refresh
from ventanilla.core.cases.services.numbering import hand_over, kept_apart
from ventanilla.core.notices.services import NoticeDraft, notify
from ventanilla.core.orgs.models import Grant, Person, Role, Unit
from ventanilla.core.orgs.services.setup import NotAllowed, Refused, administer
from ventanilla.core.orgs.services.units import Line, close_unit, lock_tree, move_unit
from ventanilla.core.orgs.services.units import recode as change_codes

BATCH: Final = 200
MANY: Final = 500  # open matters that a person waits for; more of them move in a job
PATIENCE: Final = 120.0  # seconds that a mover waits for rows others hold before it leaves the rest to `finish`
OLDER: Final = 10.0  # seconds that it waits, with nothing left to move, for transactions older than the closing


@dataclass(frozen=True)
class Effects:
    """What follows when these units go away; shown before anything is saved."""

    cases: int
    turns_held: int
    turns_sent: int
    people: int
    grants: int
    children: int
    series: int

    @property
    def matters(self) -> int:
        """Open matters and turns together: whether a successor is needed."""
        return self.cases + self.turns_held + self.turns_sent


_EFFECTS: Final = """
SELECT (SELECT count(*) FROM cases_case WHERE unit_id = ANY (%(u)s) AND closed_at IS NULL),
       (SELECT count(*) FROM cases_turn WHERE unit_id = ANY (%(u)s) AND closed_at IS NULL),
       (SELECT count(*) FROM cases_turn WHERE from_unit_id = ANY (%(u)s) AND closed_at IS NULL),
       (SELECT count(*) FROM orgs_person WHERE unit_id = ANY (%(u)s) AND active),
       (SELECT count(*) FROM orgs_grant WHERE unit_id = ANY (%(u)s) AND (valid_to IS NULL OR valid_to > %(day)s)),
       (SELECT count(*) FROM orgs_unit WHERE parent_id = ANY (%(u)s) AND valid_to IS NULL AND id <> ALL (%(u)s)),
       (SELECT count(*) FROM cases_folioseries WHERE unit_id = ANY (%(u)s) AND active)
"""


def preview(units: Sequence[Unit]) -> Effects:
    """Counts of what would follow. Reads only; says nothing of single matters."""
    with connection.cursor() as cursor:
        cursor.execute(_EFFECTS, {"u": [u.pk for u in units], "day": timezone.localdate()})
        return Effects(*cursor.fetchone())


def recode(*, actor: Person, institution_id: int, pairs: Sequence[Line], day: date | None = None, source: str = "") -> int:
    """Give units their new codes, as `core.orgs` does, unless two numberings would write the same folios (`numbering.not_kept` says it
    before). Raises NotAllowed and Refused."""
    administer(actor, institution_id)
    with kept_apart(institution_id, "table"):
        return change_codes(actor=actor, institution_id=institution_id, pairs=pairs, day=day, source=source)


@dataclass(frozen=True)
class Following:
    """What moves where: open matters of the units `sources` (ids) to the unit `target`; `entry` is the log's."""

    sources: list[int]
    target: int
    actor: Person | None
    reason: str
    entry: int | None


@dataclass(frozen=True)
class Outcome:
    """How a reorganisation ended: its entry in the log, cases moved, and cases left for `finish`."""

    entry_id: int
    moved: int
    left: int


def merge(*, actor: Person | None, units: Sequence[Unit], successor: Unit, reason: str = "", wait: bool = True) -> Outcome:
    """Close the units today in favour of `successor`; what hangs below them, and their open matters, follow.

    Their people keep their work: each grant over a closed unit is given over the successor too (heads as
    assistants, so that merging never makes two heads). Without `wait`, more than MANY open matters move in a job
    and `left` tells how many. Raises NotAllowed, Refused.
    """
    if not units or successor.pk in {u.pk for u in units}:
        raise Refused(_("Elija al menos una unidad distinta de la que continúa."), "units")
    if any(u.institution_id != successor.institution_id for u in units):
        raise NotAllowed
    with transaction.atomic():
        administer(actor, successor.institution_id)
        lock_tree(successor.institution_id)
        effects = preview(units)
        for unit in _deepest_first(units):
            _let_follow(actor, unit, successor, reason)
        entry = record("orgs.merge", actor=actor, institution_id=successor.institution_id,
                       subject=f"unit:{successor.pk}",
                       detail={"units": [u.pk for u in units], "reason": reason, **vars(effects)})
        mark = _xid()
        following = Following([u.pk for u in units], successor.pk, actor, reason, entry)
        if later := not wait and effects.matters > MANY:
            _order(following)
    moved, left = (0, effects.matters) if later else _move_all(following, mark)
    return Outcome(entry, moved, left)


def _order(following: Following) -> None:
    from ventanilla.core.cases.tasks import follow as task

    actor = following.actor
    task.defer(sources=following.sources, target=following.target, actor_id=actor.pk if actor else None,
               reason=following.reason, entry=following.entry)


def follow(following: Following) -> int:
    """The job of a large merger: move what is still open, and tell who ordered it; returns how many cases moved."""
    moved, left = _move_all(following, _xid())
    if following.actor and not left:
        name = Unit.objects.get(pk=following.target).name
        notify(recipients=[following.actor.pk], draft=NoticeDraft(
            "system", _("Los asuntos abiertos pasaron a «%(unit)s»") % {"unit": name}, f"reorganise:{following.entry}"))
    return moved


def left_behind(successor: Unit) -> int:
    """Open matters that still lie in units which this one absorbed."""
    return _left(list(Unit.objects.filter(successor=successor).values_list("pk", flat=True)))


def close(*, actor: Person | None, unit: Unit, successor: Unit | None = None, reason: str = "",
          wait: bool = True) -> Outcome | None:
    """Close a unit today. With a successor as `merge`; without one Refused while anything open depends on it."""
    if successor is not None:
        return merge(actor=actor, units=[unit], successor=successor, reason=reason, wait=wait)
    with transaction.atomic():
        row = Unit.objects.select_for_update(no_key=True).get(pk=unit.pk)
        if preview([row]).matters:
            raise Refused(_("«%(unit)s» tiene asuntos abiertos; elija la unidad que la sustituye.")
                          % {"unit": unit.name}, "successor")
        close_unit(actor=actor, unit=row, reason=reason)
        FolioSeries.objects.filter(unit=row).update(active=False)
    return None


def _deepest_first(units: Sequence[Unit]) -> list[Unit]:
    return sorted(units, key=lambda u: -len(u.path))


def _let_follow(actor: Person | None, unit: Unit, successor: Unit, reason: str) -> None:
    """One unit closes: children, people, grants, posts and numbering go over to the successor."""
    if unit.pk in Unit.objects.values_list("path", flat=True).get(pk=successor.pk):
        move_unit(actor=actor, unit=successor, parent=unit.parent, reason=reason)
    below = list(Unit.objects.filter(parent=unit, valid_to=None).exclude(pk=successor.pk))
    for child in below:
        move_unit(actor=actor, unit=child, parent=successor, reason=reason)
    close_unit(actor=actor, unit=unit, successor=successor, reason=reason)
    _copy_grants(unit, successor)
    for child in below:
        _copy_grants(unit, child, subtree=True)
    hand_over(unit, successor)
    Person.objects.filter(unit=unit).update(unit=successor)


def _copy_grants(unit: Unit, successor: Unit, *, subtree: bool = False) -> None:
    """What was given over the closed unit is given over another too; with `subtree` only what also held below it, as it did there."""
    today = timezone.localdate()
    roles = {r.slug: r for r in Role.objects.filter(institution_id=unit.institution_id)}
    valid = Grant.objects.filter(unit=unit, subtree__gte=subtree).exclude(valid_to__lte=today).select_related("role")
    known = Grant.objects.filter(unit=successor, subtree__gte=subtree).exclude(valid_to__lte=today)
    have = set(known.values_list("person_id", "role_id"))
    for grant in valid:
        role = roles.get("assistant", grant.role) if grant.role.slug == "head" else grant.role
        if (grant.person_id, role.pk) not in have:
            have.add((grant.person_id, role.pk))
            Grant.objects.create(
                person_id=grant.person_id, role=role, unit=successor, subtree=subtree, valid_from=max(today, grant.valid_from),
                valid_to=grant.valid_to, delegated_by_id=grant.delegated_by_id,
                source=_("Fusión de «%(unit)s»")[:200] % {"unit": unit.name[:160]})


_OPEN: Final = """
SELECT id FROM cases_case WHERE unit_id = ANY (%(u)s) AND closed_at IS NULL
UNION SELECT case_id FROM cases_turn WHERE unit_id = ANY (%(u)s) AND closed_at IS NULL
UNION SELECT case_id FROM cases_turn WHERE from_unit_id = ANY (%(u)s) AND closed_at IS NULL
"""
_LOCK: Final = f"SELECT id FROM cases_case WHERE id IN ({_OPEN}) ORDER BY id LIMIT %(n)s FOR UPDATE SKIP LOCKED"
_MOVE: Final = """
WITH own AS (
  UPDATE cases_case SET unit_id = %(to)s WHERE id = ANY (%(ids)s) AND unit_id = ANY (%(u)s) AND closed_at IS NULL
  RETURNING id
), held AS (
  UPDATE cases_turn SET unit_id = CASE WHEN unit_id = ANY (%(u)s) THEN %(to)s ELSE unit_id END,
                        from_unit_id = CASE WHEN from_unit_id = ANY (%(u)s) THEN %(to)s ELSE from_unit_id END
  WHERE case_id = ANY (%(ids)s) AND closed_at IS NULL AND (unit_id = ANY (%(u)s) OR from_unit_id = ANY (%(u)s))
  RETURNING case_id, id
)
INSERT INTO cases_move (institution_id, case_id, verb, from_state, to_state, actor_id, unit_id, reason, detail, at, source)
SELECT c.institution_id, c.id, 'reorganise', c.state, c.state, %(actor)s, %(to)s, %(reason)s,
       jsonb_build_object('entry', %(entry)s::bigint, 'units', to_jsonb(%(u)s::bigint[]),
         'case', EXISTS (SELECT 1 FROM own WHERE own.id = c.id),
         'turns', coalesce((SELECT jsonb_agg(h.id ORDER BY h.id) FROM held h WHERE h.case_id = c.id), '[]')),
       clock_timestamp(), 'web'
FROM cases_case c WHERE c.id IN (SELECT id FROM own UNION SELECT case_id FROM held)
RETURNING case_id
"""


def _move_all(following: Following, mark: int) -> tuple[int, int]:
    """Batches until none is left. Who began before the units closed may still write: we wait for them too."""
    moved, began = 0, time.monotonic()
    while time.monotonic() < began + PATIENCE:
        if n := _move_batch(following):
            moved += n
            continue
        settled = connection.in_atomic_block or _all_see(mark) or time.monotonic() > began + OLDER
        left = _left(following.sources)
        if connection.in_atomic_block or (settled and not left):
            return moved, left
        time.sleep(0.05)
    return moved, _left(following.sources)


@transaction.atomic
def _move_batch(following: Following) -> int:
    with connection.cursor() as cursor:
        cursor.execute(_LOCK, {"u": following.sources, "n": BATCH})
        ids = [row[0] for row in cursor.fetchall()]
        if not ids:
            return 0
        cursor.execute(_MOVE, {"u": following.sources, "to": following.target, "ids": ids, "reason": following.reason,
                               "actor": following.actor.pk if following.actor else None, "entry": following.entry})
        moved = [row[0] for row in cursor.fetchall()]
    refresh(moved)
    return len(ids)


def _left(sources: list[int]) -> int:
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT count(*) FROM ({_OPEN}) AS open", {"u": sources})
        count: int = cursor.fetchone()[0]
    return count


def _xid() -> int:
    with connection.cursor() as cursor:
        cursor.execute("SELECT public.this_xid()")
        xid: int = cursor.fetchone()[0]
    return xid


def _all_see(xid: int) -> bool:
    """Whether every transaction that is still running began after that one had committed."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_snapshot_xmin(pg_current_snapshot())::text::bigint > %s", [xid])
        seen: bool = cursor.fetchone()[0]
    return seen


def finish(institution_id: int | None = None) -> int:
    """Move whatever is open in closed units to their last successor; returns how many cases moved.

    Idempotent: for the periodic task, and after a reorganisation was interrupted.
    """
    closed = Unit.objects.filter(successor__isnull=False, valid_to__lte=timezone.localdate())
    if institution_id is not None:
        closed = closed.filter(institution_id=institution_id)
    successors: dict[int, int | None] = dict(closed.values_list("pk", "successor_id"))
    moved = 0
    for pk in successors:
        if _left([pk]):
            following = Following([pk], _last(pk, successors), None, _("La unidad fue sustituida"), None)
            moved += _move_all(following, 0)[0]
    return moved


def _last(pk: int, successors: dict[int, int | None]) -> int:
    seen: set[int] = set()
    while (after := successors.get(pk)) is not None and pk not in seen:
        seen.add(pk)
        pk = after
    return pk

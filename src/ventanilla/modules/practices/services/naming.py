"""The people that forms name: their rows, whom they may be the same as, and what a person of the registry decided about it.

Nothing is merged: a decision ties two rows and can be taken back. Offered is each row with the oldest one that agrees with it and about
which nothing was decided (of those that are the same person, with the oldest of them), so that a name that stands in a hundred practices
gives a hundred offers and not five thousand.
"""
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from django.db import connection, transaction
from django.db.models import Count
from django.utils import timezone
from django.utils.translation import gettext as _

from ventanilla.core.audit.services import record
from ventanilla.core.orgs import capabilities as cap
from ventanilla.core.orgs.models import Person
from ventanilla.core.orgs.reach import reach_of
from ventanilla.core.orgs.services.setup import NotAllowed, Refused
from ventanilla.modules.practices.models import NamedPerson, Practice, SamePerson
from ventanilla.modules.practices.rules.people import name_key, post_words, posts_agree

Values = Mapping[str, Any]
PARTS: Final = (NamedPerson.Part.HEAD, NamedPerson.Part.CONTACT)
_SAME: Final = ("name", "post", "mail", "name_key", "post_words")


def named_in(values: Values) -> list[NamedPerson]:
    """The unsaved rows of what a form says, always both; one without a name is offered to nobody."""
    return [NamedPerson(part=part, name=_said(values, part, "nombre", 300), post=_said(values, part, "cargo", 300),
                        mail=_said(values, part, "correo", 254).lower(), name_key=name_key(_said(values, part, "nombre", 300)),
                        post_words=post_words(_said(values, part, "cargo", 300))) for part in PARTS]


def _said(values: Values, part: str, what: str, longest: int) -> str:
    return " ".join(str(values.get(f"{part}_{what}") or "").split())[:longest]


def write_named(rows: Sequence[tuple[Practice, Values]]) -> None:
    """Write who is named by what practices say. Where a name or post changed, what was decided about that row falls away."""
    known = {(n.practice_id, n.part): n for n in NamedPerson.objects.filter(practice__in=[p.pk for p, _v in rows])}
    told = [(practice, one, known.get((practice.pk, one.part))) for practice, values in rows for one in named_in(values)]
    fresh = [_owned(one, practice) for practice, one, before in told if before is None]
    changed = [(before, one) for _p, one, before in told if before and any(getattr(before, n) != getattr(one, n) for n in _SAME)]
    keys = {one.name_key for one in fresh} | {row.name_key for pair in changed for row in pair}
    renamed = [old.pk for old, new in changed if old.name_key != new.name_key or not posts_agree(old.post_words, new.post_words)]
    NamedPerson.objects.bulk_create(fresh, batch_size=500)
    if changed:
        NamedPerson.objects.bulk_update([_taken(old, new) for old, new in changed], _SAME, batch_size=500)
    if renamed:
        (SamePerson.objects.filter(one__in=renamed) | SamePerson.objects.filter(other__in=renamed)).delete()
    if keys - {""}:
        _note_twins(keys - {""})


def _owned(one: NamedPerson, practice: Practice) -> NamedPerson:
    one.practice, one.institution_id = practice, practice.institution_id
    return one


def _taken(old: NamedPerson, new: NamedPerson) -> NamedPerson:
    for name in _SAME:
        setattr(old, name, getattr(new, name))
    return old


def _note_twins(keys: set[str]) -> None:
    """Mark the rows whose name stands in another row too: only those are looked at when pairs are offered."""
    rows = NamedPerson.objects.filter(name_key__in=keys)
    twice = rows.order_by().values("name_key").annotate(n=Count("pk")).filter(n__gt=1).values("name_key")
    rows.filter(twin=False, name_key__in=twice).update(twin=True)
    rows.filter(twin=True).exclude(name_key__in=twice).update(twin=False)


@dataclass(frozen=True)
class Pair:
    """Two rows offered as the same person, the older one first, with the codes of why (see `why`)."""

    one: NamedPerson
    other: NamedPerson
    reasons: tuple[str, ...]


def why(one: NamedPerson, other: NamedPerson) -> tuple[str, ...]:
    """Why two rows may be the same person: name, and post ("post", "post_part") or mail; () when they do not agree."""
    if not one.name_key or one.name_key != other.name_key:
        return ()
    post = {"same": ("post",), "part": ("post_part",), "": ()}[posts_agree(one.post_words, other.post_words)]
    mail = ("mail",) if one.mail and one.mail == other.mail else ()
    place = ("institution",) if one.institution_id == other.institution_id else ("elsewhere",)
    return ("name", *post, *mail, *place) if post or mail else ()


_SEEN: Final = """
  (n.institution_id = %(institution)s AND p.unit_id = ANY (%(units)s))
  OR (n.institution_id <> %(institution)s AND p.public AND n.part = 'titular')
"""
"""Rows whose name this person may read: of practices in whose registry they keep; of other institutions the heads of public ones."""
_OFFERS: Final = f"""
SELECT q.id, n.id FROM practices_namedperson n JOIN practices_practice p ON p.id = n.practice_id
CROSS JOIN LATERAL (
  SELECT o.id FROM practices_namedperson o JOIN practices_practice w ON w.id = o.practice_id
  WHERE o.name_key = n.name_key AND o.name_key <> '' AND o.id < n.id AND ({_SEEN.replace("n.", "o.").replace("p.", "w.")})
    AND (o.institution_id = %(institution)s OR n.institution_id = %(institution)s)
    AND ((o.post_words <@ n.post_words OR n.post_words <@ o.post_words) AND o.post_words <> '{{}}' AND n.post_words <> '{{}}'
         OR o.mail <> '' AND o.mail = n.mail)
    AND NOT EXISTS (SELECT 1 FROM practices_sameperson s WHERE s.institution_id = %(institution)s AND s.one_id = o.id AND s.other_id = n.id)
    AND NOT EXISTS (SELECT 1 FROM practices_sameperson s WHERE s.institution_id = %(institution)s AND s.other_id = o.id AND s.same)
  ORDER BY o.id LIMIT 1) q
WHERE n.twin AND ({_SEEN}) AND n.id > %(after)s AND (%(practice)s::bigint IS NULL OR n.practice_id = %(practice)s)
  AND NOT EXISTS (SELECT 1 FROM practices_sameperson s WHERE s.institution_id = %(institution)s AND s.other_id = n.id AND s.same)
ORDER BY n.id LIMIT %(limit)s
"""


def offers(person: Person, *, after: int = 0, limit: int = 50, practice: Practice | None = None) -> list[Pair]:
    """Pairs that nobody decided about, in order of the newer row, after that row; of one practice where it is given.

    Only for who keeps the registry; of other institutions only what everybody reads. Three queries.
    """
    units = reach_of(person).within(cap.PRACTICE_REGISTRY)
    if not units:
        return []
    with connection.cursor() as cursor:
        cursor.execute(_OFFERS, {"institution": person.institution_id, "units": units, "after": after, "limit": limit,
                                 "practice": practice.pk if practice else None})
        found = cursor.fetchall()
    rows = _rows({pk for pair in found for pk in pair})
    return [Pair(rows[one], rows[other], why(rows[one], rows[other])) for one, other in found]


def together(pairs: Sequence[Pair]) -> list[list[Pair]]:
    """The pairs of one older row side by side: one person to decide about, however many forms name them."""
    found: dict[int, list[Pair]] = {}
    for pair in pairs:
        found.setdefault(pair.one.pk, []).append(pair)
    return list(found.values())


def _rows(ids: set[int]) -> dict[int, NamedPerson]:
    return NamedPerson.objects.select_related("practice__institution").in_bulk(ids)


def decided(person: Person, *, limit: int = 50, practice: Practice | None = None) -> list[SamePerson]:
    """What was decided in the person's institution, newest first, of rows that they may read."""
    rows = SamePerson.objects.filter(institution_id=person.institution_id).select_related(
        "one__practice__institution", "other__practice__institution", "decided_by")
    if practice:
        rows = rows.filter(one__practice=practice) | rows.filter(other__practice=practice)
    found = rows.order_by("-decided_at", "pk")[:limit]
    return [r for r in found if _may_name(person, r.one) and _may_name(person, r.other)]


@transaction.atomic
def decide_all(*, actor: Person, one: int, others: Sequence[int], same: bool) -> int:
    """`decide_same` of one row with several, all or none; returns how many. Raises what it raises."""
    for other in dict.fromkeys(others):
        decide_same(actor=actor, one=one, other=other, same=same)
    return len(set(others))


@transaction.atomic
def decide_same(*, actor: Person, one: int, other: int, same: bool) -> SamePerson:
    """Say that two named people are the same one, or are not; the pair is not offered again. Said again it changes what was said.

    Raises NotAllowed; Refused when the two do not agree (any more) in name and in post or mail.
    """
    first, second = sorted((one, other))
    rows = _rows({first, second})
    if len(rows) != 2 or not all(_may_name(actor, row) for row in rows.values()) or not _of(actor, rows.values()):
        raise NotAllowed
    reasons = why(rows[first], rows[second])
    if not reasons:
        raise Refused(_("Los nombres ya no coinciden: alguien corrigió el formulario."))
    row, _made = SamePerson.objects.update_or_create(
        institution_id=actor.institution_id, one_id=first, other_id=second,
        defaults={"same": same, "reasons": list(reasons), "decided_by": actor, "decided_at": timezone.now()})
    _log("same_person", actor, row)
    return row


def _may_name(actor: Person, row: NamedPerson) -> bool:
    """Whether `_SEEN` gives it."""
    if row.institution_id == actor.institution_id:
        return reach_of(actor).can(cap.PRACTICE_REGISTRY, row.practice.unit_id)
    return bool(reach_of(actor).within(cap.PRACTICE_REGISTRY)) and row.practice.public and row.part == NamedPerson.Part.HEAD


def _of(actor: Person, rows: Any) -> bool:
    return any(row.institution_id == actor.institution_id for row in rows)


@transaction.atomic
def undo_decision(*, actor: Person, decision: SamePerson) -> None:
    """Take back what was decided: the pair is offered again. Raises NotAllowed."""
    rows = (decision.one, decision.other)
    if decision.institution_id != actor.institution_id or not all(_may_name(actor, row) for row in rows):
        raise NotAllowed
    _log("same_person_undo", actor, decision)
    decision.delete()


def _log(verb: str, actor: Person, row: SamePerson) -> None:
    record(f"practices.{verb}", actor=actor, institution_id=actor.institution_id, subject=f"named:{row.one_id}",
           detail={"one": row.one_id, "other": row.other_id, "same": row.same, "reasons": row.reasons})


def also_in(person: Person, practice: Practice) -> dict[str, list[Practice]]:
    """By part (titular, enlace): the other practices where the same person stands, as decided here, and that this person may read.

    Decisions are followed from row to row: who is the same as one is the same as all of them.
    """
    with connection.cursor() as cursor:
        cursor.execute(_ALSO, {"practice": practice.pk, "institution": person.institution_id})
        found = cursor.fetchall()
    rows = Practice.objects.visible_to(person).in_bulk([pk for _part, pk in found]) if found else {}
    shown: dict[str, list[Practice]] = {}
    for part, pk in found:
        if pk in rows and pk != practice.pk:
            shown.setdefault(part, []).append(rows[pk])
    return shown


_ALSO: Final = """
WITH RECURSIVE same (part, id) AS (
  SELECT n.part, n.id FROM practices_namedperson n WHERE n.practice_id = %(practice)s
  UNION
  SELECT same.part, CASE WHEN s.one_id = same.id THEN s.other_id ELSE s.one_id END FROM same
  JOIN practices_sameperson s ON s.same AND s.institution_id = %(institution)s AND (s.one_id = same.id OR s.other_id = same.id))
SELECT DISTINCT same.part, n.practice_id FROM same JOIN practices_namedperson n ON n.id = same.id ORDER BY 1, 2
"""

"""Merging: a duplicate closes, and everything goes on in one ticket. A wrong merge is undone while nothing else happened.

The desk reads the duplicate's logs and files in the survivor. Whoever asked for, benefits from or follows the duplicate follows
the survivor from then on; whoever asked for the survivor does not read what the others wrote.
"""
from typing import Any, Final

from django.db import connection, transaction
from django.db.models import Max
from django.utils.translation import gettext as _

from ventanilla.core.cases.clocks import case_clocks_follow
from ventanilla.core.cases.models import Access, Attachment, Case, CaseLink, Clock, Move, Note, Party, Pause
from ventanilla.core.cases.moving import Moving, moving
from ventanilla.core.cases.places import refresh
from ventanilla.core.orgs.models import Person
from ventanilla.core.orgs.reach import token
from ventanilla.core.orgs.services.setup import Refused
from ventanilla.modules.servicedesk.flow import ASKED
from ventanilla.modules.servicedesk.models import Merge, Ticket, TimeEntry
from ventanilla.modules.servicedesk.services.family import carry
from ventanilla.modules.servicedesk.services.major_telling import tell_over

LINK: Final = "duplicates"


def merge(*, actor: Person, case: Case, survivor: Case, reason: str = "") -> Merge:
    """`case` was a duplicate of `survivor`: it closes as merged. Both are locked in the order of their numbers.

    The actor works on both. Raises NotAllowed, and Refused (itself, a closed one, another kind, one that hangs from it).
    """
    _alike(actor, case, survivor)
    with transaction.atomic():
        into = lock_both(case.pk, survivor.pk)[survivor.pk]
        if into.closed_at:
            raise Refused(_("%(folio)s ya terminó: elija uno abierto, o reábralo primero.") % {"folio": into.folio}, "folio")
        with moving(case, "merge", actor, reason=reason, given={"survivor": into}) as move:
            if move.case.pk in _above(into):
                raise Refused(_("%(folio)s depende de este ticket: sepárelos primero.") % {"folio": into.folio}, "folio")
            with moving(into, "absorb", actor) as other:
                joined = _join(move, other)
            tell_over(move.case, move.at, "merge")
            return joined


def _alike(actor: Person, case: Case, survivor: Case) -> None:
    if case.pk == survivor.pk:
        raise Refused(_("Un ticket no se fusiona consigo mismo: elija otro."), "folio")
    if not Case.objects.visible_to(actor).filter(pk=survivor.pk, ticket__isnull=False).exists():
        raise Refused(_("No hay otro ticket con ese número que usted pueda ver."), "folio")
    if survivor.kind != case.kind and not {survivor.kind, case.kind} <= set(ASKED):
        raise Refused(_("Sólo se fusionan tickets del mismo tipo, o una solicitud con un incidente."), "folio")


def lock_both(*case_ids: int) -> dict[int, Case]:
    """Always in the same order, so that two who merge crosswise wait for each other and the second is told."""
    return {c.pk: c for c in Case.objects.select_for_update(of=("self",)).filter(pk__in=case_ids).order_by("pk")}


def _above(case: Case) -> set[int]:
    """The tickets that it hangs from."""
    seen: set[int] = set()
    at: int | None = case.pk
    while at is not None:
        at = Ticket.objects.filter(pk=at).values_list("parent_id", flat=True).first()
        if at is None or at in seen:
            break
        seen.add(at)
    return seen


def _join(move: Moving, other: Moving) -> Merge:
    """Write the merge, with what an undo will need."""
    case, into = move.case, other.case
    assert move.actor
    kept = {"clocks": _clocks(case), "due": [_text(case.due_at), _text(case.amber_at)], "unit": case.unit_id, "seen": _seen(case, into),
            "held_for": Ticket.objects.filter(pk=case.pk).values_list("held_for_id", flat=True).get(),
            **_joined_parties(case, into, move), "opened": _opened(case, into), "children": _rehung(case, into),
            "linked": CaseLink.objects.get_or_create(case=case, other=into, kind=LINK)[1]}
    case_clocks_follow(move)
    Ticket.objects.filter(pk=case.pk).update(held_for=None)
    case.unit = into.unit
    carry(case, into.unit)
    row = Merge.objects.create(institution_id=case.institution_id, case=case, survivor=into, person=move.actor, at=move.at,
                               reason=move.reason, state_before=case.state, kept=kept)
    move.detail.update(into=into.pk, merge=row.pk)
    move.shown["folio"] = into.folio
    other.detail.update(merged=case.pk, merge=row.pk)
    other.shown["folio"] = case.folio
    _tell_guest(case, into)
    return row


def _tell_guest(case: Case, into: Case) -> None:
    """Who has no account is told by mail; everybody else by the relay."""
    from ventanilla.modules.servicedesk.services.mail.guests import tell_merged

    tell_merged(case, into)


def _text(moment: Any) -> str | None:
    return moment.isoformat() if moment else None


def _clocks(case: Case) -> list[dict[str, Any]]:
    rows = Clock.objects.filter(case=case, turn_id=None).order_by("pk")
    waiting = dict(Pause.objects.filter(clock__in=rows, until=None).values_list("clock_id", "pk"))
    return [{"id": c.pk, "state": c.state, "stopped_at": _text(c.stopped_at), "due_at": _text(c.due_at), "amber_at": _text(c.amber_at),
             "pause": waiting.get(c.pk)} for c in rows]


def _seen(*cases: Case) -> dict[str, int]:
    """The last entry, file and minutes of both: what comes later makes an undo impossible."""
    return {model.__name__: model.objects.filter(case__in=cases).aggregate(n=Max("pk"))["n"] or 0
            for model in (Note, Attachment, TimeEntry)}


def _joined_parties(case: Case, into: Case, move: Moving) -> dict[str, list[int]]:
    """Who waited for the duplicate follows the survivor; those who came by it, and the tokens that they brought."""
    known = set(Party.objects.filter(case=into).exclude(role=Party.Role.APPROVER).values_list("person_id", flat=True))
    waiting = set(Party.objects.filter(case=case).exclude(role=Party.Role.APPROVER).values_list("person_id", flat=True))
    new = sorted(waiting - known)
    tokens = set(Access.objects.filter(case=into, token__in=[-p for p in new]).values_list("token", flat=True))
    Party.objects.bulk_create(Party(case=into, person_id=p, role=Party.Role.WATCHER, since=move.at) for p in new)
    return {"parties": new, "tokens": [-p for p in new if -p not in tokens]}


def _opened(case: Case, into: Case) -> list[int]:
    """The token of the survivor's unit, when the duplicate opens to it only by the merge."""
    wanted = token(into.unit_id, case.level)
    return [] if Access.objects.filter(case=case, token=wanted).exists() else [wanted]


def _rehung(case: Case, into: Case) -> list[int]:
    """Tickets that hung from the duplicate hang from the survivor."""
    children = list(Ticket.objects.filter(parent=case).exclude(pk=into.pk).values_list("pk", flat=True))
    Ticket.objects.filter(pk__in=children).update(parent=into)
    return children


def merge_of(case: Case) -> Merge | None:
    """The merge by which the ticket is closed, or None."""
    return Merge.objects.filter(case=case, undone_at=None).select_related("survivor", "person").first()


def may_undo(row: Merge) -> bool:
    """Whether nothing else happened to either ticket since."""
    cases = (row.case_id, row.survivor_id)
    last = Move.objects.filter(case__in=cases, turn_id=None).order_by("case_id", "-pk").distinct("case_id")
    if any(m.detail.get("merge") != row.pk for m in last):
        return False
    seen = row.kept.get("seen", {})
    return not any(model.objects.filter(case__in=cases, pk__gt=seen.get(model.__name__, 0)).exists()
                   for model in (Note, Attachment, TimeEntry))


def undo_merge(*, actor: Person, case: Case, reason: str) -> Case:
    """The merge was a mistake: both are as they were, and the time in between counts, for who asked waited.

    Raises NotAllowed, and Refused when something happened since (then the duplicate is split off by hand).
    """
    with transaction.atomic():
        row = merge_of(case)
        if row is None:
            raise Refused(_("Este ticket no está fusionado con otro."))
        lock_both(row.case_id, row.survivor_id)
        with moving(case, "unmerge", actor, reason=reason) as move:
            if not may_undo(row):
                raise Refused(_("Después de la fusión hubo otros cambios: ya no se deshace. Separe lo que sea distinto en otro ticket."))
            move.land_in(row.state_before)
            with moving(row.survivor, "release", actor, reason=reason) as other:
                _part(row, move, other)
        row.undone_at, row.undone_by = move.at, actor
        row.save(update_fields=["undone_at", "undone_by"])
        carry(move.case, move.case.unit)
        _take_back(case.pk, row.kept["opened"])
        refresh([case.pk])
        return move.case


def _part(row: Merge, move: Moving, other: Moving) -> None:
    kept, case, into = row.kept, move.case, other.case
    for clock in kept["clocks"]:
        Clock.objects.filter(pk=clock["id"]).update(**{n: clock[n] for n in ("state", "stopped_at", "due_at", "amber_at")})
    Pause.objects.filter(pk__in=[c["pause"] for c in kept["clocks"] if c["pause"]]).update(until=None)
    case.due_at, case.amber_at = Case._meta.get_field("due_at").to_python(kept["due"][0]), Case._meta.get_field(
        "amber_at").to_python(kept["due"][1])
    case.unit_id = kept["unit"]
    Ticket.objects.filter(pk=case.pk).update(held_for=kept["held_for"])
    Ticket.objects.filter(pk__in=kept["children"], parent=into).update(parent=case)
    if kept["linked"]:
        CaseLink.objects.filter(case=case, other=into, kind=LINK).delete()
    Party.objects.filter(case=into, role=Party.Role.WATCHER, person__in=kept["parties"]).delete()
    _take_back(into.pk, kept["tokens"])
    move.detail["merge"] = other.detail["merge"] = row.pk
    move.shown["folio"], other.shown["folio"] = into.folio, case.folio


def _take_back(case_id: int, tokens: list[int]) -> None:
    """Who came to a ticket only by a wrong merge reads it no more (elsewhere access only grows)."""
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM cases_access a WHERE a.case_id = %s AND a.token = ANY (%s) AND a.token NOT IN "
                       "(SELECT t.token FROM public.cases_tokens(ARRAY[%s]::bigint[]) t)", [case_id, tokens, case_id])

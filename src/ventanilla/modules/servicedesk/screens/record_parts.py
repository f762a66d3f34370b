"""Which parts the record of a ticket has, and its rows by statements whose plan is kept.

Most tickets have no authorisations, files, steps, links or items: one statement tells which of them there are, and only those
are read, each as the person may see it. What it tells is never shown by itself.
"""
from collections.abc import Sequence
from typing import Final, NamedTuple

from ventanilla.core import plans
from ventanilla.core.cases.models import Case, Move, Party
from ventanilla.core.orgs.models import Person
from ventanilla.modules.servicedesk.models import Approval

FOLLOWERS: Final = (Party.Role.LIAISON, Party.Role.WATCHER)


class Parts(NamedTuple):
    """What there is of a ticket (notes and files also of those merged into it), and the minutes written down."""

    notes: bool
    files: bool
    parties: bool
    follows: bool
    approvals: bool
    links: bool
    back: bool
    children: bool
    checklist: bool
    canned: bool
    ties: bool
    opinions: bool
    minutes: int


_PARTS: Final = """
SELECT EXISTS (SELECT 1 FROM cases_note WHERE case_id = ANY (%(family)s::bigint[])),
  EXISTS (SELECT 1 FROM cases_attachment WHERE case_id = ANY (%(family)s::bigint[])),
  EXISTS (SELECT 1 FROM cases_party WHERE case_id = %(case)s AND role = ANY (%(followers)s::text[])),
  EXISTS (SELECT 1 FROM cases_party WHERE case_id = %(case)s AND person_id = %(person)s AND role = 'watcher'),
  EXISTS (SELECT 1 FROM servicedesk_approval WHERE case_id = %(case)s),
  EXISTS (SELECT 1 FROM cases_caselink WHERE case_id = %(case)s),
  EXISTS (SELECT 1 FROM cases_caselink WHERE other_id = %(case)s),
  EXISTS (SELECT 1 FROM servicedesk_ticket WHERE parent_id = %(case)s),
  EXISTS (SELECT 1 FROM servicedesk_checklistitem WHERE case_id = %(case)s),
  EXISTS (SELECT 1 FROM servicedesk_cannedanswer WHERE institution_id = %(institution)s AND active
          AND (team_id IS NULL OR team_id = %(team)s::bigint)),
  EXISTS (SELECT 1 FROM servicedesk_ticketitem WHERE case_id = %(case)s),
  EXISTS (SELECT 1 FROM questionnaires_response WHERE case_id = %(case)s AND role = 'answer' AND state <> 'void'),
  (SELECT coalesce(sum(minutes), 0)::int FROM servicedesk_timeentry WHERE case_id = %(case)s)
"""
_MOVES: Final = plans.Related(Move, "actor", "acting_for", where="t.case_id = %s")
_PARTIES: Final = plans.Related(Party, "person", where="t.case_id = %s AND t.role = ANY (%s::text[])")
_APPROVALS: Final = plans.Related(Approval, "person", where="t.case_id = %s")


def parts_of(case: Case, family: Sequence[int], person: Person) -> Parts:
    """Of a ticket that the person may read, with `case.ticket` at hand."""
    ((*found,),) = plans.rows(_PARTS, {
        "case": case.pk, "family": list(family), "person": person.pk, "institution": case.institution_id, "team": case.ticket.team_id,
        "followers": [role.value for role in FOLLOWERS]})
    return Parts(*found)


def moves_of(case: Case) -> list[Move]:
    """Its own steps, oldest first, with who took them."""
    return sorted(_MOVES([case.pk]), key=lambda m: m.pk)


def followers_of(case: Case) -> list[Party]:
    """Its liaison and who follows it."""
    return sorted(_PARTIES([case.pk, [role.value for role in FOLLOWERS]]), key=lambda p: (p.role, p.pk))


def approvals_of(case: Case) -> list[Approval]:
    """Its authorisations in the order in which they were asked for."""
    return sorted(_APPROVALS([case.pk]), key=lambda a: (a.asked_at, a.step, a.pk))

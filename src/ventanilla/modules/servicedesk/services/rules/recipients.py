"""Whom a rule tells: people by what they are to the ticket, as it is now; nobody who may not read what they would be told."""
from collections import defaultdict
from collections.abc import Collection, Iterable
from dataclasses import dataclass, field
from typing import Final

from django.utils.translation import gettext_lazy as _

from ventanilla.core.cases.models import Access, Case, Party
from ventanilla.core.cases.telling import people
from ventanilla.core.orgs import capabilities as cap
from ventanilla.core.orgs.models import Person, Unit
from ventanilla.core.orgs.reach import reach_of
from ventanilla.core.orgs.services.posts import head_of
from ventanilla.modules.servicedesk.models import Membership
from ventanilla.modules.servicedesk.services.sharing import on_call, present

ROLES: Final = {
    "requester": _("Quien lo pidió"), "beneficiary": _("Para quien es"), "liaison": _("El enlace de la unidad"),
    "watcher": _("Quienes le dan seguimiento"), "unit_head": _("La jefatura de la unidad que pide"),
    "assignee": _("Quien lo atiende"), "team": _("El equipo"), "lead": _("La coordinación del equipo"),
    "on_call": _("La guardia del equipo"), "manager": _("Quienes concluyen en la unidad que atiende")}
"""What a person can be to a ticket, in the order in which it is offered."""
_PARTIES: Final = ("requester", "beneficiary", "liaison", "watcher")
_MEMBERS: Final = {"team": {}, "lead": {"lead": True}}


@dataclass
class Circle:
    """The people around some tickets, read once for all of them: parties, tokens; the rest is remembered as it is asked for."""

    parties: dict[tuple[int, str], set[int]] = field(default_factory=lambda: defaultdict(set))
    tokens: dict[int, set[int]] = field(default_factory=lambda: defaultdict(set))
    _members: dict[tuple[int, str], set[int]] = field(default_factory=dict)
    _managers: dict[tuple[int, int], set[int]] = field(default_factory=dict)
    _heads: dict[int, set[int]] = field(default_factory=dict)
    _people: dict[int, Person | None] = field(default_factory=dict)

    @classmethod
    def around(cls, case_ids: Collection[int]) -> "Circle":
        """Two queries, however many tickets."""
        circle = cls()
        for case_id, role, person_id in Party.objects.filter(case__in=case_ids).values_list("case_id", "role", "person_id"):
            circle.parties[case_id, role].add(person_id)
        for case_id, token in Access.objects.filter(case__in=case_ids).values_list("case_id", "token"):
            circle.tokens[case_id].add(token)
        return circle

    def of(self, role: str, case: Case) -> set[int]:
        """Ids of who is that to the ticket."""
        if role in _PARTIES:
            return self.parties.get((case.pk, role), set())
        if role == "assignee":
            return {case.assignee_id} if case.assignee_id else set()
        if role == "manager":
            return self._manages(case)
        return self._head(case.ticket.unit) if role == "unit_head" else self._member(role, case.ticket.team_id)

    def _manages(self, case: Case) -> set[int]:
        key = (case.unit_id, case.level)
        if key not in self._managers:
            self._managers[key] = people.people_of(case.unit_id, case.level, cap.CONCLUDE)
        return self._managers[key]

    def _head(self, unit: Unit | None) -> set[int]:
        if unit is None:
            return set()
        if unit.pk not in self._heads:
            head, _acting = head_of(unit)
            self._heads[unit.pk] = {head.pk} if head else set()
        return self._heads[unit.pk]

    def _member(self, role: str, team_id: int | None) -> set[int]:
        if team_id is None:
            return set()
        if role == "on_call" and (team_id, role) not in self._members:
            self._members[team_id, role] = {agent.person.pk for agent in on_call(present(team_id))}
        if (team_id, role) not in self._members:
            rows = Membership.objects.filter(team_id=team_id, person__active=True, **_MEMBERS[role])
            self._members[team_id, role] = set(rows.values_list("person_id", flat=True))
        return self._members[team_id, role]

    def readers(self, ids: Iterable[int], case: Case, *, private: bool) -> list[int]:
        """Those of them who may read the ticket, and its private side when that is what they would be told; in order."""
        return [i for i in sorted(ids) if (person := self._person(i)) and self._reads(person, case, private)]

    def _person(self, person_id: int) -> Person | None:
        if person_id not in self._people:
            self._people[person_id] = Person.objects.filter(pk=person_id, active=True).first()
        return self._people[person_id]

    def _reads(self, person: Person, case: Case, private: bool) -> bool:
        reach = reach_of(person)
        if person.institution_id != case.institution_id or not self.tokens[case.pk] & set(reach.tokens):
            return False
        return not private or case.assignee_id == person.pk or reach.can(cap.READ, case.unit_id)

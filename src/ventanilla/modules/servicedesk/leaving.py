"""What the desk says of somebody for whom a ticket waits and who left: where they no longer work, and since when."""
from collections.abc import Collection, Mapping, Sequence
from typing import Any, Final

from django.utils.translation import gettext as _

from ventanilla.core import plans
from ventanilla.core.cases.models import Case
from ventanilla.core.orgs.leaving import Left, left_of
from ventanilla.core.orgs.models import Person
from ventanilla.modules.servicedesk.services.approving import waiting
from ventanilla.web.ui.formats import long_date

_ASKED: Final = """
SELECT a.case_id, p.id, concat_ws(' ', p.given_name, p.surname_1, nullif(p.surname_2, ''))
FROM cases_case c JOIN servicedesk_approval a ON a.case_id = c.id JOIN orgs_person p ON p.id = a.person_id
WHERE c.id = ANY (ARRAY(SELECT unnest(%s::bigint[]))) AND c.state = 'approval' AND a.verdict = ''
  AND a.asked_at = (SELECT max(r.asked_at) FROM servicedesk_approval r WHERE r.case_id = c.id)
ORDER BY a.case_id, a.step, a.id
"""


def in_words(left: Left) -> str:
    """What follows the name: "ya no trabaja en «Tesorería» desde el 3 de mayo de 2026"."""
    if not left.gone:
        return _("tiene la cuenta bloqueada") if left.account else _("ya no tiene cuenta con que entrar")
    where = _("ya no trabaja en «%(unit)s»") % {"unit": left.unit} if left.unit else _("ya no trabaja en la institución")
    return _("%(where)s desde el %(day)s") % {"where": where, "day": long_date(left.since)} if left.since else where


def left_from(case: Case) -> dict[int, str]:
    """Of those whose authorisation the ticket waits for and who left, by number, what is said of each; nothing where it waits for none."""
    if case.state != "approval":
        return {}
    return {pk: in_words(left) for pk, left in left_of(waiting(case).values_list("person_id", flat=True)).items()}


def asked_of(rows: Sequence[Any], names: Collection[str]) -> Mapping[int, Mapping[str, Any]]:
    """For a list: whose authorisation each ticket waits for, and of who left that they did; one statement, one more where any waits."""
    asked = plans.rows(_ASKED, [[row.pk for row in rows]])
    left = left_of(person for _case, person, _name in asked)
    said: dict[int, list[str]] = {}
    for case, person, name in asked:
        said.setdefault(case, []).append(f"{name} ({in_words(left[person])})" if person in left else name)
    return {case: dict.fromkeys(names, "; ".join(people)) for case, people in said.items()}


def named(person: Person, left: Left | None) -> str:
    """The name, and of who left that they did."""
    return f"{person.name} ({in_words(left)})" if left else person.name

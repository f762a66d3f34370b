"""Ready texts with which agents begin: named fields in braces say what the ticket says, so that nobody types folios and names."""
import re
from typing import Final

from django.db.models import Q
from django.utils.translation import gettext as _

from ventanilla.core.cases.models import Case
from ventanilla.core.orgs.models import Person
from ventanilla.core.orgs.services.setup import Refused
from ventanilla.modules.servicedesk.models import CannedAnswer
from ventanilla.modules.servicedesk.services.rules.texts import FIELDS, told_of

WRITER: Final = "yo"
NAMES: Final = (*(name for name in FIELDS if name != "texto"), WRITER)
"""Fields that a ready text can name: those of the rules' words, and who writes."""
_FIELD: Final = re.compile(r"\{([^{}]*)\}")


def check(text: str) -> None:
    """Raises Refused naming the first field that there is not."""
    for name in _FIELD.findall(text):
        if name.strip() not in NAMES:
            raise Refused(_("«{%(name)s}» no es un dato que se pueda usar. Hay: %(known)s.") % {
                "name": name[:40], "known": ", ".join(f"{{{n}}}" for n in NAMES)}, "text")


def offered(person: Person, case: Case) -> list[tuple[str, str]]:
    """Title and words of each active text of all teams and of the ticket's, filled in for it; what is no field stays as it is written."""
    rows = CannedAnswer.objects.filter(Q(team=None) | Q(team=case.ticket.team_id), institution_id=case.institution_id, active=True)
    values = {**told_of(case), WRITER: person.name}
    return [(row.title, _FIELD.sub(lambda m: values[m[1].strip()] if m[1].strip() in NAMES else m[0], row.text)) for row in rows]

"""The words of a rule: named fields in braces, replaced by plain text and nothing else; of the ticket's service, else of all."""
import re
from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Final

from django.conf import settings
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy

from ventanilla.core.cases.kinds import kind_of
from ventanilla.core.cases.models import Case
from ventanilla.core.cases.telling.moves import about
from ventanilla.core.cases.words import state_of
from ventanilla.core.orgs.services.setup import Refused
from ventanilla.lib.spanish import long_moment
from ventanilla.modules.servicedesk.models import RuleText
from ventanilla.modules.servicedesk.services.rules.events import Occurrence

FIELDS: Final = {
    "numero": lazy("número del ticket"), "asunto": lazy("asunto"), "tipo": lazy("tipo"), "servicio": lazy("servicio"),
    "estado": lazy("estado"), "prioridad": lazy("prioridad"), "pide": lazy("quién lo pidió"), "para": lazy("para quién es"),
    "unidad": lazy("unidad que pide"), "equipo": lazy("equipo que atiende"), "atiende": lazy("persona que atiende"),
    "vence": lazy("cuándo vence"), "texto": lazy("lo que se dijo, o el motivo"), "enlace": lazy("dirección del ticket"),
    "institucion": lazy("institución")}
"""Names that may stand in braces, and what each is."""
EXAMPLE: Final = {
    "numero": "T26-00123", "asunto": "No abre el portal", "tipo": "Incidente", "servicio": "Portal institucional", "estado": "Asignada",
    "prioridad": "Alta", "pide": "Rosa Núñez Peña", "para": "Rosa Núñez Peña", "unidad": "Dirección de Vivienda", "equipo": "Mesa de ayuda",
    "atiende": "Íñigo Sáenz Ruiz", "vence": "24 de noviembre de 2026, 13:00", "texto": "Ya se revisó el servidor.",
    "enlace": "https://ventanilla.example/mesa/tickets/123/", "institucion": "Instituto de Vivienda"}
"""An invented ticket, for the preview."""
_FIELD: Final = re.compile(r"\{([^{}]*)\}")


def check_text(text: str, field: str) -> str:
    """The text, when every field in braces is known. Raises Refused naming the one that is not."""
    for name in _FIELD.findall(text):
        if name.strip() not in FIELDS:
            raise Refused(_("«{%(name)s}» no es un dato que se pueda usar. Hay: %(known)s.") % {
                "name": name[:40], "known": ", ".join(f"{{{n}}}" for n in FIELDS)}, field)
    return text


def fill(text: str, values: Mapping[str, str]) -> str:
    """Replace each field once; what a value says is never looked at again."""
    return _FIELD.sub(lambda m: values.get(m.group(1).strip(), ""), text)


def text_for(texts: Iterable[RuleText], service_id: int | None) -> RuleText | None:
    """The words for a service, else those for all."""
    by_service = {t.service_id: t for t in texts}
    return by_service.get(service_id) or by_service.get(None)


def values_of(case: Case, occurrence: Occurrence) -> dict[str, str]:
    """The fields of a ticket now; of a reserved one only that it is reserved."""
    return told_of(case, occurrence.due_at, occurrence.text)


def told_of(case: Case, due_at: datetime | None = None, text: str = "") -> dict[str, str]:
    """The same for texts that no event brings."""
    ticket, kind = case.ticket, kind_of(case.kind)
    due = due_at or case.due_at
    return {
        "numero": case.folio, "asunto": about(case), "tipo": str(kind.label), "servicio": ticket.service.name if ticket.service else "",
        "estado": state_of(case), "prioridad": case.get_priority_display(), "pide": ticket.asked_by,
        "para": ticket.for_whom or ticket.asked_by, "unidad": ticket.unit.name if ticket.unit else "",
        "equipo": ticket.team.name if ticket.team else "", "atiende": case.assignee.name if case.assignee else "",
        "vence": long_moment(timezone.localtime(due)) if due else "", "texto": text[:500] if case.level == 0 else "",
        "enlace": settings.BASE_URL.rstrip("/") + kind.detail_url(case.pk), "institucion": case.institution.name}

"""The report of access: everything that was found to be the person's, with why it is kept and for how long, as PDF and as JSON."""
import json
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _

from ventanilla.core.audit.services import record
from ventanilla.core.exports.tables import long_moment
from ventanilla.core.exports.typeset import typeset
from ventanilla.core.orgs.models import Person
from ventanilla.core.orgs.services.setup import Refused
from ventanilla.core.privacy.models import SubjectRequest
from ventanilla.core.privacy.services.gathering import Found, attending, findings_of

SCHEMA = "ventanilla/datos-personales/1"
TEMPLATE = "privacy/report.typ"


def access_report(*, actor: Person, request: SubjectRequest, kind: str) -> bytes:
    """The report as "pdf" (PDF/A-3a, PDF/UA-1) or "json". Each making is an entry of the log. Raises NotAllowed, Refused, TypesetError."""
    row = attending(actor, request)
    found = findings_of(actor, row)
    if not found:
        raise Refused(_("Todavía no hay nada marcado como de la persona: busque primero, y marque lo suyo."))
    data = _data(row, found)
    made = json.dumps(data, ensure_ascii=False, indent=1).encode() if kind == "json" else typeset(TEMPLATE, data)
    record("privacy.report", actor=actor, institution_id=row.institution_id, subject=f"case:{row.pk}", case_id=row.pk,
           detail={"kind": kind, "rows": len(found), "bytes": len(made)})
    return made


def _data(row: SubjectRequest, found: list[Found]) -> dict[str, Any]:
    groups: dict[str, dict[str, Any]] = {}
    for one in found:
        source = one.source
        group = groups.setdefault(source.slug, {
            "title": str(source.title_of), "purpose": str(source.purpose), "basis": str(source.basis), "retention": str(source.retention),
            "rows": []})
        group["rows"].append({"title": one.title, "unit": one.unit, "facts": [[label, value] for label, value in one.facts],
                              "outcome": str(one.finding.get_outcome_display()) if one.finding and one.finding.done_at else ""})
    return {"schema": SCHEMA, "institution": row.institution.name, "folio": row.case.folio, "holder": row.holder,
            "made": long_moment(timezone.now()), "rights": row.rights_words, "groups": list(groups.values())}

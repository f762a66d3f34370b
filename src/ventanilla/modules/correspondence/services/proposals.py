"""What was read from a letter, as proposals for its form: value, confidence, and where on the page.

Proposals are shown beside the page and confirmed by a person; nothing is applied silently.
"""
from collections.abc import Sequence
from typing import Any

from ventanilla.core.documents.text import PageText
from ventanilla.core.orgs.models import Institution, Unit, UnitCode
from ventanilla.modules.correspondence.models import Correspondent
from ventanilla.modules.correspondence.reading import Catalogue, Field, Reading, read_letter

NAMES = {"number": "number", "date": "dated", "sender": "organisation", "signatory": "signatory", "signatory_post": "post",
         "addressee": "addressee", "subject": "subject", "annexes": "annexes", "term": "amount", "order": "order"}
"""Field of the reading -> field of the form."""
LIKELY = 0.5
"""Below this a value is only listed as an alternative, not put into the form."""


def propose(pages: Sequence[PageText], institution_id: int) -> dict[str, Any]:
    """Proposals by name of the form's field; empty when nothing could be read."""
    found = read_letter(pages, catalogue_of(institution_id))
    return {form: _plain(field) for name, form in NAMES.items() if (field := _field(found, name))}


def _field(found: Reading, name: str) -> Field | None:
    field: Field | None = getattr(found, name)
    return field if field and field.value else None


def _plain(field: Field) -> dict[str, Any]:
    return {"value": field.value, "raw": field.raw, "confidence": round(field.confidence, 3), "page": field.page,
            "box": list(field.box), "alternatives": list(field.alternatives), "corrections": list(field.corrections),
            "likely": field.confidence >= LIKELY}


def catalogue_of(institution_id: int) -> Catalogue:
    """Codes of the institution's units (old ones too) and of its directory's organisations, for correcting what was misread."""
    codes: dict[str, list[str]] = {}
    rows = [*Unit.objects.filter(institution_id=institution_id).exclude(code="").values_list("code", "name"),
            *UnitCode.objects.filter(unit__institution_id=institution_id).values_list("code", "unit__name")]
    for code, name in rows:
        if name not in codes.setdefault(code, []):
            codes[code].append(name)
    known = Correspondent.objects.filter(institution_id=institution_id, active=True).exclude(organisation="")
    organisations = known.order_by("-uses").values_list("organisation", flat=True)[:2000]
    own = Institution.objects.values_list("name", flat=True).get(pk=institution_id)
    return Catalogue(codes, (), tuple(organisations), own)

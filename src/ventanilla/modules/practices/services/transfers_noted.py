"""Writing what takers confirmed into 5.1.1 of the form: the author's step, in the open revision."""
from typing import Final

from django.db import transaction
from django.utils.translation import gettext as _

from ventanilla.core.orgs.models import Person
from ventanilla.core.orgs.services.setup import Refused
from ventanilla.lib.spanish import fold
from ventanilla.modules.practices.flow import AUTHOR
from ventanilla.modules.practices.form import definition
from ventanilla.modules.practices.models import Adoption, Practice
from ventanilla.modules.practices.services.editing import Saved, save_section
from ventanilla.modules.practices.services.lifecycle_relations import must
from ventanilla.modules.practices.services.records import newest

TABLE: Final = "receptores"
SPHERES: Final = {"federation": "federacion", "state": "estados", "municipality": "municipios", "agency": "dependencias",
                  "autonomous": "autonomos"}


def unnoted(practice: Practice) -> list[Adoption]:
    """Adoptions whose name does not stand in 5.1.1 of the newest revision."""
    rows = list(practice.adoptions.all())
    if not rows:
        return []
    named = {fold(str(row.get("nombre") or "")).lower().strip() for row in newest(practice).values.get(TABLE) or () if isinstance(row,
                                                                                                                                  dict)}
    return [row for row in rows if fold(row.name).lower().strip() not in named]


@transaction.atomic
def note_adoptions(*, actor: Person, practice: Practice) -> Saved:
    """Add them to the open revision, and answer Yes to 5.1.1. Raises NotAllowed, Refused (nothing to add, or it may not be written now)."""
    must(actor, practice, AUTHOR)
    rows = unnoted(practice)
    if not rows:
        raise Refused(_("Todas las instituciones que la adoptaron ya están en 5.1.1."))
    revision = newest(practice)
    section = next(s for s in definition(revision.generation).sections if any(f.key == TABLE for f in s.fields))
    known = {f.key: revision.values[f.key] for f in section.fields if f.key in revision.values}
    table = [*(known.get(TABLE) or ()), *({"ambito": SPHERES[row.sphere], "nombre": row.name} for row in rows)]
    return save_section(actor=actor, practice=practice, section=section.key,
                        raw={**known, "transferible": True, "transferida": True, TABLE: table})

"""The further forms of a file that brought several: each becomes a practice of its own, or is left, as somebody decides.

The original is kept whole, so a form is read again from it when it is wanted; what was recognised once is not recognised again.
"""
from typing import Any
from uuid import uuid5

from django.db import transaction
from django.utils.translation import gettext as _

from ventanilla.core.documents.problems import DocumentError
from ventanilla.core.documents.services import open_version
from ventanilla.core.orgs.models import Person
from ventanilla.core.orgs.services.setup import NotAllowed, Refused
from ventanilla.modules.practices.models import Practice, PracticeImport
from ventanilla.modules.practices.services.arrivals import recognised_of
from ventanilla.modules.practices.services.importing import keep_reading, reading_of
from ventanilla.modules.practices.services.log import note
from ventanilla.modules.practices.services.permissions import may_write, require_unit


@transaction.atomic
def begin_further(*, actor: Person, imported: PracticeImport, number: int) -> Practice:
    """A practice of the `number`th form of the file, in the unit of the first; the same again when it was made before.

    Raises NotAllowed, Refused for a number that the file does not have.
    """
    row, entry = _offered(actor, imported, number)
    unit, version = row.revision.practice.unit, row.document.latest
    require_unit(actor, unit)
    if entry["practice"] and (known := Practice.objects.filter(pk=entry["practice"]).first()):
        return known
    try:
        with open_version(version) as stream:
            found, _brought = reading_of(row.filename, stream.read(), known=recognised_of(version))
    except DocumentError as problem:  # above all: the antivirus has not looked at it yet
        raise Refused(problem.message) from problem
    forms = (found, *found.others) if found else ()
    if number > len(forms):
        raise Refused(_("Ese formulario ya no se encuentra en el archivo."))
    practice = keep_reading(actor=actor, unit=unit, version=version, found=forms[number - 1], uuid=uuid5(row.uuid, str(number)))
    _decided(row, entry, practice=practice.pk, left=False)
    return practice


@transaction.atomic
def leave_further(*, actor: Person, imported: PracticeImport, number: int) -> None:
    """Nobody wants it as a practice; it stays in the original and may still be taken. Raises NotAllowed, Refused."""
    row, entry = _offered(actor, imported, number)
    if entry["practice"]:
        raise Refused(_("De ese formulario ya se hizo una práctica."))
    _decided(row, entry, practice=None, left=True)
    note("practice.further.leave", actor=actor, practice=row.revision.practice, number=number)


def _offered(actor: Person, imported: PracticeImport, number: int) -> tuple[PracticeImport, dict[str, Any]]:
    rows = PracticeImport.objects.select_for_update(of=("self",)).select_related("revision__practice__unit", "document")
    row = rows.get(pk=imported.pk)
    if not may_write(actor, row.revision.practice):
        raise NotAllowed
    entry = next((one for one in row.others if one["number"] == number), None)
    if entry is None:
        raise Refused(_("Ese formulario ya no se encuentra en el archivo."))
    return row, entry


def _decided(row: PracticeImport, entry: dict[str, Any], *, practice: int | None, left: bool) -> None:
    entry["practice"], entry["left"] = practice, left
    row.save(update_fields=["others"])

"""Saving a row of a registered catalogue, and taking one away: permission, constraints, one entry in the log."""
from typing import Any

from django.db import IntegrityError, transaction
from django.db.models import Model, ProtectedError
from django.utils.translation import gettext as _

from ventanilla.core.audit.services import record
from ventanilla.core.orgs.models import Person
from ventanilla.core.orgs.services.setup import NotAllowed, Refused
from ventanilla.web.admin_area.registry import Catalogue


def save_row(*, actor: Person, catalogue: Catalogue, row: Any, values: dict[str, Any]) -> Model:
    """Write `values` into a new or existing row of the actor's institution.

    Raises NotAllowed, and Refused when another row says the same, or for what this person does not write.
    """
    _theirs(actor, catalogue, row)
    before = {name: getattr(row, name) for name in values} if row.pk else None
    _not_reserved(actor, catalogue, row, values)
    for name, value in values.items():
        setattr(row, name, value)
    if catalogue.owner_id(row) != actor.institution_id:
        raise NotAllowed
    if catalogue.check:
        catalogue.check(row)
    if catalogue.may:
        catalogue.may(actor, row, before or {})
    try:
        with transaction.atomic():
            row.save()
            _still_kept(actor, catalogue, row)
            _log(actor, catalogue, row, before, values)
    except IntegrityError as error:
        raise Refused(_("Ya hay un registro igual en este catálogo, o un valor no se admite.")) from error
    return row  # type: ignore[no-any-return]


@transaction.atomic
def drop_row(*, actor: Person, catalogue: Catalogue, row: Any) -> None:
    """Take a row away, where the table says that rows may be. Raises NotAllowed, and Refused while something names it."""
    _theirs(actor, catalogue, row)
    if not catalogue.dropped:
        raise NotAllowed
    detail = {name: _plain(getattr(row, name)) for name in catalogue.fields}
    record("catalogues.drop", actor=actor, institution_id=actor.institution_id, subject=f"{catalogue.slug}:{row.pk}",
           detail={"before": detail})
    try:
        with transaction.atomic():
            row.delete()
    except (IntegrityError, ProtectedError) as error:
        raise Refused(_("No se puede quitar: otros registros lo nombran.")) from error


def _theirs(actor: Person, catalogue: Catalogue, row: Any) -> None:
    """A new row of an open table, or one that they keep; of one that they only read the reason is told."""
    if not catalogue.open_to(actor):
        raise NotAllowed
    if row.pk and not catalogue.kept_by(actor).filter(pk=row.pk).exists():
        if catalogue.visible_to(actor).filter(pk=row.pk).exists():
            raise Refused(str(catalogue.why))
        raise NotAllowed


def _not_reserved(actor: Person, catalogue: Catalogue, row: Any, values: dict[str, Any]) -> None:
    for name in catalogue.read_only(actor, row):
        if name in values and values[name] != getattr(row, name):
            raise Refused(_("Ese dato lo pone la administración."), name)


def _still_kept(actor: Person, catalogue: Catalogue, row: Any) -> None:
    """What was written stays theirs to keep, else nothing is written."""
    if catalogue.scope and not catalogue.kept_by(actor).filter(pk=row.pk).exists():
        raise Refused(_("Así quedaría fuera de lo que usted lleva: sirve también a equipos de otras personas. Pídalo a la administración."))


def _log(actor: Person, catalogue: Catalogue, row: Any, before: dict[str, Any] | None, values: dict[str, Any]) -> None:
    changed = {k: v for k, v in values.items() if before is None or before[k] != v}
    if changed:
        record("catalogues.save", actor=actor, institution_id=actor.institution_id, subject=f"{catalogue.slug}:{row.pk}",
               detail={"before": {k: _plain(before[k]) for k in changed} if before else None,
                       "after": {k: _plain(v) for k, v in changed.items()}})


def _plain(value: Any) -> Any:
    return value.pk if isinstance(value, Model) else value

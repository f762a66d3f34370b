"""What a practice must have before it is presented, and sealing what is presented so that it never changes."""
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from ventanilla.core.audit.services import record
from ventanilla.core.orgs.models import Person
from ventanilla.core.orgs.services.setup import Refused
from ventanilla.core.questionnaires.definition import check, digest_of
from ventanilla.modules.practices.form import definition
from ventanilla.modules.practices.models import Practice, PracticeRevision
from ventanilla.modules.practices.services.records import clean_values, refresh_columns


def newest(practice: Practice) -> PracticeRevision | None:
    """The open revision, else the newest sealed one."""
    return practice.revisions.order_by("-number").first()


def presentable(practice: Practice) -> None:
    """Raise Refused while readings of an import wait for a decision, or answers that the form asks for are missing or wrong."""
    revision = newest(practice)
    if revision is None:
        raise Refused(_("La práctica todavía no dice nada."))
    if practice.pending:
        raise Refused(ngettext("Queda %(n)s lectura por decidir: elija cuál vale.", "Quedan %(n)s lecturas por decidir: elija cuál vale.",
                               practice.pending) % {"n": practice.pending})
    errors = check(definition(revision.generation), revision.values).errors
    if errors:
        raise Refused(ngettext("Falta %(n)s respuesta del formulario, o está mal.", "Faltan %(n)s respuestas del formulario, o están mal.",
                               len(errors)) % {"n": len(errors)})


def seal(person: Person, practice: Practice) -> PracticeRevision:
    """Seal the open revision, when there is one, and make it what the practice says; returns the newest sealed one."""
    row = practice.revisions.select_for_update().order_by("-number").first()
    if row is None:
        raise Refused(_("La práctica todavía no dice nada."))
    if row.sealed_at is None:
        row.values = clean_values(row.values, row.generation)  # what another answer hides was kept only while it was written
        row.sealed_at, row.digest = timezone.now(), digest_of(row.values)
        row.save(update_fields=["values", "sealed_at", "digest"])
        record("practices.seal", actor=person, institution_id=row.institution_id, subject=f"practice:{practice.pk}",
               detail={"revision": row.number, "digest": row.digest})
    fresh = Practice.objects.select_for_update(of=("self",)).get(pk=practice.pk)
    if fresh.current_id != row.pk:
        fresh.current = row
        refresh_columns(fresh, row)
        practice.refresh_from_db()
    return row

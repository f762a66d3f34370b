"""Work of correspondence that takes long. Ordered in the transaction that asks for it; done again safely after any crash."""
from contextlib import suppress

from procrastinate.contrib.django import app
from procrastinate.exceptions import AlreadyEnqueued

from ventanilla.core.documents.tasks import LATER, Patient


@app.task(queue="imports", name="correspondence.import_register", pass_context=False, retry=Patient(), priority=LATER)
def import_register(run_id: int, person_id: int) -> None:
    """The real run of an import."""
    from ventanilla.modules.correspondence.services.legacy.runs import perform

    perform(run_id, person_id)


def order_import(run_id: int, person_id: int) -> None:
    """Defer the run, once."""
    from django.db import transaction

    lock = f"import:{run_id}"
    with suppress(AlreadyEnqueued), transaction.atomic():
        import_register.configure(queueing_lock=lock, lock=lock).defer(run_id=run_id, person_id=person_id)


@app.task(queue="documents", name="letters.make_paper", pass_context=False, retry=Patient())
def make_paper(case_id: int, person_id: int) -> None:
    """The paper of one letter of a circular; made once."""
    from ventanilla.core.cases.models import Case
    from ventanilla.core.orgs.models import Person
    from ventanilla.modules.correspondence.services import outgoing

    outgoing.make_paper(actor=Person.objects.get(pk=person_id), case=Case.objects.get(pk=case_id))


@app.periodic(cron="0 14 * * *")
@app.task(queue="notices", name="letters.remind_circulars", queueing_lock="letters.remind_circulars", pass_context=False)
def remind_circulars(timestamp: int) -> None:
    """In the morning (Mexico), those who have not read a circular whose moment to be reminded of has come."""
    from django.utils import timezone

    from ventanilla.modules.correspondence.services.circulars_sent import remind_due

    remind_due(timezone.now())


@app.task(queue="documents", name="letters.register_stack", pass_context=False, retry=Patient())
def register_stack(run_id: int) -> None:
    """What is left of a run over the stack."""
    from ventanilla.modules.correspondence.services.stack_runs import perform_run

    perform_run(run_id)


def order_stack(run_id: int) -> None:
    """Defer the run."""
    register_stack.defer(run_id=run_id)

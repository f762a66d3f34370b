"""Tasks of personal data: a search that takes long, and copies of identifications whose term has passed. May be killed and run again."""
from procrastinate.contrib.django import app

from ventanilla.core.documents.tasks import Patient


@app.task(queue="maintenance", name="privacy.search", pass_context=False, retry=Patient())
def search_on(search_id: int) -> None:
    """Read on to the end of a search."""
    from ventanilla.core.privacy.services.searching import finish

    finish(search_id)


@app.periodic(cron="10 9 * * *")
@app.task(queue="maintenance", name="privacy.forget_identities", queueing_lock="privacy.forget_identities", pass_context=False)
def forget(timestamp: int) -> int:
    """Once a night (03:10 in central Mexico)."""
    from ventanilla.core.privacy.services.identities import forget_identities

    return forget_identities()

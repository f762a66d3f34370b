"""Tasks of personal data: a search that takes long. May be killed and run again."""
from procrastinate.contrib.django import app

from ventanilla.core.documents.tasks import Patient


@app.task(queue="maintenance", name="privacy.search", pass_context=False, retry=Patient())
def search_on(search_id: int) -> None:
    """Read on to the end of a search."""
    from ventanilla.core.privacy.services.searching import finish

    finish(search_id)

"""Periodic work: fold what the triggers appended. May be killed and run again at any time."""

from procrastinate.contrib.django import app


@app.periodic(cron="* * * * *")
@app.task(queue="maintenance", name="indicators.fold", queueing_lock="indicators.fold", pass_context=False)
def fold_deltas(timestamp: int) -> None:
    """Keep the deltas few, so that reads stay as quick as the first day."""
    from ventanilla.core.indicators.folding import fold

    fold()

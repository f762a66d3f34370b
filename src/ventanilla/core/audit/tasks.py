"""Periodic work of the log: seal every minute, export the head every day, forget which forms were sent long ago. All may be killed and run
again."""

from procrastinate.contrib.django import app

QUEUE = "maintenance"


@app.periodic(cron="* * * * *")
@app.task(queue=QUEUE, name="audit.seal", queueing_lock="audit.seal", pass_context=False)
def seal_entries(timestamp: int) -> None:
    """Chain what was committed since the last minute."""
    from ventanilla.core.audit.sealing import seal

    seal()


@app.periodic(cron="5 6 * * *")
@app.task(queue=QUEUE, name="audit.export_head", queueing_lock="audit.export_head", pass_context=False)
def export_head_daily(timestamp: int) -> None:
    """Copy the head out of the database, at 06:05 UTC (00:05 in central Mexico)."""
    from ventanilla.core.audit.heads import export_head

    export_head()


@app.periodic(cron="47 9 * * *")
@app.task(queue=QUEUE, name="audit.forget_sendings", queueing_lock="audit.forget_sendings", pass_context=False)
def forget_sendings(timestamp: int = 0) -> None:
    """Every day at 09:47 UTC (03:47 in central Mexico)."""
    from ventanilla.core.audit.sendings import forget_old

    forget_old()

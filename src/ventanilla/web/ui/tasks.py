"""Periodic work of the interface: forms nobody came back to are forgotten."""
from procrastinate.contrib.django import app


@app.periodic(cron="41 9 * * *")
@app.task(queue="maintenance", name="ui.forget_drafts", queueing_lock="ui.forget_drafts", pass_context=False)
def forget_drafts(timestamp: int = 0) -> None:
    """Every day at 09:41 UTC (03:41 in central Mexico); safe to repeat."""
    from ventanilla.web.ui.drafts import forget_old

    forget_old()

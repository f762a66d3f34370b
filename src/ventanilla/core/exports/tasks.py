"""Tasks of the exports: one per job, and the daily removal of old files. All may be killed and run again."""

from procrastinate.contrib.django import app

QUEUE = "exports"


@app.task(queue=QUEUE, name="exports.run", pass_context=False)
def run_export(job_id: int) -> None:
    """Prepare the file of a job."""
    from ventanilla.core.exports.services import run

    run(job_id)


@app.periodic(cron="*/5 * * * *")
@app.task(queue="maintenance", name="exports.tidy", queueing_lock="exports.tidy", pass_context=False)
def tidy(timestamp: int) -> None:
    """Remove expired files, and rescue what a killed worker left."""
    from ventanilla.core.exports.services import expire, rescue

    expire()
    rescue()

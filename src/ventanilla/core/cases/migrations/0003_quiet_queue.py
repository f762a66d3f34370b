"""Workers poll: a NOTIFY inside business transactions would halve their rate (measured; architecture, section 3)."""
from django.db import migrations

DROP = """
DROP TRIGGER procrastinate_jobs_notify_queue_job_inserted_v1 ON procrastinate_jobs;
DROP TRIGGER procrastinate_jobs_notify_queue_job_aborted_v1 ON procrastinate_jobs;
"""
BACK = """
CREATE TRIGGER procrastinate_jobs_notify_queue_job_inserted_v1 AFTER INSERT ON procrastinate_jobs
  FOR EACH ROW WHEN (new.status = 'todo'::procrastinate_job_status)
  EXECUTE FUNCTION procrastinate_notify_queue_job_inserted_v1();
CREATE TRIGGER procrastinate_jobs_notify_queue_job_aborted_v1 AFTER UPDATE OF abort_requested ON procrastinate_jobs
  FOR EACH ROW WHEN (old.abort_requested = false AND new.abort_requested = true AND new.status = 'doing'::procrastinate_job_status)
  EXECUTE FUNCTION procrastinate_notify_queue_abort_job_v1();
"""


class Migration(migrations.Migration):
    dependencies = [("cases", "0002_rules"), ("procrastinate", "0041_post_retry_failed_job")]
    operations = [migrations.RunSQL(DROP, BACK)]

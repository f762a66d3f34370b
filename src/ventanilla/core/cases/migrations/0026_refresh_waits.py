"""Who brings trays up to date waits for whoever is at work on the case, and then sees what came of it.

Without it a scan that was being read while its letter was answered put the tray of the turn back to what it was before the answer:
the rows to write were worked out before the wait for those that stood there.
"""
from django.db import migrations

BEGINS = "BEGIN\n  DELETE FROM cases_tray y"
WAITS = "BEGIN\n  PERFORM 1 FROM cases_case c WHERE c.id = ANY (ids) ORDER BY c.id FOR NO KEY UPDATE;\n  DELETE FROM cases_tray y"


def _says(said: str, says: str) -> str:
    body = "pg_get_functiondef('public.cases_refresh'::regproc)"
    return (f"DO $do$ BEGIN ASSERT strpos({body}, $said${said}$said$) > 0; "
            f"EXECUTE replace({body}, $said${said}$said$, $said${says}$said$); END $do$;")


class Migration(migrations.Migration):
    dependencies = [("cases", "0025_access_by_index_alone")]
    operations = [migrations.RunSQL(_says(BEGINS, WAITS), _says(WAITS, BEGINS))]

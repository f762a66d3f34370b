"""Letters that were delivered are found by who received them, as those delivered from now on."""
from django.db import migrations

FOUND = """
UPDATE cases_searchrow s SET body = concat_ws(' ', nullif(s.body, ''), l.delivered_to)
FROM correspondence_letter l
WHERE l.delivered_to <> '' AND s.kind = 'letter' AND s.ref = l.case_id AND s.page = 0
  AND right(s.body, length(l.delivered_to)) <> l.delivered_to;
"""


class Migration(migrations.Migration):
    dependencies = [("correspondence", "0014_series_keep_years"), ("cases", "0014_filed_in_one_call")]
    operations = [migrations.RunSQL(FOUND, migrations.RunSQL.noop)]

"""An answer that its unit withdrew was not sent; what was counted of such ones is taken off."""
from django.db import migrations

from ventanilla.core.indicators.sources import SOURCES
from ventanilla.core.indicators.sql import measure_functions

TAKEN_OFF = """
LOCK TABLE cases_answer IN SHARE MODE;
INSERT INTO public.indicator_delta (institution_id, unit_id, day, measure, part, amount)
SELECT t.institution_id, u.unit_id, public.indicators_day(t.institution_id, r.at), u.measure,
       CASE WHEN r.partial THEN 'partial' ELSE 'final' END, -count(*)
FROM cases_answer r JOIN cases_turn t ON t.id = r.turn_id
CROSS JOIN LATERAL (VALUES (t.unit_id, 'answers_sent'), (t.from_unit_id, 'answers_received')) AS u (unit_id, measure)
WHERE r.verdict = 'withdrawn' GROUP BY 1, 2, 3, 4, 5;
"""


class Migration(migrations.Migration):
    dependencies = [("indicators", "0003_files_by_kind"), ("cases", "0027_withdrawn_answers")]
    operations = [migrations.RunSQL(TAKEN_OFF, migrations.RunSQL.noop),
                  migrations.RunSQL(measure_functions("spine", SOURCES), migrations.RunSQL.noop)]

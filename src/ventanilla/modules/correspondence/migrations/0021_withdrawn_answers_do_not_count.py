"""No messenger would have carried an answer that its unit withdrew; what was counted of such ones is taken off."""
from django.db import migrations

from ventanilla.core.indicators.sql import measure_functions
from ventanilla.modules.correspondence.measures import DELIVERIES

TAKEN_OFF = """
LOCK TABLE cases_answer IN SHARE MODE;
INSERT INTO public.indicator_delta (institution_id, unit_id, day, measure, part, amount)
SELECT t.institution_id, t.unit_id, public.indicators_day(t.institution_id, r.at), 'deliveries', 'answer', -count(*)
FROM cases_answer r JOIN cases_turn t ON t.id = r.turn_id
WHERE r.verdict = 'withdrawn' AND t.unit_id <> t.from_unit_id GROUP BY 1, 2, 3;
"""


class Migration(migrations.Migration):
    dependencies = [("correspondence", "0020_circulars_after_sending"), ("indicators", "0004_withdrawn_answers_do_not_count")]
    operations = [migrations.RunSQL(TAKEN_OFF, migrations.RunSQL.noop),
                  migrations.RunSQL(measure_functions("deliveries", DELIVERIES), migrations.RunSQL.noop)]

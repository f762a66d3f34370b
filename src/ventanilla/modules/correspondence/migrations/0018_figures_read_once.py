"""Figures that read the same rows read them together, and the zone of the institution once; a new case looks for its turns by their index."""
from django.db import migrations

from ventanilla.core.indicators.sources import SOURCES as SPINE
from ventanilla.core.indicators.sql import measure_functions
from ventanilla.modules.correspondence.measures import SOURCES

_PACE = """
CREATE OR REPLACE FUNCTION public.letters_pace_cases_case_insert() RETURNS trigger LANGUAGE plpgsql AS $pace$
DECLARE turns bigint[];
BEGIN
SELECT array_agg({0}) INTO turns FROM {1};
IF turns IS NOT NULL THEN PERFORM public.letters_pace(turns); END IF;
RETURN NULL;
END $pace$;
"""
PACE = _PACE.format("t.id", """new_rows c JOIN public.cases_turn t ON t.case_id = c.id
WHERE c.kind = 'letter' AND t.parent_id IS NULL AND t.purpose = 'action'""")
PACE_BEFORE = _PACE.format("DISTINCT s.id", """(SELECT t.id FROM public.cases_turn t WHERE t.parent_id IS NULL AND t.purpose = 'action'
  AND t.case_id IN (SELECT id FROM new_rows WHERE kind = 'letter')) AS s(id)""")


class Migration(migrations.Migration):
    dependencies = [("correspondence", "0017_senders_one_by_one"), ("indicators", "0003_files_by_kind")]
    operations = [
        migrations.RunSQL(measure_functions("spine", SPINE) + measure_functions("letters", SOURCES), migrations.RunSQL.noop),
        migrations.RunSQL(PACE, PACE_BEFORE),
    ]

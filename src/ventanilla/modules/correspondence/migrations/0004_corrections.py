"""The measure by type follows a corrected type."""
from django.db import migrations

TYPES = """
CREATE FUNCTION public.indicators_letters_retyped() RETURNS trigger LANGUAGE plpgsql AS $indicators$
BEGIN
INSERT INTO public.indicator_delta (institution_id, unit_id, day, measure, part, amount)
SELECT c.institution_id, c.unit_id, public.indicators_day(c.institution_id, c.received_at), 'letters_by_type', t.part, t.amount
FROM cases_case c CROSS JOIN (VALUES ('type:' || OLD.type_id, -1), ('type:' || NEW.type_id, 1)) AS t (part, amount)
WHERE c.id = NEW.case_id AND c.state <> 'cancelled';
RETURN NULL;
END $indicators$;
CREATE TRIGGER indicators_letters_retyped AFTER UPDATE OF type_id ON correspondence_letter
  FOR EACH ROW WHEN (OLD.type_id IS DISTINCT FROM NEW.type_id) EXECUTE FUNCTION public.indicators_letters_retyped();
"""


class Migration(migrations.Migration):
    dependencies = [("correspondence", "0003_measures"), ("cases", "0006_phrases")]
    operations = [migrations.RunSQL(TYPES, "DROP FUNCTION public.indicators_letters_retyped() CASCADE;")]

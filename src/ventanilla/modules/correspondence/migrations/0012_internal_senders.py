"""What comes in from an internal unit counts as internal, and a corrected sender moves what was counted."""
from django.db import migrations

from ventanilla.core.indicators.sql import measure_functions
from ventanilla.modules.correspondence.measures import SOURCES

MOVED = """
INSERT INTO public.indicator_delta (institution_id, unit_id, day, measure, part, amount)
SELECT c.institution_id, c.unit_id, public.indicators_day(c.institution_id, c.received_at), 'letters', p.part, sum(p.amount)
FROM correspondence_letter l JOIN cases_case c ON c.id = l.case_id CROSS JOIN (VALUES ('incoming', -1), ('internal', 1)) AS p(part, amount)
WHERE l.direction = 'incoming' AND l."order" = 'internal' AND c.state <> 'cancelled' AND c.unit_id IS NOT NULL AND c.received_at IS NOT NULL
GROUP BY 1, 2, 3, 4, 5;
"""
_PART = "CASE WHEN {0}.direction = 'incoming' AND {0}.\"order\" = 'internal' THEN 'internal' ELSE {0}.direction::text END"
FOLLOWED = f"""
CREATE OR REPLACE FUNCTION public.indicators_letters_changed() RETURNS trigger LANGUAGE plpgsql AS $indicators$
BEGIN
INSERT INTO public.indicator_delta (institution_id, unit_id, day, measure, part, amount)
SELECT c.institution_id, c.unit_id, public.indicators_day(c.institution_id, t.at), t.measure, t.part, sum(t.amount)
FROM public.cases_case c CROSS JOIN LATERAL (VALUES
  (c.received_at, 'letters', {_PART.format("OLD")}, -1), (c.received_at, 'letters', {_PART.format("NEW")}, 1),
  (c.received_at, 'letter_sheets', {_PART.format("OLD")}, -OLD.sheets), (c.received_at, 'letter_sheets', {_PART.format("NEW")}, NEW.sheets),
  (OLD.delivered_at, 'deliveries', 'email', CASE WHEN OLD.delivery_means = 'email' THEN -1 ELSE 0 END),
  (NEW.delivered_at, 'deliveries', 'email', CASE WHEN NEW.delivery_means = 'email' THEN 1 ELSE 0 END)) AS t (at, measure, part, amount)
WHERE c.id = NEW.case_id AND c.state <> 'cancelled' AND c.unit_id IS NOT NULL AND t.at IS NOT NULL
GROUP BY 1, 2, 3, 4, 5 HAVING sum(t.amount) <> 0;
RETURN NULL;
END $indicators$;
DROP TRIGGER indicators_letters_changed ON correspondence_letter;
CREATE TRIGGER indicators_letters_changed AFTER UPDATE OF direction, "order", sheets, delivered_at, delivery_means ON correspondence_letter
  FOR EACH ROW WHEN ((OLD.direction, OLD."order", OLD.sheets, OLD.delivered_at, OLD.delivery_means)
    IS DISTINCT FROM (NEW.direction, NEW."order", NEW.sheets, NEW.delivered_at, NEW.delivery_means))
  EXECUTE FUNCTION public.indicators_letters_changed();
"""


class Migration(migrations.Migration):
    dependencies = [("correspondence", "0010_the_stack_in_one_go"), ("indicators", "0002_guard")]
    operations = [migrations.RunSQL(measure_functions("letters", SOURCES) + FOLLOWED, migrations.RunSQL.noop),
                  migrations.RunSQL(MOVED, migrations.RunSQL.noop)]

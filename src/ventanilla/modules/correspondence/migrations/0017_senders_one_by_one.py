"""The senders of a registration are counted and found one by one, each by two probes of the directory's key.

A sender whom another registration counts at this moment is not counted: a hundred desks must not queue for one row.
"""
from django.db import migrations

SENDERS = """
CREATE FUNCTION public.letters_senders(institution bigint, keys text[], uses int[]) RETURNS TABLE (key text, id bigint)
LANGUAGE plpgsql SET plan_cache_mode = force_generic_plan AS $$
BEGIN
  FOR n IN 1 .. coalesce(cardinality(keys), 0) LOOP
    key := keys[n];
    UPDATE public.correspondence_correspondent c SET uses = c.uses + letters_senders.uses[n] WHERE c.id = (
      SELECT f.id FROM public.correspondence_correspondent f
      WHERE f.institution_id = institution AND f.key = letters_senders.key FOR NO KEY UPDATE SKIP LOCKED) RETURNING c.id INTO id;
    IF NOT FOUND THEN
      SELECT c.id INTO id FROM public.correspondence_correspondent c
      WHERE c.institution_id = institution AND c.key = letters_senders.key;
    END IF;
    IF FOUND THEN RETURN NEXT; END IF;
  END LOOP;
END $$;
"""


class Migration(migrations.Migration):
    dependencies = [("correspondence", "0016_lean_letters")]
    operations = [migrations.RunSQL(SENDERS, "DROP FUNCTION public.letters_senders(bigint, text[], int[]);")]

"""An answer that was sent never changes, but for one thing: the right of cancellation empties it, and then it is void."""
from django.db import migrations

FUNCTION = """
CREATE OR REPLACE FUNCTION public.questionnaires_response_fixed() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF (NEW.id, NEW.uuid, NEW.institution_id, NEW.instrument_id, NEW.case_id, NEW.role) IS DISTINCT FROM
     (OLD.id, OLD.uuid, OLD.institution_id, OLD.instrument_id, OLD.case_id, OLD.role) THEN
    RAISE EXCEPTION 'una respuesta no cambia de asunto ni de formulario' USING ERRCODE = '23514', CONSTRAINT = 'questionnaires_response_fixed';
  END IF;{emptied}
  IF OLD.role = 'answer' AND OLD.state <> 'open' AND
     ((NEW.version_id, NEW.values, NEW.score, NEW.submitted_at, NEW.respondent_id) IS DISTINCT FROM
      (OLD.version_id, OLD.values, OLD.score, OLD.submitted_at, OLD.respondent_id) OR NEW.state NOT IN (OLD.state, 'void')) THEN
    RAISE EXCEPTION 'una respuesta enviada no se cambia' USING ERRCODE = '23514', CONSTRAINT = 'questionnaires_response_fixed';
  END IF;
  RETURN NEW;
END $$;
"""
EMPTIED = """
  IF OLD.role = 'answer' AND NEW.state = 'void' AND NEW.values = '{}'::jsonb AND NEW.respondent_id IS NULL AND
     (NEW.version_id, NEW.submitted_at) IS NOT DISTINCT FROM (OLD.version_id, OLD.submitted_at) THEN
    RETURN NEW;
  END IF;"""


class Migration(migrations.Migration):
    dependencies = [("questionnaires", "0002_rules")]
    operations = [migrations.RunSQL(FUNCTION.replace("{emptied}", EMPTIED), FUNCTION.replace("{emptied}", ""))]

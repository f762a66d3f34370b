"""What the database refuses: rows of another institution, changes of what was published or answered."""
from django.db import migrations

OWNERS = (
    ("questionnaires_instrumentversion", "version_instrument_owned", "institution_id, instrument_id", "questionnaires_instrument (institution_id, id)"),
    ("questionnaires_response", "response_version_owned", "institution_id, version_id", "questionnaires_instrumentversion (institution_id, id)"),
    ("questionnaires_response", "response_version_of", "instrument_id, version_id", "questionnaires_instrumentversion (instrument_id, id)"),
    ("questionnaires_response", "response_case_owned", "institution_id, case_id", "cases_case (institution_id, id)"),
    ("questionnaires_response", "response_person_owned", "institution_id, respondent_id", "orgs_person (institution_id, id)"),
    ("questionnaires_fieldvalue", "value_response_owned", "institution_id, response_id", "questionnaires_response (institution_id, id)"),
    ("questionnaires_fieldvalue", "value_case_owned", "institution_id, case_id", "cases_case (institution_id, id)"),
)
OWN = "\n".join(
    f"ALTER TABLE {table} ADD CONSTRAINT questionnaires_{name} FOREIGN KEY ({columns}) REFERENCES {target} DEFERRABLE INITIALLY DEFERRED;"
    for table, name, columns, target in OWNERS)
DISOWN = "\n".join(f"ALTER TABLE {table} DROP CONSTRAINT questionnaires_{name};" for table, name, _columns, _target in OWNERS)
FIXED = """
CREATE FUNCTION public.questionnaires_version_fixed() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF OLD.state = 'draft' THEN
    IF TG_OP = 'DELETE' THEN RETURN OLD; END IF;
    IF (NEW.institution_id, NEW.instrument_id, NEW.number) IS DISTINCT FROM (OLD.institution_id, OLD.instrument_id, OLD.number)
       OR NEW.state = 'retired' THEN
      RAISE EXCEPTION 'un borrador solo se edita o se publica' USING ERRCODE = '23514', CONSTRAINT = 'questionnaires_version_fixed';
    END IF;
    RETURN NEW;
  END IF;
  IF TG_OP = 'DELETE' THEN
    RAISE EXCEPTION 'una versión publicada no se borra' USING ERRCODE = '23514', CONSTRAINT = 'questionnaires_version_fixed';
  END IF;
  IF (NEW.id, NEW.institution_id, NEW.instrument_id, NEW.number, NEW.definition, NEW.digest, NEW.revision, NEW.created_at, NEW.published_at,
      NEW.published_by_id)
     IS DISTINCT FROM (OLD.id, OLD.institution_id, OLD.instrument_id, OLD.number, OLD.definition, OLD.digest, OLD.revision, OLD.created_at,
      OLD.published_at, OLD.published_by_id)
     OR NOT (NEW.state = OLD.state AND NEW.retired_at IS NOT DISTINCT FROM OLD.retired_at
             OR OLD.state = 'published' AND NEW.state = 'retired') THEN
    RAISE EXCEPTION 'una versión publicada no se cambia' USING ERRCODE = '23514', CONSTRAINT = 'questionnaires_version_fixed';
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER questionnaires_version_fixed BEFORE UPDATE OR DELETE ON questionnaires_instrumentversion
  FOR EACH ROW EXECUTE FUNCTION public.questionnaires_version_fixed();
CREATE FUNCTION public.questionnaires_response_fixed() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF (NEW.id, NEW.uuid, NEW.institution_id, NEW.instrument_id, NEW.case_id, NEW.role) IS DISTINCT FROM
     (OLD.id, OLD.uuid, OLD.institution_id, OLD.instrument_id, OLD.case_id, OLD.role) THEN
    RAISE EXCEPTION 'una respuesta no cambia de asunto ni de formulario' USING ERRCODE = '23514', CONSTRAINT = 'questionnaires_response_fixed';
  END IF;
  IF OLD.role = 'answer' AND OLD.state <> 'open' AND
     ((NEW.version_id, NEW.values, NEW.score, NEW.submitted_at, NEW.respondent_id) IS DISTINCT FROM
      (OLD.version_id, OLD.values, OLD.score, OLD.submitted_at, OLD.respondent_id) OR NEW.state NOT IN (OLD.state, 'void')) THEN
    RAISE EXCEPTION 'una respuesta enviada no se cambia' USING ERRCODE = '23514', CONSTRAINT = 'questionnaires_response_fixed';
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER questionnaires_response_fixed BEFORE UPDATE ON questionnaires_response
  FOR EACH ROW EXECUTE FUNCTION public.questionnaires_response_fixed();
CREATE FUNCTION public.questionnaires_response_published() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF EXISTS (SELECT 1 FROM questionnaires_instrumentversion v WHERE v.id = NEW.version_id AND v.state = 'draft') THEN
    RAISE EXCEPTION 'un borrador no se responde' USING ERRCODE = '23514', CONSTRAINT = 'questionnaires_response_published';
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER questionnaires_response_published BEFORE INSERT OR UPDATE OF version_id ON questionnaires_response
  FOR EACH ROW EXECUTE FUNCTION public.questionnaires_response_published();
"""
UNFIXED = """
DROP FUNCTION public.questionnaires_response_published() CASCADE;
DROP FUNCTION public.questionnaires_response_fixed() CASCADE;
DROP FUNCTION public.questionnaires_version_fixed() CASCADE;
"""


class Migration(migrations.Migration):
    dependencies = [("questionnaires", "0001_initial")]
    operations = [migrations.RunSQL(OWN, DISOWN), migrations.RunSQL(FIXED, UNFIXED)]

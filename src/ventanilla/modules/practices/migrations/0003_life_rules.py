"""States of the registry's cases for the database's constraint (a test keeps them equal to the flows), owners, and what never changes."""
from django.db import migrations

STATES = """
INSERT INTO cases_state (kind, state, ends, waits) VALUES
  ('practice_review', 'received', false, false), ('practice_review', 'reviewing', false, false),
  ('practice_review', 'observed', false, true), ('practice_review', 'evaluating', false, true),
  ('practice_review', 'evaluated', false, false), ('practice_review', 'registered', true, false),
  ('practice_review', 'rejected', true, false), ('practice_review', 'retired', true, false),
  ('practice_measurement', 'due', false, false), ('practice_measurement', 'measured', true, false),
  ('practice_measurement', 'waived', true, false),
  ('practice_transfer', 'requested', false, false), ('practice_transfer', 'preparing', false, false),
  ('practice_transfer', 'running', false, false), ('practice_transfer', 'delivered', false, true),
  ('practice_transfer', 'concluded', true, false), ('practice_transfer', 'declined', true, false),
  ('practice_transfer', 'cancelled', true, false),
  ('practice_adoption', 'asked', false, true), ('practice_adoption', 'adopting', false, false),
  ('practice_adoption', 'received', false, false), ('practice_adoption', 'adopted', true, false),
  ('practice_adoption', 'turned_down', true, false), ('practice_adoption', 'cancelled', true, false);
"""
UNSTATES = """
DELETE FROM cases_state WHERE kind IN ('practice_review', 'practice_measurement', 'practice_transfer', 'practice_adoption');
"""
PRACTICE, CASE, PERSON, DOCUMENT = "practices_practice", "cases_case", "orgs_person", "documents_document"
OWNED = (("registrydesk", "unit", "orgs_unit"), ("review", "case", CASE), ("review", "practice", PRACTICE),
         ("review", "revision", "practices_practicerevision"), ("review", "campaign", "practices_campaign"),
         ("review", "document", DOCUMENT),
         ("evaluation", "evaluator", PERSON), ("indicator", "practice", PRACTICE), ("indicatorvalue", "indicator", "practices_indicator"),
         ("statedvalue", "indicator", "practices_indicator"), ("target", "practice", PRACTICE),
         ("target", "indicator", "practices_indicator"),
         ("externalresult", "practice", PRACTICE), ("externalresult", "document", DOCUMENT), ("evidencefile", "practice", PRACTICE),
         ("evidencefile", "document", DOCUMENT), ("measurementplan", "practice", PRACTICE), ("measurement", "case", CASE),
         ("measurement", "practice", PRACTICE), ("transfer", "case", CASE), ("transfer", "practice", PRACTICE),
         ("transfer", "document", DOCUMENT), ("adoption", "practice", PRACTICE), ("practicepackage", "practice", PRACTICE))
OWNERS = "".join(f"""
ALTER TABLE practices_{table} ADD CONSTRAINT practices_{table}_{column}_owned FOREIGN KEY (institution_id, {column}_id)
  REFERENCES {target} (institution_id, id) DEFERRABLE INITIALLY DEFERRED;""" for table, column, target in OWNED)
UNOWNERS = "".join(f"ALTER TABLE practices_{table} DROP CONSTRAINT practices_{table}_{column}_owned;\n" for table, column, _target in OWNED)
TAKERS = """
ALTER TABLE practices_transfer ADD CONSTRAINT practices_transfer_adoption_owned FOREIGN KEY (taker_id, adoption_id)
  REFERENCES cases_case (institution_id, id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE practices_transfer ADD CONSTRAINT practices_transfer_taker_owned FOREIGN KEY (taker_id, taker_unit_id)
  REFERENCES orgs_unit (institution_id, id) DEFERRABLE INITIALLY DEFERRED;
"""
UNTAKERS = """
ALTER TABLE practices_transfer DROP CONSTRAINT practices_transfer_taker_owned;
ALTER TABLE practices_transfer DROP CONSTRAINT practices_transfer_adoption_owned;
"""
NEVER = ("indicatorvalue", "remark", "practicepackage")
FIXED = """
CREATE FUNCTION public.practices_said_once() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION 'lo que quedó asentado no cambia' USING ERRCODE = '23514', CONSTRAINT = 'practices_said_once';
END $$;
""" + "".join(f"""
CREATE TRIGGER practices_{table}_fixed BEFORE UPDATE ON practices_{table}
  FOR EACH ROW EXECUTE FUNCTION public.practices_said_once();""" for table in NEVER) + """
CREATE FUNCTION public.practices_ranking_fixed() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF EXISTS (SELECT 1 FROM practices_campaign c WHERE c.id = OLD.campaign_id AND c.published_at IS NOT NULL) THEN
    RAISE EXCEPTION 'una clasificación publicada no cambia' USING ERRCODE = '23514', CONSTRAINT = 'practices_ranking_fixed';
  END IF;
  RETURN CASE WHEN TG_OP = 'DELETE' THEN OLD ELSE NEW END;
END $$;
CREATE TRIGGER practices_ranking_fixed BEFORE UPDATE OR DELETE ON practices_rankedpractice
  FOR EACH ROW EXECUTE FUNCTION public.practices_ranking_fixed();
"""
UNFIXED = "DROP FUNCTION public.practices_said_once() CASCADE; DROP FUNCTION public.practices_ranking_fixed() CASCADE;"
INDEPENDENT = """
CREATE FUNCTION public.practices_independent() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF EXISTS (SELECT 1 FROM practices_review w JOIN practices_practice p ON p.id = w.practice_id
             WHERE w.case_id = NEW.review_id AND p.owner_id = NEW.evaluator_id)
     OR EXISTS (SELECT 1 FROM practices_review w JOIN practices_practicerevision r ON r.practice_id = w.practice_id
                WHERE w.case_id = NEW.review_id AND NEW.evaluator_id IN (r.author_id, r.edited_by_id)) THEN
    RAISE EXCEPTION 'quien escribió la práctica no la evalúa' USING ERRCODE = '23514', CONSTRAINT = 'practices_independent';
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER practices_independent BEFORE INSERT OR UPDATE OF evaluator_id, review_id ON practices_evaluation
  FOR EACH ROW EXECUTE FUNCTION public.practices_independent();
"""


class Migration(migrations.Migration):
    dependencies = [("practices", "0002_rules"), ("cases", "0009_lean_opening")]
    operations = [
        migrations.RunSQL(STATES, UNSTATES),
        migrations.RunSQL(OWNERS, UNOWNERS),
        migrations.RunSQL(TAKERS, UNTAKERS),
        migrations.RunSQL(FIXED, UNFIXED),
        migrations.RunSQL(INDEPENDENT, "DROP FUNCTION public.practices_independent() CASCADE;"),
    ]

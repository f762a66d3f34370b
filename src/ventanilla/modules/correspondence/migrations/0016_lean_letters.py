"""A letter refers to its case with its institution: one key instead of two, and a letter of another institution is refused.

And the figures of letters leave at once a case that is none, and a letter whose case is not written yet (it comes last).
"""
from django.db import migrations

from ventanilla.core.indicators.sql import measure_functions
from ventanilla.modules.correspondence.measures import SOURCES

OWNED = """
ALTER TABLE correspondence_letter ADD CONSTRAINT correspondence_letter_owned FOREIGN KEY (institution_id, case_id)
  REFERENCES cases_case (institution_id, id) DEFERRABLE INITIALLY DEFERRED NOT VALID;
ALTER TABLE correspondence_letter VALIDATE CONSTRAINT correspondence_letter_owned;
DO $$ DECLARE name text; BEGIN
  FOR name IN SELECT k.conname FROM pg_constraint k JOIN pg_attribute a ON a.attrelid = k.conrelid AND a.attnum = k.conkey[1]
    WHERE k.conrelid = 'correspondence_letter'::regclass AND k.contype = 'f' AND cardinality(k.conkey) = 1
      AND a.attname IN ('institution_id', 'case_id')
  LOOP EXECUTE format('ALTER TABLE correspondence_letter DROP CONSTRAINT %I', name); END LOOP;
END $$;
"""
BACK = """
ALTER TABLE correspondence_letter
  ADD CONSTRAINT correspondence_letter_institution_id_fk FOREIGN KEY (institution_id) REFERENCES orgs_institution (id)
    DEFERRABLE INITIALLY DEFERRED,
  ADD CONSTRAINT correspondence_letter_case_id_fk FOREIGN KEY (case_id) REFERENCES cases_case (id) DEFERRABLE INITIALLY DEFERRED,
  DROP CONSTRAINT correspondence_letter_owned;
"""


class Migration(migrations.Migration):
    dependencies = [("correspondence", "0015_found_by_who_received"), ("cases", "0018_lean_rows")]
    operations = [migrations.RunSQL(OWNED, BACK), migrations.RunSQL(measure_functions("letters", SOURCES), migrations.RunSQL.noop)]

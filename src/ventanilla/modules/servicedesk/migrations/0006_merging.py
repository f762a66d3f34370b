"""The state "merged", and a merge whose two cases are of one institution."""
from django.db import migrations

STATES = """
INSERT INTO cases_state (kind, state, ends, waits) VALUES
  ('request', 'merged', true, false), ('incident', 'merged', true, false), ('problem', 'merged', true, false);
"""
UNSTATES = "DELETE FROM cases_state WHERE state = 'merged' AND kind IN ('request', 'incident', 'problem');"
OWNED = """
ALTER TABLE servicedesk_merge ADD CONSTRAINT servicedesk_merge_case_owned FOREIGN KEY (institution_id, case_id)
  REFERENCES cases_case (institution_id, id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE servicedesk_merge ADD CONSTRAINT servicedesk_merge_survivor_owned FOREIGN KEY (institution_id, survivor_id)
  REFERENCES cases_case (institution_id, id) DEFERRABLE INITIALLY DEFERRED;
"""
UNOWNED = """
ALTER TABLE servicedesk_merge DROP CONSTRAINT servicedesk_merge_survivor_owned;
ALTER TABLE servicedesk_merge DROP CONSTRAINT servicedesk_merge_case_owned;
"""


class Migration(migrations.Migration):
    dependencies = [("servicedesk", "0005_knowledge_rules"), ("cases", "0009_lean_opening"), ("orgs", "0003_name_search")]
    operations = [
        migrations.RunSQL(STATES, UNSTATES),
        migrations.RunSQL(OWNED, UNOWNED),
    ]

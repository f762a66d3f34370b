"""The states of letters for the database's constraint; a test keeps them equal to the flow."""
from django.db import migrations

STATES = """
INSERT INTO cases_state (kind, state, ends) VALUES
  ('letter', 'registered', false), ('letter', 'routed', false), ('letter', 'attended', false),
  ('letter', 'concluded', true), ('letter', 'archived', true), ('letter', 'cancelled', true);
"""


class Migration(migrations.Migration):
    dependencies = [("correspondence", "0001_initial"), ("cases", "0002_rules")]
    operations = [migrations.RunSQL(STATES, "DELETE FROM cases_state WHERE kind = 'letter';")]

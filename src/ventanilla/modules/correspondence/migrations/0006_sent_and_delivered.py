"""Letters that leave are sent and wait for their acuse; how and to whom they were delivered.

Those that lay under "Por atender" though nothing was owed are sent from now on; letters of circulars to units keep their life.
"""
from django.db import migrations, models

STATES = """
INSERT INTO cases_state (kind, state, ends, waits) VALUES
  ('letter', 'sent', false, true), ('letter', 'returned', true, false);
"""
SENT = """
WITH sent AS (
  UPDATE cases_case c SET state = 'sent' FROM correspondence_letter l
  WHERE l.case_id = c.id AND l.direction = 'outgoing' AND c.state = 'registered'
    AND (l.circular_id IS NULL OR l.addressee_unit_id IS NULL) RETURNING c.id
)
UPDATE cases_tray y SET tab = 3 FROM sent WHERE y.case_id = sent.id AND y.side = 'owner';
"""
UNSENT = """
UPDATE cases_case SET state = 'concluded' WHERE kind = 'letter' AND state = 'returned';
UPDATE cases_tray y SET tab = 1 FROM cases_case c WHERE c.id = y.case_id AND y.side = 'owner' AND c.kind = 'letter' AND c.state = 'sent';
UPDATE cases_case SET state = 'registered' WHERE kind = 'letter' AND state = 'sent';
SET CONSTRAINTS ALL IMMEDIATE;
DELETE FROM cases_state WHERE kind = 'letter' AND state IN ('sent', 'returned');
"""


class Migration(migrations.Migration):
    dependencies = [("correspondence", "0005_guard"), ("cases", "0009_lean_opening")]
    operations = [
        migrations.AddField("letter", "delivery_means", models.CharField(
            blank=True, choices=[("courier", "Mensajería"), ("email", "Correo electrónico"), ("personal", "Entrega personal")],
            db_default="", max_length=8)),
        migrations.AddField("letter", "delivered_to", models.CharField(blank=True, db_default="", max_length=200)),
        migrations.RunSQL(STATES + SENT, UNSENT),
    ]

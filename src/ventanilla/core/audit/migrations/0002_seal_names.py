"""Seals repeat case and verb, so that an entry that was removed can still be named; index of erasures."""
from django.db import migrations

FORWARD = """
ALTER TABLE audit_seal ADD COLUMN case_id bigint, ADD COLUMN verb varchar(60);
CREATE INDEX audit_entry_erasures ON audit_entry (id) WHERE verb = 'audit.erase';
"""
BACKWARD = """
DROP INDEX audit_entry_erasures;
ALTER TABLE audit_seal DROP COLUMN case_id, DROP COLUMN verb;
"""


class Migration(migrations.Migration):
    dependencies = [("audit", "0001_initial")]
    operations = [migrations.RunSQL(FORWARD, BACKWARD)]

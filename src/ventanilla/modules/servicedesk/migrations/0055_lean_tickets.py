"""A ticket's keys that name its institution cover those of one column: the case, the team, the service and who asks.

Each is checked with every ticket; of the institution itself that of the case speaks. Nothing less is refused than before.
"""
from django.db import migrations

REFERS = {"case_id": "cases_case", "institution_id": "orgs_institution", "team_id": "servicedesk_team", "service_id": "servicedesk_service",
          "requester_id": "orgs_person"}
DROPPED = """
DO $$ DECLARE name text; BEGIN
  FOR name IN SELECT k.conname FROM pg_constraint k JOIN pg_attribute a ON a.attrelid = k.conrelid AND a.attnum = k.conkey[1]
    WHERE k.conrelid = 'servicedesk_ticket'::regclass AND k.contype = 'f' AND cardinality(k.conkey) = 1
      AND a.attname = ANY ('{%s}')
  LOOP EXECUTE format('ALTER TABLE servicedesk_ticket DROP CONSTRAINT %%I', name); END LOOP;
END $$;
""" % ",".join(REFERS)
BACK = "".join(f"ALTER TABLE servicedesk_ticket ADD CONSTRAINT servicedesk_ticket_{column}_fk FOREIGN KEY ({column}) REFERENCES {table} (id) "
               "DEFERRABLE INITIALLY DEFERRED;" for column, table in REFERS.items())


class Migration(migrations.Migration):
    dependencies = [("servicedesk", "0054_settled"), ("cases", "0018_lean_rows")]
    operations = [migrations.RunSQL(DROPPED, BACK)]

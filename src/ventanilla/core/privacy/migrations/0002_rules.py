"""States of requests, what a published notice and a receipt refuse, owners, and the standard role of who attends them."""
from django.db import migrations

STATES = """
INSERT INTO cases_state (kind, state, ends, waits) VALUES
  ('subject_request', 'received', false, false), ('subject_request', 'proving', false, true),
  ('subject_request', 'processing', false, false), ('subject_request', 'resolved', false, false),
  ('subject_request', 'fulfilled', true, false), ('subject_request', 'denied', true, false),
  ('subject_request', 'lapsed', true, false), ('subject_request', 'withdrawn', true, false);
"""
UNSTATES = "DELETE FROM cases_state WHERE kind = 'subject_request';"
OWNED = (("receipt", "notice", "privacy_privacynotice"), ("privacydesk", "unit", "orgs_unit"), ("subjectrequest", "case", "cases_case"),
         ("receipt", "person", "orgs_person"), ("opposition", "person", "orgs_person"))
OWNERS = "".join(f"""
ALTER TABLE privacy_{table} ADD CONSTRAINT privacy_{table}_{column}_owned FOREIGN KEY (institution_id, {column}_id)
  REFERENCES {target} (institution_id, id) DEFERRABLE INITIALLY DEFERRED;""" for table, column, target in OWNED)
UNOWNERS = "".join(f"ALTER TABLE privacy_{table} DROP CONSTRAINT privacy_{table}_{column}_owned;\n" for table, column, _target in OWNED)
FIXED = """
CREATE FUNCTION public.privacy_said_once() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION 'lo publicado y lo firmado no cambia (%)', TG_TABLE_NAME USING ERRCODE = '23514', CONSTRAINT = 'privacy_said_once';
END $$;
CREATE TRIGGER privacy_notice_fixed BEFORE UPDATE OR DELETE ON privacy_privacynotice
  FOR EACH ROW WHEN (OLD.published_at IS NOT NULL) EXECUTE FUNCTION public.privacy_said_once();
CREATE TRIGGER privacy_receipt_fixed BEFORE UPDATE OR DELETE ON privacy_receipt
  FOR EACH ROW EXECUTE FUNCTION public.privacy_said_once();
"""
UNFIXED = "DROP FUNCTION public.privacy_said_once() CASCADE;"
ROLE = """
INSERT INTO orgs_role (institution_id, slug, name, capabilities, clearance)
SELECT i.id, 'transparency', 'Unidad de Transparencia', ARRAY['cases.read', 'cases.export', 'privacy.notices', 'privacy.attend'], 2
FROM orgs_institution i ON CONFLICT DO NOTHING;
"""


class Migration(migrations.Migration):
    dependencies = [("privacy", "0001_initial")]
    operations = [
        migrations.RunSQL(STATES, UNSTATES),
        migrations.RunSQL(OWNERS, UNOWNERS),
        migrations.RunSQL(FIXED, UNFIXED),
        migrations.RunSQL(ROLE, migrations.RunSQL.noop),
    ]

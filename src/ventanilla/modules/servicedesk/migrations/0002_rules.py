"""States of tickets for the database's constraint (a test keeps them equal to the flows), owners, and versions that never change."""
from django.db import migrations

STATES = """
INSERT INTO cases_state (kind, state, ends, waits) VALUES
  ('request', 'new', false, false), ('request', 'assigned', false, false), ('request', 'pending', false, true),
  ('request', 'in_progress', false, false), ('request', 'resolved', true, false), ('request', 'closed', true, false),
  ('request', 'cancelled', true, false), ('request', 'approval', false, true), ('request', 'rejected', true, false),
  ('incident', 'new', false, false), ('incident', 'assigned', false, false), ('incident', 'in_progress', false, false),
  ('incident', 'pending', false, true), ('incident', 'resolved', true, false), ('incident', 'closed', true, false),
  ('incident', 'cancelled', true, false),
  ('problem', 'new', false, false), ('problem', 'assigned', false, false), ('problem', 'investigating', false, false),
  ('problem', 'known', false, false), ('problem', 'pending', false, true), ('problem', 'resolved', true, false),
  ('problem', 'closed', true, false), ('problem', 'cancelled', true, false),
  ('known_error', 'current', false, false), ('known_error', 'fixed', true, false), ('known_error', 'accepted', true, false),
  ('change', 'new', false, false), ('change', 'assigned', false, false), ('change', 'planned', false, false),
  ('change', 'rejected', true, false), ('change', 'approval', false, true), ('change', 'approved', false, true),
  ('change', 'not_approved', false, false), ('change', 'implementing', false, false), ('change', 'implemented', false, false),
  ('change', 'failed', false, false), ('change', 'rolled_back', false, false), ('change', 'closed', true, false),
  ('change', 'cancelled', true, false),
  ('simple_change', 'new', false, false), ('simple_change', 'assigned', false, false), ('simple_change', 'planned', false, false),
  ('simple_change', 'implementing', false, false), ('simple_change', 'implemented', false, false),
  ('simple_change', 'failed', false, false), ('simple_change', 'rolled_back', false, false), ('simple_change', 'closed', true, false),
  ('simple_change', 'cancelled', true, false),
  ('emergency_change', 'new', false, false), ('emergency_change', 'assigned', false, false),
  ('emergency_change', 'planned', false, false), ('emergency_change', 'implementing', false, false),
  ('emergency_change', 'implemented', false, false), ('emergency_change', 'failed', false, false),
  ('emergency_change', 'rolled_back', false, false), ('emergency_change', 'approval', false, true),
  ('emergency_change', 'closed', true, false), ('emergency_change', 'cancelled', true, false);
"""
UNSTATES = """
DELETE FROM cases_state WHERE kind IN ('request', 'incident', 'problem', 'known_error', 'change', 'simple_change', 'emergency_change');
"""
OWNERS = """
ALTER TABLE servicedesk_ticket ADD CONSTRAINT servicedesk_ticket_case_owned FOREIGN KEY (institution_id, case_id)
  REFERENCES cases_case (institution_id, id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE servicedesk_ticket ADD CONSTRAINT servicedesk_ticket_team_owned FOREIGN KEY (institution_id, team_id)
  REFERENCES servicedesk_team (institution_id, id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE servicedesk_ticket ADD CONSTRAINT servicedesk_ticket_service_owned FOREIGN KEY (institution_id, service_id)
  REFERENCES servicedesk_service (institution_id, id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE servicedesk_ticket ADD CONSTRAINT servicedesk_ticket_requester_owned FOREIGN KEY (institution_id, requester_id)
  REFERENCES orgs_person (institution_id, id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE servicedesk_team ADD CONSTRAINT servicedesk_team_unit_owned FOREIGN KEY (institution_id, unit_id)
  REFERENCES orgs_unit (institution_id, id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE servicedesk_liaison ADD CONSTRAINT servicedesk_liaison_unit_owned FOREIGN KEY (institution_id, unit_id)
  REFERENCES orgs_unit (institution_id, id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE servicedesk_liaison ADD CONSTRAINT servicedesk_liaison_person_owned FOREIGN KEY (institution_id, person_id)
  REFERENCES orgs_person (institution_id, id) DEFERRABLE INITIALLY DEFERRED;
"""
UNOWNERS = """
ALTER TABLE servicedesk_liaison DROP CONSTRAINT servicedesk_liaison_person_owned;
ALTER TABLE servicedesk_liaison DROP CONSTRAINT servicedesk_liaison_unit_owned;
ALTER TABLE servicedesk_team DROP CONSTRAINT servicedesk_team_unit_owned;
ALTER TABLE servicedesk_ticket DROP CONSTRAINT servicedesk_ticket_requester_owned;
ALTER TABLE servicedesk_ticket DROP CONSTRAINT servicedesk_ticket_service_owned;
ALTER TABLE servicedesk_ticket DROP CONSTRAINT servicedesk_ticket_team_owned;
ALTER TABLE servicedesk_ticket DROP CONSTRAINT servicedesk_ticket_case_owned;
"""
FIXED = """
CREATE FUNCTION public.servicedesk_version_fixed() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF OLD.state <> 'draft' AND (TG_OP = 'DELETE' OR NEW.state = 'draft' OR to_jsonb(NEW) - 'state' <> to_jsonb(OLD) - 'state') THEN
    RAISE EXCEPTION 'una versión publicada del catálogo no cambia' USING ERRCODE = '23514', CONSTRAINT = 'servicedesk_version_fixed';
  END IF;
  RETURN CASE WHEN TG_OP = 'DELETE' THEN OLD ELSE NEW END;
END $$;
CREATE TRIGGER servicedesk_version_fixed BEFORE UPDATE OR DELETE ON servicedesk_offeringversion
  FOR EACH ROW EXECUTE FUNCTION public.servicedesk_version_fixed();
"""


class Migration(migrations.Migration):
    dependencies = [("servicedesk", "0001_initial"), ("cases", "0008_parties")]
    operations = [
        migrations.RunSQL(STATES, UNSTATES),
        migrations.RunSQL(OWNERS, UNOWNERS),
        migrations.RunSQL(FIXED, "DROP FUNCTION public.servicedesk_version_fixed() CASCADE;"),
    ]

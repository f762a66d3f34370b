"""What the database refuses and computes for the CMDB: owners, overlapping relations, versions that change, text keys.

A relation's periods of the same pair and type never overlap: an exclusion over ranges of one number each, which needs no
extension.
"""
from django.db import migrations

RULES = """
ALTER TABLE servicedesk_relation ADD CONSTRAINT cmdb_relation_once EXCLUDE USING gist (
  int8range(source_id, source_id, '[]') WITH &&, int8range(target_id, target_id, '[]') WITH &&,
  int8range(type_id, type_id, '[]') WITH &&, daterange(valid_from, valid_to) WITH &&);
ALTER TABLE servicedesk_configurationitem
  ADD CONSTRAINT cmdb_item_unit_owned FOREIGN KEY (institution_id, unit_id) REFERENCES orgs_unit (institution_id, id) DEFERRABLE INITIALLY DEFERRED,
  ADD CONSTRAINT cmdb_item_owner_owned FOREIGN KEY (institution_id, owner_id) REFERENCES orgs_person (institution_id, id) DEFERRABLE INITIALLY DEFERRED,
  ADD CONSTRAINT cmdb_item_type_owned FOREIGN KEY (institution_id, type_id) REFERENCES servicedesk_citype (institution_id, id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE servicedesk_relation
  ADD CONSTRAINT cmdb_relation_source_owned FOREIGN KEY (institution_id, source_id) REFERENCES servicedesk_configurationitem (institution_id, id) DEFERRABLE INITIALLY DEFERRED,
  ADD CONSTRAINT cmdb_relation_target_owned FOREIGN KEY (institution_id, target_id) REFERENCES servicedesk_configurationitem (institution_id, id) DEFERRABLE INITIALLY DEFERRED,
  ADD CONSTRAINT cmdb_relation_type_owned FOREIGN KEY (institution_id, type_id) REFERENCES servicedesk_relationtype (institution_id, id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE servicedesk_citype
  ADD CONSTRAINT cmdb_type_parent_owned FOREIGN KEY (institution_id, parent_id) REFERENCES servicedesk_citype (institution_id, id) DEFERRABLE INITIALLY DEFERRED;
CREATE FUNCTION public.cmdb_item_key() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN NEW.sort_key := public.sort_key(NEW.name); RETURN NEW; END $$;
CREATE TRIGGER cmdb_item_key BEFORE INSERT OR UPDATE OF name ON servicedesk_configurationitem
  FOR EACH ROW EXECUTE FUNCTION public.cmdb_item_key();
CREATE FUNCTION public.cmdb_version_stays() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN RAISE EXCEPTION 'una versión de un elemento no se cambia' USING ERRCODE = '23514'; END $$;
CREATE TRIGGER cmdb_version_stays BEFORE UPDATE ON servicedesk_civersion
  FOR EACH ROW EXECUTE FUNCTION public.cmdb_version_stays();
"""
UNRULES = """
DROP FUNCTION public.cmdb_version_stays() CASCADE;
DROP FUNCTION public.cmdb_item_key() CASCADE;
ALTER TABLE servicedesk_citype DROP CONSTRAINT cmdb_type_parent_owned;
ALTER TABLE servicedesk_relation DROP CONSTRAINT cmdb_relation_type_owned, DROP CONSTRAINT cmdb_relation_target_owned,
  DROP CONSTRAINT cmdb_relation_source_owned;
ALTER TABLE servicedesk_configurationitem DROP CONSTRAINT cmdb_item_type_owned, DROP CONSTRAINT cmdb_item_owner_owned,
  DROP CONSTRAINT cmdb_item_unit_owned;
ALTER TABLE servicedesk_relation DROP CONSTRAINT cmdb_relation_once;
"""


class Migration(migrations.Migration):
    dependencies = [("servicedesk", "0002_rules"), ("orgs", "0002_rules")]
    operations = [migrations.RunSQL(RULES, UNRULES)]

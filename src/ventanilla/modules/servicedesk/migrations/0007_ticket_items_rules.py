"""Owners of ties and periods; ties from the answers that there are; items in the one search; standard roles of the desk.

An item is found by who may read it: over a grant in its unit, as its owner, or with a capability of the configuration database
(one token for all of those, `core.orgs.reach.BY_CAPABILITY`). Rows follow by statement, so that loads of thousands stay quick.
"""
from typing import Any

from django.db import migrations

OWNED = """
ALTER TABLE servicedesk_ticketitem
  ADD CONSTRAINT servicedesk_ticketitem_case_owned FOREIGN KEY (institution_id, case_id) REFERENCES cases_case (institution_id, id)
    DEFERRABLE INITIALLY DEFERRED,
  ADD CONSTRAINT servicedesk_ticketitem_item_owned FOREIGN KEY (institution_id, item_id)
    REFERENCES servicedesk_configurationitem (institution_id, id) DEFERRABLE INITIALLY DEFERRED,
  ADD CONSTRAINT servicedesk_ticketitem_by_owned FOREIGN KEY (institution_id, by_id) REFERENCES orgs_person (institution_id, id)
    DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE servicedesk_blackout
  ADD CONSTRAINT servicedesk_blackout_item_owned FOREIGN KEY (institution_id, item_id)
    REFERENCES servicedesk_configurationitem (institution_id, id) DEFERRABLE INITIALLY DEFERRED,
  ADD CONSTRAINT servicedesk_blackout_type_owned FOREIGN KEY (institution_id, type_id) REFERENCES servicedesk_citype (institution_id, id)
    DEFERRABLE INITIALLY DEFERRED,
  ADD CONSTRAINT servicedesk_blackout_by_owned FOREIGN KEY (institution_id, by_id) REFERENCES orgs_person (institution_id, id)
    DEFERRABLE INITIALLY DEFERRED;
"""
UNOWNED = """
ALTER TABLE servicedesk_blackout DROP CONSTRAINT servicedesk_blackout_by_owned, DROP CONSTRAINT servicedesk_blackout_type_owned,
  DROP CONSTRAINT servicedesk_blackout_item_owned;
ALTER TABLE servicedesk_ticketitem DROP CONSTRAINT servicedesk_ticketitem_by_owned, DROP CONSTRAINT servicedesk_ticketitem_item_owned,
  DROP CONSTRAINT servicedesk_ticketitem_case_owned;
"""
FROM_FORMS = """
INSERT INTO servicedesk_ticketitem (institution_id, case_id, item_id, role, source, by_id, at)
SELECT DISTINCT ON (v.case_id, v.ref) v.institution_id, v.case_id, v.ref, 'affected', 'form', NULL::bigint, c.created_at
FROM questionnaires_fieldvalue v
JOIN questionnaires_response r ON r.id = v.response_id AND r.role = 'record'
JOIN questionnaires_instrumentversion n ON n.id = r.version_id
JOIN servicedesk_configurationitem i ON i.id = v.ref AND i.institution_id = v.institution_id
JOIN servicedesk_ticket t ON t.case_id = v.case_id
JOIN cases_case c ON c.id = v.case_id
WHERE v.ref IS NOT NULL AND EXISTS (
  SELECT 1 FROM jsonb_path_query(n.definition, '$.sections[*].fields[*] ? (@.reference == "ci")') f WHERE f ->> 'key' = v.key)
ON CONFLICT DO NOTHING;
"""
FOUND = """
CREATE FUNCTION public.servicedesk_index_items(wanted bigint[]) RETURNS void LANGUAGE sql AS $$
  INSERT INTO cases_searchrow AS s (institution_id, kind, ref, page, title, body, at, tokens)
  SELECT i.institution_id, 'ci', i.id, 0, concat_ws(' ', i.name, nullif(i.code, '')),
         concat_ws(' · ', t.label, nullif(i.serial, ''), nullif(i.notes, '')), i.created_at,
         array_remove(ARRAY[3000000000000000, i.unit_id * 4, -i.owner_id, public.month_token(i.created_at)], NULL)
  FROM servicedesk_configurationitem i JOIN servicedesk_citype t ON t.id = i.type_id WHERE i.id = ANY (wanted)
  ON CONFLICT (kind, ref, page) DO UPDATE SET title = excluded.title, body = excluded.body, tokens = excluded.tokens
  WHERE (s.title, s.body, s.tokens) IS DISTINCT FROM (excluded.title, excluded.body, excluded.tokens)
$$;
CREATE FUNCTION public.servicedesk_items_come() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN PERFORM public.servicedesk_index_items(ARRAY(SELECT n.id FROM fresh n)); RETURN NULL; END $$;
CREATE FUNCTION public.servicedesk_items_change() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE changed bigint[] := ARRAY(
  SELECT n.id FROM fresh n JOIN stale o ON o.id = n.id
  WHERE (n.name, n.code, n.serial, n.notes, n.type_id) IS DISTINCT FROM (o.name, o.code, o.serial, o.notes, o.type_id)
     OR (n.unit_id, n.owner_id) IS DISTINCT FROM (o.unit_id, o.owner_id));
BEGIN
  IF cardinality(changed) > 0 THEN PERFORM public.servicedesk_index_items(changed); END IF;
  RETURN NULL;
END $$;
CREATE FUNCTION public.servicedesk_items_go() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN DELETE FROM cases_searchrow s USING stale o WHERE s.kind = 'ci' AND s.ref = o.id; RETURN NULL; END $$;
CREATE FUNCTION public.servicedesk_type_renamed() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  PERFORM public.servicedesk_index_items(ARRAY(SELECT i.id FROM servicedesk_configurationitem i WHERE i.type_id = NEW.id));
  RETURN NULL;
END $$;
CREATE TRIGGER servicedesk_items_come AFTER INSERT ON servicedesk_configurationitem REFERENCING NEW TABLE AS fresh
  FOR EACH STATEMENT EXECUTE FUNCTION public.servicedesk_items_come();
CREATE TRIGGER servicedesk_items_change AFTER UPDATE ON servicedesk_configurationitem REFERENCING NEW TABLE AS fresh OLD TABLE AS stale
  FOR EACH STATEMENT EXECUTE FUNCTION public.servicedesk_items_change();
CREATE TRIGGER servicedesk_items_go AFTER DELETE ON servicedesk_configurationitem REFERENCING OLD TABLE AS stale
  FOR EACH STATEMENT EXECUTE FUNCTION public.servicedesk_items_go();
CREATE TRIGGER servicedesk_type_renamed AFTER UPDATE OF label ON servicedesk_citype
  FOR EACH ROW WHEN (OLD.label IS DISTINCT FROM NEW.label) EXECUTE FUNCTION public.servicedesk_type_renamed();
SELECT public.servicedesk_index_items(ARRAY(SELECT id FROM servicedesk_configurationitem));
"""
UNFOUND = """
DROP FUNCTION public.servicedesk_type_renamed() CASCADE; DROP FUNCTION public.servicedesk_items_go() CASCADE;
DROP FUNCTION public.servicedesk_items_change() CASCADE; DROP FUNCTION public.servicedesk_items_come() CASCADE;
DROP FUNCTION public.servicedesk_index_items(bigint[]);
DELETE FROM cases_searchrow WHERE kind = 'ci';
"""
WORK = ["cases.read", "cases.register", "cases.route", "cases.answer", "cases.conclude", "cases.measure", "cases.export"]
ROLES = (
    ("desk_agent", "Agente de la mesa de servicio", ["cases.read", "cases.register", "cases.route", "cases.answer", "cases.export", "cmdb.read"]),
    ("desk_engineer", "Ingeniería de la mesa de servicio", ["cases.read", "cases.answer", "cases.export", "cmdb.read", "cmdb.write"]),
    ("desk_manager", "Responsable de la mesa de servicio", [*WORK, "cmdb.read", "cmdb.write"]),
)
"""As in `core.orgs.capabilities.ROLES` when this was written."""


def add_roles(apps: Any, _schema: Any) -> None:
    """The three roles in every institution that has none of that name; whoever administers gives them to people."""
    role, institution = apps.get_model("orgs", "Role"), apps.get_model("orgs", "Institution")
    for owner in institution.objects.values_list("pk", flat=True):
        for slug, name, capabilities in ROLES:
            role.objects.get_or_create(institution_id=owner, slug=slug, defaults={"name": name, "capabilities": capabilities, "clearance": 0})


class Migration(migrations.Migration):
    dependencies = [
        ('servicedesk', '0006_merging'),
        ('cases', '0009_lean_opening'),
        ('orgs', '0002_rules'),
        ('questionnaires', '0001_initial'),
    ]
    operations = [migrations.RunSQL(OWNED, UNOWNED), migrations.RunSQL(FROM_FORMS, migrations.RunSQL.noop),
                  migrations.RunSQL(FOUND, UNFOUND), migrations.RunPython(add_roles, migrations.RunPython.noop)]

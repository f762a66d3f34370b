"""A sealed revision never changes; owners agree; practices are found by exactly those who may read them; roles of the registry."""
from typing import Any

from django.db import migrations

FIXED = """
CREATE FUNCTION public.practices_revision_fixed() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF OLD.sealed_at IS NOT NULL THEN
    RAISE EXCEPTION 'una revisión sellada no cambia' USING ERRCODE = '23514', CONSTRAINT = 'practices_revision_fixed';
  END IF;
  RETURN CASE WHEN TG_OP = 'DELETE' THEN OLD ELSE NEW END;
END $$;
CREATE TRIGGER practices_revision_fixed BEFORE UPDATE OR DELETE ON practices_practicerevision
  FOR EACH ROW EXECUTE FUNCTION public.practices_revision_fixed();
"""
OWNED = (("practice", "unit", "orgs_unit"), ("practice", "owner", "orgs_person"), ("practice", "current", "practices_practicerevision"),
         ("practicerevision", "practice", "practices_practice"), ("practicerevision", "author", "orgs_person"),
         ("practiceimport", "revision", "practices_practicerevision"), ("practiceimport", "document", "documents_document"),
         ("comment", "practice", "practices_practice"), ("comment", "author", "orgs_person"))
OWNERS = "".join(f"""
ALTER TABLE practices_{table} ADD CONSTRAINT practices_{table}_{column}_owned FOREIGN KEY (institution_id, {column}_id)
  REFERENCES {target} (institution_id, id) DEFERRABLE INITIALLY DEFERRED;""" for table, column, target in OWNED)
UNOWNERS = "".join(f"ALTER TABLE practices_{table} DROP CONSTRAINT practices_{table}_{column}_owned;\n" for table, column, _target in OWNED)
FOUND = """
CREATE FUNCTION public.practices_words(given jsonb) RETURNS text LANGUAGE sql STABLE AS $$
  SELECT left(string_agg(v #>> '{}', E'\\n'), 200000) FROM jsonb_path_query(given, 'strict $.**') v WHERE jsonb_typeof(v) = 'string'
$$;
CREATE FUNCTION public.practices_index(wanted bigint) RETURNS void LANGUAGE sql AS $$
  INSERT INTO cases_searchrow AS s (institution_id, kind, ref, page, title, body, at, tokens)
  SELECT p.institution_id, 'practice', p.id, 0, p.title, coalesce(public.practices_words(r.values), ''), coalesce(p.registered_at, p.created_at),
         CASE WHEN p.public THEN ARRAY[0]::bigint[] ELSE ARRAY[p.unit_id * 4, -p.owner_id]::bigint[] END
           || public.month_token(coalesce(p.registered_at, p.created_at))
  FROM practices_practice p JOIN LATERAL (
    SELECT r.values FROM practices_practicerevision r
    WHERE r.practice_id = p.id AND (NOT p.public OR r.id = p.current_id) ORDER BY r.number DESC LIMIT 1) r ON true
  WHERE p.id = wanted
  ON CONFLICT (kind, ref, page) DO UPDATE SET title = excluded.title, body = excluded.body, at = excluded.at, tokens = excluded.tokens
$$;
CREATE FUNCTION public.practices_follow() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN PERFORM public.practices_index(NEW.id); RETURN NULL; END $$;
CREATE TRIGGER practices_follow AFTER UPDATE OF updated_at, title, public, current_id, unit_id, owner_id, registered_at ON practices_practice
  FOR EACH ROW EXECUTE FUNCTION public.practices_follow();
CREATE TRIGGER practices_forget AFTER DELETE ON practices_practice FOR EACH ROW EXECUTE FUNCTION public.cases_forget_thing('practice');
CREATE INDEX practices_search ON cases_searchrow USING gin (vector) WHERE kind = 'practice';
"""
UNFOUND = """
DROP INDEX practices_search; DROP TRIGGER practices_forget ON practices_practice; DROP FUNCTION public.practices_follow() CASCADE;
DROP FUNCTION public.practices_index(bigint); DROP FUNCTION public.practices_words(jsonb);
DELETE FROM cases_searchrow WHERE kind = 'practice';
"""
ROLES = (("practice_owner", "Responsable de buenas prácticas", ["cases.read", "practices.write", "cases.export"]),
         ("practice_reviewer", "Revisión de buenas prácticas", ["practices.review"]),
         ("practice_evaluator", "Evaluación de buenas prácticas", ["practices.evaluate"]),
         ("practice_registrar", "Registro de buenas prácticas", ["practices.review", "practices.registry"]))


def add_roles(apps: Any, _editor: Any) -> None:
    """Institutions that were there before the module get its roles; heads of unit may document practices."""
    role, institution = apps.get_model("orgs", "Role"), apps.get_model("orgs", "Institution")
    role.objects.bulk_create([role(institution=i, slug=slug, name=name, capabilities=held) for i in institution.objects.all()
                              for slug, name, held in ROLES], ignore_conflicts=True)
    for head in role.objects.filter(slug="head").exclude(capabilities__contains=["practices.write"]):
        head.capabilities = [*head.capabilities, "practices.write"]
        head.save(update_fields=["capabilities"])


class Migration(migrations.Migration):
    dependencies = [("practices", "0001_initial"), ("cases", "0009_lean_opening"), ("orgs", "0003_name_search")]
    operations = [
        migrations.RunSQL(FIXED, "DROP FUNCTION public.practices_revision_fixed() CASCADE;"),
        migrations.RunSQL(OWNERS, UNOWNERS),
        migrations.RunSQL(FOUND, UNFOUND),
        migrations.RunPython(add_roles, migrations.RunPython.noop),
    ]

"""A published version of an article never changes; articles are found by exactly those who may read them."""
from django.db import migrations

FIXED = """
CREATE FUNCTION public.servicedesk_article_fixed() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF OLD.state IN ('published', 'retired') AND (TG_OP = 'DELETE' OR NEW.state NOT IN ('published', 'retired')
     OR to_jsonb(NEW) - 'state' <> to_jsonb(OLD) - 'state') THEN
    RAISE EXCEPTION 'una versión publicada de un artículo no cambia' USING ERRCODE = '23514', CONSTRAINT = 'servicedesk_article_fixed';
  END IF;
  RETURN CASE WHEN TG_OP = 'DELETE' THEN OLD ELSE NEW END;
END $$;
CREATE TRIGGER servicedesk_article_fixed BEFORE UPDATE OR DELETE ON servicedesk_articleversion
  FOR EACH ROW EXECUTE FUNCTION public.servicedesk_article_fixed();
ALTER TABLE servicedesk_article ADD CONSTRAINT servicedesk_article_owner_owned FOREIGN KEY (institution_id, owner_id)
  REFERENCES orgs_person (institution_id, id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE servicedesk_helpoffer ADD CONSTRAINT servicedesk_help_person_owned FOREIGN KEY (institution_id, person_id)
  REFERENCES orgs_person (institution_id, id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE servicedesk_tickethint ADD CONSTRAINT servicedesk_hint_case_owned FOREIGN KEY (institution_id, case_id)
  REFERENCES cases_case (institution_id, id) DEFERRABLE INITIALLY DEFERRED;
"""
UNFIXED = """
ALTER TABLE servicedesk_tickethint DROP CONSTRAINT servicedesk_hint_case_owned;
ALTER TABLE servicedesk_helpoffer DROP CONSTRAINT servicedesk_help_person_owned;
ALTER TABLE servicedesk_article DROP CONSTRAINT servicedesk_article_owner_owned;
DROP FUNCTION public.servicedesk_article_fixed() CASCADE;
"""
FOUND = """
CREATE FUNCTION public.servicedesk_article_tokens(owner bigint, audience text) RETURNS bigint[] LANGUAGE sql STABLE AS $$
  SELECT CASE WHEN audience = 'everybody' THEN ARRAY[0]::bigint[] ELSE ARRAY(
    SELECT t.unit_id * 4 FROM servicedesk_team t WHERE t.institution_id = owner AND t.active
    UNION SELECT -m.person_id FROM servicedesk_membership m JOIN servicedesk_team t ON t.id = m.team_id
      WHERE t.institution_id = owner AND t.active
    UNION SELECT -l.person_id FROM servicedesk_liaison l
      WHERE audience = 'liaisons' AND l.institution_id = owner AND l.state = 'active'
    ORDER BY 1) END
$$;
CREATE FUNCTION public.servicedesk_index_article(wanted bigint) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
  DELETE FROM cases_searchrow s WHERE s.kind = 'article' AND s.ref = wanted
    AND NOT EXISTS (SELECT 1 FROM servicedesk_article a WHERE a.id = wanted AND a.current_id IS NOT NULL);
  INSERT INTO cases_searchrow AS s (institution_id, kind, ref, page, title, body, at, tokens)
  SELECT a.institution_id, 'article', a.id, 0, v.title,
         regexp_replace(concat_ws(E'\\n', nullif(v.summary, ''), v.body, nullif(v.words, '')), '[*_#`>|]+', ' ', 'g'), v.published_at,
         public.servicedesk_article_tokens(a.institution_id, a.audience) || public.month_token(v.published_at)
  FROM servicedesk_article a JOIN servicedesk_articleversion v ON v.id = a.current_id WHERE a.id = wanted
  ON CONFLICT (kind, ref, page) DO UPDATE SET title = excluded.title, body = excluded.body, at = excluded.at, tokens = excluded.tokens;
END $$;
CREATE FUNCTION public.servicedesk_follow_article() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN PERFORM public.servicedesk_index_article(NEW.id); RETURN NULL; END $$;
CREATE FUNCTION public.servicedesk_article_readers(owner bigint) RETURNS void LANGUAGE sql AS $$
  UPDATE cases_searchrow s SET tokens = public.servicedesk_article_tokens(a.institution_id, a.audience) || public.month_token(s.at)
  FROM servicedesk_article a
  WHERE s.kind = 'article' AND s.ref = a.id AND s.page = 0 AND a.institution_id = owner AND a.audience <> 'everybody'
    AND s.tokens <> public.servicedesk_article_tokens(a.institution_id, a.audience) || public.month_token(s.at)
$$;
CREATE FUNCTION public.servicedesk_follow_readers() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN PERFORM public.servicedesk_article_readers((CASE WHEN TG_OP = 'DELETE' THEN OLD ELSE NEW END).institution_id); RETURN NULL; END $$;
CREATE FUNCTION public.servicedesk_follow_members() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  PERFORM public.servicedesk_article_readers(t.institution_id) FROM servicedesk_team t
    WHERE t.id = (CASE WHEN TG_OP = 'DELETE' THEN OLD ELSE NEW END).team_id;
  RETURN NULL;
END $$;
CREATE TRIGGER servicedesk_follow_article AFTER INSERT OR UPDATE OF current_id, audience ON servicedesk_article
  FOR EACH ROW EXECUTE FUNCTION public.servicedesk_follow_article();
CREATE TRIGGER servicedesk_forget_article AFTER DELETE ON servicedesk_article
  FOR EACH ROW EXECUTE FUNCTION public.cases_forget_thing('article');
CREATE TRIGGER servicedesk_follow_team AFTER INSERT OR UPDATE OF active, unit_id OR DELETE ON servicedesk_team
  FOR EACH ROW EXECUTE FUNCTION public.servicedesk_follow_readers();
CREATE TRIGGER servicedesk_follow_liaison AFTER INSERT OR UPDATE OF state, person_id OR DELETE ON servicedesk_liaison
  FOR EACH ROW EXECUTE FUNCTION public.servicedesk_follow_readers();
CREATE TRIGGER servicedesk_follow_members AFTER INSERT OR UPDATE OR DELETE ON servicedesk_membership
  FOR EACH ROW EXECUTE FUNCTION public.servicedesk_follow_members();
"""
UNFOUND = """
DROP FUNCTION public.servicedesk_follow_members() CASCADE; DROP FUNCTION public.servicedesk_follow_readers() CASCADE;
DROP TRIGGER servicedesk_forget_article ON servicedesk_article; DROP FUNCTION public.servicedesk_follow_article() CASCADE;
DROP FUNCTION public.servicedesk_article_readers(bigint); DROP FUNCTION public.servicedesk_index_article(bigint);
DROP FUNCTION public.servicedesk_article_tokens(bigint, text);
DELETE FROM cases_searchrow WHERE kind = 'article';
"""


class Migration(migrations.Migration):
    dependencies = [("servicedesk", "0004_imports"), ("cases", "0009_lean_opening")]
    operations = [migrations.RunSQL(FIXED, UNFIXED), migrations.RunSQL(FOUND, UNFOUND)]

"""Counts of the registry are kept by triggers; registered is public, so they are the same for everybody."""
from django.db import migrations, models
from django.db.models import Q

REGISTERED = "p.state = 'registered'"
SAID = """
SELECT s.what, s.value, {sign} AS n FROM {rows} p CROSS JOIN LATERAL (
  VALUES ('registered', '', true), ('with_evidence', '', p.with_evidence), ('measured', '', p.measured), ('dated', '', p.measured_at IS NOT NULL),
         ('transferable', '', p.transferable), ('recognised', '', p.recognised), ('transfers', '', p.transfers > 0),
         ('agency', p.agency, p.agency <> ''), ('year', p.start_year::text, p.start_year IS NOT NULL)
  UNION ALL SELECT DISTINCT 'category', c, true FROM unnest(p.category) AS c
) AS s (what, value, holds) WHERE p.state = 'registered' AND s.holds"""
SUMMED = "SELECT t.what, t.value, sum(t.n)::int AS n FROM ({parts}) AS t GROUP BY t.what, t.value HAVING sum(t.n) <> 0"


def summed(*parts: tuple[str, int]) -> str:
    return SUMMED.format(parts=" UNION ALL ".join(SAID.format(rows=rows, sign=sign) for rows, sign in parts))


ADD = "INSERT INTO public.practices_tally (what, value, n) "
MADE = f"""
CREATE FUNCTION public.practices_tally_afresh() RETURNS TABLE (what text, value text, n int) LANGUAGE sql STABLE AS $$
{summed(("public.practices_practice", 1))}
$$;
CREATE FUNCTION public.practices_tally_follow() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF TG_OP = 'INSERT' THEN
    {ADD}{summed(("new_rows", 1))};
  ELSIF TG_OP = 'DELETE' THEN
    {ADD}{summed(("old_rows", -1))};
  ELSIF TG_OP = 'TRUNCATE' THEN
    DELETE FROM public.practices_tally;
  ELSIF EXISTS (SELECT FROM new_rows p WHERE {REGISTERED}) OR EXISTS (SELECT FROM old_rows p WHERE {REGISTERED}) THEN
    {ADD}{summed(("new_rows", 1), ("old_rows", -1))};
  END IF;
  RETURN NULL;
END $$;
CREATE TRIGGER practices_tally_insert AFTER INSERT ON practices_practice REFERENCING NEW TABLE AS new_rows
  FOR EACH STATEMENT EXECUTE FUNCTION public.practices_tally_follow();
CREATE TRIGGER practices_tally_update AFTER UPDATE ON practices_practice REFERENCING NEW TABLE AS new_rows OLD TABLE AS old_rows
  FOR EACH STATEMENT EXECUTE FUNCTION public.practices_tally_follow();
CREATE TRIGGER practices_tally_delete AFTER DELETE ON practices_practice REFERENCING OLD TABLE AS old_rows
  FOR EACH STATEMENT EXECUTE FUNCTION public.practices_tally_follow();
CREATE TRIGGER practices_tally_truncate AFTER TRUNCATE ON practices_practice
  FOR EACH STATEMENT EXECUTE FUNCTION public.practices_tally_follow();
{ADD}SELECT what, value, n FROM public.practices_tally_afresh();
"""
UNMADE = "DROP FUNCTION public.practices_tally_follow() CASCADE; DROP FUNCTION public.practices_tally_afresh();"


class Migration(migrations.Migration):
    dependencies = [("practices", "0013_norms_that_correct_known_ones")]
    operations = [
        migrations.AddConstraint("practice", models.CheckConstraint(condition=~Q(state="registered") | Q(public=True),
                                                                    name="practices_practice_registered")),
        migrations.AddIndex("practice", models.Index(fields=["measured_at"], name="practices_practice_dated",
                                                     condition=Q(state="registered", measured_at__isnull=False))),
        migrations.AddIndex("practice", models.Index(fields=["basis_until"], name="practices_practice_ends",
                                                     condition=Q(state="registered", basis_until__isnull=False))),
        migrations.CreateModel(name="Tally", fields=[
            ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
            ("what", models.CharField(max_length=20)), ("value", models.CharField(blank=True, max_length=200)), ("n", models.IntegerField())],
            options={"constraints": [models.CheckConstraint(condition=~Q(n=0), name="practices_tally_counts")]}),
        migrations.RunSQL(MADE, UNMADE),
    ]

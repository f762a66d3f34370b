"""Own words for states and steps; every change of them is noted in the institution's row, which each request reads.

The statement that locks the institution comes first, so that the next one sees what whoever held it before has written.
"""
import django.db.models.deletion
from django.db import migrations, models
from django.db.models import Q

LABEL = r"^[^[:space:]<>[:cntrl:]]([^<>[:cntrl:]]*[^[:space:]<>[:cntrl:]])?$"
NOTED = """
CREATE FUNCTION public.cases_words_changed() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  PERFORM 1 FROM public.orgs_institution i WHERE i.id IN (SELECT c.institution_id FROM changed c) ORDER BY i.id FOR NO KEY UPDATE;
  UPDATE public.orgs_institution i SET policy = CASE
    WHEN EXISTS (SELECT 1 FROM public.cases_flowword w WHERE w.institution_id = i.id)
    THEN jsonb_set(i.policy, '{words}', to_jsonb(clock_timestamp()::text)) ELSE i.policy - 'words' END
  WHERE i.id IN (SELECT c.institution_id FROM changed c);
  RETURN NULL;
END $$;
CREATE TRIGGER cases_flowword_added AFTER INSERT ON public.cases_flowword
  REFERENCING NEW TABLE AS changed FOR EACH STATEMENT EXECUTE FUNCTION public.cases_words_changed();
CREATE TRIGGER cases_flowword_edited AFTER UPDATE ON public.cases_flowword
  REFERENCING NEW TABLE AS changed FOR EACH STATEMENT EXECUTE FUNCTION public.cases_words_changed();
CREATE TRIGGER cases_flowword_removed AFTER DELETE ON public.cases_flowword
  REFERENCING OLD TABLE AS changed FOR EACH STATEMENT EXECUTE FUNCTION public.cases_words_changed();
"""
GONE = "DROP FUNCTION public.cases_words_changed() CASCADE; UPDATE public.orgs_institution SET policy = policy - 'words';"


class Migration(migrations.Migration):
    dependencies = [("cases", "0011_judged_above"), ("orgs", "0003_name_search")]
    operations = [
        migrations.CreateModel("FlowWord", [
            ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
            ("flow", models.CharField(max_length=24, verbose_name="flujo")),
            ("kind", models.CharField(choices=[("state", "Estado"), ("step", "Paso")], max_length=5, verbose_name="qué es")),
            ("code", models.CharField(max_length=24, verbose_name="código")),
            ("label", models.CharField(max_length=60, verbose_name="palabra propia")),
            ("institution", models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name="+",
                                              to="orgs.institution")),
        ], {"constraints": [
            models.UniqueConstraint(fields=("institution", "flow", "kind", "code"), name="cases_flowword_once"),
            models.CheckConstraint(condition=Q(("kind__in", ["state", "step"])), name="cases_flowword_kind"),
            models.CheckConstraint(condition=Q(("label__regex", LABEL)), name="cases_flowword_label")]}),
        migrations.RunSQL(NOTED, GONE),
    ]

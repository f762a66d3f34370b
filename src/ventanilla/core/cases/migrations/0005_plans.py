"""`cases_refresh` keeps its plans: planning its unions anew for every call took ten times what they take to run."""
from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("cases", "0004_directory")]
    operations = [migrations.RunSQL(
        "ALTER FUNCTION public.cases_refresh(bigint[]) SET plan_cache_mode = force_generic_plan",
        "ALTER FUNCTION public.cases_refresh(bigint[]) RESET plan_cache_mode")]

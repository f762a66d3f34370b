"""Names of units are found by trigrams through an index."""
from django.db import migrations

SQL = "CREATE INDEX orgs_unit_tri ON orgs_unit USING gin (public.tri(name));"


class Migration(migrations.Migration):
    dependencies = [("orgs", "0002_rules")]
    operations = [migrations.RunSQL(SQL, "DROP INDEX orgs_unit_tri;")]

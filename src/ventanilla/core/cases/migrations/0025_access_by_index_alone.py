"""The table that was written anew is swept and counted, so that its indexes answer alone from the first list on."""
from django.db import migrations


class Migration(migrations.Migration):
    atomic = False
    dependencies = [("cases", "0024_access_by_kind")]
    operations = [migrations.RunSQL("VACUUM (ANALYZE) cases_access", migrations.RunSQL.noop)]

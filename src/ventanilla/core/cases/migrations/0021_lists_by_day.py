"""Lists of cases sorted by reception and by due day, both ways, are answered by indexes; made without stopping those who write."""
from django.contrib.postgres.operations import AddIndexConcurrently
from django.db import migrations, models


class Migration(migrations.Migration):
    atomic = False
    dependencies = [("cases", "0020_files_by_day")]
    operations = [
        AddIndexConcurrently("case", models.Index(fields=["institution", "received_at", "id"], name="cases_case_received")),
        AddIndexConcurrently("case", models.Index(fields=["institution", "due_at", "id"], name="cases_case_by_due")),
    ]

"""The list of files goes by the moment in which they were added; made without stopping those who write."""
from django.contrib.postgres.operations import AddIndexConcurrently
from django.db import migrations, models


class Migration(migrations.Migration):
    atomic = False
    dependencies = [("cases", "0019_said_in_one_call")]
    operations = [AddIndexConcurrently("attachment", models.Index(fields=["at", "id"], name="cases_attachment_at"))]

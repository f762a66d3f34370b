"""Open turns, few among many, are found by an index of their own; made without stopping those who write."""
from django.contrib.postgres.operations import AddIndexConcurrently
from django.db import migrations, models


class Migration(migrations.Migration):
    atomic = False
    dependencies = [("cases", "0028_replaced_once")]
    operations = [
        AddIndexConcurrently("turn", models.Index(
            fields=["institution", "id"], include=["case", "purpose", "due_at", "amber_at"], condition=models.Q(closed_at=None), name="cases_turn_open")),
    ]

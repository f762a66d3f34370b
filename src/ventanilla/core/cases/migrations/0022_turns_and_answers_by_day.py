"""Lists of turns by sending and due day, and of answers by day, both ways, are answered by indexes; made without stopping those who write."""
from django.contrib.postgres.operations import AddIndexConcurrently
from django.db import migrations, models


class Migration(migrations.Migration):
    atomic = False
    dependencies = [("cases", "0021_lists_by_day")]
    operations = [
        AddIndexConcurrently("turn", models.Index(fields=["institution", "sent_at", "id"], name="cases_turn_sent")),
        AddIndexConcurrently("turn", models.Index(fields=["institution", "due_at", "id"], name="cases_turn_by_due")),
        AddIndexConcurrently("answer", models.Index(fields=["at", "id"], name="cases_answer_at")),
    ]

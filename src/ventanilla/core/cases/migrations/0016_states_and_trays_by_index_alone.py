"""A list of one state, and the tray of a team, are answered by indexes alone; made without stopping those who write."""
from django.contrib.postgres.operations import AddIndexConcurrently, RemoveIndexConcurrently
from django.db import migrations, models


class Migration(migrations.Migration):
    atomic = False
    dependencies = [("cases", "0015_words_of_a_list")]
    operations = [
        AddIndexConcurrently("case", models.Index(
            fields=["institution", "state", "id"], include=["kind"], name="cases_case_in_state")),
        AddIndexConcurrently("tray", models.Index(
            fields=["token", "tab", "order_at", "id"], include=["case", "side"], name="cases_tray_waiting")),
        RemoveIndexConcurrently("tray", "cases_tray_inbox"),
    ]

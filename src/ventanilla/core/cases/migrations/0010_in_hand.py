"""How many open cases somebody has in hand is counted in an index: sharing out tickets asks for it of everybody of a team."""
from django.contrib.postgres.operations import AddIndexConcurrently
from django.db import migrations, models
from django.db.models import Q


class Migration(migrations.Migration):
    atomic = False
    dependencies = [("cases", "0009_lean_opening")]
    operations = [
        AddIndexConcurrently("case", models.Index(
            fields=["assignee"], condition=Q(closed_at=None, assignee__isnull=False), name="cases_case_in_hand")),
    ]

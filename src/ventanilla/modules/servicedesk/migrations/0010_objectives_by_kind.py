"""An objective may name a kind of ticket: other processes have another pace."""
from django.db import migrations, models
from django.db.models import Q

KINDS = ["", "request", "incident", "problem", "known_error", "change", "simple_change", "emergency_change"]


class Migration(migrations.Migration):
    dependencies = [("servicedesk", "0007_ticket_items_rules")]
    operations = [
        migrations.AddField("objective", "kind", models.CharField("tipo de ticket", max_length=24, blank=True, default="", db_default="")),
        migrations.AlterModelOptions("objective", {"ordering": ["metric", "kind", "priority"]}),
        migrations.RemoveConstraint("objective", "servicedesk_objective_once"),
        migrations.AddConstraint("objective", models.UniqueConstraint(
            fields=["level", "metric", "kind", "priority", "team"], nulls_distinct=False, name="servicedesk_objective_once")),
        migrations.AddConstraint("objective", models.CheckConstraint(condition=Q(kind__in=KINDS), name="servicedesk_objective_kind")),
    ]

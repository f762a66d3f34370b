"""Event logs of other systems: the file, and each of its events, which never changes."""
import django.contrib.postgres.fields
import django.db.models.deletion
from django.db import migrations, models

FIXED = """
CREATE TRIGGER servicedesk_event_fixed BEFORE UPDATE ON servicedesk_importedevent
  FOR EACH ROW EXECUTE FUNCTION public.audit_refuse();
"""


class Migration(migrations.Migration):
    dependencies = [("cases", "0012_lean_opening"), ("orgs", "0004_logo"), ("servicedesk", "0022_cmdb_undo")]
    operations = [
        migrations.CreateModel(
            name="ImportedLog",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("system", models.CharField(max_length=40, verbose_name="sistema de origen")),
                ("source", models.CharField(max_length=300, verbose_name="archivo")),
                ("digest", models.CharField(max_length=64)),
                ("columns", django.contrib.postgres.fields.ArrayField(base_field=models.TextField(), size=None)),
                ("counts", models.JSONField(default=dict)),
                ("problems", models.JSONField(default=list)),
                ("at", models.DateTimeField()),
                ("institution", models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name="+",
                                                  to="orgs.institution")),
            ],
        ),
        migrations.CreateModel(
            name="ImportedEvent",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("sequence", models.PositiveIntegerField()),
                ("line", models.PositiveIntegerField()),
                ("at", models.DateTimeField(null=True)),
                ("state", models.CharField(max_length=60)),
                ("flags", django.contrib.postgres.fields.ArrayField(base_field=models.CharField(max_length=24), default=list, size=None)),
                ("values", django.contrib.postgres.fields.ArrayField(base_field=models.TextField(), size=None)),
                ("case", models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name="imported_events",
                                           to="cases.case")),
                ("log", models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name="events",
                                          to="servicedesk.importedlog")),
            ],
            options={"ordering": ["case", "sequence"]},
        ),
        migrations.AddConstraint("importedlog", models.UniqueConstraint(fields=("institution", "system", "digest"),
                                                                        name="servicedesk_log_once")),
        migrations.AddConstraint("importedevent", models.UniqueConstraint(fields=("case", "sequence"), name="servicedesk_event_once")),
        migrations.AddConstraint("importedevent", models.CheckConstraint(condition=models.Q(("sequence__gte", 1)),
                                                                         name="servicedesk_event_from_one")),
        migrations.RunSQL(FIXED, "DROP TRIGGER servicedesk_event_fixed ON servicedesk_importedevent;"),
    ]

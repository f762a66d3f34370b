"""A file may bring several forms: which one an import is, and those that wait for somebody's decision."""
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("practices", "0014_registry_tally")]
    operations = [
        migrations.AddField("practiceimport", "part", models.PositiveSmallIntegerField(default=1)),
        migrations.AddField("practiceimport", "others", models.JSONField(default=list)),
        migrations.AddConstraint("practiceimport", models.CheckConstraint(condition=models.Q(part__gte=1), name="practices_import_part")),
    ]

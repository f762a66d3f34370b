"""Evaluations keep their own answers until the ruling: a response without a case is read by whoever measures, so it is not blind."""
import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("practices", "0021_life_rules"), ("practices", "0003_revisions_are_found"), ("questionnaires", "0002_rules")]
    operations = [
        migrations.AddField("evaluation", "values", models.JSONField(default=dict)),
        migrations.AddField("evaluation", "score", models.DecimalField(decimal_places=4, max_digits=7, null=True)),
        migrations.AlterField("evaluation", "response", models.OneToOneField(
            null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="questionnaires.response")),
    ]

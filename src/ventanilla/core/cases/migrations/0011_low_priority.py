"""A fourth priority, below the ordinary one."""
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("cases", "0010_parties")]
    operations = [
        migrations.AlterField("case", "priority", models.SmallIntegerField(
            choices=[(1, "Urgente"), (2, "Alta"), (3, "Ordinaria"), (4, "Baja")], default=3)),
    ]

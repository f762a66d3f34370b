"""The logo of an institution."""
import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("orgs", "0003_name_search")]
    operations = [
        migrations.CreateModel(
            name="InstitutionLogo",
            fields=[
                ("institution", models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, primary_key=True,
                                                     related_name="+", serialize=False, to="orgs.institution")),
                ("png", models.BinaryField()),
                ("digest", models.CharField(max_length=12)),
            ],
        ),
    ]

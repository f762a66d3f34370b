"""A call says what it asks for beside its text."""
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("practices", "0015_several_forms_in_a_file")]
    operations = [migrations.AddField("campaign", "requirements", models.TextField("requisitos", blank=True))]

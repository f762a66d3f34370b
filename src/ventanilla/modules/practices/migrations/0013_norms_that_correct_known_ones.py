"""A norm of an institution says which one of the program it confirms or corrects, also when the day of publication was the wrong one."""
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("practices", "0012_forms_that_wait_for_recognition")]
    operations = [migrations.AddField("norm", "corrects", models.DateField(blank=True, null=True))]

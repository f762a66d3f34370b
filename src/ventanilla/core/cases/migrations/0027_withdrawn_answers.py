"""What became of an answer: also that the unit withdrew it."""
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("cases", "0026_refresh_waits")]
    operations = [migrations.AlterField("answer", "verdict", models.CharField(
        blank=True, choices=[("accepted", "Aceptada"), ("sent_back", "Devuelta"), ("withdrawn", "Retirada")], max_length=10))]

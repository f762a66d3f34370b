"""Who reads an article is part of what another person looks at before it is published."""
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("servicedesk", "0030_mail")]
    operations = [
        migrations.AddField("articleversion", "audience", models.CharField(
            choices=[("everybody", "Todo el personal"), ("liaisons", "Enlaces y mesa de servicio"), ("desk", "Sólo la mesa de servicio")],
            default="everybody", max_length=10)),
    ]

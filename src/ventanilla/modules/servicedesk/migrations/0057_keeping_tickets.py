"""How many years a service obliges to keep its closed tickets, and by which rule."""
from django.db import migrations, models
from django.db.models import Q


class Migration(migrations.Migration):
    dependencies = [("servicedesk", "0056_major_messages")]
    operations = [
        migrations.AddField("service", "keep_years", models.PositiveSmallIntegerField(
            "años de conservación de sus tickets", null=True, blank=True)),
        migrations.AddField("service", "keep_source", models.CharField("fundamento de la conservación", max_length=300, blank=True,
                                                                       default=""), preserve_default=False),
        migrations.AddConstraint("service", models.CheckConstraint(
            condition=Q(keep_years=None) | Q(keep_years__gte=1) & ~Q(keep_source=""), name="servicedesk_service_kept")),
    ]

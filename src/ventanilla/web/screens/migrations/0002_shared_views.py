"""With whom a saved view is shared, and with which view a list opens."""
import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    """Empty columns of a small table."""

    dependencies = [
        ('orgs', '0002_rules'),
        ('screens', '0001_initial'),
    ]

    operations = [
        migrations.AddField(
            model_name='savedview',
            name='unit',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to='orgs.unit'),
        ),
        migrations.AddField(
            model_name='savedview',
            name='below',
            field=models.BooleanField(default=False),
        ),
        migrations.AddField(
            model_name='savedview',
            name='first',
            field=models.BigIntegerField(blank=True, null=True),
        ),
    ]

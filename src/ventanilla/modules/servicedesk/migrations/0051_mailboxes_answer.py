"""What the desk sends goes from its mailboxes: the name that is read, and whether their server takes addresses with a detail."""
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('servicedesk', '0050_team_former_units'),
    ]

    operations = [
        migrations.AddField(
            model_name='mailbox',
            name='name',
            field=models.CharField(blank=True, db_default='', default='', max_length=120, verbose_name='nombre que se lee'),
        ),
        migrations.AddField(
            model_name='mailbox',
            name='plus',
            field=models.BooleanField(db_default=False, default=False, verbose_name='acepta direcciones con +'),
        ),
    ]

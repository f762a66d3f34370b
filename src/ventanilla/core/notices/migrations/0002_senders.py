"""A mail may go from a mailbox that a module answers for, and says where an answer goes."""
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('notices', '0001_initial'),
        ('orgs', '0003_name_search'),
    ]

    operations = [
        migrations.AddField(
            model_name='mail',
            name='from_address',
            field=models.CharField(blank=True, db_default='', max_length=254),
        ),
        migrations.AddField(
            model_name='mail',
            name='from_name',
            field=models.CharField(blank=True, db_default='', max_length=120),
        ),
        migrations.AddField(
            model_name='mail',
            name='reply_to',
            field=models.CharField(blank=True, db_default='', max_length=320),
        ),
        migrations.AddConstraint(
            model_name='mail',
            constraint=models.CheckConstraint(condition=models.Q(('from_address', ''), models.Q(('reply_to', ''), _negated=True), _connector='OR'), name='notices_mail_answerable'),
        ),
    ]

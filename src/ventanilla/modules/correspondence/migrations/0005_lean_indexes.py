"""As in `cases` 0007: without the indexes of foreign keys by which nobody searches."""
import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('cases', '0007_lean_indexes'),
        ('correspondence', '0004_corrections'),
        ('orgs', '0003_name_search'),
    ]

    operations = [
        migrations.AlterField(
            model_name='correspondent',
            name='institution',
            field=models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='orgs.institution'),
        ),
        migrations.AlterField(
            model_name='letter',
            name='addressee_unit',
            field=models.ForeignKey(blank=True, db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='orgs.unit'),
        ),
        migrations.AlterField(
            model_name='letter',
            name='circular',
            field=models.ForeignKey(blank=True, db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='letters', to='correspondence.circular'),
        ),
        migrations.AlterField(
            model_name='letter',
            name='institution',
            field=models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='orgs.institution'),
        ),
        migrations.AlterField(
            model_name='letter',
            name='sender_unit',
            field=models.ForeignKey(blank=True, db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='orgs.unit'),
        ),
        migrations.AlterField(
            model_name='letter',
            name='template',
            field=models.ForeignKey(blank=True, db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='correspondence.lettertemplate'),
        ),
        migrations.AlterField(
            model_name='letter',
            name='type',
            field=models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='correspondence.lettertype', verbose_name='tipo de documento'),
        ),
        migrations.AddIndex(
            model_name='letter',
            index=models.Index(condition=models.Q(('circular__isnull', False)), fields=['circular'], name='letters_letter_circular'),
        ),
    ]

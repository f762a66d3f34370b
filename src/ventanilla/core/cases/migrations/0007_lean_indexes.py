"""Indexes that no query needs are gone: those of foreign keys that another index begins with, or by which nobody searches.

Nine indexes for each step of a history cost more than the step (a letter of the load leaves thirteen). Rows that these
keys refer to (institutions, units, people, catalogues, cases) are closed, never deleted, so nothing else reads them.
"""
import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('cases', '0006_phrases'),
        ('orgs', '0003_name_search'),
        ('workdays', '0002_rules'),
    ]

    operations = [
        migrations.RemoveIndex(
            model_name='move',
            name='cases_move_at',
        ),
        migrations.AlterField(
            model_name='answer',
            name='letter',
            field=models.ForeignKey(db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='cases.case'),
        ),
        migrations.AlterField(
            model_name='answer',
            name='person',
            field=models.ForeignKey(db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='orgs.person'),
        ),
        migrations.AlterField(
            model_name='answer',
            name='verdict_by',
            field=models.ForeignKey(db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='orgs.person'),
        ),
        migrations.AlterField(
            model_name='attachment',
            name='case',
            field=models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='attachments', to='cases.case'),
        ),
        migrations.AlterField(
            model_name='attachment',
            name='person',
            field=models.ForeignKey(db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='orgs.person'),
        ),
        migrations.AlterField(
            model_name='case',
            name='institution',
            field=models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='orgs.institution'),
        ),
        migrations.AlterField(
            model_name='case',
            name='registrar',
            field=models.ForeignKey(db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='orgs.person'),
        ),
        migrations.AlterField(
            model_name='case',
            name='series',
            field=models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='cases.folioseries'),
        ),
        migrations.AlterField(
            model_name='case',
            name='unit',
            field=models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='orgs.unit'),
        ),
        migrations.AlterField(
            model_name='caselink',
            name='case',
            field=models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='links', to='cases.case'),
        ),
        migrations.AlterField(
            model_name='clock',
            name='case',
            field=models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='clocks', to='cases.case'),
        ),
        migrations.AlterField(
            model_name='clock',
            name='version',
            field=models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='workdays.calendarversion'),
        ),
        migrations.AlterField(
            model_name='foliocounter',
            name='series',
            field=models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='counters', to='cases.folioseries'),
        ),
        migrations.AlterField(
            model_name='move',
            name='acting_for',
            field=models.ForeignKey(db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='orgs.person'),
        ),
        migrations.AlterField(
            model_name='move',
            name='actor',
            field=models.ForeignKey(db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='orgs.person'),
        ),
        migrations.AlterField(
            model_name='move',
            name='case',
            field=models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='moves', to='cases.case'),
        ),
        migrations.AlterField(
            model_name='move',
            name='institution',
            field=models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='orgs.institution'),
        ),
        migrations.AlterField(
            model_name='move',
            name='unit',
            field=models.ForeignKey(db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='orgs.unit'),
        ),
        migrations.AlterField(
            model_name='note',
            name='person',
            field=models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='orgs.person'),
        ),
        migrations.AlterField(
            model_name='turn',
            name='case',
            field=models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='turns', to='cases.case'),
        ),
        migrations.AlterField(
            model_name='turn',
            name='from_person',
            field=models.ForeignKey(db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='orgs.person'),
        ),
        migrations.AlterField(
            model_name='turn',
            name='from_unit',
            field=models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='orgs.unit'),
        ),
        migrations.AlterField(
            model_name='turn',
            name='institution',
            field=models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='orgs.institution'),
        ),
        migrations.AlterField(
            model_name='turn',
            name='instruction',
            field=models.ForeignKey(db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='cases.instruction'),
        ),
        migrations.AlterField(
            model_name='turn',
            name='parent',
            field=models.ForeignKey(db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='children', to='cases.turn'),
        ),
        migrations.AlterField(
            model_name='turn',
            name='person',
            field=models.ForeignKey(db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='orgs.person'),
        ),
        migrations.AlterField(
            model_name='turn',
            name='read_by',
            field=models.ForeignKey(db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='orgs.person'),
        ),
        migrations.AlterField(
            model_name='turn',
            name='unit',
            field=models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='orgs.unit'),
        ),
        migrations.AddIndex(
            model_name='answer',
            index=models.Index(condition=models.Q(('letter__isnull', False)), fields=['letter'], name='cases_answer_letter'),
        ),
        migrations.AddIndex(
            model_name='move',
            index=models.Index(condition=models.Q(('source', 'web')), fields=['unit', 'at'], name='cases_move_used'),
        ),
        migrations.AddIndex(
            model_name='turn',
            index=models.Index(condition=models.Q(('person__isnull', False)), fields=['person'], name='cases_turn_person'),
        ),
    ]

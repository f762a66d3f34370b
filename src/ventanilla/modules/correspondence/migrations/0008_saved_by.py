"""What saves a cost is a measure that exists, a share of the times; sheets and deliveries are measured.

A cost that named nothing known counted nothing: it keeps doing so, with a share of 0. So does what was said to be saved once per
journey: it was counted once per answer, and no answer says whether it would have meant one; its share has to be said.
"""
from decimal import Decimal

import pgtrigger.compiler
import pgtrigger.migrations
from django.db import migrations, models

from ventanilla.core.indicators.sql import measure_functions, measure_triggers, recount
from ventanilla.modules.correspondence.measures import DELIVERIES, SOURCES

NAMED = """
UPDATE correspondence_unitcost SET
  share = CASE WHEN per IN ('hoja', 'documento', 'entrega', 'turno', 'respuesta') THEN 1 ELSE 0 END,
  per = CASE per WHEN 'hoja' THEN 'letter_sheets' WHEN 'entrega' THEN 'deliveries' WHEN 'turno' THEN 'turns_sent'
    WHEN 'respuesta' THEN 'answers_sent' WHEN 'traslado' THEN 'answers_sent' ELSE 'letters' END;
SET CONSTRAINTS ALL IMMEDIATE;
"""
UNNAMED = """
UPDATE correspondence_unitcost SET per = CASE per WHEN 'letter_sheets' THEN 'hoja' WHEN 'deliveries' THEN 'entrega'
  WHEN 'turns_sent' THEN 'turno' WHEN 'answers_sent' THEN 'respuesta' ELSE 'documento' END;
SET CONSTRAINTS ALL IMMEDIATE;
"""
FOLLOWED = """
CREATE FUNCTION public.indicators_letters_changed() RETURNS trigger LANGUAGE plpgsql AS $indicators$
BEGIN
INSERT INTO public.indicator_delta (institution_id, unit_id, day, measure, part, amount)
SELECT c.institution_id, c.unit_id, public.indicators_day(c.institution_id, t.at), t.measure, t.part, t.amount
FROM public.cases_case c CROSS JOIN LATERAL (VALUES
  (c.received_at, 'letter_sheets', NEW.direction::text, NEW.sheets - OLD.sheets),
  (OLD.delivered_at, 'deliveries', 'email', CASE WHEN OLD.delivery_means = 'email' THEN -1 ELSE 0 END),
  (NEW.delivered_at, 'deliveries', 'email', CASE WHEN NEW.delivery_means = 'email' THEN 1 ELSE 0 END)) AS t (at, measure, part, amount)
WHERE c.id = NEW.case_id AND c.state <> 'cancelled' AND t.at IS NOT NULL AND t.amount <> 0;
RETURN NULL;
END $indicators$;
CREATE TRIGGER indicators_letters_changed AFTER UPDATE OF sheets, delivered_at, delivery_means ON correspondence_letter
  FOR EACH ROW WHEN ((OLD.sheets, OLD.delivered_at, OLD.delivery_means) IS DISTINCT FROM (NEW.sheets, NEW.delivered_at, NEW.delivery_means))
  EXECUTE FUNCTION public.indicators_letters_changed();
"""
NEW = [s for s in (*SOURCES, *DELIVERIES) if s.main and s.measure in ("letter_sheets", "deliveries")]
COUNTED = "\n".join(f"""
INSERT INTO public.indicator_delta (institution_id, unit_id, day, measure, part, amount) {recount(source)};""" for source in NEW)
"""What stands already, counted once; the triggers made just before hold back whoever writes until this commits."""
LOCKED = "LOCK TABLE cases_case, correspondence_letter, cases_turn, cases_answer IN SHARE ROW EXCLUSIVE MODE;\n"
FORGOTTEN = "\n".join(f"DELETE FROM {table} WHERE measure IN ('letter_sheets', 'deliveries');"
                      for table in ("indicator_delta", "indicator_base", "indicator_month"))


class Migration(migrations.Migration):

    dependencies = [
        ('correspondence', '0007_batches_to_split'),
        ('orgs', '0003_name_search'),
        ('indicators', '0002_guard'),
        ('cases', '0010_in_hand'),
    ]

    operations = [
        pgtrigger.migrations.RemoveTrigger(
            model_name='unitcost',
            name='insert_insert',
        ),
        pgtrigger.migrations.RemoveTrigger(
            model_name='unitcost',
            name='update_update',
        ),
        migrations.AddField(
            model_name='unitcost',
            name='share',
            field=models.DecimalField(decimal_places=4, default=Decimal("1"), max_digits=5, verbose_name='proporción de veces que se ahorra'),
        ),
        migrations.AddField(
            model_name='unitcostevent',
            name='share',
            field=models.DecimalField(decimal_places=4, default=Decimal("1"), max_digits=5, verbose_name='proporción de veces que se ahorra'),
        ),
        migrations.AlterField(
            model_name='unitcost',
            name='per',
            field=models.CharField(choices=[('letter_sheets', 'Hoja de un documento registrado'), ('letters', 'Documento registrado'), ('deliveries', 'Entrega sin mensajero (turno o respuesta a otra unidad, oficio por correo)'), ('turns_sent', 'Turno enviado'), ('answers_sent', 'Respuesta enviada')], max_length=40, verbose_name='se ahorra por cada'),
        ),
        migrations.AlterField(
            model_name='unitcostevent',
            name='per',
            field=models.CharField(choices=[('letter_sheets', 'Hoja de un documento registrado'), ('letters', 'Documento registrado'), ('deliveries', 'Entrega sin mensajero (turno o respuesta a otra unidad, oficio por correo)'), ('turns_sent', 'Turno enviado'), ('answers_sent', 'Respuesta enviada')], max_length=40, verbose_name='se ahorra por cada'),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='unitcost',
            trigger=pgtrigger.compiler.Trigger(name='insert_insert', sql=pgtrigger.compiler.UpsertTriggerSql(func='INSERT INTO "correspondence_unitcostevent" ("amount", "id", "institution_id", "label", "per", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "share", "slug", "source", "valid_from") VALUES (NEW."amount", NEW."id", NEW."institution_id", NEW."label", NEW."per", _pgh_attach_context(), NOW(), \'insert\', NEW."id", NEW."share", NEW."slug", NEW."source", NEW."valid_from"); RETURN NULL;', hash='81ad4955de1d074b52ae3436c1d5e6680e49cdac', operation='INSERT', pgid='pgtrigger_insert_insert_7f2e5', table='correspondence_unitcost', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='unitcost',
            trigger=pgtrigger.compiler.Trigger(name='update_update', sql=pgtrigger.compiler.UpsertTriggerSql(condition='WHEN (OLD.* IS DISTINCT FROM NEW.*)', func='INSERT INTO "correspondence_unitcostevent" ("amount", "id", "institution_id", "label", "per", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "share", "slug", "source", "valid_from") VALUES (NEW."amount", NEW."id", NEW."institution_id", NEW."label", NEW."per", _pgh_attach_context(), NOW(), \'update\', NEW."id", NEW."share", NEW."slug", NEW."source", NEW."valid_from"); RETURN NULL;', hash='31f112bb707f4333fbcec837d000d9af2bb34a57', operation='UPDATE', pgid='pgtrigger_update_update_3fba0', table='correspondence_unitcost', when='AFTER')),
        ),
        migrations.RunSQL(NAMED, UNNAMED),
        migrations.AddConstraint(
            model_name='unitcost',
            constraint=models.CheckConstraint(condition=models.Q(('per__in', ['letter_sheets', 'letters', 'deliveries', 'turns_sent', 'answers_sent'])), name='letters_cost_measure', violation_error_message='Elija qué medida lo ahorra.'),
        ),
        migrations.AddConstraint(
            model_name='unitcost',
            constraint=models.CheckConstraint(condition=models.Q(('share__gte', 0), ('share__lte', 1)), name='letters_cost_share', violation_error_message='La proporción va de 0 (nunca) a 1 (siempre).'),
        ),
        migrations.RunSQL(LOCKED + measure_functions("letters", SOURCES), measure_functions("letters", SOURCES[:4])),
        migrations.RunSQL(*measure_triggers("deliveries", DELIVERIES)),
        migrations.RunSQL(FOLLOWED, "DROP FUNCTION public.indicators_letters_changed() CASCADE;"),
        migrations.RunSQL(COUNTED, FORGOTTEN),
    ]

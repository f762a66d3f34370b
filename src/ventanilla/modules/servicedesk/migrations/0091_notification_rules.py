"""Rules of notification by event, with their words per service."""
import django.contrib.postgres.fields
import django.db.models.deletion
from django.db import migrations, models
from django.db.models import Q

PLAIN = {"on_delete": django.db.models.deletion.PROTECT, "related_name": "+", "db_index": False}


class Migration(migrations.Migration):
    dependencies = [("servicedesk", "0090_merging"), ("orgs", "0004_logo")]
    operations = [
        migrations.CreateModel("NotificationRule", [
            ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
            ("name", models.CharField(max_length=120, verbose_name="nombre")),
            ("event", models.CharField(max_length=24, verbose_name="cuándo")),
            ("condition", models.JSONField(blank=True, default=dict)),
            ("recipients", django.contrib.postgres.fields.ArrayField(base_field=models.CharField(max_length=16), blank=True, default=list,
                                                                     size=None)),
            ("channel", models.CharField(default="usual", max_length=6, verbose_name="cómo", choices=[
                ("usual", "Aviso; el correo, como cada persona lo eligió"),
                ("mail", "Aviso y correo en el momento, salvo que la persona haya elegido otra cosa")])),
            ("order", models.PositiveSmallIntegerField(default=100, verbose_name="orden")),
            ("active", models.BooleanField(default=False, verbose_name="activa")),
            ("changed_at", models.DateTimeField()),
            ("changed_by", models.ForeignKey(null=True, to="orgs.person", **PLAIN)),
            ("institution", models.ForeignKey(to="orgs.institution", **PLAIN)),
            ("people", models.ManyToManyField(blank=True, related_name="+", to="orgs.person", verbose_name="personas")),
        ], options={
            "ordering": ["order", "pk"],
            "indexes": [models.Index(fields=["institution", "event", "order"], condition=Q(active=True), name="servicedesk_rule_active")],
            "constraints": [
                models.UniqueConstraint(fields=["institution", "name"], name="servicedesk_rule_once"),
                models.CheckConstraint(condition=Q(channel__in=["usual", "mail"]), name="servicedesk_rule_channel")]}),
        migrations.CreateModel("RuleText", [
            ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
            ("subject", models.CharField(max_length=160, verbose_name="asunto")),
            ("body", models.TextField(blank=True, verbose_name="texto")),
            ("rule", models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name="texts", db_index=False,
                                       to="servicedesk.notificationrule")),
            ("service", models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.CASCADE, related_name="+",
                                          db_index=False, to="servicedesk.service")),
        ], options={
            "ordering": ["rule", "pk"],
            "constraints": [models.UniqueConstraint(fields=["rule", "service"], nulls_distinct=False, name="servicedesk_rule_text_once")]}),
    ]

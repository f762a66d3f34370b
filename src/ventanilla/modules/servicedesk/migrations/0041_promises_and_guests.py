"""Who has no account may leave an address; what a mailbox's mails ask for; the service level of problems and changes.

Only additions without a value of their own: no table is rewritten, and open tickets stay as they are.
"""
import django.db.models.deletion
from django.db import migrations, models

OWNED = """
ALTER TABLE servicedesk_kindlevel ADD CONSTRAINT servicedesk_kind_level_owned FOREIGN KEY (institution_id, level_id)
  REFERENCES servicedesk_servicelevel (institution_id, id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE servicedesk_mailbox ADD CONSTRAINT servicedesk_mailbox_offering_owned FOREIGN KEY (institution_id, offering_id)
  REFERENCES servicedesk_offering (institution_id, id) DEFERRABLE INITIALLY DEFERRED;
"""
KEPT = "ALTER TABLE servicedesk_ticket ALTER COLUMN beneficiary_email SET DEFAULT '';"
"""A process of the version before goes on opening tickets while this is applied."""
UNOWNED = """
ALTER TABLE servicedesk_mailbox DROP CONSTRAINT servicedesk_mailbox_offering_owned;
ALTER TABLE servicedesk_kindlevel DROP CONSTRAINT servicedesk_kind_level_owned;
"""
KINDS = ["problem", "change", "simple_change", "emergency_change"]


class Migration(migrations.Migration):
    dependencies = [("servicedesk", "0040_change_rules"), ("orgs", "0003_name_search")]
    operations = [
        migrations.AddField("ticket", "beneficiary_email", models.EmailField(blank=True, default="", max_length=254)),
        migrations.RunSQL(KEPT, migrations.RunSQL.noop),
        migrations.AddConstraint("offering", models.UniqueConstraint(fields=["institution", "id"], name="servicedesk_offering_owned")),
        migrations.AddField("mailbox", "offering", models.ForeignKey(
            blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="servicedesk.offering",
            verbose_name="servicio del catálogo")),
        migrations.CreateModel("KindLevel", [
            ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
            ("kind", models.CharField(max_length=24, verbose_name="tipo de ticket")),
            ("institution", models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name="+",
                                              to="orgs.institution")),
            ("level", models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="kinds", to="servicedesk.servicelevel",
                                        verbose_name="nivel de servicio")),
        ], options={"constraints": [
            models.UniqueConstraint(fields=("institution", "kind"), name="servicedesk_kind_level_once"),
            models.CheckConstraint(condition=models.Q(("kind__in", KINDS)), name="servicedesk_kind_level_kind")]}),
        migrations.RunSQL(OWNED, UNOWNED),
    ]

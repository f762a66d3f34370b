"""Name and service belong to the version of an offering: a draft renames nothing that is offered.

Earlier versions get what their offering is called now, for nothing else was kept. A process of the version before, that writes a version
without them, goes on: the database fills them.
"""
import django.db.models.deletion
from django.db import migrations, models
from django.db.models import Q

NAMES = """
CREATE FUNCTION public.servicedesk_version_names() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF NEW.name = '' OR NEW.service_id IS NULL THEN
    SELECT CASE NEW.name WHEN '' THEN o.name ELSE NEW.name END, coalesce(NEW.service_id, o.service_id) INTO NEW.name, NEW.service_id
      FROM public.servicedesk_offering o WHERE o.id = NEW.offering_id;
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER servicedesk_version_names BEFORE INSERT ON servicedesk_offeringversion
  FOR EACH ROW EXECUTE FUNCTION public.servicedesk_version_names();
ALTER TABLE servicedesk_offeringversion DISABLE TRIGGER servicedesk_version_fixed;
UPDATE servicedesk_offeringversion v SET name = o.name, service_id = o.service_id FROM servicedesk_offering o WHERE o.id = v.offering_id;
SET CONSTRAINTS ALL IMMEDIATE;
ALTER TABLE servicedesk_offeringversion ENABLE TRIGGER servicedesk_version_fixed;
ALTER TABLE servicedesk_offeringversion ADD CONSTRAINT servicedesk_version_service_owned FOREIGN KEY (institution_id, service_id)
  REFERENCES servicedesk_service (institution_id, id) DEFERRABLE INITIALLY DEFERRED;
"""
UNNAMES = """
ALTER TABLE servicedesk_offeringversion DROP CONSTRAINT servicedesk_version_service_owned;
DROP FUNCTION public.servicedesk_version_names() CASCADE;
"""


class Migration(migrations.Migration):
    dependencies = [("servicedesk", "0041_promises_and_guests")]
    operations = [
        migrations.AddField("offeringversion", "name", models.CharField(
            blank=True, db_default="", default="", max_length=160, verbose_name="nombre")),
        migrations.AddField("offeringversion", "service", models.ForeignKey(
            null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="servicedesk.service", verbose_name="servicio")),
        migrations.RunSQL(NAMES, UNNAMES),
        migrations.AddConstraint("offeringversion", models.CheckConstraint(
            condition=~Q(name="") & Q(service__isnull=False), name="servicedesk_version_named")),
    ]

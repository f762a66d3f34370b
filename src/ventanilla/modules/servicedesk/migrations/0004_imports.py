"""An event of another system never changes."""
from django.db import migrations

FIXED = """
CREATE TRIGGER servicedesk_event_fixed BEFORE UPDATE ON servicedesk_importedevent
  FOR EACH ROW EXECUTE FUNCTION public.audit_refuse();
"""


class Migration(migrations.Migration):
    dependencies = [("servicedesk", "0003_cmdb_rules"), ("cases", "0009_lean_opening"), ("orgs", "0003_name_search")]
    operations = [migrations.RunSQL(FIXED, "DROP TRIGGER servicedesk_event_fixed ON servicedesk_importedevent;")]

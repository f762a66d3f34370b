"""What an institution's row tells of its privacy notices says the number of the version too."""
from django.db import migrations

NUMBERED = """
UPDATE orgs_institution i SET policy = jsonb_set(i.policy, '{notices}', (
  SELECT coalesce(jsonb_agg(jsonb_build_array(n.id, n.valid_from::text, n.number) ORDER BY n.number), '[]')
  FROM jsonb_array_elements(i.policy -> 'notices') kept JOIN privacy_privacynotice n ON n.id = (kept ->> 0)::bigint))
WHERE i.policy ? 'notices';
"""


class Migration(migrations.Migration):
    dependencies = [("privacy", "0004_identities")]
    operations = [migrations.RunSQL(NUMBERED, migrations.RunSQL.noop)]

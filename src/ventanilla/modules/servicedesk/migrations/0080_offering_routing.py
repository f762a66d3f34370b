"""Rules of routing in a version of an offering: which team gets a request by its answers."""
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("servicedesk", "0071_ticket_items_rules"), ("servicedesk", "0091_notification_rules"),
                    ("servicedesk", "0061_knowledge_rules"), ("servicedesk", "0062_article_audience")]
    operations = [migrations.AddField("offeringversion", "routing", models.JSONField(blank=True, default=list, db_default=[]))]

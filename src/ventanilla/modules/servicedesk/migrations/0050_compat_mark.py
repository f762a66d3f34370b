"""The state in which a ticket is shown to programs that speak iTop's protocol, where our flow has none."""
import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [("servicedesk", "0062_article_audience"), ("cases", "0012_lean_opening"), ("orgs", "0004_logo")]

    operations = [
        migrations.CreateModel(
            name="CompatMark",
            fields=[
                ("case", models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, primary_key=True, related_name="+",
                                              serialize=False, to="cases.case")),
                ("state", models.CharField(max_length=24)),
                ("move_id", models.BigIntegerField()),
                ("at", models.DateTimeField()),
                ("person", models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name="+",
                                             to="orgs.person")),
            ],
            options={"constraints": [
                models.CheckConstraint(condition=models.Q(("state", ""), _negated=True), name="servicedesk_mark_said")]},
        ),
    ]

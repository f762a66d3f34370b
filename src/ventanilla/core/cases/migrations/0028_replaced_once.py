"""Of a cancelled case stands one other, at most."""
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("cases", "0027_withdrawn_answers")]
    operations = [migrations.AddConstraint("caselink", models.UniqueConstraint(
        fields=["other"], condition=models.Q(kind="replaces"), name="cases_link_replaced_once"))]

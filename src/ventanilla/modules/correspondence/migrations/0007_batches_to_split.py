"""An upload remembers that it is a batch with separator sheets: it is split when the antivirus let it pass, not while it is sent."""
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("correspondence", "0006_sent_and_delivered")]
    operations = [migrations.AddField("upload", "separators", models.BooleanField(default=False))]

"""Which forms were sent, and with what (`sendings.py`)."""
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("audit", "0002_seal_names")]
    operations = [
        migrations.CreateModel(
            name="Sending",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("person_id", models.BigIntegerField()),
                ("key", models.UUIDField()),
                ("digest", models.BinaryField()),
                ("entry_id", models.BigIntegerField()),
                ("at", models.DateTimeField()),
            ],
            options={
                "indexes": [models.Index(fields=["at"], name="audit_sending_age")],
                "constraints": [models.UniqueConstraint(fields=("person_id", "key"), name="audit_sending_once")],
            },
        ),
    ]

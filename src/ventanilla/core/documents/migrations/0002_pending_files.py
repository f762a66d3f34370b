"""Files of forms that came back with an error, kept for a day."""
import uuid

import django.db.models.deletion
import django.utils.timezone
from django.db import migrations, models


class Migration(migrations.Migration):
    """A new table: nothing that stands is touched."""

    dependencies = [("documents", "0001_initial")]

    operations = [
        migrations.CreateModel(
            name="PendingFile",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("key", models.UUIDField()),
                ("field", models.CharField(max_length=60)),
                ("uuid", models.UUIDField(default=uuid.uuid4, unique=True)),
                ("sha256", models.CharField(max_length=64)),
                ("size", models.BigIntegerField()),
                ("filename", models.CharField(max_length=255, verbose_name="nombre del archivo")),
                ("kept_at", models.DateTimeField(default=django.utils.timezone.now)),
                ("person", models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name="+", to="orgs.person")),
            ],
            options={
                "ordering": ["pk"],
                "indexes": [models.Index(fields=["kept_at"], name="documents_pending_age"),
                            models.Index(fields=["sha256"], name="documents_pending_bytes")],
                "constraints": [
                    models.UniqueConstraint(fields=("person", "key", "field", "sha256", "filename"), name="documents_pending_once"),
                    models.CheckConstraint(condition=models.Q(("size__gt", 0)), name="documents_pending_not_empty"),
                    models.CheckConstraint(condition=models.Q(("sha256__regex", "^[0-9a-f]{64}$")), name="documents_pending_hash")],
            },
        ),
    ]

"""Scanned forms wait in a table until a job has read them."""
import uuid

import django.db.models.deletion
from django.db import migrations, models
from django.db.models import Q

PROTECT, CASCADE = django.db.models.deletion.PROTECT, django.db.models.deletion.CASCADE
OPEN = ("waiting", "reading")
OWNED = (("unit", "orgs_unit"), ("person", "orgs_person"), ("practice", "practices_practice"))
OWNERS = "".join(f"""
ALTER TABLE practices_practicearrival ADD CONSTRAINT practices_arrival_{column}_owned FOREIGN KEY (institution_id, {column}_id)
  REFERENCES {target} (institution_id, id) DEFERRABLE INITIALLY DEFERRED;""" for column, target in OWNED)
UNOWNERS = "".join(f"ALTER TABLE practices_practicearrival DROP CONSTRAINT practices_arrival_{column}_owned;\n" for column, _target in OWNED)


class Migration(migrations.Migration):
    dependencies = [("documents", "0001_initial"), ("orgs", "0003_name_search"), ("practices", "0011_withdrawn_is_found_as_sealed")]
    operations = [
        migrations.CreateModel(
            name="PracticeArrival",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("institution", models.ForeignKey(db_index=False, on_delete=PROTECT, related_name="+", to="orgs.institution")),
                ("uuid", models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                ("unit", models.ForeignKey(db_index=False, on_delete=PROTECT, related_name="+", to="orgs.unit")),
                ("version", models.OneToOneField(on_delete=PROTECT, related_name="+", to="documents.documentversion")),
                ("filename", models.CharField(max_length=255)),
                ("person", models.ForeignKey(db_index=False, on_delete=PROTECT, related_name="+", to="orgs.person")),
                ("at", models.DateTimeField()),
                ("state", models.CharField(choices=[
                    ("waiting", "En espera"), ("reading", "Leyendo"), ("done", "Leído"), ("refused", "No se leyó")],
                    default="waiting", max_length=8)),
                ("attempts", models.PositiveSmallIntegerField(default=0)),
                ("problem", models.TextField(blank=True)),
                ("practice", models.OneToOneField(null=True, on_delete=CASCADE, related_name="arrival", to="practices.practice")),
                ("finished_at", models.DateTimeField(null=True)),
            ],
            options={"ordering": ["-pk"], "constraints": [
                models.CheckConstraint(condition=Q(state__in=["waiting", "reading", "done", "refused"]), name="practices_arrival_state"),
                models.CheckConstraint(condition=Q(state="done", practice__isnull=False) | (~Q(state="done") & Q(practice=None)),
                                       name="practices_arrival_done"),
                models.CheckConstraint(condition=(Q(state="refused") & ~Q(problem="")) | (~Q(state="refused") & Q(problem="")),
                                       name="practices_arrival_refused"),
                models.CheckConstraint(condition=Q(state__in=OPEN, finished_at=None) | (~Q(state__in=OPEN) & Q(finished_at__isnull=False)),
                                       name="practices_arrival_finished")],
                "indexes": [
                    models.Index(condition=Q(state__in=OPEN), fields=["id"], name="practices_arrival_open"),
                    models.Index(fields=["person", "-id"], name="practices_arrival_mine")]},
        ),
        migrations.RunSQL(OWNERS, UNOWNERS),
    ]

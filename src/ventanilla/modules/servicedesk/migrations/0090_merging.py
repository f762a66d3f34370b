"""Merged duplicates and what was split off: the state "merged", the merges, and what a split copied."""
import django.db.models.deletion
from django.db import migrations, models
from django.db.models import F, Q

STATES = """
INSERT INTO cases_state (kind, state, ends, waits) VALUES
  ('request', 'merged', true, false), ('incident', 'merged', true, false), ('problem', 'merged', true, false);
"""
UNSTATES = "DELETE FROM cases_state WHERE state = 'merged' AND kind IN ('request', 'incident', 'problem');"
OWNED = """
ALTER TABLE servicedesk_merge ADD CONSTRAINT servicedesk_merge_case_owned FOREIGN KEY (institution_id, case_id)
  REFERENCES cases_case (institution_id, id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE servicedesk_merge ADD CONSTRAINT servicedesk_merge_survivor_owned FOREIGN KEY (institution_id, survivor_id)
  REFERENCES cases_case (institution_id, id) DEFERRABLE INITIALLY DEFERRED;
"""
UNOWNED = """
ALTER TABLE servicedesk_merge DROP CONSTRAINT servicedesk_merge_survivor_owned;
ALTER TABLE servicedesk_merge DROP CONSTRAINT servicedesk_merge_case_owned;
"""
KEPT = {"on_delete": django.db.models.deletion.PROTECT, "related_name": "+"}
CASE = {"on_delete": django.db.models.deletion.PROTECT, "to": "cases.case", "db_index": False}
PERSON = {**KEPT, "to": "orgs.person", "db_index": False}


class Migration(migrations.Migration):
    dependencies = [("servicedesk", "0050_compat_mark"), ("cases", "0012_lean_opening"), ("orgs", "0004_logo")]
    operations = [
        migrations.RunSQL(STATES, UNSTATES),
        migrations.CreateModel("CopiedNote", [
            ("note", models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, primary_key=True, related_name="copied_from",
                                          serialize=False, to="cases.note")),
            ("original", models.ForeignKey(**KEPT, to="cases.note"))]),
        migrations.CreateModel("CopiedFile", [
            ("attachment", models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, primary_key=True, related_name="copied_from",
                                                serialize=False, to="cases.attachment")),
            ("original", models.ForeignKey(**KEPT, to="cases.attachment"))]),
        migrations.CreateModel("Merge", [
            ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
            ("at", models.DateTimeField()),
            ("reason", models.TextField(blank=True)),
            ("state_before", models.CharField(max_length=24)),
            ("kept", models.JSONField(default=dict)),
            ("undone_at", models.DateTimeField(null=True)),
            ("case", models.ForeignKey(related_name="merges", **CASE)),
            ("survivor", models.ForeignKey(related_name="absorbed", **CASE)),
            ("institution", models.ForeignKey(**KEPT, to="orgs.institution", db_index=False)),
            ("person", models.ForeignKey(**PERSON)),
            ("undone_by", models.ForeignKey(null=True, **PERSON)),
        ], options={
            "indexes": [models.Index(fields=["survivor"], condition=Q(undone_at=None), name="servicedesk_merge_survivor")],
            "constraints": [
                models.UniqueConstraint(fields=["case"], condition=Q(undone_at=None), name="servicedesk_merge_once"),
                models.CheckConstraint(condition=~Q(case=F("survivor")), name="servicedesk_merge_not_self")]}),
        migrations.RunSQL(OWNED, UNOWNED),
    ]

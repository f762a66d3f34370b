"""The log: partitioned by year, append-only by trigger, with its chain of seals."""
from django.db import migrations, models

ENTRY = """
CREATE SEQUENCE audit_entry_id_seq;
CREATE TABLE audit_entry (
    id bigint NOT NULL DEFAULT nextval('audit_entry_id_seq'),
    at timestamptz NOT NULL DEFAULT clock_timestamp(),
    xid bigint NOT NULL DEFAULT pg_current_xact_id()::text::bigint,
    institution_id bigint NOT NULL,
    verb varchar(60) NOT NULL,
    actor_id bigint,
    acting_for_id bigint,
    case_id bigint,
    subject varchar(120) NOT NULL,
    detail text NOT NULL DEFAULT '{}',
    digest bytea,
    PRIMARY KEY (id, at)
) PARTITION BY RANGE (at);
ALTER SEQUENCE audit_entry_id_seq OWNED BY audit_entry.id;
CREATE TABLE audit_entry_other PARTITION OF audit_entry DEFAULT;
DO $$ BEGIN
  FOR y IN 2020..2040 LOOP
    EXECUTE format('CREATE TABLE audit_entry_%s PARTITION OF audit_entry FOR VALUES FROM (%L) TO (%L)',
                   y, y || '-01-01 00:00:00+00', (y + 1) || '-01-01 00:00:00+00');
  END LOOP;
END $$;
CREATE INDEX audit_entry_case ON audit_entry (case_id, id) WHERE case_id IS NOT NULL;
CREATE INDEX audit_entry_order ON audit_entry (xid, id);
CREATE TABLE audit_personal (entry_id bigint PRIMARY KEY, salt bytea NOT NULL, data text NOT NULL);
CREATE TABLE audit_seal (seq bigint PRIMARY KEY, entry_id bigint NOT NULL UNIQUE, hash bytea NOT NULL);
CREATE TABLE audit_head (
    id bigint PRIMARY KEY CHECK (id = 1), seq bigint NOT NULL, hash bytea NOT NULL,
    last_xid bigint NOT NULL, last_id bigint NOT NULL, floor_id bigint NOT NULL
);
CREATE INDEX audit_entry_institution ON audit_entry (institution_id, id DESC);
"""
DROP = "DROP TABLE audit_entry, audit_personal, audit_seal, audit_head CASCADE;"
GUARD = """
CREATE FUNCTION public.audit_refuse() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION 'la bitácora no se modifica ni se borra (%)', TG_TABLE_NAME USING ERRCODE = '23001';
END $$;
CREATE TRIGGER audit_entry_fixed BEFORE UPDATE OR DELETE ON audit_entry
  FOR EACH ROW EXECUTE FUNCTION public.audit_refuse();
CREATE TRIGGER audit_seal_fixed BEFORE UPDATE OR DELETE ON audit_seal
  FOR EACH ROW EXECUTE FUNCTION public.audit_refuse();
CREATE TRIGGER audit_entry_whole BEFORE TRUNCATE ON audit_entry
  FOR EACH STATEMENT EXECUTE FUNCTION public.audit_refuse();
CREATE TRIGGER audit_seal_whole BEFORE TRUNCATE ON audit_seal
  FOR EACH STATEMENT EXECUTE FUNCTION public.audit_refuse();
INSERT INTO audit_head (id, seq, hash, last_xid, last_id, floor_id) VALUES (1, 0, '', 0, 0, 0)
  ON CONFLICT DO NOTHING;
"""
UNGUARD = "DROP FUNCTION public.audit_refuse() CASCADE;"


class Migration(migrations.Migration):
    initial = True
    dependencies = []
    operations = [
        migrations.CreateModel(
            name="Entry",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("at", models.DateTimeField()), ("xid", models.BigIntegerField()),
                ("institution_id", models.BigIntegerField()), ("verb", models.CharField(max_length=60)),
                ("actor_id", models.BigIntegerField(null=True)), ("acting_for_id", models.BigIntegerField(null=True)),
                ("case_id", models.BigIntegerField(null=True)), ("subject", models.CharField(max_length=120)),
                ("detail", models.TextField(default="{}")), ("digest", models.BinaryField(null=True)),
            ],
            options={"db_table": "audit_entry", "managed": False, "ordering": ["-id"]},
        ),
        migrations.RunSQL(ENTRY, DROP),
        migrations.CreateModel(
            name="Personal",
            fields=[("entry_id", models.BigIntegerField(primary_key=True, serialize=False)),
                    ("salt", models.BinaryField()), ("data", models.TextField())],
            options={"db_table": "audit_personal", "managed": False},
        ),
        migrations.CreateModel(
            name="Seal",
            fields=[("seq", models.BigIntegerField(primary_key=True, serialize=False)),
                    ("entry_id", models.BigIntegerField(unique=True)), ("hash", models.BinaryField())],
            options={"db_table": "audit_seal", "managed": False},
        ),
        migrations.CreateModel(
            name="Head",
            fields=[("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                    ("seq", models.BigIntegerField(default=0)), ("hash", models.BinaryField(default=b"")),
                    ("last_xid", models.BigIntegerField(default=0)), ("last_id", models.BigIntegerField(default=0)),
                    ("floor_id", models.BigIntegerField(default=0))],
            options={"db_table": "audit_head", "managed": False},
        ),
        migrations.RunSQL(GUARD, UNGUARD),
    ]

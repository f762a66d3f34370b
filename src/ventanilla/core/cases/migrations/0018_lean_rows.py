"""A new case is checked by fewer keys that say more, and an index that nobody read is gone.

A move and a place in a tray refer to their case with its institution, which is that of the case by then: one key instead of two, and a
row of another institution is refused. Who has a case in hand is a person of its institution: the key that says less goes. In `Case` and
its like Django still knows a key for each column; it makes none anew. `unit, at` of moves was read by figures of use, now by person.
"""
from django.contrib.postgres.operations import RemoveIndexConcurrently
from django.db import migrations

# Keys of one column, by the table and the column that has one saying more.
COVERED = {"cases_case": ("assignee_id",), "cases_move": ("institution_id", "case_id"), "cases_tray": ("institution_id", "case_id")}
OWNED = """
ALTER TABLE {table} DROP CONSTRAINT IF EXISTS {table}_owned;
ALTER TABLE {table} ADD CONSTRAINT {table}_owned FOREIGN KEY (institution_id, case_id) REFERENCES cases_case (institution_id, id)
  DEFERRABLE INITIALLY DEFERRED NOT VALID;
ALTER TABLE {table} VALIDATE CONSTRAINT {table}_owned;
"""
DROPPED = """
DO $$ DECLARE name text; BEGIN
  FOR name IN SELECT k.conname FROM pg_constraint k JOIN pg_attribute a ON a.attrelid = k.conrelid AND a.attnum = k.conkey[1]
    WHERE k.conrelid = '{table}'::regclass AND k.contype = 'f' AND cardinality(k.conkey) = 1 AND a.attname = ANY ('{{{columns}}}')
  LOOP EXECUTE format('ALTER TABLE {table} DROP CONSTRAINT %I', name); END LOOP;
END $$;
"""
REFERS = {"institution_id": "orgs_institution", "case_id": "cases_case", "assignee_id": "orgs_person"}
UNCOVERED = """
ALTER TABLE {table} ADD CONSTRAINT {table}_{column}_fk FOREIGN KEY ({column}) REFERENCES {other} (id) DEFERRABLE INITIALLY DEFERRED;
"""


def _back(table: str, columns: tuple[str, ...]) -> str:
    return "".join(UNCOVERED.format(table=table, column=c, other=REFERS[c]) for c in columns)


FORWARD = "".join(OWNED.format(table=t) for t in COVERED if t != "cases_case") + "".join(
    DROPPED.format(table=t, columns=",".join(c)) for t, c in COVERED.items())
BACKWARD = "".join(_back(t, c) for t, c in COVERED.items()) + "".join(
    f"ALTER TABLE {t} DROP CONSTRAINT {t}_owned;" for t in COVERED if t != "cases_case")


class Migration(migrations.Migration):
    atomic = False
    dependencies = [("cases", "0017_settled")]
    operations = [migrations.RunSQL(FORWARD, BACKWARD), RemoveIndexConcurrently("move", "cases_move_used")]

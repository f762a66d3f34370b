"""How long each stage of a first-level turn took, kept in a row of its own, so that a board reads medians without joining every turn.

`letters_pace(turns)` writes the rows of these turns afresh; triggers call it for what changed. It locks the turns first: of two who change
the same turn at once (its answer and its letter, say) the second waits, and then sees what the first wrote.
"""
from django.db import migrations, models

TAKEN = """
SELECT t.id, t.unit_id, t.sent_at, date_part('epoch', t.sent_at - c.received_at), date_part('epoch', t.read_at - t.sent_at),
       date_part('epoch', a.at - coalesce(t.read_at, t.sent_at)), date_part('epoch', a.verdict_at - a.at),
       date_part('epoch', c.closed_at - a.verdict_at)
FROM public.cases_turn t JOIN public.cases_case c ON c.id = t.case_id
LEFT JOIN public.cases_answer a ON a.turn_id = t.id AND NOT a.partial AND a.verdict <> 'sent_back'
WHERE t.purpose = 'action' AND t.parent_id IS NULL AND t.state <> 'cancelled' AND c.kind = 'letter' AND c.state <> 'cancelled'
"""
COLUMNS = ("unit_id", "sent_at", "instruct", "read", "answer", "evaluate", "conclude")
INTO = f"INSERT INTO public.correspondence_pace (turn_id, {', '.join(COLUMNS)})"
KEPT = f"""
CREATE FUNCTION public.letters_pace(turns bigint[]) RETURNS void LANGUAGE plpgsql AS $pace$
BEGIN
PERFORM 1 FROM public.cases_turn x WHERE x.id = ANY (turns) ORDER BY x.id FOR NO KEY UPDATE;
DELETE FROM public.correspondence_pace p WHERE p.turn_id = ANY (turns) AND NOT EXISTS (
  SELECT 1 FROM public.cases_turn t JOIN public.cases_case c ON c.id = t.case_id WHERE t.id = p.turn_id AND t.purpose = 'action'
  AND t.parent_id IS NULL AND t.state <> 'cancelled' AND c.kind = 'letter' AND c.state <> 'cancelled');
{INTO}
{TAKEN} AND t.id = ANY (turns)
ON CONFLICT (turn_id) DO UPDATE SET {', '.join(f'{name} = excluded.{name}' for name in COLUMNS)};
END $pace$;
"""
_TURN = "id, case_id, unit_id, sent_at, read_at, state, purpose, parent_id"
_ANSWER = "turn_id, id, at, verdict, verdict_at, partial"
_CASE = "id, kind, state, received_at, closed_at"
_OF_CASES = "SELECT t.id FROM public.cases_turn t WHERE t.parent_id IS NULL AND t.purpose = 'action' AND t.case_id IN ({0})"
_CHANGED = "SELECT x.{0} FROM (SELECT {1} FROM new_rows EXCEPT SELECT {1} FROM old_rows) AS x"
SOURCES = {
    ("cases_turn", "INSERT"): "SELECT id FROM new_rows WHERE parent_id IS NULL AND purpose = 'action'",
    ("cases_turn", "UPDATE"): _CHANGED.format("id", _TURN),
    ("cases_turn", "DELETE"): "SELECT id FROM old_rows",
    ("cases_answer", "INSERT"): "SELECT turn_id FROM new_rows WHERE NOT partial",
    ("cases_answer", "UPDATE"): f"{_CHANGED.format('turn_id', _ANSWER)} UNION SELECT turn_id FROM old_rows WHERE turn_id NOT IN (SELECT turn_id FROM new_rows)",
    ("cases_answer", "DELETE"): "SELECT turn_id FROM old_rows",
    ("cases_case", "INSERT"): _OF_CASES.format("SELECT id FROM new_rows WHERE kind = 'letter'"),
    ("cases_case", "UPDATE"): _OF_CASES.format(_CHANGED.format("id", _CASE)),
}
"""The turns that a statement may have changed; a case is written after its turns when its folio comes last."""


def _followed(table: str, event: str, changed: str) -> str:
    name, tables = f"letters_pace_{table}_{event.lower()}", {"INSERT": "NEW TABLE AS new_rows", "DELETE": "OLD TABLE AS old_rows"}
    given = tables.get(event) or " ".join(tables.values())
    return f"""
CREATE FUNCTION public.{name}() RETURNS trigger LANGUAGE plpgsql AS $pace$
DECLARE turns bigint[];
BEGIN
SELECT array_agg(DISTINCT s.id) INTO turns FROM ({changed}) AS s(id);
IF turns IS NOT NULL THEN PERFORM public.letters_pace(turns); END IF;
RETURN NULL;
END $pace$;
CREATE TRIGGER {name} AFTER {event} ON public.{table} REFERENCING {given} FOR EACH STATEMENT EXECUTE FUNCTION public.{name}();"""


FOLLOWED = "".join(_followed(*key, changed) for key, changed in SOURCES.items())
FORGOTTEN = "".join(f"DROP FUNCTION public.letters_pace_{table}_{event.lower()}() CASCADE;\n" for table, event in SOURCES)


class Migration(migrations.Migration):

    dependencies = [("correspondence", "0012_internal_senders"), ("cases", "0011_judged_above")]

    operations = [
        migrations.CreateModel(
            name="Pace",
            fields=[
                ("turn_id", models.BigIntegerField(primary_key=True, serialize=False)),
                ("unit_id", models.BigIntegerField()),
                ("sent_at", models.DateTimeField()),
                ("instruct", models.FloatField(null=True)),
                ("read", models.FloatField(null=True)),
                ("answer", models.FloatField(null=True)),
                ("evaluate", models.FloatField(null=True)),
                ("conclude", models.FloatField(null=True)),
            ],
            options={"indexes": [models.Index(fields=["unit_id", "sent_at"], name="letters_pace_sent")]},
        ),
        migrations.RunSQL("ALTER TABLE correspondence_pace SET (fillfactor = 80);", migrations.RunSQL.noop),
        migrations.RunSQL(KEPT + FOLLOWED, FORGOTTEN + "DROP FUNCTION public.letters_pace(bigint[]);"),
        migrations.RunSQL(f"{INTO}\n{TAKEN}", migrations.RunSQL.noop),  # the triggers just made hold back whoever writes until this commits
    ]

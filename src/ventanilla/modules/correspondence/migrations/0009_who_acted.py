"""Whether the people of a unit use the system is asked by who acted: an index over their steps, built without holding back writers.

It stands here, like the triggers of the measures, because only the adoption of the board asks so.
"""
from django.db import migrations

ADD = """
CREATE INDEX CONCURRENTLY letters_move_actor ON cases_move (actor_id, at) WHERE source = 'web' AND actor_id IS NOT NULL
"""
DROP = "DROP INDEX CONCURRENTLY IF EXISTS letters_move_actor"


class Migration(migrations.Migration):
    atomic = False
    dependencies = [("correspondence", "0008_saved_by"), ("cases", "0010_in_hand")]
    operations = [migrations.RunSQL(DROP, migrations.RunSQL.noop), migrations.RunSQL(ADD, DROP)]

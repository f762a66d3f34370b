"""The directory of senders for many letters, by one statement (the verb's own counts uses one by one)."""
from collections import Counter
from collections.abc import Sequence

from django.db import connection

from ventanilla.lib.spanish import clean_text
from ventanilla.modules.correspondence.services.histories.past import Past
from ventanilla.modules.correspondence.services.registration import Sender, sender_key

_PUT = """
INSERT INTO correspondence_correspondent AS c (institution_id, key, "order", organisation, name, post, email, active, uses)
SELECT %s, key, kind, organisation, name, post, '', true, uses
FROM unnest(%s::text[], %s::text[], %s::text[], %s::text[], %s::text[], %s::int[])
     u (key, kind, organisation, name, post, uses) ORDER BY key COLLATE "C"
ON CONFLICT (institution_id, key) DO UPDATE SET uses = c.uses + excluded.uses
RETURNING c.key, c.id
"""


def directory(pasts: Sequence[Past]) -> dict[str, int]:
    """Put written senders of one institution into the directory and count their uses; returns key -> id."""
    written: dict[str, Sender] = {}
    uses: Counter[str] = Counter()
    for past in pasts:
        sender = past.sender
        if sender.unit is None and (sender.organisation or sender.signatory):
            key = sender_key(sender)
            written[key] = sender
            uses[key] += 1
    if not written:
        return {}
    keys = sorted(written)
    columns = [[_clean(s.organisation), _clean(s.signatory), _clean(s.post)] for s in (written[k] for k in keys)]
    with connection.cursor() as cursor:
        cursor.execute(_PUT, [pasts[0].unit.institution_id, keys, [written[k].order for k in keys],
                              *([row[n] for row in columns] for n in range(3)), [uses[k] for k in keys]])
        return dict(cursor.fetchall())


def _clean(text: str) -> str:
    return clean_text(text)[:200]

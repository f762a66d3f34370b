"""Hundreds of searches answered by one look at every row, without any index of the text: what `search` must equal.

Each row is read once, with which of the queries' words (lexemes) it has and who may see it. Rows with the same words
are alike to every query, so PostgreSQL is asked about each combination of words instead of each row: its own `@@`, no
second implementation of the query language. The rest (moment, state, who may see it, the newest ones) is arithmetic.
"""
import re
from collections.abc import Sequence
from datetime import datetime
from typing import Any, Final

import numpy as np
from django.db import connection
from numpy.typing import NDArray

from ventanilla.core.cases.search import EVERYBODY, Wanted
from ventanilla.core.orgs.models import Person
from ventanilla.core.orgs.reach import reach_of

_ROWS: Final = """
SELECT s.id, extract(epoch FROM s.at)::float8, coalesce(array_position(%(states)s::text[], c.state::text), 0), s.words, s.seen FROM (
  SELECT r.id, r.at, r.case_id, ({words})::bigint AS words, ({seen})::int AS seen FROM (
    SELECT id, at, case_id, tokens, strip(vector) AS vector FROM cases_searchrow WHERE institution_id = %(institution)s OFFSET 0
  ) r OFFSET 0
) s LEFT JOIN cases_case c ON c.id = s.case_id ORDER BY s.at DESC, s.id DESC
"""
_ALIKE: Final = """
SELECT m.words FROM unnest(%(words)s::bigint[]) m (words)
WHERE (SELECT array_to_tsvector(coalesce(array_agg(l.lexeme), '{}')) FROM unnest(%(lexemes)s::text[]) WITH ORDINALITY l (lexeme, n)
       WHERE m.words & (1::bigint << (l.n::int - 1)) <> 0) @@ public.doc_query(%(text)s)
"""


class Everything:
    """All rows of an institution, newest first, as the given people and texts look at them."""

    def __init__(self, people: Sequence[Person], texts: Sequence[str], states: Sequence[str]) -> None:
        self.states, self.institution_id = list(states), people[0].institution_id
        with connection.cursor() as cursor:
            self.lexemes = _lexemes(cursor, texts)
            assert len(self.lexemes) < 63, "one bit for each"
            rows = self._read(cursor, people)
            self.ids, self.at, self.state, self.words, self.seen = rows
            self.having = {text: self._alike(cursor, text) for text in set(texts)}

    def _read(self, cursor: Any, people: Sequence[Person]) -> tuple[NDArray[Any], ...]:
        words = " + ".join(f"coalesce(r.vector @@ %(lexeme_{n})s::tsquery, false)::int::bigint * {1 << n}"
                           for n in range(len(self.lexemes)))
        seen = " + ".join(f"coalesce(r.tokens && %(person_{n})s::bigint[], false)::int * {1 << n}" for n in range(len(people)))
        values: dict[str, Any] = {"states": self.states, "institution": self.institution_id}
        values |= {f"lexeme_{n}": "'" + text.replace("'", "''") + "'" for n, text in enumerate(self.lexemes)}
        values |= {f"person_{n}": [EVERYBODY, *reach_of(p).tokens] for n, p in enumerate(people)}
        cursor.execute("SET LOCAL enable_indexscan = off; SET LOCAL enable_bitmapscan = off; SET LOCAL work_mem = '256MB'")
        cursor.execute(_ROWS.format(words=words, seen=seen), values)
        found = list(zip(*cursor.fetchall(), strict=True))
        kinds = (np.int64, np.float64, np.int16, np.int64, np.int32)
        return tuple(np.array(column, kind) for column, kind in zip(found, kinds, strict=True))

    def _alike(self, cursor: Any, text: str) -> NDArray[Any]:
        """Which rows the text finds."""
        cursor.execute(_ALIKE, {"words": np.unique(self.words).tolist(), "lexemes": self.lexemes, "text": text})
        return np.isin(self.words, np.array([row[0] for row in cursor.fetchall()], np.int64))

    def newest(self, person: int, wanted: Wanted) -> list[int]:
        """The first page of the person at this place."""
        found = self.having[wanted.text] & (self.seen >> person & 1).astype(bool)
        if wanted.state:
            found &= self.state == self.states.index(wanted.state) + 1
        if wanted.since:
            found &= self.at >= _seconds(wanted.since)
        ids: list[int] = self.ids[np.flatnonzero(found)[: wanted.limit]].tolist()
        return ids


def _seconds(moment: datetime) -> float:
    return moment.timestamp()


def _lexemes(cursor: Any, texts: Sequence[str]) -> list[str]:
    found: set[str] = set()
    for text in set(texts):
        cursor.execute("SELECT public.doc_query(%s)::text", [text])
        found |= {quoted.replace("''", "'") for quoted in re.findall(r"'((?:[^']|'')*)'", cursor.fetchone()[0])}
    return sorted(found)

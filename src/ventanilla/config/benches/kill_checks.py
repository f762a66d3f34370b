"""What `kills` needs inside the installation that it hurts: `setup FOLDER` before, `check FOLDER` afterwards.

`check` prints what it found as JSON; what was acknowledged is known only from the clients' files, never from the database.
"""
import json
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from uuid import UUID, uuid5

import django

BATCH = 5_000


def setup(folder: Path) -> dict[str, Any]:
    """A demo institution, a clerk of its units with a token, and a letter for each series; written for the clients."""
    from ventanilla.config.benches import folio, loading, people, replay
    from ventanilla.modules.correspondence.models import LetterType

    institution, _said = loading.cases(0)
    chosen = replay.targets(institution, folio.SERIES)
    offices = replay.units(institution, chosen)
    _clerk, secret = people.writer(institution, offices)
    kind = LetterType.objects.filter(institution=institution).order_by("order")[0].name
    letters = [json.loads(folio.body(str(u.uuid), kind))["letters"][0] for u in offices]
    (folder / "job.json").write_text(json.dumps({"secret": secret, "letters": letters, "series": [t.series_id for t in chosen]}))
    return {"series": len(chosen)}


def check(folder: Path) -> dict[str, Any]:
    """Letters asked for and acknowledged; gaps, doubled folios, lost receipts; letters that nobody was told of."""
    from ventanilla.config.benches import kill_client, replay

    asked: dict[UUID, str] = {}
    told: dict[UUID, str] = {}
    for path in sorted(folder.glob("*.log")):
        wanted, done = kill_client.said(path.read_text())
        asked |= {uuid5(UUID(key), str(n)): key for key, places in wanted.items() for n, _place in enumerate(places, 1)}
        told |= {uuid5(UUID(key), str(n)): text for key, texts in done.items() for n, text in enumerate(texts, 1)}
    there = dict(_folios(list(asked)))
    series = json.loads((folder / "job.json").read_text())["series"]
    broken, gaps = replay.gaps(series)
    return {"asked": len(asked), "told": len(told), "gaps": gaps, "broken": broken,
            "doubled": len(told) - len(set(told.values())) + _doubled(series), "untold": len(there.keys() - told.keys()),
            "lost": sum(there.get(uuid) != text for uuid, text in told.items())}


def _folios(keys: list[UUID]) -> Iterator[tuple[UUID, str | None]]:
    from ventanilla.core.cases.models import Case

    for at in range(0, len(keys), BATCH):
        yield from Case.objects.filter(uuid__in=keys[at:at + BATCH]).values_list("uuid", "folio")


def _doubled(series: list[int]) -> int:
    """Folios of these series that two cases have."""
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM (SELECT folio FROM cases_case WHERE series_id = ANY (%s) GROUP BY 1 HAVING count(*) > 1) d",
                       [series])
        found: int = cursor.fetchone()[0]
        return found


if __name__ == "__main__":
    django.setup()
    print(json.dumps({"setup": setup, "check": check}[sys.argv[1]](Path(sys.argv[2]))))

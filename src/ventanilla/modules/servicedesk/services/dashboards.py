"""A person's dashboard: which tiles, in which order. They change only their own."""
from collections.abc import Mapping, Sequence

from django.db import transaction

from ventanilla.core.orgs.models import Person
from ventanilla.modules.servicedesk.models import Tile

MOST = 40


def tiles_of(person: Person) -> list[Tile]:
    """The person's own tiles in order; none when they never changed the preset."""
    return list(Tile.objects.filter(person=person))


@transaction.atomic
def arrange(*, actor: Person, tiles: Sequence[tuple[str, bool]], narrowed: Mapping[str, Mapping[str, str]] | None = None) -> list[Tile]:
    """Keep these tiles (measure, wide) in this order, each once, the first MOST; none: the preset again.

    `narrowed` says by measure to what a tile is narrowed; a tile that it does not name stays as it was.
    """
    Person.objects.select_for_update(of=("self",)).get(pk=actor.pk)
    unique = dict(tiles)
    kept = {t.measure: t.narrowed for t in tiles_of(actor)} | {m: dict(n) for m, n in (narrowed or {}).items()}
    Tile.objects.filter(person=actor).delete()
    return Tile.objects.bulk_create(Tile(person=actor, measure=measure, wide=wide, order=n, narrowed=kept.get(measure, {}))
                                    for n, (measure, wide) in enumerate(list(unique.items())[:MOST]))


def moved(tiles: Sequence[tuple[str, bool]], measure: str, step: int) -> list[tuple[str, bool]]:
    """The tiles with one moved `step` places (negative: towards the beginning)."""
    rest = [t for t in tiles if t[0] != measure]
    at = next((n for n, t in enumerate(tiles) if t[0] == measure), None)
    if at is None:
        return list(tiles)
    place = max(0, min(len(rest), at + step))
    return [*rest[:place], tiles[at], *rest[place:]]

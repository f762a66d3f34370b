"""Who writes to the institute: public bodies by their real names, invented people and organisations."""
from random import Random

from ventanilla.config.demo_data.tables import table
from ventanilla.modules.correspondence.services.registration import Sender
from ventanilla.modules.correspondence.specimens.content import FEDERAL, GROUPS, TOWN_AREAS
from ventanilla.modules.correspondence.specimens.people import person

SHARES = (("state", 46), ("municipal", 24), ("federal", 9), ("organisation", 7), ("citizen", 14))


class Senders:
    """A directory that is written to again and again: few write often, many once."""

    def __init__(self, rng: Random, size: int = 260) -> None:
        self.rng = rng
        self.known: dict[str, list[tuple[Sender, str]]] = {}
        for order, share in SHARES:
            self.known[order] = [_sender(rng, order) for _ in range(max(4, size * share // 100))]

    def draw(self, year: int) -> tuple[Sender, str]:
        """A sender and the number of the letter."""
        order = self.rng.choices([o for o, _s in SHARES], [s for _o, s in SHARES])[0]
        pool = self.known[order]
        if order == "citizen":
            return _sender(self.rng, order)[0], ""
        sender, mask = pool[int(len(pool) * self.rng.random() ** 2)]
        return sender, mask.format(n=self.rng.randint(1, 2400), year=year)


def _sender(rng: Random, order: str) -> tuple[Sender, str]:
    _title, name, gender = person(rng)
    if order == "citizen":
        return Sender(order, "", name), ""
    if order == "state":
        row = rng.choice([r for r in table("agencies") if len(r["code"]) > 4])
        return Sender(order, row["name"], name, "Directora" if gender == "f" else "Director"), row["code"] + "/{n}/{year}"
    if order == "municipal":
        town, (area, short) = rng.choice(table("municipalities"))["name"], rng.choice(TOWN_AREAS)
        post = f"{'Titular'} de {area}"
        return Sender(order, f"H. Ayuntamiento de {town}", name, post), f"PM/{short}/{{n:04d}}/{{year}}"
    if order == "federal":
        body, unit, short = rng.choice(FEDERAL)
        return Sender(order, body, name, unit), short + "/{n}/{year}"
    return Sender(order, rng.choice(GROUPS), name, "Representante legal"), "PRES/{n:03d}/{year}"

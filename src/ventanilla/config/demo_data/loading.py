"""Loading the demo once: organisation, letters, recent matters, the service desk. Deterministic by seed and day."""
from collections.abc import Callable
from random import Random

from django.db import transaction

from ventanilla.config.demo_data.correspondence import write_two_years
from ventanilla.config.demo_data.institution import SLUG, build
from ventanilla.config.demo_data.practices import write_registry
from ventanilla.config.demo_data.privacy import write_privacy
from ventanilla.config.demo_data.recent import play_recent
from ventanilla.config.demo_data.servicedesk import write_desk
from ventanilla.core.indicators.folding import fold
from ventanilla.core.orgs.models import Institution

SEED = 2026


def load(*, letters: int = 3600, seed: int = SEED, recent: int = 60, items: int = 5000,
         say: Callable[[str], None] = lambda text: None) -> bool:
    """Load the demo institution; False, at once, when it is there already.

    Without letters (for measurements, which write their own matters) there are no good practices: theirs count letters.
    """
    if Institution.objects.filter(slug=SLUG).exists():
        return False
    rng = Random(seed)
    with transaction.atomic():
        org = build(rng)
        say(f"{len(org.units)} unidades y {sum(len(p) for p in org.people.values())} personas")
        n = write_two_years(org, rng, letters)
        say(f"{n:,} documentos de dos años")
        files = play_recent(org, rng, recent) if recent else []
        say(f"{recent} asuntos recientes y {len(files)} oficios digitalizados, que las tareas reconocen enseguida")
        tickets = write_desk(org, Random(seed + 1), items)
        say(f"{tickets:,} solicitudes e incidentes de dos años en la mesa de servicio, y {items:,} elementos de configuración")
        say(f"{write_privacy(org)} solicitudes de datos personales y un aviso de privacidad con dos versiones")
        if letters:
            say(f"{write_registry(org, Random(seed + 2))} buenas prácticas")
    fold()
    return True

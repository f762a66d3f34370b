"""Several at once, each with a connection of its own: what each gave, and that exactly one may win."""
import re
import threading
from collections.abc import Callable
from typing import Any

from django.db import connections

from ventanilla.core.orgs.services.setup import Refused

SPANISH = re.compile(r"[áéíóúñ¿]|\b(?:el|la|ya|no|de|este|esta|es)\b", re.I)


def race(*acts: Callable[[], object]) -> list[object]:
    """Do all of them at once, each with a connection of its own: what each gave, or how it was refused."""
    start, results = threading.Barrier(len(acts)), [None] * len(acts)  # type: list[Any]

    def run(n: int, act: Callable[[], object]) -> None:
        try:
            start.wait(10)
            results[n] = act()
        except Exception as failure:
            results[n] = failure
        finally:
            connections.close_all()

    threads = [threading.Thread(target=run, args=pair) for pair in enumerate(acts)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    return results


def one_wins(results: list[Any]) -> None:
    lost = [r for r in results if isinstance(r, Exception)]
    assert len(lost) == len(results) - 1, results
    assert all(isinstance(r, Refused) and SPANISH.search(r.message) for r in lost), lost

"""A drill in a process of its own: registers letters in many processes and kills them at seeded moments.

`python -m tests.drill <unit> <processes> <letters each> <seed> <folder>`: each letter has its key beforehand; what
the database acknowledged is appended, flushed, to a file outside it. Killed processes begin again with the keys that
have no acknowledgement, as a browser that resends its form does.
"""
import os
import random
import signal
import sys
import time
from pathlib import Path
from uuid import UUID, uuid5

NAMESPACE = UUID("7a2d5c1e-9f3b-4c55-8e61-000000000001")


def keys(worker: int, letters: int) -> list[UUID]:
    """The keys of a worker's letters, the same in every run."""
    return [uuid5(NAMESPACE, f"{worker}-{n}") for n in range(letters)]


def acknowledged(path: Path) -> dict[UUID, str]:
    """Key -> folio of the whole lines of a file (the last one may be torn)."""
    if not path.exists():
        return {}
    lines = path.read_text(encoding="utf-8").split("\n")[:-1]
    return {UUID(key): folio for key, folio in (line.split(" ", 1) for line in lines)}


def work(unit_id: int, wanted: list[UUID], path: Path) -> None:
    """Register each key that has no acknowledgement; then write it down."""
    from ventanilla.core.orgs.models import Unit
    from ventanilla.modules.correspondence.models import LetterType
    from ventanilla.modules.correspondence.services import LetterDraft, register
    from ventanilla.modules.correspondence.services.registration import Sender

    unit = Unit.objects.get(pk=unit_id)
    kind = LetterType.objects.filter(institution=unit.institution_id).first()
    assert kind
    with path.open("a", encoding="utf-8") as file:
        for key in wanted:
            case = register(actor=None, drafts=[LetterDraft(unit, kind, f"Simulacro {key}", Sender("citizen", signatory="Simulacro"), uuid=key)])[0]
            file.write(f"{key} {case.folio}\n")
            file.flush()


def child(unit_id: int, worker: int, letters: int, folder: Path) -> int:
    """Fork a worker for what is still missing; 0 when nothing is."""
    path = folder / f"{worker}.txt"
    done = acknowledged(path)
    left = [k for k in keys(worker, letters) if k not in done]
    if not left:
        return 0
    _mend(path)
    pid = os.fork()
    if pid == 0:
        try:
            work(unit_id, left, path)
            os._exit(0)
        except BaseException as failure:
            print(repr(failure), file=sys.stderr, flush=True)
            os._exit(1)
    return pid


def _mend(path: Path) -> None:
    """Cut a torn last line, so that the next one begins on its own."""
    text = path.read_text(encoding="utf-8") if path.exists() else ""
    path.write_text(text[:text.rfind("\n") + 1], encoding="utf-8")


def main(unit_id: int, processes: int, letters: int, seed: int, folder: Path) -> int:
    """Run until everything is acknowledged; prints how many were killed."""
    import django
    django.setup()
    chance, killed, running = random.Random(seed), 0, {}
    end = time.monotonic() + 150
    while time.monotonic() < end:
        for worker in set(range(processes)) - set(running.values()):
            if pid := child(unit_id, worker, letters, folder):
                running[pid] = worker
        if not running:
            print(killed)
            return 0
        time.sleep(chance.uniform(0.005, 0.06))  # the quickest machine still works long enough for a kill of each process
        if killed < processes * 3 and chance.random() < 0.7:
            os.kill(chance.choice(sorted(running)), signal.SIGKILL)
            killed += 1
        while running and (ended := os.waitpid(-1, os.WNOHANG))[0]:
            running.pop(ended[0], None)
    for pid in running:
        os.kill(pid, signal.SIGKILL)
    return 1


if __name__ == "__main__":
    sys.exit(main(*(int(a) for a in sys.argv[1:5]), Path(sys.argv[5])))  # type: ignore[call-arg]

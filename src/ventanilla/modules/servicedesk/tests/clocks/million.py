"""A million random histories against the oracle: `python -m ventanilla.modules.servicedesk.tests.clocks.million`.

Chunks that were compared are kept in a file of JSON lines, so a run that was cut goes on where it stopped. Exit code 1 when
anything differs. No database is read.
"""
import argparse
import json
import sys
from pathlib import Path
from time import perf_counter

import django

CHUNK = 2_000


def main(arguments: list[str] | None = None) -> int:
    """Compare chunk by chunk; one line per chunk, and the sum."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--histories", type=int, default=1_000_000)
    parser.add_argument("--seconds", type=float, default=1e9, help="stop after so long; run again to go on")
    parser.add_argument("--file", type=Path, default=Path("var/clock-histories.jsonl"))
    given = parser.parse_args(arguments)
    django.setup()
    done, begun = _done(given.file), perf_counter()
    for seed in range(-(-given.histories // CHUNK)):
        if seed not in done and perf_counter() - begun < given.seconds:
            done[seed] = _compare(seed)
            _keep(given.file, done[seed])
    wrong = sum(one["different"] for one in done.values())
    print(f"{sum(one['histories'] for one in done.values()):,} histories, {wrong} different")
    return 1 if wrong else 0


def _compare(seed: int) -> dict[str, object]:
    """One chunk: its world goes round with the seed."""
    from ventanilla.lib.tests.worktime_worlds import WORLDS
    from ventanilla.modules.servicedesk.tests.clocks.lives import differences

    world, begun = sorted(WORLDS)[seed % len(WORLDS)], perf_counter()
    wrong = differences(world, seed, CHUNK)
    for one in wrong[:5]:
        print(one, file=sys.stderr)
    return {"seed": seed, "world": world, "histories": CHUNK, "different": len(wrong), "seconds": round(perf_counter() - begun, 2)}


def _done(file: Path) -> dict[int, dict[str, object]]:
    if not file.exists():
        return {}
    rows = [json.loads(line) for line in file.read_text().splitlines()]
    return {row["seed"]: row for row in rows}


def _keep(file: Path, row: dict[str, object]) -> None:
    file.parent.mkdir(parents=True, exist_ok=True)
    with file.open("a") as out:
        out.write(json.dumps(row, ensure_ascii=False) + "\n")


if __name__ == "__main__":
    sys.exit(main())

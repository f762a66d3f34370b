"""Facts that the demo uses, as CSV files of this folder; docs/operations/demo.md tells their sources."""
import csv
from functools import cache
from importlib.resources import files


@cache
def table(name: str) -> tuple[dict[str, str], ...]:
    """The rows of `units` (invented), `agencies` or `municipalities` (public names and codes)."""
    with files(__package__).joinpath(f"{name}.csv").open(encoding="utf-8") as stream:
        return tuple(csv.DictReader(stream))

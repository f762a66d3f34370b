"""`ventanilla flows`: write the diagram and the table of every flow into docs/flows."""
from argparse import ArgumentParser
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand

from ventanilla.core.cases.flows import INFO_FLOW, TURN_FLOW
from ventanilla.core.cases.kinds import kinds
from ventanilla.lib.flow import Flow

CLOCK = {"run": "corre", "pause": "en espera", "stop": "se detiene"}


def flows() -> tuple[Flow, ...]:
    """Every flow: those of turns, then one per kind of case."""
    return (TURN_FLOW, INFO_FLOW, *(kind.flow for kind in kinds()))


def pages() -> dict[str, str]:
    """What each file of docs/flows holds, by file name."""
    return {f"{flow.slug}.md": page(flow) for flow in flows()}


def page(flow: Flow) -> str:
    """Diagram, states with what they do to the clock, and steps with who may take them."""
    states = [(str(flow.labels[s]), f"`{s}`", CLOCK[flow.mode(s)]) for s in flow.states]
    steps = [(str(s.label) or s.name, f"`{s.name}`", _listed(flow.labels[a] for a in s.sources),
              _listed(flow.labels[a] for a in (s.target, *s.also)) if s.target else "el mismo", _listed(sorted(s.roles)), _listed(s.needs))
             for s in flow.steps]
    return (f"# {flow.slug}\n\nGenerated from the code by `ventanilla flows`; a test fails when it is stale.\n\n"
            f"```mermaid\n{flow.mermaid()}```\n\n"
            + _table(("State", "Code", "Clock"), states) + "\n"
            + _table(("Step", "Code", "From", "To", "Who (relation)", "Needs"), steps))


def _listed(words: Iterable[object]) -> str:
    return ", ".join(map(str, words)) or "—"


def _table(head: tuple[str, ...], rows: Iterable[tuple[str, ...]]) -> str:
    lines = [head, tuple("---" for _ in head), *rows]
    return "".join(f"| {' | '.join(cells)} |\n" for cells in lines)


class Command(BaseCommand):
    """Writes the files."""

    help = "Escribe en docs/flows el diagrama de cada flujo"

    def add_arguments(self, parser: ArgumentParser) -> None:
        """`--to`: another folder."""
        parser.add_argument("--to", type=Path, default=settings.SRC_DIR.parent / "docs" / "flows")

    def handle(self, *args: Any, **options: Any) -> None:
        """Write one file per flow and name it."""
        options["to"].mkdir(parents=True, exist_ok=True)
        for name, text in pages().items():
            (options["to"] / name).write_text(text, encoding="utf-8")
            self.stdout.write(str(options["to"] / name))

"""Every verb that the program writes into the log has a name in Spanish: read from the sources, so that a new one cannot be forgotten."""
import ast
import re
from collections.abc import Iterator
from pathlib import Path

import ventanilla
from ventanilla.core.cases.flows import INFO_FLOW, TURN_FLOW
from ventanilla.core.cases.kinds import kinds
from ventanilla.web.admin_area.words import has_words, thing_words

ROOT = Path(ventanilla.__file__).parent
WRITERS = {"record", "Line"}


def written() -> Iterator[tuple[str, Path]]:
    """The verbs in calls of the log's writers: "a.b", ".b" behind the kind of a case, "a.b_" before what is done."""
    for path in ROOT.rglob("*.py"):
        if {"tests", "migrations"}.isdisjoint(path.parts):
            for node in ast.walk(ast.parse(path.read_text())):
                if isinstance(node, ast.Call) and node.args and getattr(node.func, "id", getattr(node.func, "attr", "")) in WRITERS:
                    yield from ((part.value, path) for part in ast.walk(node.args[0])
                                if isinstance(part, ast.Constant) and re.fullmatch(r"[a-z_]*\.[a-z_]+", str(part.value)))
                    yield from ((verb, path) for verb in composed(node.args[0], path))


def composed(verb: ast.expr, path: Path) -> Iterator[str]:
    """The verbs of f"practices.{verb}", written by a `_log("evidence", …)` of the same file."""
    parts = verb.values if isinstance(verb, ast.JoinedStr) else []
    if len(parts) == 2 and isinstance(parts[0], ast.Constant) and str(parts[0].value).endswith("."):
        calls = [n for n in ast.walk(ast.parse(path.read_text())) if isinstance(n, ast.Call) and getattr(n.func, "id", "") == "_log"]
        yield from (f"{parts[0].value}{c.args[0].value}" for c in calls if isinstance(c.args[0], ast.Constant))


def test_everything_the_log_is_about_has_a_name() -> None:
    """Read from the sources: the kinds in `subject=f"kind:…"` of the log's writers."""
    found = {kind for path in ROOT.rglob("*.py") if {"tests", "migrations"}.isdisjoint(path.parts)
             for kind in re.findall(r'subject=f"([a-z_]+):', path.read_text())}
    shown_by_name = {"unit", "person", "role", "calendar", "institution", "user"}
    assert len(found) > 30, "the log's subjects are written otherwise: look for them anew"
    assert {k for k in found - shown_by_name if thing_words(f"{k}:12345678901") == f"{k}:12345678901"} == set()
    assert thing_words("document:a259cc84-bfe3") == "Archivo a259cc84" and thing_words("nada:1") == "nada:1"


def test_every_verb_of_the_log_has_a_name() -> None:
    found = dict(written())
    flows = {step.name for kind in kinds() for flow in (kind.flow, TURN_FLOW, INFO_FLOW) for step in flow.steps}
    assert len(found) > 150, "the writers of the log are called otherwise: look for them anew"
    assert {v: p.name for v, p in found.items() if not has_words(v) and v.partition(".")[2] not in flows} == {}


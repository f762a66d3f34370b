"""If the docs list it, a test checks the list: every variable that is read stands in the one table."""
import re
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[4]
CALL = r"""\b(?:env|environ\.get|getenv)\(\s*["']([A-Z][A-Z_0-9]+)["']"""
READ = re.compile(CALL + r"""|environ\[["']([A-Z_0-9]+)["']\]""")
NOT_OURS = {"PATH", "OMP_THREAD_LIMIT", "DJANGO_SETTINGS_MODULE", "SECRET_KEY_FILE"}


@pytest.fixture(scope="module")
def table() -> set[str]:
    text = (ROOT / "docs/operations/configuration.md").read_text(encoding="utf-8")
    cells = [line.split("|")[1] for line in text.splitlines() if line.startswith("|")]
    return {name for cell in cells for name in re.findall(r"`([A-Z_]+)`", cell)}


def _sources() -> list[Path]:
    return [path for path in (ROOT / "src").rglob("*.py") if "tests" not in path.parts]


def test_every_variable_that_is_read_is_documented(table: set[str]) -> None:
    read = set()
    for path in _sources():
        read |= {first or second for first, second in READ.findall(path.read_text(encoding="utf-8"))}
    assert read - NOT_OURS - table == set()


def test_every_documented_variable_is_read(table: set[str]) -> None:
    everything = "".join(path.read_text(encoding="utf-8") for path in [*_sources(), *(ROOT / "tests").glob("*.py")])
    assert {name for name in table if f'"{name}"' not in everything} == set()

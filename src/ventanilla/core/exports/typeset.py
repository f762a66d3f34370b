"""The one place that sets official documents with typst: data in, PDF out.

Text is data: it reaches the template as a JSON file and is never spliced into source. The compiler sees only
a
folder made for this document (templates, data, assets), in a child process with limits of time and memory.
"""

import json
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Mapping, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _

STANDARDS = ("a-3a", "ua-1")
SECONDS, MEMORY = 60, 2 * 1024**3
_folders: dict[str, Path] = {}
_fonts: list[Path] = []


class TypesetError(Exception):
    """The document could not be made; `detail` is the compiler's message, for the log and not for people."""

    def __init__(self, message: str, detail: str = "") -> None:
        self.detail = detail
        super().__init__(message)


def register_templates(name: str, folder: Path) -> None:
    """Make the .typ files of a package folder known as `<name>/<file>.typ`. Raises ValueError for another
    folder."""
    if not name.isidentifier() or _folders.setdefault(name, folder) != folder:
        raise ValueError(f"the templates {name!r} exist already, or the name is not one")


def register_fonts(folder: Path) -> None:
    """Add a folder of fonts to those of the system and the compiler."""
    _fonts.append(folder)


def typeset(
    template: str,
    data: Mapping[str, Any],
    assets: Mapping[str, bytes] | None = None,
    standards: Sequence[str] = STANDARDS,
    *,
    seconds: int = SECONDS,
    at: datetime | None = None,
) -> bytes:
    """A PDF from `name/file.typ`; tagged, PDF/A-3a (ISO 19005-3) and PDF/UA-1 (ISO 14289-1) together by
    default.

    The template reads `json("/data.json")`, and assets as `/assets/<name>`. `at` (aware) is the creation
    moment written in the file. Raises TypesetError after `seconds` of work, or when the compiler refuses;
    KeyError for an unknown template folder; ValueError for a name that leaves its folder.
    """
    folder, _slash, file = template.partition("/")
    with tempfile.TemporaryDirectory(prefix="typst-") as name:
        root = Path(name)
        _prepare(root, {folder, "exports"}, data, assets or {})
        order = _order(root, _inside(root / folder, file), standards, seconds, at)
        return _compiled(order, seconds)


def typeset_many(
    template: str,
    data: Sequence[Mapping[str, Any]],
    standards: Sequence[str] = STANDARDS,
    *,
    seconds: int = SECONDS,
    at: datetime | None = None,
) -> list[bytes]:
    """PDFs of one template, in the order of `data`, by one child that loads compiler and fonts once.

    The template reads `json(sys.inputs.at("data", default: "/data.json"))`. Some thousand at most: they are held in memory.
    Raises as `typeset` does; then none is made.
    """
    folder, _slash, file = template.partition("/")
    with tempfile.TemporaryDirectory(prefix="typst-") as name:
        root = Path(name)
        _prepare(root, {folder, "exports"}, {}, {})
        for number, one in enumerate(data):
            text = json.dumps(one, ensure_ascii=False, default=str)
            (root / f"data-{number}.json").write_text(text, encoding="utf-8", errors="replace")
        order = _order(root, _inside(root / folder, file), standards, seconds, at)
        order["inputs"] = [f"/data-{n}.json" for n in range(len(data))]
        _compiled(order, seconds)
        return [(root / f"out-{n}.pdf").read_bytes() for n in range(len(data))]


def _order(root: Path, main: Path, standards: Sequence[str], seconds: int, at: datetime | None) -> dict[str, Any]:
    """What the child is told."""
    return {
        "main": str(main),
        "root": str(root),
        "fonts": [str(p) for p in _fonts],
        "standards": list(standards),
        "seconds": seconds,
        "memory": MEMORY,
        "timestamp": int((at or timezone.now()).timestamp()),
    }


def _prepare(root: Path, folders: set[str], data: Mapping[str, Any], assets: Mapping[str, bytes]) -> None:
    for name in folders:
        shutil.copytree(
            _folders[name], root / name, ignore=lambda _d, names: [n for n in names if n.endswith(".py")]
        )
    (root / "data.json").write_text(
        json.dumps(data, ensure_ascii=False, default=str), encoding="utf-8", errors="replace"
    )
    (root / "assets").mkdir()
    for name, value in assets.items():
        _inside(root / "assets", name).write_bytes(value)


def _inside(folder: Path, name: str) -> Path:
    path = (folder / name).resolve()
    if folder.resolve() not in path.parents:
        raise ValueError(f"{name!r} lies outside its folder")
    return path


def _compiled(order: Mapping[str, Any], seconds: int) -> bytes:
    command = [sys.executable, str(Path(__file__).with_name("typst_process.py"))]
    try:
        done = subprocess.run(
            command,
            input=json.dumps(order).encode(),
            capture_output=True,
            timeout=seconds,
            check=False,
            cwd=order["root"],
        )
    except subprocess.TimeoutExpired:
        raise TypesetError(
            _("El documento tardó demasiado en componerse; divídalo o use menos renglones.")
        ) from None
    if done.returncode != 0 or not done.stdout.startswith(b"%PDF"):
        raise TypesetError(_("No se pudo componer el documento."), done.stderr.decode("utf-8", "replace"))
    return done.stdout


register_templates("exports", Path(__file__).parent / "typst")

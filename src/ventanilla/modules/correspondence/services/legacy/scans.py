"""Finding the file that a row names: old registers keep whole Windows paths, in any case, of a disk that is no longer there."""
import os
from collections import defaultdict
from functools import cached_property
from pathlib import Path

from ventanilla.modules.correspondence.services.legacy.mapping import Unreadable


class Scans:
    """The files of a folder, by their path in it or by the end of one, whatever its case. Nothing outside of the folder is ever given."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder.resolve()

    def find(self, name: str) -> Path:
        """The file of that name. Raises Unreadable when there is none, or several that fit equally well."""
        plain = name.replace("\\", "/").lstrip("/")
        path = (self.folder / plain).resolve()
        if path.is_relative_to(self.folder) and path.is_file():
            return path
        wanted = plain.casefold().split("/")
        near = self._by_name.get(wanted[-1], [])
        alike = [(_shared(wanted, p.relative_to(self.folder).as_posix().casefold().split("/")), p) for p in near]
        most = max((n for n, _path in alike), default=0)
        best = [p for n, p in alike if n == most]
        if not best:
            raise Unreadable(f"No está el archivo «{name}».")
        if len(best) > 1:
            raise Unreadable(f"Hay {len(best)} archivos que podrían ser «{name}»: {_told(self.folder, best)}.")
        return best[0]

    @cached_property
    def _by_name(self) -> dict[str, list[Path]]:
        """All files by name, walked once; links are not followed."""
        found: defaultdict[str, list[Path]] = defaultdict(list)
        for folder, _folders, names in os.walk(self.folder):
            for name in sorted(names):
                path = Path(folder, name)
                if path.is_file() and not path.is_symlink():
                    found[name.casefold()].append(path)
        return found


def _shared(wanted: list[str], parts: list[str]) -> int:
    """How many parts two paths share from their end."""
    same = 0
    for one, other in zip(reversed(wanted), reversed(parts), strict=False):
        if one != other:
            break
        same += 1
    return same


def _told(folder: Path, paths: list[Path]) -> str:
    return ", ".join(sorted(str(p.relative_to(folder)) for p in paths)[:3])

"""Throw-away data folders (tests): what a killed run left behind is removed by the next one."""
import shutil
from pathlib import Path

from ventanilla.config.place import Place
from ventanilla.config.processes import Lock

PREFIX = "vt-fresh-"


def sweep(parent: Path) -> None:
    """Remove the throw-away folders in `parent` that nobody uses any more."""
    for folder in parent.glob(f"{PREFIX}*"):
        path = folder / "run" / "database.lock"
        try:
            lock = Lock(path)
            if not path.exists() or not lock.take():
                continue
            shutil.rmtree(folder, ignore_errors=True)
            shutil.rmtree(Place(folder).sockets, ignore_errors=True)
            lock.release()
        except OSError:  # another user's
            continue

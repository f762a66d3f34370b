"""An installation that was prepared once, copied for each test that needs one and does not look at how it is made.

`test_a_day_in_the_life` (config/tests/test_serve.py) and the one that is prepared here start from nothing.
"""
import fcntl
import os
import shutil
import signal
import subprocess
import sys
import tempfile
from pathlib import Path

from ventanilla.config import installation, processes
from ventanilla.config.benches.serving import OWN
from ventanilla.config.place import SOURCE, Place, environment

PREPARE = """
import os
from ventanilla.config import installation, place
from ventanilla.config.embedded import database
here = place.current()
with database(here, purpose="ready", durable=False) as url:
    os.environ["DATABASE_URL"] = url
    installation.prepare(here, demo=False)
"""
PARTS = ("pg*", "static", "run/*.done")
"""What is copied: database, static files and what was noted of them. Each copy makes a secret key of its own."""


def furnish(root: Path) -> None:
    """Put a migrated database, stopped in order, and the static files into an empty data folder.

    What is copied lies below the data of `exec --fresh` and goes with it; elsewhere the next run uses it again.
    """
    above = Path(os.environ.get("VENTANILLA_DATA") or tempfile.gettempdir()) / "vt-ready"
    above.mkdir(mode=0o711, parents=True, exist_ok=True)
    made = above / installation._digest(installation._inputs(), str(SOURCE))[:16]
    with (above / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not made.exists():
            _make(above, made)
        for part in (path for pattern in PARTS for path in made.glob(pattern)):
            (root / part.relative_to(made)).parent.mkdir(mode=0o700, exist_ok=True)
            subprocess.run(["cp", "-a", part, root / part.relative_to(made)], check=True)


def _make(above: Path, folder: Path) -> None:
    for old in (path for path in above.iterdir() if path.is_dir()):  # of another state of the project
        shutil.rmtree(old)
    partial = folder.with_suffix(".partial")
    partial.mkdir(mode=0o711)
    place = Place(partial).prepare()
    plain = {k: v for k, v in environment(place).items() if k not in OWN}
    env = plain | {"DJANGO_SETTINGS_MODULE": "ventanilla.config.settings", "PYTHONPATH": str(SOURCE), "VENTANILLA_DATA": str(partial)}
    subprocess.run([sys.executable, "-c", PREPARE], env=env, check=True, timeout=600, stdout=subprocess.DEVNULL,
                   preexec_fn=processes.dies_with_parent(signal.SIGTERM))
    partial.rename(folder)

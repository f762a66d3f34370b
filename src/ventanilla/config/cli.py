"""The `ventanilla` command line: our own commands, and every Django command under the same name."""
import os
import signal
import subprocess
import sys
import tempfile
from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path
from types import FrameType

from ventanilla.config import fresh, place
from ventanilla.config.binaries import Unavailable
from ventanilla.config.embedded import Busy, database
from ventanilla.config.place import Place

USAGE = """Uso: ventanilla ORDEN [opciones]

  demo                 prepara y sirve con una institución de demostración (PORT cambia el puerto)
  serve                sirve esta instalación: base de datos, páginas, avisos y tareas
  worker               un proceso de tareas (lo inicia serve)
  stop                 detiene lo que demo o serve iniciaron
  doctor               revisa qué tiene y qué le falta a esta máquina
  load QUÉ …           carga datos (load_QUÉ)          import QUÉ CARPETA …  trae un registro (import_QUÉ)
  audit verify         comprueba la bitácora
  institution create   crea la primera institución y a quien la administra
  backup ARCHIVO       respalda base de datos y archivos (--force: sustituye un archivo que ya existe)
  restore ARCHIVO      restaura en una instalación vacía y compara
  bench                mide, cada cifra junto a su piso
  exec [--fresh] ORDEN ejecuta una orden con la base de datos encendida (--fresh: una desechable)

Las demás órdenes son las de Django (ventanilla help)."""
WITHOUT_DATABASE = {"help", "version", "--version", "check", "collectstatic", "findstatic", "diffsettings",
                    "makemessages", "compilemessages"}
WORKER = ["procrastinate", "worker", "--no-listen-notify", "-p", "0.5", "-c", "1"]  # one job at a time: `queue.rescue` counts on it


def main(argv: Sequence[str] | None = None) -> int:
    """Run one command and return its exit code; problems of the machine are told in one Spanish paragraph."""
    name, *rest = list(sys.argv[1:] if argv is None else argv) or ["--help"]
    if name in ("--help", "-h"):
        print(USAGE)
        return 0
    signal.signal(signal.SIGTERM, _terminated)
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "ventanilla.config.settings")
    try:
        return OWN[name](rest) if name in OWN else django(name, *rest)
    except (Unavailable, Busy) as problem:
        print(problem, file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        return 130


def django(*argv: str) -> int:
    """A Django command, with the database running while it works."""
    if argv[0] in WITHOUT_DATABASE:
        return _execute(*argv)
    here = _here()
    with database(here, purpose=argv[0]) as url:
        os.environ["DATABASE_URL"] = url
        return _execute(*argv)


def demo(rest: list[str]) -> int:
    """`ventanilla demo`."""
    from ventanilla.config.serve import serve

    return serve(_here(), demo=True)


def serve(rest: list[str]) -> int:
    """`ventanilla serve`."""
    from ventanilla.config.serve import serve

    return serve(_here())


def stop(rest: list[str]) -> int:
    """`ventanilla stop`."""
    from ventanilla.config.serve import stop

    return stop(_here())


def doctor(rest: list[str]) -> int:
    """`ventanilla doctor`."""
    from ventanilla.config.doctor import report

    return report(_here())


def backup(rest: list[str]) -> int:
    """`ventanilla backup FILE`; a file that is there already is replaced only with `--force`."""
    from ventanilla.config.backup import backup

    force, names = "--force" in rest, [argument for argument in rest if argument != "--force"]
    return _with_file(names, partial(backup, force=force), purpose="backup")


def restore(rest: list[str]) -> int:
    """`ventanilla restore FILE`. Transaction numbers begin anew in another server: log and relay start from here."""
    from ventanilla.config.backup import restore

    return _with_file(rest, restore, ("audit_seal", "--rebase"), ("relay", "--rebase"))


def bench(rest: list[str]) -> int:
    """`ventanilla bench`: in a data folder of its own, so that nothing real is touched."""
    here = _here()
    if not os.environ.get("DATABASE_URL"):
        here = Place(here.root.with_name(f"{here.root.name}-bench")).prepare()
        os.environ.update(place.environment(here))
    with database(here, purpose="bench") as url:
        os.environ["DATABASE_URL"] = url
        return _execute("bench", *rest)  # its scratch database gets the tables, not this one


def execute(rest: list[str]) -> int:
    """`ventanilla exec [--fresh] [--] COMMAND…`: with DATABASE_URL and VENTANILLA_DATA set."""
    throwaway = rest[:1] == ["--fresh"]
    command = rest[throwaway:]
    command = command[command[:1] == ["--"]:]
    if not command:
        print(USAGE, file=sys.stderr)
        return 2
    if not throwaway:
        return _with_database(_here(), command, durable=True)
    with tempfile.TemporaryDirectory(prefix=fresh.PREFIX) as folder:
        fresh.sweep(Path(folder).parent)
        Path(folder).chmod(0o711)
        return _with_database(Place(Path(folder)).prepare(), command, durable=False)


def _with_database(here: Place, command: list[str], *, durable: bool) -> int:
    with database(here, purpose=command[0], durable=durable) as url:
        env = place.environment(here) | {"DATABASE_URL": url}
        return subprocess.run(command, env=env, check=False).returncode


def _dispatch(prefix: str) -> Callable[[list[str]], int]:
    def run(rest: list[str]) -> int:
        if not rest:
            print(USAGE, file=sys.stderr)
            return 2
        return django(f"{prefix}_{rest[0].replace('-', '_')}", *rest[1:])

    return run


def _with_file(rest: list[str], verb: Callable[[Place, Path, str], int], *then: Sequence[str], purpose: str = "restore") -> int:
    """The verb and, when it went well, these Django commands, all while the same server runs."""
    if len(rest) != 1:
        print(USAGE, file=sys.stderr)
        return 2
    here = _here()
    with database(here, purpose=purpose) as url:
        os.environ["DATABASE_URL"] = url
        return verb(here, Path(rest[0]), url) or next(filter(None, (_execute(*argv) for argv in then)), 0)


def _here() -> Place:
    here = place.current().prepare()
    os.environ.update(place.environment(here))
    return here


def _execute(*argv: str) -> int:
    from django.core.management import execute_from_command_line
    from django.db import ProgrammingError

    try:
        execute_from_command_line(["ventanilla", *argv])
    except SystemExit as end:
        return end.code if isinstance(end.code, int) else int(bool(end.code))
    except ProgrammingError as problem:  # a table or a column that is not there: yet, or by a fault of ours
        from ventanilla.config import installation

        if not installation.behind():
            raise
        raise Unavailable("La base de datos está vacía, o es de una versión anterior. Prepárela con «ventanilla migrate» "
                          "(«ventanilla serve» también lo hace al iniciar) y repita la orden.") from problem
    return 0


def _terminated(number: int, frame: FrameType | None) -> None:
    raise KeyboardInterrupt


OWN: dict[str, Callable[[list[str]], int]] = {
    "demo": demo, "serve": serve, "stop": stop, "doctor": doctor, "backup": backup, "restore": restore,
    "bench": bench, "exec": execute, "load": _dispatch("load"), "import": _dispatch("import"),
    "audit": _dispatch("audit"), "institution": _dispatch("institution"), "worker": lambda rest: django(*WORKER, *rest),
}

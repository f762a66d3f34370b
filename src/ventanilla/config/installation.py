"""What must be done once before serving, and again only when its inputs changed: schema, static, demo."""
import hashlib
import io
import os
from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING

from ventanilla.config.binaries import Unavailable
from ventanilla.config.place import SOURCE, Place

if TYPE_CHECKING:
    from django.db.migrations.loader import MigrationLoader

SCHEMA_LOCK = 0x76656E74  # advisory lock: two processes never migrate at once


def prepare(place: Place, *, demo: bool) -> None:
    """Migrate, make the cache table, collect static files; in a demo load its institution.

    The environment must already say where the database is. Leaves no connection open. Where nothing changed
    since the last time it returns at once, without even loading Django.
    """
    digest = _digest(_inputs(), f"{SOURCE} {demo} {os.environ['DATABASE_URL']}")
    if _remembered(place, "prepared") == digest and (place.root / "static").exists():
        return
    _prepare(place, demo)
    _remember(place, "prepared", digest)


def _prepare(place: Place, demo: bool) -> None:
    import django

    django.setup()
    try:
        _schema()
        _static(place)
        if demo:
            _demo(place)
    finally:
        close_connections()


def has_command(name: str) -> bool:
    """Whether some app of ours brings this Django command."""
    return any((SOURCE / "ventanilla").rglob(f"management/commands/{name}.py"))


def signins(place: Place) -> str:
    """The sign-ins of one person per role, as they were when the demo institution was loaded."""
    path = place.run / "signins.txt"
    return path.read_text(encoding="utf-8") if path.exists() else ""


def _inputs() -> Iterable[Path]:
    """Whatever a schema, static files or a demo institution are made from."""
    package = SOURCE / "ventanilla"
    for pattern in ("**/migrations/*.py", "**/static/**/*", "**/demo*/**/*", "**/commands/*demo*.py"):
        yield from (path for path in package.glob(pattern) if path.is_file() and path.suffix != ".pyc")
    yield package / "config/settings.py"
    yield from (path for path in [SOURCE.parent / "requirements/core.txt"] if path.exists())


def close_connections() -> None:
    """Also the pool: processes started from here must not inherit its sockets and threads."""
    from django.db import connections

    for connection in connections.all(initialized_only=True):
        connection.close()
        if hasattr(connection, "close_pool"):
            connection.close_pool()


def _schema() -> None:
    """Raises Unavailable, and changes nothing, when another version of the program wrote the database."""
    from django.core.management import call_command
    from django.db import connection
    from django.db.migrations.executor import MigrationExecutor

    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_lock(%s)", [SCHEMA_LOCK])
        try:
            executor = MigrationExecutor(connection)
            _refuse_other_version(executor.loader)
            if executor.migration_plan(executor.loader.graph.leaf_nodes()):
                print("· Preparando la base de datos", flush=True)
                call_command("migrate", verbosity=0, interactive=False)
            call_command("createcachetable", verbosity=0)
        finally:
            cursor.execute("SELECT pg_advisory_unlock(%s)", [SCHEMA_LOCK])


def behind() -> bool:
    """Whether the database lacks migrations of this version."""
    from django.db import connection
    from django.db.migrations.executor import MigrationExecutor

    executor = MigrationExecutor(connection)
    return bool(executor.migration_plan(executor.loader.graph.leaf_nodes()))


def _refuse_other_version(loader: "MigrationLoader") -> None:
    from django.apps import apps

    ours = {config.label for config in apps.get_app_configs() if config.name.startswith("ventanilla.")}
    strange = sorted(key for key in loader.applied_migrations if key[0] in ours and key not in loader.disk_migrations)
    if strange:
        others = f" y otras {len(strange) - 1}" if len(strange) > 1 else ""
        raise Unavailable(
            f"La base de datos es de otra versión de Ventanilla ({'.'.join(strange[0])}{others}). "
            "Use esa versión para respaldarla, o empiece con una carpeta de datos nueva.")


def _static(place: Place) -> None:
    from django.contrib.staticfiles.finders import get_finders
    from django.core.management import call_command

    found = (Path(storage.path(name)) for finder in get_finders() for name, storage in finder.list([]))
    digest = _digest(found, str(SOURCE))
    if _remembered(place, "static") != digest:
        call_command("collectstatic", verbosity=0, interactive=False, clear=True)
        _remember(place, "static", digest)


def _demo(place: Place) -> None:
    from django.core.management import call_command

    digest = hashlib.sha256(os.environ["DATABASE_URL"].encode()).hexdigest()
    if _remembered(place, "demo") == digest or not has_command("load_demo"):
        return
    print("· Cargando la institución de demostración", flush=True)
    call_command("load_demo")
    if has_command("demo_signins"):
        text = io.StringIO()
        call_command("demo_signins", stdout=text)
        (place.run / "signins.txt").write_text(text.getvalue(), encoding="utf-8")
    _remember(place, "demo", digest)


def _digest(paths: Iterable[Path], salt: str) -> str:
    total = hashlib.sha256(salt.encode())
    for path in sorted(set(paths)):
        status = path.stat()
        total.update(f"{path}\0{status.st_size}\0{status.st_mtime_ns}\n".encode())
    return total.hexdigest()


def _remembered(place: Place, name: str) -> str:
    path = place.run / f"{name}.done"
    return path.read_text() if path.exists() else ""


def _remember(place: Place, name: str, digest: str) -> None:
    (place.run / f"{name}.done").write_text(digest)

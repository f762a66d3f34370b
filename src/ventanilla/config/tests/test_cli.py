"""The command line: our commands, their Django twins, and what a mistaken user reads."""

import signal
import socket
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from ventanilla.config import cli, doctor, fresh
from ventanilla.config.place import Place
from ventanilla.config.processes import Lock


@pytest.fixture(autouse=True)
def _own_signals() -> Iterator[None]:
    before = signal.getsignal(signal.SIGTERM)
    yield
    signal.signal(signal.SIGTERM, before)


@pytest.fixture
def asked(monkeypatch: pytest.MonkeyPatch) -> list[tuple[str, ...]]:
    calls: list[tuple[str, ...]] = []
    monkeypatch.setattr(cli, "django", lambda *argv: calls.append(argv) or 0)
    return calls


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("import correspondence DIR --dry-run", ("import_correspondence", "DIR", "--dry-run")),
        ("load demo", ("load_demo",)),
        ("load agencies x.csv", ("load_agencies", "x.csv")),
        ("audit verify --head h.json", ("audit_verify", "--head", "h.json")),
        ("worker -q mail", (*cli.WORKER, "-q", "mail")),
        ("migrate --plan", ("migrate", "--plan")),
    ],
)
def test_dispatch(asked: list[tuple[str, ...]], line: str, expected: tuple[str, ...]) -> None:
    assert cli.main(line.split()) == 0
    assert asked == [expected]


@pytest.mark.parametrize(
    "line", ["import", "load", "audit", "backup", "backup --force", "restore a b", "restore a --force", "exec", "exec --fresh --"]
)
def test_incomplete_commands_show_the_usage(line: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main(line.split()) == 2
    assert "Uso: ventanilla" in capsys.readouterr().err


def test_help_names_every_own_command(capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main([]) == 0
    text = capsys.readouterr().out
    assert all(f"  {name}" in text for name in cli.OWN)


@pytest.mark.slow
def test_exec_gives_the_exit_code_and_leaves_nothing(command: list[str], env: dict[str, str]) -> None:
    done = subprocess.run(
        [*command, "exec", "--fresh", "--", "sh", "-c", "echo $VENTANILLA_DATA; exit 7"],
        env=env,
        capture_output=True,
        text=True,
        timeout=240,
        check=False,
    )
    assert done.returncode == 7
    assert fresh.PREFIX in done.stdout
    assert not Path(done.stdout.strip()).exists()


def test_sweep_spares_what_is_in_use(tmp_path: Path) -> None:
    used, left = (Place(tmp_path / f"{fresh.PREFIX}{name}").prepare() for name in ("used", "left"))
    lock = Lock(used.run / "database.lock")
    assert lock.take()
    (left.run / "database.lock").touch()
    fresh.sweep(tmp_path)
    assert used.root.exists()
    assert not left.root.exists()
    lock.release()


def test_the_doctor_says_whether_mail_leaves(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    place = Place(tmp_path)
    monkeypatch.delenv("SMTP_HOST", raising=False)
    assert [(f.state, "SMTP_HOST" in f.text) for f in doctor.CHECKS["correo"](place)] == [(doctor.WARN, True)]
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))  # nobody listens yet, and nobody else gets it
        port = one.getsockname()[1]
        monkeypatch.setenv("SMTP_HOST", "127.0.0.1")
        monkeypatch.setenv("SMTP_PORT", str(port))
        [closed] = doctor.CHECKS["correo"](place)
        assert closed.state == doctor.WARN and f"127.0.0.1:{port} no contesta" in closed.text
        one.listen()
        assert [f.state for f in doctor.CHECKS["correo"](place)] == [doctor.OK]

"""The walls round file readers, tried from inside; and what happens when the server dies."""
import os
import signal
import socket
import time

import pytest

from ventanilla.core.documents import sandbox


def probe(secret, port):
    outcome = sandbox.Outcome()
    with sandbox.folder() as folder:
        messages = list(sandbox.run("probe", folder=folder, inputs=[], outcome=outcome, secret=str(secret),
                                    port=port))
    return messages[-1]["reached"], outcome


def test_a_child_reaches_neither_network_nor_other_files(tmp_path):
    secret = tmp_path / "secreto.txt"
    secret.write_text("clave")
    with socket.create_server(("127.0.0.1", 0)) as server:
        reached, outcome = probe(secret, server.getsockname()[1])
    assert outcome.walls["limits"] and (outcome.walls["network"] or outcome.walls["seccomp"])
    assert "socket" not in reached
    if outcome.walls["files"]:
        assert reached == [] and secret.read_text() == "clave"


def test_doctor_speaks_spanish():
    from ventanilla.core.documents.health import checks
    report = checks()
    assert all(check.message for check in report) and "spa" in report[0].message


def test_level_is_told():
    assert set(sandbox.sandbox_level()) == {"limits", "network", "seccomp", "files"}


def test_the_environment_of_readers_holds_no_secrets(monkeypatch):
    monkeypatch.setenv("SECRET_KEY", "muy secreta")
    assert "SECRET_KEY" not in sandbox._environment()


def test_a_killed_server_is_started_again(tmp_path):
    probe(tmp_path / "x", 9)
    os.kill(sandbox.workshop.server_pid, signal.SIGKILL)
    time.sleep(0.1)
    assert probe(tmp_path / "x", 9)[1].exit == 0


def test_broken_lines_end_the_job(tmp_path):
    read_end, write_end = os.pipe()
    os.write(write_end, b'{"kind": "head", "pages": 1}\nesto no es JSON\n')
    os.close(write_end)
    outcome = sandbox.Outcome()
    assert [m["kind"] for m in sandbox._messages(read_end, outcome, 1.0)] == ["head"]
    assert outcome.problem == "time"
    os.close(read_end)


@pytest.mark.parametrize("silence", [0.05])
def test_silence_is_ended(silence):
    read_end, write_end = os.pipe()
    outcome = sandbox.Outcome()
    assert list(sandbox._messages(read_end, outcome, silence)) == [] and outcome.problem == "time"
    os.close(read_end)
    os.close(write_end)

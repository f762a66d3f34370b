"""The supervisor: what falls is started again, and nothing outlives it, however it ends."""

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from ventanilla.config import processes

pytestmark = pytest.mark.faults
# A child that starts a grandchild, as a web server does with its workers, and writes both numbers down.
CHILD = """
import os, signal, subprocess, sys, time
deaf = sys.argv[2] == "deaf"
if deaf:
    signal.signal(signal.SIGTERM, signal.SIG_IGN)
grandchild = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(600)"])
if not deaf:
    def leave(*_):
        grandchild.terminate(); grandchild.wait(); os._exit(0)
    signal.signal(signal.SIGTERM, leave)
with open(sys.argv[1], "a") as file:
    file.write(f"{os.getpid()} {grandchild.pid}\\n")
while True:
    time.sleep(600)
"""
SUPERVISE = """
import os, sys
from ventanilla.config import supervisor
supervisor.GRACE = 1.0
env = dict(os.environ)
child = supervisor.Child("child", [sys.executable, "-c", sys.argv[1], sys.argv[2], sys.argv[3]], env)
it = supervisor.Supervisor([child])
it.start()
it.run()
"""

# The first child alone until a file says that the others may start; a child that never listens has a short grace.
SUPERVISE_FIRST = """
import os, pathlib, sys, threading, time
from ventanilla.config import supervisor
env, numbers, go = dict(os.environ), sys.argv[2], pathlib.Path(sys.argv[3])
first = supervisor.Child("first", [sys.executable, "-c", sys.argv[1], numbers, "plain"], env)
deaf = supervisor.Child("deaf", [sys.executable, "-c", sys.argv[1], numbers, "deaf"], env, grace=0.2)
it = supervisor.Supervisor([first, deaf])
it.start(first=1)
def wait():
    while not go.exists():
        time.sleep(0.05)
    it.others()
threading.Thread(target=wait, daemon=True).start()
it.run()
"""


class Run:
    def __init__(self, numbers: Path, kind: str, program: str = SUPERVISE) -> None:
        self.numbers = numbers
        self.process = subprocess.Popen([sys.executable, "-c", program, CHILD, str(numbers), kind])

    def generations(self) -> list[list[int]]:
        text = self.numbers.read_text() if self.numbers.exists() else ""
        return [[int(pid) for pid in line.split()] for line in text.splitlines()]

    def wait_for(self, number: int) -> list[int]:
        assert processes.wait_until(lambda: len(self.generations()) >= number, 30)
        return self.generations()[number - 1]

    def all_gone(self) -> bool:
        pids = [pid for generation in self.generations() for pid in generation]
        return processes.wait_until(lambda: not any(map(processes.alive, pids)), 15)


@pytest.fixture
def run(tmp_path: Path, request: pytest.FixtureRequest) -> Iterator[Run]:
    kind = getattr(request, "param", "plain")
    program = SUPERVISE_FIRST if kind == "first" else SUPERVISE
    run = Run(tmp_path / "numbers", str(tmp_path / "go") if kind == "first" else kind, program)
    yield run
    run.process.kill()
    run.process.wait()
    for generation in run.generations():
        for pid in generation:
            if processes.alive(pid):
                os.kill(pid, signal.SIGKILL)


def test_a_killed_child_is_started_again_and_its_own_children_end(run: Run) -> None:
    child, grandchild = run.wait_for(1)
    os.kill(child, signal.SIGKILL)
    run.wait_for(2)
    assert processes.wait_until(lambda: not processes.alive(grandchild), 10)


@pytest.mark.parametrize("run", ["plain", "deaf"], indirect=True)
@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT, signal.SIGHUP])
def test_a_signal_stops_everything(run: Run, number: signal.Signals) -> None:
    run.wait_for(1)
    run.process.send_signal(number)
    assert run.process.wait(15) == 0
    assert run.all_gone()


def test_killing_the_supervisor_leaves_nothing(run: Run) -> None:
    run.wait_for(1)
    run.process.kill()
    run.process.wait()
    assert run.all_gone()


@pytest.mark.parametrize("run", ["first"], indirect=True)
def test_the_first_is_tended_before_the_others_start_and_a_deaf_one_has_its_own_grace(run: Run, tmp_path: Path) -> None:
    child, _grandchild = run.wait_for(1)
    os.kill(child, signal.SIGKILL)
    run.wait_for(2)
    assert len(run.generations()) == 2, "the other one waits"
    (tmp_path / "go").touch()
    run.wait_for(3)
    run.process.send_signal(signal.SIGTERM)
    assert run.process.wait(15) == 0
    assert run.all_gone()

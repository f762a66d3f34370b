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


class Run:
    def __init__(self, numbers: Path, kind: str) -> None:
        self.numbers = numbers
        self.process = subprocess.Popen([sys.executable, "-c", SUPERVISE, CHILD, str(numbers), kind])

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
    run = Run(tmp_path / "numbers", getattr(request, "param", "plain"))
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

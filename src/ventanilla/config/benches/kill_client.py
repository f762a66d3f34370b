"""A client of `kills`: a program of its own, without Django, so that killing and starting it is quick."""
import json
import os
import sys
import time
from contextlib import suppress
from http.client import HTTPConnection, HTTPException
from pathlib import Path
from typing import IO, Any
from uuid import uuid4


def main(number: int, port: int, folder: Path, more: bool) -> None:
    """First what a killed predecessor left open, then its own part. A line counts when it is whole."""
    job = json.loads((folder / "job.json").read_text())
    path = folder / f"{number}.log"
    before = path.read_text() if path.exists() else ""
    lines = [[*line.split(" ", 2), "", ""] for line in before.splitlines()]
    done = {line[1] for line in lines if line[0] == "got" and line[2].endswith(".")}
    asked = {line[1]: int(line[2][:-1]) for line in lines if line[0] == "ask" and line[2].endswith(".")}
    with path.open("a") as log:
        if before and not before.endswith("\n"):
            write(log, "")
        for key in [k for k in asked if k not in done]:
            register(job, port, key, asked[key], log)
        for n in range(len(asked), job["each"] if more else 0):
            key, body = str(uuid4()), (number + n * job["clients"]) % len(job["bodies"])
            write(log, f"ask {key} {body}.")
            register(job, port, key, body, log)


def write(log: IO[str], line: str) -> None:
    """On disk before anything else happens."""
    log.write(line + "\n")
    log.flush()
    os.fsync(log.fileno())


def register(job: dict[str, Any], port: int, key: str, body: int, log: IO[str]) -> None:
    """Ask until it is answered, always with the same key."""
    for _try in range(100):
        with suppress(OSError, ValueError, LookupError, HTTPException):
            write(log, f"got {key} {ask(job['secret'], port, key, job['bodies'][body])}.")
            return
        time.sleep(0.2)


def ask(secret: str, port: int, key: str, body: str) -> str:
    """The folio of one registration. Raises ValueError when it was refused."""
    base = HTTPConnection("127.0.0.1", port, timeout=20)
    try:
        base.request("POST", "/api/v1/letters", body.encode(), {
            "Host": f"localhost:{port}", "Authorization": f"Bearer {secret}", "Content-Type": "application/json",
            "Idempotency-Key": key})
        answer = base.getresponse()
        text = answer.read()
    finally:
        base.close()
    if answer.status != 201:
        raise ValueError(answer.status)
    found: str = json.loads(text)[0]["folio"]
    return found


if __name__ == "__main__":
    main(int(sys.argv[1]), int(sys.argv[2]), Path(sys.argv[3]), sys.argv[4] == "1")

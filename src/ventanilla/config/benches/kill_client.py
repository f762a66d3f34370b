"""A client of `kills`: a program of its own, without Django, so that killing and starting it is quick.

Each request registers one to MOST letters of as many series, each with a key of its own: the request's key and the letter's
place make it (`ventanilla.web.api.idempotency.key_of`). Its file says what was asked for, before, and what was answered, after.
"""
import json
import os
import sys
import time
from collections.abc import Iterator
from contextlib import suppress
from http.client import HTTPConnection, HTTPException
from pathlib import Path
from typing import IO, Any
from uuid import uuid4

MOST = 60  # letters in a request
TRIES = 600


def main(number: int, port: int, folder: Path, more: bool) -> None:
    """First what a killed predecessor left open, then its own part. A line counts when it is whole."""
    job = json.loads((folder / "job.json").read_text())
    path = folder / f"{number}.log"
    before = path.read_text() if path.exists() else ""
    asked, done = said(before)
    with path.open("a") as log:
        if before and not before.endswith("\n"):
            write(log, "")
        for key, places in asked.items():
            if key not in done:
                register(job, port, key, places, log)
        if more:
            for places in left(job, number, sum(map(len, asked.values()))):
                key = str(uuid4())
                write(log, f"ask {key} {','.join(map(str, places))}.")
                register(job, port, key, places, log)


def said(text: str) -> tuple[dict[str, list[int]], dict[str, list[str]]]:
    """The keys asked for, each with the places of its letters, and the folios that each acknowledged one was told."""
    asked: dict[str, list[int]] = {}
    done: dict[str, list[str]] = {}
    for line in text.splitlines():
        word, key, rest = [*line.split(" ", 2), "", ""][:3]
        if rest.endswith("."):
            if word == "ask":
                asked[key] = list(map(int, rest[:-1].split(",")))
            elif word == "got":
                done[key] = rest[:-1].split("|")
    return asked, done


def left(job: dict[str, Any], number: int, made: int) -> Iterator[list[int]]:
    """The requests that are still to be made: their sizes go round, their series wander."""
    while made < job["each"]:
        count = min(1 + (made * 7 + number) % MOST, job["each"] - made)
        yield [(number * 17 + (made + n) * 5) % len(job["letters"]) for n in range(count)]
        made += count


def write(log: IO[str], line: str) -> None:
    """On disk before anything else happens."""
    log.write(line + "\n")
    log.flush()
    os.fsync(log.fileno())


def register(job: dict[str, Any], port: int, key: str, places: list[int], log: IO[str]) -> None:
    """Ask until it is answered, always with the same key."""
    for _try in range(TRIES):
        with suppress(OSError, ValueError, LookupError, HTTPException):
            write(log, f"got {key} {'|'.join(ask(job, port, key, places))}.")
            return
        time.sleep(0.2)


def ask(job: dict[str, Any], port: int, key: str, places: list[int]) -> list[str]:
    """The folios of one request. Raises ValueError when it was refused."""
    base = HTTPConnection("127.0.0.1", port, timeout=30)
    try:
        base.request("POST", "/api/v1/letters", json.dumps({"letters": [job["letters"][p] for p in places]}).encode(), {
            "Host": f"localhost:{port}", "Authorization": f"Bearer {job['secret']}", "Content-Type": "application/json",
            "Idempotency-Key": key})
        answer = base.getresponse()
        text = answer.read()
    finally:
        base.close()
    if answer.status != 201:
        raise ValueError(answer.status)
    return [case["folio"] for case in json.loads(text)]


if __name__ == "__main__":
    main(int(sys.argv[1]), int(sys.argv[2]), Path(sys.argv[3]), sys.argv[4] == "1")

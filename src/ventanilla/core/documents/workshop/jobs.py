"""What a confined child can do, by name: read, layer, merge, split, sheet, logo, cells, carried.

A job is a JSON object; `folder` is the only place a child may write, `inputs` the only files of others it
may read.
"""
import gc
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

from ventanilla.core.documents.workshop import attachments, batches, cells, layer, limits, logos, merging, ocr, pdf, reading
from ventanilla.core.documents.workshop.images import Problem

Emit = Callable[[dict[str, Any]], None]


def preload() -> None:
    """Load the heavy libraries and the language file once, before any child is forked, and leave it all where it lies:
    a child that collected garbage would copy every page of memory it looks at."""
    import python_calamine  # noqa: F401
    import zxingcpp  # noqa: F401
    from PIL import Image, MpoImagePlugin, TiffImagePlugin, WebPImagePlugin  # noqa: F401

    Image.preinit()
    layer.prepare()
    try:
        ocr.engine()
    except Problem:
        print("documents worker: falta spa.traineddata", file=sys.stderr)
    gc.collect()
    gc.freeze()


def run(job: dict[str, Any], emit: Emit) -> None:
    """Confine this process, then do the job."""
    folder = Path(job["folder"])
    libraries = [Path(p) for p in (sys.prefix, sys.base_prefix, "/usr", "/lib", "/lib64", "/etc/localtime")
                 if p]
    own = [Path(p) for p in sys.path if p]
    walls = limits.confine(
        memory=job["memory"], file_size=job["file_size"], writable=folder,
        readable=[p for p in (*libraries, *own, *(Path(i) for i in job["inputs"])) if p.exists()])
    emit({"kind": "walls", **walls})
    limits.allow_cpu(job["seconds"])
    try:
        _OPERATIONS[job["op"]](job, emit)
    except Problem as problem:
        emit({"kind": "problem", "code": problem.code, "details": problem.details})


def _layer(job: dict[str, Any], emit: Emit) -> None:
    """Write `searchable.pdf` from path, media_type, pages: {number: {"turn", "words"}}."""
    words = {int(n): layer.words_of(p["words"]) for n, p in job["pages"].items()}
    turns = {int(n): int(p["turn"]) for n, p in job["pages"].items()}
    make = layer.onto_pdf if job["media_type"] == "application/pdf" else layer.from_pictures
    make(Path(job["path"]), words, turns, Path(job["folder"]) / "searchable.pdf")
    emit({"kind": "end"})


def _try_network(job: dict[str, Any], emit: Emit) -> None:
    """For tests and `doctor`: what a child can still reach."""
    import socket

    reached = []
    for name, attempt in (
        ("socket", lambda: socket.create_connection(("127.0.0.1", job["port"]), 1)),
        ("file", lambda: Path(job["secret"]).read_bytes()),
        ("write", lambda: Path(job["secret"]).write_bytes(b"")),
    ):
        try:
            attempt()
            reached.append(name)
        except OSError:
            continue
    emit({"kind": "end", "reached": reached})


def _eat(job: dict[str, Any], emit: Emit) -> None:
    """For tests: use up memory or time."""
    if job["what"] == "memory":
        blocks = [bytearray(1 << 24) for _ in range(1 << 16)]
        emit({"kind": "end", "blocks": len(blocks)})
    while True:
        pdf.opened  # noqa: B018


_OPERATIONS: dict[str, Callable[[dict[str, Any], Emit], None]] = {
    "read": reading.read, "layer": _layer, "merge": merging.merge, "split": batches.split,
    "logo": logos.logo, "cells": cells.cells, "carried": attachments.carried,
    "probe": _try_network, "eat": _eat,
}

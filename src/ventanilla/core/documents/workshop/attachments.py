"""What a PDF or a Word document carries inside beside its pages: a record, and files. Untrusted files are opened only here, in the child.

In a PDF they are its attachments (ISO 32000-2, 7.11.4), in a Word document the parts of a folder of their own.
"""
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final
from xml.etree.ElementTree import ParseError, fromstring
from zipfile import ZipFile

import pikepdf

from ventanilla.core.documents.workshop.images import Problem
from ventanilla.core.documents.workshop.office import unzipped

DOCX: Final = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
DESCRIPTION: Final = "{http://purl.org/dc/elements/1.1/}description"
MOST_COMMENTS, MOST_PROPERTIES = 2_000, 1_000_000
_BROKEN: Final = (pikepdf.PdfError, Problem, ValueError, TypeError, AttributeError, KeyError, RuntimeError, OSError)
Members = Mapping[str, Callable[[int], bytes]]


def carried(job: dict[str, Any], emit: Any) -> None:
    """Emit `record` (text) where the file carries one of that name in UTF-8 of at most `limit` bytes; then `file` (name, place) for every
    other one, written into the job's folder under its number; `refused` (code: many, large, damaged) ends them; then `end`. Of a Word
    document first `about` (text): its comments property, which programs keep when they save and drop parts that they do not know.

    Job: path, media_type, name, limit, most (files), room (bytes of all together), parts (folder in a Word document), ratio.
    """
    try:
        if job["media_type"] == DOCX:
            emit({"kind": "about", "text": _comments(job)})
        with _members(job) as members:
            text = _record(members, job["name"], job["limit"])
            if text is not None:
                emit({"kind": "record", "text": text})
                _files(members, job, emit)
    except _BROKEN:
        emit({"kind": "refused", "code": "damaged"})
    emit({"kind": "end"})


def _comments(job: dict[str, Any]) -> str:
    """The comments property (ISO/IEC 29500-2: dc:description), wherever the package says that its core properties are; "" without."""
    try:
        with unzipped(Path(job["path"]), job["ratio"]) as archive:
            parts = fromstring(_opening(archive, "_rels/.rels"))
            place = next(one.get("Target", "") for one in parts if one.get("Type", "").endswith("/core-properties"))
            return (fromstring(_opening(archive, place.lstrip("/"))).findtext(DESCRIPTION) or "")[:MOST_COMMENTS]
    except (*_BROKEN, ParseError, StopIteration):
        return ""


def _opening(archive: ZipFile, name: str) -> bytes:
    with archive.open(name) as member:
        return member.read(MOST_PROPERTIES)


@contextmanager
def _members(job: dict[str, Any]) -> Iterator[Members]:
    if job["media_type"] == DOCX:
        with unzipped(Path(job["path"]), job["ratio"]) as archive:
            def read(name: str, most: int) -> bytes:
                with archive.open(name) as member:
                    return member.read(most + 1)

            names = [n for n in archive.namelist() if n.startswith(job["parts"])]
            yield {n.removeprefix(job["parts"]): lambda most, n=n: read(n, most) for n in names}  # type: ignore[misc]
        return
    with pikepdf.open(job["path"]) as document:
        held = document.attachments
        yield {str(n): lambda _most, n=n: held[n].get_file().read_bytes() for n in held}  # type: ignore[misc]


def _record(members: Members, name: str, limit: int) -> str | None:
    if name not in members:
        return None
    data = members[name](limit)
    return data.decode() if len(data) <= limit else None


def _files(members: Members, job: dict[str, Any], emit: Any) -> None:
    names, left = [n for n in members if n != job["name"]], job["room"]
    if len(names) > job["most"]:
        emit({"kind": "refused", "code": "many"})
        return
    for number, name in enumerate(names):
        data = members[name](left)
        left -= len(data)
        if left < 0:
            emit({"kind": "refused", "code": "large"})
            return
        (Path(job["folder"]) / f"carried-{number}").write_bytes(data)
        emit({"kind": "file", "name": name, "place": f"carried-{number}"})

"""What a PDF or a Word document carries inside beside its pages, taken out in a confined process. Nothing is stored."""
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

from django.conf import settings

from ventanilla.core.documents import sandbox, sniff

CARRIERS: Final = ("application/pdf", "application/vnd.openxmlformats-officedocument.wordprocessingml.document")
FOLDER: Final = "ventanilla/"
"""Of the parts in a Word document."""


@dataclass
class Carried:
    """`record` is the text of the file that was asked for; `files` the others by name, as they came; `about` what a Word document says of
    itself (its comments property), also when it carries nothing.

    With `refused` (many, large, damaged, time, memory, crash) the files are not all there and must not be used.
    """

    record: str = ""
    files: dict[str, bytes] = field(default_factory=dict)
    refused: str = ""
    about: str = ""


def carried_by(data: bytes, name: str, *, limit: int, most: int, room: int) -> Carried | None:
    """What the file carries with its record `name` (UTF-8, at most `limit` bytes), or says of itself; None when it does neither.

    At most `most` other files, of `room` bytes together. Names are as the file says them: whoever uses them looks at them first.
    """
    outcome, found = sandbox.Outcome(), Carried()
    with sandbox.folder() as folder:
        path = folder / "form"
        path.write_bytes(data)
        media_type = sniff.media_type(path)
        if media_type not in CARRIERS:
            return None
        for message in sandbox.run("carried", folder=folder, inputs=[path], outcome=outcome, path=str(path), media_type=media_type,
                                   name=name, limit=limit, most=most, room=room, parts=FOLDER, ratio=settings.FILE_LIMITS["ratio"]):
            _take(found, message, folder)
    found.refused = found.refused or outcome.problem
    return found if found.record or found.about else None


def _take(found: Carried, message: dict[str, Any], folder: Path) -> None:
    if message["kind"] in ("record", "about"):
        setattr(found, message["kind"], message["text"])
    elif message["kind"] == "file":
        found.files[str(message["name"])] = (folder / Path(message["place"]).name).read_bytes()
    elif message["kind"] == "refused":
        found.refused = message["code"]

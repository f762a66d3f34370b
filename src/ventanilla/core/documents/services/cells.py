"""A filled form (DOCX, XLSX, PDF, picture) as lines of cells, read in a confined process. Nothing is stored."""
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

from django.conf import settings

from ventanilla.core.documents import sandbox, sniff
from ventanilla.core.documents.problems import DocumentError, sentence
from ventanilla.core.documents.text import PageText

Recognise = Literal["missing", "pictured", "always", "never"]


@dataclass
class Cells:
    """`text`: a tab between cells, U+000B for a break inside one.

    `said`: codes (formula, needs_recognition, pictured, recognised, truncated, unreadable_layer).
    """

    media_type: str
    text: str = ""
    said: list[str] = field(default_factory=list)


def cells_of(data: bytes, *, recognise: Recognise = "missing", known: Mapping[int, PageText] | None = None) -> Cells:
    """What stands in the file. `recognise`: "missing" reads pages without text from their picture, "pictured" also those whose text is a
    layer over a picture of the page (`pictured` is said of them), "always" every page of a PDF. `known` pages are not recognised again.

    "never" takes milliseconds where recognising takes seconds a page: what only a picture shows is left out, and `needs_recognition` said.

    Raises DocumentError (Spanish): protected, damaged, grows too much, too slow.
    """
    outcome, limits = sandbox.Outcome(), settings.FILE_LIMITS
    with sandbox.folder() as folder:
        path = folder / "form"
        path.write_bytes(data)
        found, lines, problem = Cells(sniff.media_type(path)), list[str](), ""
        for message in sandbox.run("cells", folder=folder, inputs=[path], outcome=outcome, path=str(path), media_type=found.media_type,
                                   ratio=limits["ratio"], pages=min(limits["pages"], 60), pixels=limits["pixels"], recognise=recognise,
                                   known={number: _plain(page) for number, page in (known or {}).items()}):
            if message["kind"] == "line":
                lines.append(message["text"])
            elif message["kind"] == "said" and message["code"] not in found.said:
                found.said.append(message["code"])
            elif message["kind"] == "problem":
                problem = message["code"]
    if problem or outcome.problem:
        raise DocumentError(sentence(problem or outcome.problem, {}))
    found.text = "\n".join(lines)
    return found


def _plain(page: PageText) -> dict[str, Any]:
    words = [[w.text, w.x0, w.y0, w.x1, w.y1, w.confidence, w.line, w.block] for w in page.words]
    return {"width": page.width, "height": page.height, "words": words}

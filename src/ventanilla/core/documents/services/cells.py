"""A filled form (DOCX, XLSX, PDF, picture) as lines of cells, read in a confined process. Nothing is stored."""
from dataclasses import dataclass, field

from django.conf import settings

from ventanilla.core.documents import sandbox, sniff
from ventanilla.core.documents.problems import DocumentError, sentence


@dataclass
class Cells:
    """`text`: a tab between cells, U+000B for a break inside one. `said`: codes (formula, recognised, unreadable_layer, truncated)."""

    media_type: str
    text: str = ""
    said: list[str] = field(default_factory=list)


def cells_of(data: bytes, *, recognise: bool = False) -> Cells:
    """What stands in the file. `recognise` reads PDF pages from their picture and leaves their text layer aside.

    Raises DocumentError (Spanish): protected, damaged, grows too much, too slow.
    """
    outcome, limits = sandbox.Outcome(), settings.FILE_LIMITS
    with sandbox.folder() as folder:
        path = folder / "form"
        path.write_bytes(data)
        found, lines, problem = Cells(sniff.media_type(path)), list[str](), ""
        for message in sandbox.run("cells", folder=folder, inputs=[path], outcome=outcome, path=str(path), media_type=found.media_type,
                                   ratio=limits["ratio"], pages=min(limits["pages"], 60), pixels=limits["pixels"], recognise=recognise):
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

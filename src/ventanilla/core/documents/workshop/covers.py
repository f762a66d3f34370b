"""Small official sheets by typst: the cover of a file that cannot be printed, and separator sheets for batch
scans.

Text is data (sys.inputs as JSON), never spliced into the source, so no name can change the document.
"""
import json
from io import BytesIO
from typing import Any

_COVER = """
#set page(paper: "us-letter", margin: 2.5cm)
#set text(lang: "es", region: "mx", size: 11pt)
#set document(title: "Archivo adjunto")
#let d = json(bytes(sys.inputs.data))
#v(1fr)
#text(size: 20pt, weight: "bold")[#d.heading]
#v(6pt)
#d.explanation
#v(16pt)
#table(columns: (3.4cm, 1fr), stroke: 0.5pt + gray, inset: 8pt,
  ..d.rows.map(((k, v)) => (strong(k), text(hyphenate: true, v.clusters().join(sym.zws)))).flatten())
#v(2fr)
"""
_SEPARATOR = """
#set page(paper: "us-letter", margin: 2.5cm)
#set text(lang: "es", region: "mx")
#let d = json(bytes(sys.inputs.data))
#for (n, code) in d.codes.enumerate() {
  if n > 0 { pagebreak() }
  align(center)[
    #text(size: 34pt, weight: "bold")[#d.heading]
    #v(8pt)
    #text(size: 13pt)[#d.explanation]
    #v(1fr)
    #image(bytes(code.svg), format: "svg", width: 9cm)
    #v(1fr)
    #text(size: 12pt)[#code.label]
  ]
}
"""


def _compiled(source: str, data: dict[str, Any]) -> bytes:
    import typst

    result = typst.compile(source.encode(), sys_inputs={"data": json.dumps(data)})
    assert isinstance(result, bytes)
    return result


def cover(part: dict[str, Any]) -> BytesIO:
    """A one-page PDF naming the attached file, its type, size and SHA-256."""
    return BytesIO(_compiled(_COVER, {key: part["cover"][key] for key in ("heading", "explanation", "rows")}))


def separators(codes: list[dict[str, str]], heading: str, explanation: str) -> bytes:
    """A PDF with one sheet per code: {"svg", "label"}."""
    return _compiled(_SEPARATOR, {"codes": codes, "heading": heading, "explanation": explanation})

"""HTML of a mail as plain text: no scripts, no styles, nothing hidden, nothing fetched."""
from html.parser import HTMLParser
from typing import Final

MOST: Final = 2_000_000
SILENT: Final = frozenset({"script", "style", "head", "title", "template", "svg", "object", "iframe", "noscript"})
BLOCKS: Final = frozenset({"p", "div", "br", "tr", "li", "h1", "h2", "h3", "h4", "table", "ul", "ol", "blockquote", "hr", "section"})
VOID: Final = frozenset({"br", "hr", "img", "meta", "link", "input", "col", "base", "wbr"})
DEEP: Final = 200


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.told: list[str] = []
        self.silent = 0
        self.quotes = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag in SILENT and tag not in VOID:
            self.silent = min(self.silent + 1, DEEP)
        elif tag in BLOCKS:
            self.told.append("\n")
        self.quotes += tag == "blockquote"
        if tag == "li":
            self.told.append("- ")
        if tag == "td":
            self.told.append(" ")

    def handle_endtag(self, tag: str) -> None:
        if tag in SILENT:
            self.silent = max(0, self.silent - 1)
        elif tag in BLOCKS:
            self.told.append("\n")
        if tag == "blockquote":
            self.quotes = max(0, self.quotes - 1)

    def handle_data(self, data: str) -> None:
        if not self.silent:
            words = " ".join(data.split())
            lead = " " if data[:1].isspace() and words else ""
            self.told.append(f"{lead}{words}{' ' if words and data[-1:].isspace() else ''}")


def text_of_html(page: str) -> str:
    """The text of a page, a line per block. Linear in its length; only the first two million letters are read."""
    reader = _Reader()
    try:
        reader.feed(page[:MOST])
        reader.close()
    except (AssertionError, ValueError):
        pass
    lines = (" ".join(line.split()) for line in "".join(reader.told).split("\n"))
    kept: list[str] = []
    for line in lines:
        if line or (kept and kept[-1]):
            kept.append(line)
    return "\n".join(kept).strip()

"""Longer texts that people write (articles, privacy notices) as HTML: Markdown without HTML, pictures or scripts."""
from functools import lru_cache

from markdown_it import MarkdownIt
from markupsafe import Markup

_MARKDOWN = MarkdownIt("commonmark", {"html": False}).enable("table").disable("image")


@lru_cache(maxsize=512)
def rendered(text: str) -> Markup:
    """The text as HTML; its highest headings are of the second level, since the page's title is the first."""
    tokens = _MARKDOWN.parse(text)
    levels = sorted({int(t.tag[1]) for t in tokens if t.type == "heading_open"})
    for token in tokens:
        if token.type in ("heading_open", "heading_close"):
            token.tag = f"h{min(6, 2 + levels.index(int(token.tag[1])))}"
    return Markup(_MARKDOWN.renderer.render(tokens, _MARKDOWN.options, {}))

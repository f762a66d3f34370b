"""Several files as one PDF: PDFs as they are, pictures as pages, anything else as a cover sheet with the
file attached."""
from pathlib import Path
from typing import Any

import pikepdf
from pikepdf import AttachedFileSpec, Name, OutlineItem, Pdf

from ventanilla.core.documents.workshop import covers, limits, pictures, reading
from ventanilla.core.documents.workshop.images import Problem


def merge(job: dict[str, Any], emit: Any) -> None:
    """Write `merged.pdf` of `parts`: {path, media_type, name, sha256, title}; emit `end` with what became a
    cover."""
    attached: list[str] = []
    with Pdf.new() as target:
        with target.open_outline() as outline:
            for part in job["parts"]:
                limits.allow_cpu(job["seconds"])
                first = len(target.pages)
                if not _printed(target, part):
                    _cover(target, part)
                    attached.append(part["name"])
                outline.root.append(OutlineItem(part["title"] or part["name"], first))
        target.Root.PageMode = Name.UseOutlines
        target.save(Path(job["folder"]) / "merged.pdf", deterministic_id=True)
    emit({"kind": "end", "attached": attached})


def _printed(target: Pdf, part: dict[str, Any]) -> bool:
    """Append the pages of a PDF or picture; False when it is neither or cannot be read."""
    count = len(target.pages)
    try:
        if part["media_type"] == "application/pdf":
            with pikepdf.open(part["path"]) as source:
                target.pages.extend(source.pages)
            return len(target.pages) > count
        if part["media_type"] in reading.PICTURES:
            _picture_pages(target, Path(part["path"]))
            return True
    except (pikepdf.PdfError, pikepdf.PasswordError, Problem, OSError, ValueError):
        while len(target.pages) > count:
            del target.pages[-1]
    return False


def _picture_pages(target: Pdf, path: Path) -> None:
    for sheet in pictures.sheets(target, path):
        page = target.add_blank_page(page_size=sheet.upright(0))
        page.Resources = pikepdf.Dictionary(XObject=pikepdf.Dictionary({"/Im0": sheet.image}))
        page.Contents = pikepdf.Stream(target, b"q " + sheet.matrix(0) + b" cm /Im0 Do Q")


def _cover(target: Pdf, part: dict[str, Any]) -> None:
    with pikepdf.open(covers.cover(part)) as sheet:
        target.pages.extend(sheet.pages)
    data = Path(part["path"]).read_bytes()
    spec = AttachedFileSpec(
        target, data, description=part["title"], filename=part["name"], mime_type=part["media_type"],
        creation_date="", mod_date="")
    target.attachments[f"{len(target.attachments) + 1:04d} {part['name']}"] = spec

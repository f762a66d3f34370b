"""A small picture made safe: decoded here, in the confined child, and written anew as PNG without metadata."""
from pathlib import Path
from typing import Any

from PIL import ImageOps

from ventanilla.core.documents.workshop import images

PIXELS, WIDTH, HEIGHT = 16_000_000, 640, 240


def logo(job: dict[str, Any], emit: Any) -> None:
    """Write `picture.png`, at most 640 x 240 px, transparency kept; emit `end` with its size. Raises Problem."""
    with images.opened(Path(job["path"])) as picture:
        if picture.format not in ("PNG", "JPEG"):
            raise images.Problem("damaged")
        images.check_pixels(picture.width, picture.height, PIXELS)
        try:
            picture.load()
        except (OSError, SyntaxError, ValueError, EOFError) as error:
            raise images.Problem("damaged") from error
        upright = ImageOps.exif_transpose(picture)
        made = upright.convert("RGBA" if "A" in upright.getbands() or "transparency" in upright.info else "RGB")
    made.thumbnail((WIDTH, HEIGHT))
    made.info.clear()
    made.save(Path(job["folder"]) / "picture.png", "PNG", optimize=True)
    emit({"kind": "end", "width": made.width, "height": made.height})

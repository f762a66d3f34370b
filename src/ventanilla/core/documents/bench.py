"""CPU and word error of the document pipeline against bare Tesseract (text only) on the same pages, in the
same run.

Both sides are measured with everything they start (rusage of children). The pipeline side does what a real
upload does: reading, straightening, words with boxes, previews, searchable PDF, storing; only the database
is left out. Pages are synthetic letters: clean scans, degraded scans, grey photos, and what a phone sends (12
megapixels in colour, lying on its side with an EXIF turn). On photos the floor is cheap because it reads
little: its word error stands beside it, and the ratio to the evenly lit, upright picture is given too.
"""
import io
import os
import random
import re
import resource
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ventanilla.core.documents import sandbox, storage

if TYPE_CHECKING:
    from PIL import Image

_FLOOR = """
import sys, tesserocr
from PIL import Image
api = tesserocr.PyTessBaseAPI(path=sys.argv[1], lang="spa", oem=tesserocr.OEM.LSTM_ONLY)
for path in sys.argv[2:]:
    with Image.open(path) as picture:
        api.SetImage(picture)
        print(api.GetUTF8Text())
"""
_WORDS = ["oficio", "solicitud", "dirección", "planeación", "vivienda", "señalización", "municipio",
          "artículo",
          "noveno", "reglamento", "informe", "dictamen", "técnico", "subdirección", "ordenamiento",
          "atención",
          "fotografías", "croquis", "comprobante", "domicilio", "año", "Begoña", "Ibáñez", "Nezahualcóyotl"]
KINDS = ("clean", "scan", "photo", "phone")
PHOTOS = ("photo", "phone")


@dataclass(frozen=True)
class _Sample:
    path: Path
    text: str


def _page(chance: random.Random, kind: str) -> tuple[bytes, str]:
    """A JPEG page at 200 dpi and its text: clean, scan (turned, blurred), photo (half in shadow as well) or
    phone (the same in colour at 350 dpi, on its side)."""
    import pypdfium2
    import typst
    from PIL import Image, ImageFilter

    text = "\n\n".join(" ".join(chance.choices(_WORDS, k=70)) + "." for _ in range(5))
    source = f'#set page(paper: "us-letter", margin: 2.5cm)\n#set text(size: 11pt, hyphenate: false)\n{text}'
    with pypdfium2.PdfDocument(typst.compile(source.encode())) as document:
        scale = (350 if kind == "phone" else 200) / 72
        page: Image.Image = document[0].render(scale=scale, grayscale=True).to_pil().convert("L")
    if kind != "clean":
        page = page.rotate(chance.uniform(-1.5, 1.5), Image.Resampling.BICUBIC, fillcolor=255)
        page = page.filter(ImageFilter.GaussianBlur(0.7))
    if kind in PHOTOS:
        shadow = Image.linear_gradient("L").resize(page.size).point(lambda v: 70 + v * 185 // 255)
        page = Image.composite(page, Image.new("L", page.size, 0), shadow)
    return _on_its_side(page) if kind == "phone" else _jpeg(page, quality=75, dpi=(200, 200)), text


def _on_its_side(page: "Image.Image") -> bytes:
    """As phones store an upright photo: on its side, EXIF orientation 6."""
    from PIL import Image

    exif = Image.Exif()
    exif[0x0112] = 6
    return _jpeg(page.convert("RGB").transpose(Image.Transpose.ROTATE_90), quality=88, exif=exif)


def _jpeg(page: "Image.Image", **options: Any) -> bytes:
    buffer = io.BytesIO()
    page.save(buffer, "JPEG", **options)
    return buffer.getvalue()


def _samples(folder: Path, kind: str, size: int) -> list[_Sample]:
    chance = random.Random(f"20261121{kind}")
    found = []
    for number in range(size):
        data, text = _page(chance, kind)
        path = folder / f"{kind}{number}.jpg"
        path.write_bytes(data)
        found.append(_Sample(path, text))
    return found


def word_error(truth: str, read: str) -> float:
    """One less the multiset recall of the words, 0 to 1."""
    true, found = Counter(re.findall(r"\w+", truth)), Counter(re.findall(r"\w+", read))
    return 1 - sum((true & found).values()) / max(sum(true.values()), 1)


def _cpu(work: Callable[[], str]) -> tuple[float, float, str]:
    """CPU seconds (this process and its ended children), wall seconds, and the text that `work` read."""
    def used() -> float:
        own, children = resource.getrusage(resource.RUSAGE_SELF), resource.getrusage(resource.RUSAGE_CHILDREN)
        return own.ru_utime + own.ru_stime + children.ru_utime + children.ru_stime

    before, start = used(), time.perf_counter()
    text = work()
    return used() - before, time.perf_counter() - start, text


def _floor(paths: list[Path]) -> str:
    from ventanilla.core.documents.workshop import ocr

    environment = {**os.environ, "OMP_THREAD_LIMIT": "1"}
    return subprocess.run(
        [sys.executable, "-c", _FLOOR, str(ocr.tessdata()), *map(str, paths)], check=True, env=environment,
        stdout=subprocess.PIPE, stderr=subprocess.DEVNULL).stdout.decode()


def _pipeline(paths: list[Path], media_type: str) -> str:
    """Each file as an upload of its own, in a server started for this run."""
    sandbox.workshop.close()
    text = "\n".join(_one(path, media_type) for path in paths)
    sandbox.workshop.close()
    return text


def _one(path: Path, media_type: str) -> str:
    with sandbox.folder() as folder, path.open("rb") as stream, storage.received(stream, path.name):
        outcome = sandbox.Outcome()
        found = {}
        for message in sandbox.run("read", folder=folder, inputs=[path], outcome=outcome, path=str(path),
                                   media_type=media_type, first=1, pages=10_000, pixels=10**9, ratio=200):
            if message["kind"] == "page":
                found[str(message["page"])] = {"turn": message["turn"], "words": message["words"]}
        for _ in sandbox.run("layer", folder=folder, inputs=[path], outcome=outcome, path=str(path),
                             media_type=media_type, pages=found):
            pass
        if not (folder / "searchable.pdf").is_file():
            raise RuntimeError(f"documents bench: {outcome}")
    return " ".join(word[0] for page in found.values() for word in page["words"])


def _evenly_lit(samples: list[_Sample]) -> list[Path]:
    """Upright copies with the shadow taken away: what the engine would need to read the photos at all."""
    from PIL import Image, ImageOps

    from ventanilla.core.documents.workshop import images

    paths = []
    for sample in samples:
        target = sample.path.with_suffix(".even.jpg")
        with Image.open(sample.path) as picture:
            upright = ImageOps.exif_transpose(picture).convert("L")
            images.evenly_lit(upright).save(target, "JPEG", quality=90, dpi=(images.resolution(picture),) * 2)
        paths.append(target)
    return paths


def _scanned_pdf(paths: list[Path], target: Path) -> None:
    import pikepdf

    from ventanilla.core.documents.workshop import pictures

    with pikepdf.Pdf.new() as pdf:
        for path in paths:
            for sheet in pictures.sheets(pdf, path):
                page = pdf.add_blank_page(page_size=sheet.upright(0))
                page.Resources = pikepdf.Dictionary(XObject=pikepdf.Dictionary({"/Im0": sheet.image}))
                page.Contents = pikepdf.Stream(pdf, b"q " + sheet.matrix(0) + b" cm /Im0 Do Q")
        pdf.save(target)


def bench(size: int) -> list[dict[str, Any]]:
    """Rows {what, size, cpu_s, wall_s, per_page_ms, word_error, ratio}; target: ratio at most 1.10.

    `size` pages of each kind (sensible: 4 to 70). The ratio is to the bare engine on the same pages of the
    same run.
    """
    rows: list[dict[str, Any]] = []
    with sandbox.folder() as folder:
        for kind in KINDS:
            samples = _samples(folder, kind, size)
            rows += _measured(kind, samples, folder)
    return rows


def _measured(kind: str, samples: list[_Sample], folder: Path) -> list[dict[str, Any]]:
    paths, batch = [sample.path for sample in samples], folder / f"{kind}.pdf"
    _scanned_pdf(paths, batch)
    runs: list[tuple[str, Callable[[], str]]] = [("bare tesserocr, text only", lambda: _floor(paths))]
    if kind in PHOTOS:
        even = _evenly_lit(samples)
        runs.append(("bare tesserocr on the evenly lit picture", lambda: _floor(even)))
    runs += [("pipeline, a file per page", lambda: _pipeline(paths, "image/jpeg")),
             ("pipeline, one scanned PDF", lambda: _pipeline([batch], "application/pdf"))]
    truth, rows, floor = "\n".join(sample.text for sample in samples), [], 0.0
    for what, work in runs:
        cpu, wall, text = _cpu(work)
        floor = cpu if what.startswith("bare") else floor
        rows.append({
            "what": f"{kind}: {what}", "size": len(paths), "cpu_s": round(cpu, 2), "wall_s": round(wall, 2),
            "per_page_ms": round(1000 * cpu / len(paths)), "word_error": round(word_error(truth, text), 4),
            "ratio": round(cpu / floor, 3)})
    return rows

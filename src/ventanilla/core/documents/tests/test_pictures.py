"""What is done to a picture before it is read or shown: once each, and nothing that a plain computation would not give."""
import io

import numpy
import pikepdf
import pypdfium2
import pytest
from PIL import Image, ImageDraw, ImageOps

from ventanilla.core.documents.tests import samples
from ventanilla.core.documents.workshop import images, ocr, pdf, pictures, reading
from ventanilla.core.documents.workshop.images import Problem

needs_ocr = pytest.mark.skipif(ocr.tessdata() is None, reason="el idioma español de Tesseract no está instalado")


def corners(size=(1300, 900)) -> Image.Image:
    """A picture no two of whose turned or mirrored shapes are alike."""
    page = Image.new("RGB", size, "white")
    draw = ImageDraw.Draw(page)
    draw.rectangle((0, 0, 200, 100), "red")
    draw.rectangle((size[0] - 150, 0, *(size[0], 150)), "blue")
    return page


def read(path, folder, media_type) -> list[dict]:
    """The messages of the read job, in this process; previews are left in `folder`."""
    said: list[dict] = []
    job = {"path": str(path), "media_type": media_type, "first": 1, "pages": 10, "pixels": 10**8, "ratio": 100, "seconds": 600}
    reading.read({**job, "folder": str(folder)}, said.append)
    return said


@pytest.mark.parametrize("orientation", range(1, 9))
def test_every_exif_orientation_is_undone(tmp_path, orientation):
    exif = Image.Exif()
    exif[0x0112] = orientation
    (tmp_path / "a.jpg").write_bytes(samples.saved(corners(), "JPEG", exif=exif, quality=95))
    [frame] = images.frames(tmp_path / "a.jpg", 10**8)
    with Image.open(tmp_path / "a.jpg") as picture:
        expected = ImageOps.exif_transpose(picture)
    assert frame.colour.tobytes() == expected.tobytes()
    assert frame.grey.size == expected.size


@pytest.mark.parametrize(("size", "least"), [((3024, 4032), 1000), ((4032, 3024), 1000), ((1700, 2200), 1000), ((500, 700), 500)])
def test_what_is_shown_is_as_small_as_a_preview_allows(tmp_path, size, least):
    (tmp_path / "a.jpg").write_bytes(samples.saved(corners(size), "JPEG"))
    [frame] = images.frames(tmp_path / "a.jpg", 10**8)
    assert min(frame.colour.size) >= least and frame.colour.width * frame.colour.height <= 4_000_000
    assert frame.grey.size == size
    for turn in (0, 90):
        shown = images.preview(frame.colour, turn)
        assert least <= shown.width <= images.PREVIEW_WIDTH
        straight = size if turn == 0 else size[::-1]
        assert shown.height / shown.width == pytest.approx(straight[1] / straight[0], rel=0.01)


def test_light_is_evened_as_a_division_would():
    grey = samples.photo()
    paper = numpy.asarray(grey.reduce(16).filter(images.ImageFilter.MaxFilter(5)).filter(images.ImageFilter.GaussianBlur(4)))
    whole = Image.fromarray(paper.astype(numpy.float32)).resize(grey.size, Image.Resampling.BILINEAR)
    expected = numpy.minimum(numpy.asarray(grey) * (245.0 / numpy.maximum(numpy.asarray(whole), 1)), 245)
    found = numpy.asarray(images.evenly_lit(grey)).astype(float)
    assert numpy.abs(found - expected).mean() < 3 and numpy.abs(found - expected).max() < 20
    flat = samples.scan()
    assert images.evenly_lit(flat) is flat


@pytest.mark.parametrize("light", [240, 160, 90, 65])
def test_black_print_stays_black_in_whatever_light(light):
    page = Image.new("L", (800, 800), 240)
    page.paste(light, (0, 0, 400, 800))
    for x in (200, 600):
        page.paste(0, (x, 300, x + 6, 420))
    lit = images.evenly_lit(page)
    assert lit.getpixel((203, 360)) == lit.getpixel((603, 360)) == 0 and lit.getpixel((60, 360)) > 230


@pytest.mark.parametrize("kind", ["PPM", "ICO", "TGA", "PCX"])
def test_formats_that_nobody_sends_are_not_opened(tmp_path, kind):
    (tmp_path / "a").write_bytes(samples.saved(corners((64, 64)), kind))
    with pytest.raises(Problem, match="damaged"):
        images.opened(tmp_path / "a")


def test_of_a_photo_with_a_second_view_the_first_is_kept_as_it_is(tmp_path):
    both = samples.saved(corners(), "MPO", save_all=True, append_images=[corners((300, 200))])
    (tmp_path / "a.jpg").write_bytes(both)
    with pikepdf.Pdf.new() as target:
        [sheet] = pictures.sheets(target, tmp_path / "a.jpg")
        kept = sheet.image.read_raw_bytes()
    assert both.startswith(kept) and len(kept) < len(both)
    with Image.open(io.BytesIO(kept)) as picture:
        picture.load()
        assert picture.size == (1300, 900)


def stamped(grey: bytes) -> bytes:
    """The scanned PDF with a red square drawn over it."""
    with pikepdf.open(io.BytesIO(grey)) as document:
        document.pages[0].contents_add(b"q 1 0 0 rg 10 10 80 80 re f Q")
        buffer = io.BytesIO()
        document.save(buffer)
    return buffer.getvalue()


@needs_ocr
@pytest.mark.parametrize(("colour", "drawn_over", "times"), [("L", False, 1), ("RGB", False, 1), ("L", True, 2)])
def test_a_scanned_page_is_drawn_once_and_shown_in_its_colours(tmp_path, monkeypatch, colour, drawn_over, times):
    drawn, rendered = [], pdf.Sheet.rendered
    monkeypatch.setattr(pdf.Sheet, "rendered", lambda self, *a, **k: drawn.append(a) or rendered(self, *a, **k))
    page = samples.scan().convert(colour)
    if colour == "RGB":
        ImageDraw.Draw(page).rectangle((20, page.height - 200, 180, page.height - 20), "red")
    data = samples.picture_pdf(page)
    (tmp_path / "a.pdf").write_bytes(stamped(data) if drawn_over else data)
    said = read(tmp_path / "a.pdf", tmp_path, "application/pdf")
    assert [m["source"] for m in said if m["kind"] == "page"] == ["ocr"] and len(drawn) == times
    with Image.open(tmp_path / "1.jpg") as shown, Image.open(tmp_path / "thumbnail.jpg") as thumbnail:
        assert 800 <= shown.width <= 1000 and thumbnail.width == 240
        corner = shown.convert("RGB").getpixel((70, shown.height - 70))
        assert (corner[0] > 200 > 90 > corner[1]) == (colour == "RGB" or drawn_over)


@needs_ocr
def test_a_picture_file_is_decoded_once(tmp_path, monkeypatch):
    decoded, load = [], images.load
    monkeypatch.setattr(images, "load", lambda picture: decoded.append(picture) or load(picture))
    (tmp_path / "a.jpg").write_bytes(samples.saved(samples.scan(), "JPEG"))
    read(tmp_path / "a.jpg", tmp_path, "image/jpeg")
    with pikepdf.Pdf.new() as target:
        list(pictures.sheets(target, tmp_path / "a.jpg"))
    assert len(decoded) == 1


def test_a_page_of_own_text_is_drawn_small(tmp_path, monkeypatch):
    sizes, render = [], pypdfium2.PdfPage.render
    monkeypatch.setattr(pypdfium2.PdfPage, "render", lambda self, *a, **k: sizes.append(k["scale"]) or render(self, *a, **k))
    (tmp_path / "a.pdf").write_bytes(samples.letter())
    read(tmp_path / "a.pdf", tmp_path, "application/pdf")
    assert len(sizes) == 1 and sizes[0] == pytest.approx(reading.PREVIEW_DPI / 72)


@pytest.mark.parametrize(("size", "dpi", "read_as"), [
    ((1700, 2200), 200, (1700, 2200)), ((1275, 1650), 150, (1275, 1650)), ((2550, 3300), 300, (2550, 3300)), ((850, 1100), 100, (1700, 2200)),
    ((3024, 4032), 355.8, (2125, 2833)), ((5100, 6600), 600, (2125, 2750)), ((4000, 9000), 200, (2311, 5200))])
def test_what_is_finer_than_pages_are_scanned_is_brought_to_250_dots_per_inch(size, dpi, read_as):
    page, dots = ocr._sized(Image.new("L", size), dpi)
    assert page.size == pytest.approx(read_as, abs=2)
    assert dots / dpi == pytest.approx(page.width / size[0], rel=0.01)

"""What scanners and telephones do to a page: rotation, blur, noise, JPEG; light and perspective."""

from io import BytesIO

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageFilter

DPI = {"clean": 300, "scan": 300, "photo": 200}


def degrade(page: Image.Image, quality: str, seed: int) -> Image.Image:
    """The page as `clean`, `scan` or `photo`; the same seed gives the same picture."""
    rng = np.random.default_rng(seed)
    if quality == "scan":
        return scan(page, rng)
    return photo(page, rng) if quality == "photo" else page


def scan(page: Image.Image, rng: np.random.Generator) -> Image.Image:
    """A flat-bed scan, half of them in grey: up to 1.2 degrees of rotation, blur, noise, salt and pepper,
    JPEG 70.
    """
    grey = page.convert("L" if rng.random() < 0.5 else "RGB")
    turned = grey.rotate(rng.uniform(-1.2, 1.2), Image.Resampling.BICUBIC, fillcolor="white")
    soft = turned.filter(ImageFilter.GaussianBlur(rng.uniform(0.5, 1.0)))
    noisy = _noise(soft, rng, sigma=rng.uniform(4, 9), specks=rng.uniform(0, 0.0015))
    return _jpeg(noisy, 70)


def photo(page: Image.Image, rng: np.random.Generator) -> Image.Image:
    """A telephone's picture: perspective, dark table, uneven light, a shadow, blur, noise, JPEG 75."""
    warped = _perspective(page.convert("RGB"), rng)
    soft = warped.filter(ImageFilter.GaussianBlur(rng.uniform(0.4, 0.8)))
    lit = np.asarray(soft, np.float32) * _light(soft.size, rng)[..., None]
    return _jpeg(
        _noise(Image.fromarray(lit.clip(0, 255).astype(np.uint8)), rng, sigma=rng.uniform(2, 5), specks=0), 75
    )


def _noise(page: Image.Image, rng: np.random.Generator, *, sigma: float, specks: float) -> Image.Image:
    pixels = np.asarray(page, np.float32)
    plane = rng.normal(0, sigma, pixels.shape[:2]).astype(np.float32)
    noisy = pixels + (plane if pixels.ndim == 2 else plane[..., None])
    chance = rng.random(pixels.shape[:2], np.float32)
    noisy[chance < specks / 2] = 0
    noisy[chance > 1 - specks / 2] = 255
    return Image.fromarray(noisy.clip(0, 255).astype(np.uint8))


def _jpeg(page: Image.Image, quality: int) -> Image.Image:
    buffer = BytesIO()
    page.save(buffer, "JPEG", quality=quality)
    return Image.open(BytesIO(buffer.getvalue())).copy()


def _light(size: tuple[int, int], rng: np.random.Generator) -> NDArray[np.float32]:
    """Light from one side, from about 1 down to 0.4, with the soft shadow of a hand or a telephone."""
    width, height = size
    y, x = np.mgrid[0 : 1 : height * 1j, 0 : 1 : width * 1j].astype(np.float32)
    angle = rng.uniform(0, 2 * np.pi)
    ramp = (x - 0.5) * np.cos(angle) + (y - 0.5) * np.sin(angle) + 0.5
    light = 1.0 - rng.uniform(0.2, 0.55) * ramp
    distance = np.hypot(x - rng.uniform(0, 1), y - rng.uniform(0.5, 1.2)) / rng.uniform(0.3, 0.6)
    shadow = 1 - rng.uniform(0, 0.35) / (1 + np.exp(14 * (distance - 1)))
    return np.asarray(light * shadow, np.float32)


def _perspective(page: Image.Image, rng: np.random.Generator) -> Image.Image:
    """The page seen a little from the side: each corner moves by up to 2.5 % over a dark table."""
    width, height = page.size
    away = rng.uniform(-0.025, 0.025, (4, 2)) * (width, height)
    corners = np.array([(0, 0), (width, 0), (width, height), (0, height)], float)
    table = Image.new("RGB", page.size, (70, 62, 55))
    mask = Image.new("L", page.size, 255)
    numbers = tuple(_homography(corners + away, corners))
    kind = Image.Transform.PERSPECTIVE
    table.paste(
        page.transform(page.size, kind, numbers, Image.Resampling.BICUBIC),
        mask=mask.transform(page.size, kind, numbers),
    )
    return table


def _homography(to: NDArray[np.float64], source: NDArray[np.float64]) -> list[float]:
    """The eight numbers of Pillow's perspective transform that carries `to` back to `source`."""
    rows = []
    for (x, y), (u, v) in zip(to, source, strict=True):
        rows += [(x, y, 1, 0, 0, 0, -u * x, -u * y), (0, 0, 0, x, y, 1, -v * x, -v * y)]
    return [float(n) for n in np.linalg.solve(np.array(rows), source.reshape(8))]

"""Contrast of two colours as WCAG 2.2 (1.4.3) computes it."""
from typing import Final

LEAST: Final = 4.5
SURFACES: Final = {"light": "#FFFFFF", "dark": "#211B24"}


def ratio(one: str, other: str) -> float:
    """From 1.0 (the same) to 21.0 (black on white); colours as `#RRGGBB`."""
    high, low = sorted((luminance(one), luminance(other)), reverse=True)
    return (high + 0.05) / (low + 0.05)


def luminance(colour: str) -> float:
    """Relative luminance, 0.0 to 1.0."""
    parts = [int(colour[i:i + 2], 16) / 255 for i in (1, 3, 5)]
    red, green, blue = (c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue

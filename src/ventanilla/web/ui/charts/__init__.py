"""Charts drawn by the server as SVG. Pure functions: data in, Markup out."""
from typing import Any

CHARTS: dict[str, Any] = {}

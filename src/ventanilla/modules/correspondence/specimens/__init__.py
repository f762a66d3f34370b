"""Letters that were never sent: generated oficios for the demo, the benchmarks and the tests.

Pure Python, typst, numpy and Pillow; no Django models. Every person, number and matter is invented; names of
public
organisations are facts. Start reading at `build.specimen`; `layouts.Layout` is how a new layout is added.
"""

from ventanilla.modules.correspondence.specimens.build import Specimen, images, render_letter, specimen
from ventanilla.modules.correspondence.specimens.data import LetterData, truth_of
from ventanilla.modules.correspondence.specimens.layouts import LAYOUTS, Layout

__all__ = ["LAYOUTS", "Layout", "LetterData", "Specimen", "images", "render_letter", "specimen", "truth_of"]

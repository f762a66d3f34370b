"""Packages of configuration: what one institution set up, taken away as one signed file and installed in another after a preview.

May import `questionnaires` and below; a module registers its parts (`register_part`) when it starts. Start reading at `registry.py`,
then `bundle.py` (the file) and `installing.py` (preview and installation).
"""
from ventanilla.core.exports.packaging.bundle import Bundle, pack, unpack
from ventanilla.core.exports.packaging.installing import Choices, Planned, install, preview
from ventanilla.core.exports.packaging.registry import Installing, PackagePart, Piece, parts, register_part

__all__ = ["Bundle", "Choices", "Installing", "PackagePart", "Piece", "Planned", "install", "pack", "parts", "preview", "register_part",
           "unpack"]

"""What upper layers want to do when a version has been read: search indexes it, letters propose their fields.

A plain list filled when the process starts (`apps.py` of the upper app), called in the transaction that
stores the result; a callback is quick or defers a task.
"""
from collections.abc import Callable

from ventanilla.core.documents.models import DocumentVersion

Callback = Callable[[DocumentVersion], object]
_callbacks: list[Callback] = []


def on_processed(callback: Callback) -> Callback:
    """Register a callback (usable as a decorator); each is kept once."""
    if callback not in _callbacks:
        _callbacks.append(callback)
    return callback


def processed(version: DocumentVersion) -> None:
    """Tell everybody that the version is ready, failed or infected."""
    for callback in _callbacks:
        callback(version)

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


Taking = Callable[[DocumentVersion], bool]
_takers: list[Taking] = []


def on_clean(taker: Taking) -> Taking:
    """Register who is asked when a version was found clean, before it is read; each is kept once.

    True says that it was taken apart into other documents, and needs no reading itself.
    """
    if taker not in _takers:
        _takers.append(taker)
    return taker


def taken_apart(version: DocumentVersion) -> bool:
    """Whether somebody took the version apart."""
    return any([taker(version) for taker in _takers])


def processed(version: DocumentVersion) -> None:
    """Tell everybody that the version is ready, failed or infected."""
    for callback in _callbacks:
        callback(version)

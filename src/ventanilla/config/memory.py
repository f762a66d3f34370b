"""What a web process holds once it has loaded, put where it costs least: out of the collector's rounds, and on large pages.

A page of Python touches some megabytes of objects, all over two hundred. On pages of 4 kB the processor looks up again and again where they
lie, in a virtual machine twice each time.
"""
import ctypes
import gc
import re
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import Final

LARGE: Final = 2 * 1024 * 1024
MADV_HUGEPAGE, MADV_COLLAPSE = 14, 25
YOUNG: Final = 5000
"""So many new objects before the collector looks at them: one answer makes some 2,600, most of which are gone by then."""
_OWN: Final = re.compile(r"([0-9a-f]+)-([0-9a-f]+) rw-p \S+ \S+ 0 *(?:\[heap\])?")
_libc = ctypes.CDLL(None, use_errno=True)


def settle() -> None:
    """Called once, when everything is loaded."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(YOUNG, *gc.get_threshold()[1:])
    with suppress(OSError, AttributeError):  # not Linux: only slower
        for start, length in _held():
            _advise(start, length)


def _held() -> Iterator[tuple[int, int]]:
    """Where this process has memory of its own: start and length of whole large pages."""
    for line in Path("/proc/self/maps").read_text().splitlines():
        if found := _OWN.fullmatch(line.rstrip()):
            start, end = (int(text, 16) for text in found.groups())
            first, last = -(-start // LARGE) * LARGE, end // LARGE * LARGE
            if first < last:
                yield first, last - first


def _advise(start: int, length: int) -> None:
    """At once where the kernel can (Linux 6.1), else in its own time; a refusal changes nothing."""
    for advice in (MADV_HUGEPAGE, MADV_COLLAPSE):
        _libc.madvise(ctypes.c_void_p(start), ctypes.c_size_t(length), advice)

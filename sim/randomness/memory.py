"""Memory for arrays that live as long as a span of paths: `zeros` takes it from the system and gives it back whole.

What `numpy.zeros` lets go of stays with the process, in pieces between whatever is still in use: span after span the
next arrays of many megabytes find no piece that is long enough, and a process grows though it keeps nothing.
"""

from __future__ import annotations

import math
import mmap
from typing import Any

import numpy as np
from numpy.typing import DTypeLike, NDArray

LARGE = 2**18
"""Bytes from which an array gets memory of its own; smaller ones find a place anywhere."""


def zeros(shape: tuple[int, ...], dtype: DTypeLike = float) -> NDArray[Any]:
    """Return zeros as ``numpy.zeros`` does; where they are large, their memory goes back as soon as they do."""
    size = math.prod(shape) * np.dtype(dtype).itemsize
    if size < LARGE:
        return np.zeros(shape, dtype)
    return np.frombuffer(_pages(size), dtype).reshape(shape)


def _pages(size: int) -> mmap.mmap:
    """Return memory that no file and no other process has a part in."""
    if hasattr(mmap, "MAP_PRIVATE"):
        return mmap.mmap(-1, size, flags=mmap.MAP_PRIVATE | mmap.MAP_ANONYMOUS)
    return mmap.mmap(-1, size)  # Windows knows no other kind

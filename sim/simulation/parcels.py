"""Parcels: results on their way between processes, with all their arrays in one piece of memory.

Arrays one by one would be copied once more on arrival, into many pieces, which a process does not give back.
"""

from __future__ import annotations

import pickle
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any, TypeVar

Piece = TypeVar("Piece")


@dataclass(frozen=True)
class Parcel:
    """A result as it is sent.

    Parameters
    ----------
    letter : bytes
        The result pickled, without what its arrays hold.
    sizes : list of int
        Bytes of each array.
    freight : bytes
        What the arrays hold, one after the other.
    """

    letter: bytes
    sizes: list[int]
    freight: bytes


def packed(work: Callable[[Piece], Any], piece: Piece) -> Parcel:
    """Do a piece of work and return its result as a parcel."""
    buffers: list[pickle.PickleBuffer] = []
    letter = pickle.dumps(work(piece), protocol=5, buffer_callback=buffers.append)
    arrays = [buffer.raw() for buffer in buffers]
    return Parcel(letter, [array.nbytes for array in arrays], b"".join(arrays))


def unpacked(parcel: Parcel) -> Any:
    """Return the result; its arrays are parts of the parcel, and not to be written to."""
    return pickle.loads(parcel.letter, buffers=_cut(memoryview(parcel.freight), parcel.sizes))


def _cut(freight: memoryview, sizes: list[int]) -> Iterator[memoryview]:
    for size in sizes:
        yield freight[:size]
        freight = freight[size:]

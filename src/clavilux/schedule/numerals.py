"""Numerals: many numbers as text at once, all of one width, as JSON reads them.

Numbers in, their texts out, shape (n,) each: ten decimals after a whole part that spaces
fill up from the left, looked up in tables. Numbers too large for that are printed to their
last digit, and spaces follow them.
"""

from functools import cache
from typing import Any

import numpy as np
import orjson
from numpy.typing import NDArray

Texts = NDArray[np.void]

DECIMALS = 10
WIDTH = 16
"""Bytes of a text: sign, four digits, point and decimals."""
_LARGEST = 9999.0
_WHOLE = 10_000
_CELL = np.dtype(
    {
        "names": ["whole", "two", "four", "last"],
        "formats": ["u8", "u2", "u4", "u4"],
        "offsets": [0, 6, 8, 12],  # two bytes of `whole` are written over
        "itemsize": WIDTH,
    }
)


def texts(values: NDArray[np.float64]) -> Texts:
    """Print finite numbers, to half a unit of the tenth decimal.

    Args:
        values: Shape (n,).

    Returns:
        Shape (n,), of `WIDTH` bytes each or, if a number needs more, as many as that needs.
    """
    size = np.abs(values)
    if len(values) and size.max() > _LARGEST:
        return _at_length(values)
    whole_texts, two_texts, four_texts = _tables()
    units = np.rint(size * 10.0**DECIMALS).astype(np.int64)
    whole = units // 10**10
    units -= whole * 10**10
    two = units // 10**8
    units -= two * 10**8
    four = units // 10**4
    units -= four * 10**4
    whole[values < 0] += _WHOLE
    cells = np.empty(len(values), dtype=_CELL)
    cells["whole"] = whole_texts[whole]
    cells["two"] = two_texts[two]
    cells["four"] = four_texts[four]
    cells["last"] = four_texts[units]
    return cells.view(f"V{WIDTH}")


@cache
def _tables() -> tuple[NDArray[Any], NDArray[Any], NDArray[Any]]:
    """Give the texts of whole parts, negative ones last, and of two and of four digits."""
    whole = b"".join(b"%5d.  " % i for i in range(_WHOLE))
    whole += b"".join(b"%5s.  " % (b"-%d" % i) for i in range(_WHOLE))
    two = b"".join(b"%02d" % i for i in range(100))
    four = b"".join(b"%04d" % i for i in range(10_000))
    return np.frombuffer(whole, "u8"), np.frombuffer(two, "u2"), np.frombuffer(four, "u4")


def _at_length(values: NDArray[np.float64]) -> Texts:
    printed = orjson.dumps(values, option=orjson.OPT_SERIALIZE_NUMPY)
    padded = np.array(printed[1:-1].split(b","), dtype=np.bytes_)
    characters = padded.view(np.uint8)
    characters[characters == 0] = ord(" ")
    return padded.view(f"V{padded.itemsize}")

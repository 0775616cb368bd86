"""Memory: giving back what is no longer needed, before something else needs some."""

import ctypes
import gc
import sys


def give_back() -> None:
    """Give freed memory back to the system, where the C library would keep it (glibc does).

    Worth its milliseconds only between two stages that each need much.
    """
    gc.collect()
    if sys.platform == "linux":
        trim = getattr(ctypes.CDLL(None), "malloc_trim", None)
        if trim is not None:
            trim(0)

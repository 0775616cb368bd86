"""Memory: giving back what is no longer needed, before something else needs some."""

import ctypes
import gc
import sys


def give_back() -> None:
    """Return all that is no longer needed back to the system, after a stage that needed much.

    Worth its tenth of a second only between two stages that each need much.
    """
    gc.collect()
    trim()


def trim() -> None:
    """Return freed memory back, where the C library would keep it (glibc does): a millisecond.

    What was given back once comes again bit by bit, where many things of many sizes
    are taken and freed; a loop of that kind is worth a trim now and then.
    """
    if sys.platform == "linux":
        trim_heap = getattr(ctypes.CDLL(None), "malloc_trim", None)
        if trim_heap is not None:
            trim_heap(0)

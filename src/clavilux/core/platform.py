"""Platform: what POSIX systems offer and others may not, with what is done there instead.

Nothing else in the package imports `resource` or names a POSIX signal. Where the system has
no limit of address space, a job's `memory_bytes` is not held, and its time limit still is;
where it has no SIGTERM handler, an end asked for ends the process at once. Locks are those
of the library filelock, which every system has.
"""

import os
import signal
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from types import FrameType

from filelock import FileLock, Timeout

from clavilux.core.errors import OutputError


@contextmanager
def lock(path: Path, busy: str) -> Iterator[None]:
    """Hold a lock file for this process; the system lets go if the process dies.

    Args:
        path: The lock file, which is made if need be.
        busy: What the error says if another process holds it.

    Raises:
        OutputError: Another process holds it.
    """
    held = FileLock(path, timeout=0)
    try:
        held.acquire()
    except Timeout as error:
        raise OutputError(busy) from error
    try:
        yield
    finally:
        held.release()


def limit_memory(limit_bytes: int) -> bool:
    """Limit the address space of this process; return False where the system can't."""
    try:
        import resource
    except ImportError:
        return False
    resource.setrlimit(resource.RLIMIT_AS, (limit_bytes, limit_bytes))
    return True


def on_terminate(handler: Callable[[int, FrameType | None], None]) -> None:
    """Let `handler` run when the system asks this process to end, where it asks."""
    signal.signal(signal.SIGTERM, handler)


def is_alive(process: int) -> bool:
    """Return True if a process of that number runs, or if the system can't say."""
    if sys.platform == "win32":  # there, os.kill would end it
        return True
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True

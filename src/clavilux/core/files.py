"""Files: outputs that appear whole or not at all.

An output is written beside its target under a hidden name and moved into place
when it is complete, so that no reader ever sees half a file, whatever kills the
writer. A failure removes the hidden file; what a killed writer left behind is
removed by the next one that writes the same target.
"""

import errno
import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from clavilux.core.errors import InputError, OutputError
from clavilux.core.platform import is_alive

_MARK = ".partial-"


@contextmanager
def atomic_output(target: str | os.PathLike[str]) -> Iterator[Path]:
    """Return a path to write to; move it to `target` if the block ends well.

    The path has the target's suffix, so that writers which choose a format by
    suffix choose the right one, and may become a file or a folder. A folder
    takes the place of an older folder of the same name.

    Args:
        target: Where the output shall appear. Its folder is made if need be.

    Raises:
        OutputError: The folder cannot be made or written, or the disk is full.
    """
    target = Path(target)
    with world_errors(target):
        target.parent.mkdir(parents=True, exist_ok=True)
        _remove_leftovers(target)
    # The process's number tells a live writer's file from a dead one's.
    partial = target.with_name(f".{target.stem}{_MARK}{os.getpid()}{target.suffix}")
    try:
        with world_errors(target):
            yield partial
            if partial.is_dir() and target.is_dir():
                shutil.rmtree(target)
            partial.replace(target)
    except BaseException:
        remove(partial)
        raise


@contextmanager
def world_errors(target: str | os.PathLike[str]) -> Iterator[None]:
    """Turn an `OSError` raised while writing `target` into one clear line."""
    try:
        yield
    except OSError as error:
        raise OutputError(f"cannot write {target}: {_reason(error)}") from error


def write_bytes(target: str | os.PathLike[str], content: bytes) -> None:
    """Write `content` to `target`, whole or not at all."""
    with atomic_output(target) as partial:
        partial.write_bytes(content)


def write_text(target: str | os.PathLike[str], content: str) -> None:
    """Write `content` to `target` as UTF-8, whole or not at all."""
    write_bytes(target, content.encode())


def check_writable(target: str | os.PathLike[str]) -> None:
    """Find out now, before any work, whether `target` could be written.

    Raises:
        InputError: It is a folder.
        OutputError: Its folder cannot be made or written.
    """
    target = Path(target)
    if target.is_dir():
        raise InputError(f"cannot write {target}: it is a folder; name a file in it")
    with atomic_output(target.with_name(f".{target.name}.probe")) as probe:
        probe.touch()
    remove(target.with_name(f".{target.name}.probe"))


def remove(path: Path) -> None:
    """Remove a file or a folder, if it is there."""
    if path.is_dir() and not path.is_symlink():
        shutil.rmtree(path, ignore_errors=True)
    else:
        path.unlink(missing_ok=True)


def _remove_leftovers(target: Path) -> None:
    prefix = f".{target.stem}{_MARK}"
    for path in target.parent.iterdir():
        if path.name.startswith(prefix) and path.suffix == target.suffix:
            writer = path.name[len(prefix) :].removesuffix(target.suffix)
            if writer.isdigit() and not is_alive(int(writer)):
                remove(path)


def _reason(error: OSError) -> str:
    if error.errno == errno.ENOSPC:
        return "no space is left on the disk; free some and run the same command again"
    if error.errno in (errno.EACCES, errno.EPERM, errno.EROFS):
        return "permission denied; choose a folder you may write to"
    if error.errno == errno.ENOTDIR:
        return "a part of its path is a file, not a folder"
    return (error.strerror or str(error)).lower()

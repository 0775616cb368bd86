"""Warnings on the command line: one line each on standard error, each said once."""

import sys
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any


@contextmanager
def warnings_as_lines() -> Iterator[None]:
    """Show Python's warnings as ``clavilux: warning: …`` while the block runs."""
    said: set[str] = set()

    def show(message: Warning | str, category: Any, *place: Any, **more: Any) -> None:
        line = " ".join(str(message).split())
        if issubclass(category, UserWarning) and line not in said:
            said.add(line)
            print(f"clavilux: warning: {line}", file=sys.stderr)

    with warnings.catch_warnings():
        warnings.simplefilter("always", UserWarning)
        warnings.showwarning = show
        yield

"""Complaints on the command line: one line each on standard error, in the shell's words."""

import re
import sys
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

_NAMES = {
    "what": "--as", "output": "-o", "again": "--from", "shortest": "--min", "longest": "--max",
}  # fmt: skip
"""Arguments whose option is called otherwise; those given by position are written as in help."""
_POSITIONAL = ("music", "film", "folder", "document")


def in_shell_words(message: str) -> str:
    """Return a message in one line, with each `argument` in it as the option of the shell."""

    def option(match: re.Match[str]) -> str:
        name = match[1]
        if name in _POSITIONAL:
            return name.upper()
        return _NAMES.get(name, f"--{name.replace('_', '-')}")

    return " ".join(re.sub(r"`([a-z_]+)`", option, message).split())


@contextmanager
def warnings_as_lines() -> Iterator[None]:
    """Show Python's warnings as ``clavilux: warning: …`` while the block runs."""
    said: set[str] = set()

    def show(message: Warning | str, category: Any, *place: Any, **more: Any) -> None:
        line = in_shell_words(str(message))
        if issubclass(category, UserWarning) and line not in said:
            said.add(line)
            print(f"clavilux: warning: {line}", file=sys.stderr)

    with warnings.catch_warnings():
        warnings.simplefilter("always", UserWarning)
        warnings.showwarning = show
        yield

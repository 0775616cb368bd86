"""Complaints on the command line: one line each on standard error, in the shell's words."""

import re
import sys
import warnings
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from types import MappingProxyType
from typing import Any

from clavilux.core.errors import ClaviluxError

_NAMES = {
    "what": "--as", "output": "-o", "again": "--from", "shortest": "--min", "longest": "--max",
}  # fmt: skip
"""Arguments whose option is called otherwise; those given by position are written as in help."""
_POSITIONAL = ("music", "film", "folder", "document")


def in_shell_words(message: str, names: Mapping[str, str] = MappingProxyType({})) -> str:
    """Return a message in one line, with each `argument` in it as the option of the shell.

    Args:
        message: What was said.
        names: Argument to option, where a command calls one otherwise than others do.
    """

    def option(match: re.Match[str]) -> str:
        name = match[1]
        if name in _POSITIONAL:
            return name.upper()
        return names.get(name) or _NAMES.get(name, f"--{name.replace('_', '-')}")

    return " ".join(re.sub(r"`([a-z_]+)`", option, message).split())


@contextmanager
def warnings_as_lines(names: Mapping[str, str] = MappingProxyType({})) -> Iterator[None]:
    """Show Python's warnings as ``clavilux: warning: …`` while the block runs.

    Args:
        names: Argument to option, where this command calls one otherwise; its errors say so too.
    """
    said: set[str] = set()

    def show(message: Warning | str, category: Any, *place: Any, **more: Any) -> None:
        line = in_shell_words(str(message), names)
        if issubclass(category, UserWarning) and line not in said:
            said.add(line)
            print(f"clavilux: warning: {line}", file=sys.stderr)

    with warnings.catch_warnings():
        warnings.simplefilter("always", UserWarning)
        warnings.showwarning = show
        try:
            yield
        except ClaviluxError as error:
            if names:
                error.args = (in_shell_words(str(error), names),)
            raise

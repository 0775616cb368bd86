"""What became of the files of a folder: films on standard output, the rest on standard error."""

import sys
from collections.abc import Iterable

from clavilux.cli.complaints import in_shell_words
from clavilux.core.errors import InputError
from clavilux.pipelines.album import Entry


def print_entries(entries: Iterable[Entry]) -> None:
    """Print each entry as it comes.

    Raises:
        InputError: Some files could not be used; they are named by then.
    """
    problems = 0
    for entry in entries:
        if entry.problem:
            problems += 1
            _say(f"{entry.music}: {entry.problem}")
        elif entry.kept:
            _say(f"kept {entry.film}: {entry.kept}")
        else:
            print(entry.film, flush=True)
    if problems:
        raise InputError(f"{problems} of the folder's files could not be used")


def _say(line: str) -> None:
    print(f"clavilux: {in_shell_words(line)}", file=sys.stderr)

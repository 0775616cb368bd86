"""The command line: one file a command; each reads, calls and prints.

Results go to standard output, progress and complaints to standard error. Exits
0 when done, 2 on bad input, 1 when the world failed, 130 when interrupted.
"""

import sys
from types import FrameType
from typing import Any


def main() -> None:
    """Run the command that the arguments name."""
    from clavilux.cli.app import UsageError, app
    from clavilux.core.errors import ClaviluxError
    from clavilux.core.platform import on_terminate

    on_terminate(_terminate)
    try:
        sys.exit(app(prog_name="clavilux", standalone_mode=False))
    except UsageError as error:
        sys.exit(_misused(error))
    except ClaviluxError as error:
        sys.exit(_complain(str(error), error.exit_code))
    except MemoryError:
        sys.exit(_complain("not enough memory for this; try a smaller --size", 1))
    except OSError as error:
        name = f" ({error.filename})" if error.filename else ""
        sys.exit(_complain(f"{(error.strerror or str(error)).lower()}{name}", 1))


def _misused(error: Any) -> int:
    """Print a usage error in one line; a command called with nothing prints its help."""
    said = str(error.format_message()).rstrip(".")
    if said.startswith("Usage:"):
        print(said, file=sys.stderr)
        return 2
    command = error.ctx.command_path if error.ctx else "clavilux"
    return _complain(f"{said[:1].lower()}{said[1:]}; see {command} --help", 2)


def _complain(message: str, exit_code: int) -> int:
    from clavilux.cli.complaints import in_shell_words

    print("clavilux: " + in_shell_words(message), file=sys.stderr)
    return exit_code


def _terminate(signum: int, frame: FrameType | None) -> None:
    """Leave through every `finally`, so that nothing half-written stays behind."""
    raise SystemExit(128 + signum)

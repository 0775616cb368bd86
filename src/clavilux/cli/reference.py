"""The reference page of the command line, written from the commands themselves.

``python -m clavilux.cli.reference docs/cli.md`` writes it; a test says it is current.
"""

import sys
from typing import Any

import typer
import typer.main

from clavilux.cli.app import app
from clavilux.core.files import write_text


def reference() -> str:
    """Return the page as Markdown: every command's help, in the order of use."""
    root = typer.main.get_command(app)
    head = f"what `clavilux COMMAND --help` prints, laid out by Typer {typer_version()}"
    pages = [f"# The commands\n\nWritten by `make docs`: {head}.\n"]
    pages += _pages(root, "clavilux", None)
    return "\n".join(pages)


def typer_version() -> str:
    """Return the version of Typer, such as 0.29: each lays out help in its own way."""
    return ".".join(typer.__version__.split(".")[:2])


def _pages(command: Any, path: str, parent: Any) -> list[str]:
    context = command.make_context(path.split()[-1], [], parent=parent, resilient_parsing=True)
    context.info_name, context.max_content_width, context.terminal_width = path, 80, 80
    context.parent = None  # the path already names the commands above
    lines = [line.rstrip() for line in command.get_help(context).splitlines()]
    text = "\n".join(lines).strip()
    pages = [f"## `{path}`\n\n```text\n{text}\n```\n"]
    for name in getattr(command, "commands", {}):
        pages += _pages(command.commands[name], f"{path} {name}", context)
    return pages


if __name__ == "__main__":
    write_text(sys.argv[1], reference())

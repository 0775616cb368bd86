"""The program as a shell sees it, run in this process: starting another takes a second of CPU."""

import contextlib
import functools
import io
import subprocess
import sys
from unittest import mock

import typer.main

from clavilux.cli import main

_once = functools.cache(typer.main.get_command)
"""Builds typer's commands the first time alone: most of a run's time goes there."""


def run(*arguments) -> "subprocess.CompletedProcess[str]":
    """Run ``clavilux`` with `arguments`; return its exit code and what it printed."""
    command = ["clavilux", *map(str, arguments)]
    out, err = (io.TextIOWrapper(io.BytesIO(), "utf-8", write_through=True) for _ in range(2))
    code = 0
    with (
        mock.patch.object(sys, "argv", command),
        mock.patch("typer.main.get_command", _once),
        mock.patch("clavilux.core.platform.on_terminate"),  # the tests keep their own handlers
        contextlib.redirect_stdout(out),
        contextlib.redirect_stderr(err),
    ):
        try:
            main()
        except SystemExit as end:
            code = end.code if isinstance(end.code, int) else int(end.code is not None)
    said = [stream.buffer.getvalue().decode() for stream in (out, err)]
    return subprocess.CompletedProcess(command, code, *said)

"""Progress on the terminal: how far, how fast, how long still.

On a terminal a bar is drawn; elsewhere (a log file, a pipe) a plain line now
and then, so that logs stay readable. Both go to stderr: stdout is for results.
"""

import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, TextIO

from clavilux.core.progress import Progress, silent

if TYPE_CHECKING:
    from rich.progress import Progress as RichProgress
    from rich.progress import TaskID

_LINE_EVERY_S = 10.0
_DRAW_EVERY_S = 0.1


@contextmanager
def shown(*, quiet: bool = False, stream: TextIO | None = None) -> Iterator[Progress]:
    """Return a `Progress` that shows itself while the block runs.

    Args:
        quiet: Show nothing.
        stream: Where to; stderr if not given.
    """
    stream = sys.stderr if stream is None else stream
    if quiet:
        yield silent
    elif stream.isatty():
        with _bar(stream) as progress:
            yield progress
    else:
        yield _Lines(stream)


class Pace:
    """Measures how fast a stage goes, from its first report on."""

    def __init__(self, now: Callable[[], float] = time.monotonic) -> None:
        self._now = now
        self._stage = ""
        self._start_s = now()
        self._start_done = 0.0

    def measure(self, done: float, stage: str) -> float:
        """Return units a second since the stage began; 0 while that cannot be told."""
        if stage != self._stage:
            self._stage, self._start_s, self._start_done = stage, self._now(), done
        elapsed = self._now() - self._start_s
        return (done - self._start_done) / elapsed if elapsed > 0 else 0.0


def clock(seconds: float) -> str:
    """Write a span of time as people read it: ``0:42``, ``1:03:20``."""
    minutes, rest = divmod(max(0, round(seconds)), 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02}:{rest:02}" if hours else f"{minutes}:{rest:02}"


class _Lines:
    """Writes a line every so often; what is quickly done is done without a word.

    Time counts from the first report of something done: bad input is found before that,
    and an error stands alone, however slow the machine is.
    """

    def __init__(self, stream: TextIO, now: Callable[[], float] = time.monotonic) -> None:
        self._stream, self._now = stream, now
        self._pace = Pace(now)
        self._last_s: float | None = None

    def __call__(self, done: float, total: float, stage: str = "") -> None:
        rate = self._pace.measure(done, stage)
        if self._last_s is None:
            self._last_s = self._now() if done else None
            return
        if not done or self._now() - self._last_s < _LINE_EVERY_S:
            return
        self._last_s = self._now()
        line = f"{stage or 'working'}: {done:.0f} of {total:.0f}"
        if rate > 0:
            line += f", {rate:.1f} a second, {clock((total - done) / rate)} left"
        print(line, file=self._stream, flush=True)


@contextmanager
def _bar(stream: TextIO) -> Iterator[Progress]:
    from rich.console import Console
    from rich.progress import BarColumn, TextColumn, TimeRemainingColumn
    from rich.progress import Progress as RichProgress

    columns = (
        TextColumn("{task.description}"),
        BarColumn(bar_width=None),
        TextColumn("{task.completed:.0f}/{task.total:.0f}"),
        TextColumn("{task.fields[rate]:.1f}/s"),
        TimeRemainingColumn(),
    )
    console = Console(file=stream)
    with RichProgress(*columns, console=console, transient=True, refresh_per_second=8) as rich:
        yield _Bar(rich)


class _Bar:
    """Moves rich's bar, one a stage."""

    def __init__(self, rich: "RichProgress") -> None:
        self._rich = rich
        self._pace = Pace()
        self._task: TaskID | None = None
        self._stage: str | None = None
        self._last_s = 0.0

    def __call__(self, done: float, total: float, stage: str = "") -> None:
        rate = self._pace.measure(done, stage)
        now = time.monotonic()
        if self._task is None or stage != self._stage:
            if self._task is not None:
                self._rich.remove_task(self._task)
            self._stage = stage
            self._task = self._rich.add_task(stage or "working", total=total, rate=0.0)
        elif done < total and now - self._last_s < _DRAW_EVERY_S:
            return
        self._last_s = now
        self._rich.update(self._task, completed=done, total=total, rate=rate)


def tell(line: str) -> None:
    """Write a line of news to standard error."""
    print(f"clavilux: {line}", file=sys.stderr)

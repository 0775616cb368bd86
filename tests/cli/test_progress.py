"""Progress is a bar on a terminal and a plain line now and then elsewhere."""

import io
import subprocess
import sys

import pytest

from clavilux.cli import progress


class Terminal(io.StringIO):
    """A stream that says it is a terminal."""

    def isatty(self) -> bool:
        return True


def test_a_log_gets_a_line_now_and_then() -> None:
    stream, now = io.StringIO(), [0.0]
    report = progress._Lines(stream, now=lambda: now[0])
    for done in range(1, 101):
        now[0] += 0.25
        report(done, 100, "rendering")
    assert stream.getvalue().splitlines() == [
        "rendering: 41 of 100, 4.0 a second, 0:15 left",
        "rendering: 81 of 100, 4.0 a second, 0:05 left",
    ]


def test_what_is_quickly_done_is_done_without_a_word() -> None:
    stream = io.StringIO()
    with progress.shown(stream=stream) as report:
        report(1, 1, "rendering")
    assert stream.getvalue() == ""


def test_nothing_is_said_before_something_is_done_however_slow_the_machine() -> None:
    stream, now = io.StringIO(), [0.0]
    report = progress._Lines(stream, now=lambda: now[0])
    for stage in ("listening", "composing", "listening"):
        now[0] += 60
        report(0, 1, stage)
    assert stream.getvalue() == ""


def test_a_terminal_gets_a_bar_with_rate_and_remaining_time() -> None:
    stream = Terminal()
    with progress.shown(stream=stream) as report:
        for done in range(1, 51):
            report(done, 50, "rendering")
        report(1, 2, "joining")
    assert "rendering" in stream.getvalue()
    assert "/s" in stream.getvalue()


def test_quiet_shows_nothing() -> None:
    stream = Terminal()
    with progress.shown(quiet=True, stream=stream) as report:
        report(1, 2, "rendering")
    assert stream.getvalue() == ""


def test_pace_counts_from_where_a_stage_began() -> None:
    times = iter([0.0, 10.0, 10.0, 12.0])
    pace = progress.Pace(lambda: next(times))
    assert pace.measure(100, "rendering") == 0  # what was done before is no pace
    assert pace.measure(150, "rendering") == 25


@pytest.mark.parametrize(
    ("seconds", "written"), [(0.2, "0:00"), (42, "0:42"), (3800, "1:03:20"), (-1, "0:00")]
)
def test_spans_are_written_as_people_read_them(seconds: float, written: str) -> None:
    assert progress.clock(seconds) == written


def test_rich_is_imported_only_for_a_bar() -> None:
    code = "import sys, clavilux.cli.progress; print('rich' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "False"

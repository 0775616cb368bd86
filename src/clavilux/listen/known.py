"""Known: what a person says of a recording's tempo, meter and beats, so that it need not be heard.

Numbers, a time signature or a file of beats in, a `Known` out.

Conventions
-----------
- A beat is what a meter counts: its denominator's note value, or three of them where
  the meter is compound (6/8, 9/8, 12/8); as in `clavilux.score.facts`.
"""

import os
import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from clavilux.core.errors import ArgumentError, InputError

SLOWEST_BPM, FASTEST_BPM = 20.0, 400.0
_DOWNBEAT = re.compile(r"1(\.0*)?|\d+[.:]0*1|d|db|downbeat", re.IGNORECASE)
"""A label of a downbeat: its number in the bar, bar and beat (``12.1``), or the word."""


@dataclass(frozen=True, slots=True, eq=False)
class Known:
    """What is known of a recording; None where it is to be heard."""

    tempo_bpm: float | None = None
    """Quarter notes a minute; in 6/8 dotted quarters."""
    meter: str | None = None
    """Such as ``3/4``."""
    beats_s: NDArray[np.float64] | None = None
    downbeats_s: NDArray[np.float64] | None = None


def known_from(
    *,
    tempo: float | None = None,
    meter: str | None = None,
    beats: str | os.PathLike[str] | Sequence[float] | None = None,
) -> Known:
    """Check what a person says of a recording.

    Args:
        tempo: Quarter notes a minute; in 6/8 dotted quarters.
        meter: A time signature, such as ``3/4``.
        beats: A file of beats (see `read_beats`), or their seconds.

    Raises:
        InputError: A value cannot be, or two contradict each other.
    """
    if tempo is not None and not SLOWEST_BPM <= tempo <= FASTEST_BPM:
        raise ArgumentError(
            f"`tempo` is {tempo:g}; expected {SLOWEST_BPM:g} to {FASTEST_BPM:g} beats a minute"
        )
    if meter is not None:
        beats_in_bar(meter)
    if beats is None:
        return Known(tempo, meter)
    if tempo is not None:
        raise ArgumentError("`beats` says how fast the music is; leave `tempo` out")
    if isinstance(beats, str | os.PathLike):
        times, downbeats = read_beats(beats)
    else:
        times, downbeats = _checked(np.array(beats, dtype=np.float64), "beats"), None
    if meter is not None and downbeats is not None and len(downbeats) > 1:
        counted = _per_bar(times, downbeats)
        if counted != beats_in_bar(meter):
            raise InputError(
                f"{beats} has {counted} beats from downbeat to downbeat, but `meter` {meter} "
                f"has {beats_in_bar(meter)} in a bar; leave `meter` out, or the second column"
            )
    if meter is None and downbeats is not None and len(downbeats) > 1:
        meter = f"{_per_bar(times, downbeats)}/4"
    return Known(None, meter, times, downbeats)


def beats_in_bar(meter: str) -> int:
    """Return how many beats a bar of a time signature has.

    Raises:
        InputError: It is not a time signature.
    """
    match = re.fullmatch(r"(\d{1,2})/(1|2|4|8|16|32)", meter.strip())
    if match is None or not 1 <= int(match[1]) <= 32:
        raise ArgumentError(
            f"`meter` is {meter!r}; expected a time signature, such as 3/4, 6/8 or 7/8"
        )
    numerator, denominator = int(match[1]), int(match[2])
    is_compound = denominator >= 8 and numerator > 3 and numerator % 3 == 0
    return numerator // 3 if is_compound else numerator


def read_beats(
    path: str | os.PathLike[str],
) -> tuple[NDArray[np.float64], NDArray[np.float64] | None]:
    """Read beats from a text file: a time a line, as librosa, mir_eval and Audacity write them.

    Columns are parted by blanks, tabs, commas or semicolons. The first is the time in
    seconds; the last of several is a label, which is 1 (or bar and beat, ``12.1``) where
    a bar begins. A heading, empty lines and lines that begin with ``#`` are passed over.

    Returns:
        Beats, and downbeats: None if no label names one.

    Raises:
        InputError: There is no such file, or it holds no beats.
    """
    path = Path(path)
    try:
        lines = path.read_text(encoding="utf-8-sig").splitlines()
    except FileNotFoundError as error:
        raise InputError(f"there is no file {path}") from error
    except (OSError, UnicodeError) as error:
        raise InputError(f"cannot read {path}; expected a text file of beats") from error
    times, is_first = [], []
    for number, line in enumerate(lines, 1):
        columns = [column for column in re.split(r"[\s,;]+", line.strip()) if column]
        if not columns or columns[0].startswith("#"):
            continue
        try:
            times.append(float(columns[0]))
        except ValueError:
            if not times and number == 1:
                continue  # a heading
            raise InputError(
                f"{path}, line {number}: {columns[0]!r} is not a time in seconds"
            ) from None
        is_first.append(len(columns) > 1 and bool(_DOWNBEAT.fullmatch(columns[-1].strip('"'))))
    beats = _checked(np.array(times, dtype=np.float64), str(path))
    downbeats = beats[np.array(is_first, dtype=bool)]
    return beats, downbeats if len(downbeats) else None


def _checked(beats_s: NDArray[np.float64], name: str) -> NDArray[np.float64]:
    if len(beats_s) < 2:
        raise InputError(f"{name} holds {len(beats_s)} beats; expected two or more")
    if not np.isfinite(beats_s).all() or beats_s[0] < 0:
        raise InputError(f"{name}: beats are seconds from 0 on, not {beats_s.min():g}")
    wrong = np.flatnonzero(np.diff(beats_s) <= 0)
    if len(wrong):
        i = int(wrong[0]) + 1
        raise InputError(
            f"{name}: beat {i + 1} is at {beats_s[i]:g} s, not after beat {i} at "
            f"{beats_s[i - 1]:g} s; put them in order of time"
        )
    return beats_s


def _per_bar(beats_s: NDArray[np.float64], downbeats_s: NDArray[np.float64]) -> int:
    return int(np.median(np.diff(np.searchsorted(beats_s, downbeats_s))))

"""The timeline: one exact clock for ticks, seconds, beats and video frames.

A tempo map turns a MIDI file's ticks into seconds; a `Fraction` frame rate
turns seconds into video frames. Both are exact: a time is an integer number of
a map's smallest unit until the last step, where it becomes a float64.

Conventions
-----------
- A *tick* is a MIDI file's own unit; positions count from the file's start.
- A *beat* is a quarter note, as in the MIDI standard.
- Video frame ``i`` is shown from ``i / frame_rate`` until ``(i + 1) / frame_rate``.
"""

from dataclasses import dataclass
from fractions import Fraction
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from clavilux.core.errors import InputError

MICROSECONDS = 1_000_000
DEFAULT_US_PER_BEAT = 500_000
"""The tempo of a MIDI file that names none: 120 beats a minute."""
_LARGEST = 1 << 62


@dataclass(frozen=True, slots=True, eq=False)
class TempoMap:
    """How ticks pass in seconds: piecewise constant, exact, from tick 0 on.

    Within segment ``i`` one tick lasts ``rate[i] / denominator`` seconds.
    """

    ticks_per_beat: Fraction
    """Ticks in a quarter note; under SMPTE division, those in half a second."""
    start_tick: NDArray[np.int64]
    """First tick of each segment, strictly increasing from 0. Shape (n_segments,)."""
    rate: NDArray[np.int64]
    """Seconds per tick times `denominator`, positive. Shape (n_segments,)."""
    denominator: int
    """Common denominator of all seconds."""

    def __post_init__(self) -> None:
        if len(self.start_tick) != len(self.rate) or len(self.rate) == 0:
            raise ValueError(
                f"a tempo map needs as many rates as starts and at least one; "
                f"got {len(self.rate)} and {len(self.start_tick)}"
            )
        if self.start_tick[0] != 0 or np.count_nonzero(self.start_tick[1:] <= self.start_tick[:-1]):
            raise ValueError("a tempo map's segments start at tick 0 and strictly increase")
        if self.denominator <= 0 or np.count_nonzero(self.rate <= 0):
            raise ValueError("a tempo map's rates and denominator are positive")

    @classmethod
    def constant(cls, tempo_bpm: float = 120.0, ticks_per_beat: int = 480) -> "TempoMap":
        """Build the map of one steady tempo, rounded to a microsecond a beat as MIDI does."""
        return cls.from_tempi([(0, round(60 * MICROSECONDS / tempo_bpm))], ticks_per_beat)

    @classmethod
    def from_tempi(cls, tempi: list[tuple[int, int]], ticks_per_beat: int) -> "TempoMap":
        """Build a map from MIDI tempo events.

        Args:
            tempi: Pairs of tick and microseconds per beat, in any order; of several
                at one tick the last holds. Before the first, 120 beats a minute.
            ticks_per_beat: The file's division.
        """
        tempo_at = {0: DEFAULT_US_PER_BEAT}
        tempo_at.update(sorted(tempi, key=lambda pair: pair[0]))
        changes = [(tick, us) for tick, us in sorted(tempo_at.items())]
        kept = [c for i, c in enumerate(changes) if i == 0 or c[1] != changes[i - 1][1]]
        return cls(
            ticks_per_beat=Fraction(ticks_per_beat),
            start_tick=np.array([tick for tick, _ in kept], dtype=np.int64),
            rate=np.array([us for _, us in kept], dtype=np.int64),
            denominator=ticks_per_beat * MICROSECONDS,
        )

    @classmethod
    def smpte(cls, frame_rate: Fraction, ticks_per_frame: int) -> "TempoMap":
        """Build the map of SMPTE division, where ticks are fractions of a frame."""
        ticks_per_second = frame_rate * ticks_per_frame
        return cls(
            ticks_per_beat=ticks_per_second / 2,
            start_tick=np.zeros(1, dtype=np.int64),
            rate=np.array([ticks_per_second.denominator], dtype=np.int64),
            denominator=ticks_per_second.numerator,
        )

    @property
    def tempi_bpm(self) -> NDArray[np.float64]:
        """Tempo of each segment, beats per minute. Shape (n_segments,)."""
        seconds_per_beat = self.rate * float(self.ticks_per_beat) / self.denominator
        return np.asarray(60.0 / seconds_per_beat, dtype=np.float64)

    def seconds(self, ticks: ArrayLike) -> NDArray[np.float64]:
        """Return the seconds at which `ticks` pass; any shape, same shape back.

        Raises:
            InputError: A tick lies so far out that its time cannot be held exactly.
        """
        tick = np.asarray(ticks, dtype=np.int64)
        if len(self.rate) == 1:
            return self._steady_seconds(tick)
        starts = self._start_units()
        last = int(tick.max(initial=0))
        if starts[-1] + max(0, last - int(self.start_tick[-1])) * int(self.rate[-1]) >= _LARGEST:
            raise InputError("the score is too long to be timed exactly")
        segment = np.searchsorted(self.start_tick, tick, side="right") - 1
        segment = np.maximum(segment, 0)
        start = np.array(starts, dtype=np.int64)
        units = start[segment] + (tick - self.start_tick[segment]) * self.rate[segment]
        # Whole seconds and the rest apart: their sum is good to the last bit of a float64.
        whole, rest = np.divmod(units, self.denominator)
        return np.asarray(whole + rest / self.denominator, dtype=np.float64)

    def _steady_seconds(self, tick: NDArray[np.int64]) -> NDArray[np.float64]:
        """Do what `seconds` does where the tempo never changes."""
        rate = int(self.rate[0])
        if int(tick.max(initial=0)) * rate >= _LARGEST:
            raise InputError("the score is too long to be timed exactly")
        whole, rest = np.divmod(tick * rate, self.denominator)
        return np.asarray(whole + rest / self.denominator, dtype=np.float64)

    def seconds_exact(self, tick: int) -> Fraction:
        """Return the exact second at which one tick passes."""
        segment = max(0, int(np.searchsorted(self.start_tick, tick, side="right")) - 1)
        inside = (tick - int(self.start_tick[segment])) * int(self.rate[segment])
        return Fraction(self._start_units()[segment] + inside, self.denominator)

    def ticks(self, seconds: ArrayLike) -> NDArray[np.float64]:
        """Return the (fractional) ticks that pass at `seconds`; the inverse of `seconds`."""
        time = np.asarray(seconds, dtype=np.float64)
        start_s = np.array([units / self.denominator for units in self._start_units()])
        segment = np.maximum(np.searchsorted(start_s, time, side="right") - 1, 0)
        inside = (time - start_s[segment]) * self.denominator / self.rate[segment]
        return np.asarray(self.start_tick[segment] + inside, dtype=np.float64)

    def beats(self, seconds: ArrayLike) -> NDArray[np.float64]:
        """Return the position in beats at `seconds`."""
        return self.ticks(seconds) / float(self.ticks_per_beat)

    def beat_seconds(self, beats: ArrayLike) -> NDArray[np.float64]:
        """Return the seconds at which (fractional) `beats` pass; the inverse of `beats`."""
        tick = np.asarray(beats, dtype=np.float64) * float(self.ticks_per_beat)
        below = np.floor(tick)
        segment = np.maximum(np.searchsorted(self.start_tick, tick, side="right") - 1, 0)
        rest = (tick - below) * self.rate[segment] / self.denominator
        return np.asarray(self.seconds(below.astype(np.int64)) + rest, dtype=np.float64)

    def _start_units(self) -> list[int]:
        """Each segment's start in units of 1/denominator s: Python ints cannot overflow."""
        starts, rates = self.start_tick.tolist(), self.rate.tolist()
        units = [0]
        for i in range(1, len(starts)):
            units.append(units[-1] + (starts[i] - starts[i - 1]) * rates[i - 1])
        return units


@dataclass(frozen=True, slots=True)
class FrameClock:
    """When each video frame is shown, exactly."""

    frame_rate: Fraction
    """Video frames per second, such as ``Fraction(24000, 1001)``."""

    def __post_init__(self) -> None:
        if self.frame_rate <= 0:
            raise ValueError(f"frame rate is {self.frame_rate}; expected a positive number")

    def times(self, n_frames: int, first: int = 0) -> NDArray[np.float64]:
        """Return the seconds at which frames `first` … `first + n_frames - 1` appear."""
        index = np.arange(first, first + n_frames, dtype=np.int64)
        units = index * self.frame_rate.denominator
        whole, rest = np.divmod(units, self.frame_rate.numerator)
        return np.asarray(whole + rest / self.frame_rate.numerator, dtype=np.float64)

    def position(self, seconds: ArrayLike) -> NDArray[np.float64]:
        """Return the fractional frame index at `seconds`: 2.5 is half way through frame 2."""
        scaled = np.asarray(seconds, dtype=np.float64) * self.frame_rate.numerator
        return np.asarray(scaled / self.frame_rate.denominator, dtype=np.float64)

    def frame_at(self, seconds: ArrayLike) -> NDArray[np.int64]:
        """Return the frame shown at `seconds`.

        A time within a nanosecond before a frame counts as that frame's own:
        frame ↔ seconds ↔ frame must be the identity in floating point too.
        """
        return np.floor(self.position(np.asarray(seconds) + 1e-9)).astype(np.int64)

    def n_frames(self, duration_s: float | Fraction) -> int:
        """Return how many frames cover `duration_s`: the last may reach past its end."""
        exact = Fraction(duration_s) * self.frame_rate
        nearest = round(exact)
        if abs(exact - nearest) < Fraction(1, 1_000_000):
            return nearest
        return -int(-exact // 1)


def parse_frame_rate(text: Any) -> Fraction:
    """Read a frame rate as people write it: ``24``, ``29.97``, ``24000/1001``.

    The decimal names of the NTSC rates (23.976, 29.97, 59.94 …) mean those rates exactly.

    Raises:
        InputError: It is not a number, or not between 1 and 240.
    """
    try:
        rate = Fraction(str(text).strip())
    except (ValueError, ZeroDivisionError) as error:
        raise InputError(
            f"frame rate {text!r} is not a number; write 24, 29.97 or 24000/1001"
        ) from error
    for whole in (24, 30, 48, 60, 120):
        ntsc = Fraction(whole * 1000, 1001)
        if rate.denominator != 1 and abs(rate - ntsc) < Fraction(6, 1000):
            rate = ntsc
    if not 1 <= rate <= 240:
        raise InputError(f"frame rate {text} is outside 1 to 240 frames a second")
    return rate

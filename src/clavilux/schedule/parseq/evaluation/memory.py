"""Memory: functions whose value depends on the frames before.

Each class holds what one place in an expression remembers and takes one step a
frame; a fresh object is a fresh memory.
"""

import math
from collections.abc import Sequence

from clavilux.schedule.parseq.javascript.noise import Draws, draws
from clavilux.schedule.parseq.javascript.values import NAN, divide, number_text


def _floor(x: float) -> float:
    return float(math.floor(x)) if math.isfinite(x) else x


class Rand:
    """``rand``: a random number held for some frames."""

    __slots__ = ("_count", "_draws", "_last", "_value")

    def __init__(self) -> None:
        self._draws: Draws | None = None
        self._count = 0
        self._last = NAN
        self._value = NAN

    def step(self, frame: float, active: float, args: Sequence[float]) -> float:
        """Return the value at `frame`; args are min, max, seed and hold."""
        low, high, seed, hold = args
        last = self._last
        if last != last or _floor(divide(last - active, hold)) < _floor(
            divide(frame - active, hold)
        ):
            if self._draws is None:
                self._draws = draws(number_text(seed))
            self._value = self._draws.at(self._count) * (high - low) + low
            self._count += 1
            self._last = frame
        return self._value


class Vibe:
    """``vibe``: a walk in curves between random heights; here, from where to where and how long."""

    __slots__ = ("_count", "_draws", "_end", "_period", "_start", "_started")

    def __init__(self) -> None:
        self._draws: Draws | None = None
        self._count = 0
        self._start = self._end = self._period = self._started = NAN

    def _draw(self, seed: float) -> float:
        if self._draws is None:
            self._draws = draws(number_text(seed))
        self._count += 1
        return self._draws.at(self._count - 1)

    def step(
        self, frame: float, resting: float, args: Sequence[float]
    ) -> tuple[float, float, float, float]:
        """Return start, end, period and first frame of the curve at `frame`.

        Args:
            frame: The frame.
            resting: Where the first curve starts.
            args: pmin, pmax, p, min, max and seed.
        """
        pmin, pmax, period, low, high, seed = args
        begun = self._started == self._started and self._period == self._period
        if not begun or frame > self._started + self._period:
            self._started = frame
            self._start = resting if self._end != self._end else self._end
            self._end = self._draw(seed) * (high - low) + low
            if period == period:
                self._period = period
            else:
                self._period = _floor(self._draw(seed) * (pmin - pmax) + pmin)
        return self._start, self._end, self._period, self._started

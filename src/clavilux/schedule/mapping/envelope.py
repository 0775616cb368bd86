"""The envelope: how what a hit does rises, holds and falls, integrated exactly.

An envelope rises from 0 to 1 during its attack, stays there during its hold and
falls back to 0 during its decay. A video frame shows a stretch of time, not an
instant, so what is needed is the envelope's integral between the frame's edges,
and for what remains after a push the integral of that: both in closed form.

Conventions
-----------
- Times are in video frames from the hit; negative ones lie before it.
- Jumps are taken after the instant: an envelope is still 0 at time 0.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from clavilux.schedule.mapping.rules import Shape

Array = NDArray[np.float64]

_FALL = 3.0
"""An exponential decay falls to 1/20 in its time …"""
_TAIL = 2.0
"""… and is cut, where 1/400 is left, after twice that time."""


@dataclass(frozen=True, slots=True, eq=False)
class Envelope:
    """The envelopes of many hits, one row each. All shapes (n_hits, 1)."""

    attack: Array
    hold: Array
    decay: Array
    shape: Shape

    @classmethod
    def of(cls, attack: Array, hold: Array, decay: Array, shape: Shape) -> "Envelope":
        """Build the envelopes of hits from durations in frames, shape (n_hits,) each.

        What lasts no time at all is given a millionth of a frame, so that a push
        still has something to come along.
        """
        hold = np.where(attack + hold + decay < 1e-6, 1e-6, hold)
        tail = decay * (_TAIL if shape == "exponential" else 1.0)
        return cls(attack[:, None], hold[:, None], tail[:, None], shape)

    @property
    def length(self) -> Array:
        """How long each lasts, in frames."""
        return self.attack + self.hold + self.decay

    @property
    def area(self) -> Array:
        """The integral of each."""
        return self.attack / 2 + self.hold + self.decay * self._fall(np.ones(1))[1]

    def rows(self, keep: slice) -> "Envelope":
        """Keep some of the hits."""
        return Envelope(self.attack[keep], self.hold[keep], self.decay[keep], self.shape)

    def value(self, time: Array) -> Array:
        """Return each envelope at `time`, shape (n_hits, n_times); same shape back."""
        rise, fall = self._phases(time)
        rising = self._rise(rise)[0]
        falling = np.where(time > self.attack + self.hold, self._fall(fall)[0], 1.0)
        inside = (time > 0) & (time <= self.length)
        return np.where(inside, np.where(time < self.attack, rising, falling), 0.0)

    def integral(self, time: Array) -> Array:
        """Integrate each envelope from its start to `time`."""
        rise, fall = self._phases(time)
        held = np.clip(time - self.attack, 0.0, self.hold)
        return self.attack * self._rise(rise)[1] + held + self.decay * self._fall(fall)[1]

    def double_integral(self, time: Array) -> Array:
        """Integrate `integral` from the start to `time`."""
        rise, fall = self._phases(time)
        one = np.ones(1)
        after_rise = self.attack * self._rise(one)[1]
        after_hold = after_rise + self.hold
        held = np.clip(time - self.attack, 0.0, self.hold)
        fallen = np.clip(time - self.attack - self.hold, 0.0, self.decay)
        beyond = np.maximum(time - self.length, 0.0)
        return (
            self.attack**2 * self._rise(rise)[2]
            + after_rise * held
            + held**2 / 2
            + after_hold * fallen
            + self.decay**2 * self._fall(fall)[2]
            + self.area * beyond
        )

    def _phases(self, time: Array) -> tuple[Array, Array]:
        """How far each is through its attack and through its decay, 0 to 1."""
        rise = np.clip(time / np.maximum(self.attack, 1e-12), 0.0, 1.0)
        since = time - self.attack - self.hold
        fall = np.clip(since / np.maximum(self.decay, 1e-12), 0.0, 1.0)
        return rise, fall

    def _rise(self, x: Array) -> tuple[Array, Array, Array]:
        """The attack from 0 to 1 at phase x, its integral and the integral of that."""
        if self.shape == "cosine":
            value, once, twice = _cosine_fall(x)
            return 1 - value, x - once, x**2 / 2 - twice
        return x, x**2 / 2, x**3 / 6

    def _fall(self, x: Array) -> tuple[Array, Array, Array]:
        """The decay from 1 to 0 at phase x, its integral and the integral of that."""
        if self.shape == "cosine":
            return _cosine_fall(x)
        if self.shape == "linear":
            return 1 - x, x - x**2 / 2, x**2 / 2 - x**3 / 6
        rate = _FALL * _TAIL
        left = np.exp(-rate * x)
        end = float(np.exp(-rate))
        scale = 1 / (1 - end)
        once = (1 - left) / rate - end * x
        twice = (x - (1 - left) / rate) / rate - end * x**2 / 2
        return (left - end) * scale, once * scale, twice * scale


def _cosine_fall(x: Array) -> tuple[Array, Array, Array]:
    value = (1 + np.cos(np.pi * x)) / 2
    once = x / 2 + np.sin(np.pi * x) / (2 * np.pi)
    twice = x**2 / 4 + (1 - np.cos(np.pi * x)) / (2 * np.pi**2)
    return value, once, twice

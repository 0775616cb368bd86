"""Gestures: how a film maker may let a drum move the picture, made up by a seed.

A gesture is what one drum does: how far things have moved, any time after a hit.
Film makers differ in size, sign, shape, length, in whether the picture comes
back, and in how a hit's time becomes a frame's.

Conventions
-----------
- A displacement curve gives 0 at the hit and 1 at its farthest, for seconds since.
- Amounts are radians for turns and logarithms of growth for moves forward.
"""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]

MOVES = {"open_hat": "pitch", "pedal_hat": "yaw", "closed_hat": "roll", "snare": "zoom"}
"""Drum to the movement it makes; a kick replaces content instead."""
_SIZES = {"pitch": (0.012, 0.2), "yaw": (0.012, 0.2), "roll": (0.015, 0.3), "zoom": (0.03, 0.7)}


@dataclass(frozen=True, slots=True, eq=False)
class Clock:
    """How one film maker turns instants into frames."""

    frame_rate: float
    quantise: Callable[[Array], Array] | None
    """How a hit's position becomes a whole frame's, if it does."""
    phase: float
    """Frame ``i`` shows the world at ``(i + phase) / frame_rate``."""

    @classmethod
    def draw(cls, rng: np.random.Generator, frame_rate: float) -> "Clock":
        """Draw one: most who make films ask where things are at an instant."""
        kind = rng.choice(
            ["exact", "sampled", "round", "floor", "ceil"], p=[0.2, 0.35, 0.2, 0.15, 0.1]
        )
        match str(kind):
            case "exact":
                return cls(frame_rate, None, 0.5)
            case "sampled":
                return cls(frame_rate, None, 0.0)
            case name:
                ways: dict[str, Callable[[Array], Array]] = {
                    "round": np.round, "floor": np.floor, "ceil": np.ceil,
                }  # fmt: skip
                return cls(frame_rate, ways[name], 1.0)

    def start(self, times_s: Array) -> Array:
        """Return the seconds at which gestures begin."""
        if self.quantise is None:
            return times_s
        return np.asarray(self.quantise(times_s * self.frame_rate) / self.frame_rate)

    def frame(self, times_s: Array) -> NDArray[np.intp]:
        """Return the first frame that shows each hit."""
        position = times_s * self.frame_rate
        quantise = self.quantise
        whole = np.round(position + 0.5 - self.phase) if quantise is None else quantise(position)
        return whole.astype(np.intp)

    def shown(self, n_frames: int) -> Array:
        """Return the instants that frames show, and before them the one before the first."""
        return np.asarray((np.arange(-1, n_frames) + self.phase) / self.frame_rate)


@dataclass(frozen=True, slots=True, eq=False)
class Gesture:
    """What a drum does to the camera in one film."""

    curve: Callable[[Array], Array]
    least: float
    most: float
    """How far velocities 0 and 127 go."""
    signs: str
    """``+``, ``-``, ``alternate`` or ``random``."""

    def path(self, rng: np.random.Generator, clock: Clock, hits: Array, n_frames: int) -> Array:
        """Return the displacement that each frame shows, and before them the one before the first.

        Args:
            rng: Draws the signs, if they are drawn.
            clock: How instants become frames.
            hits: Seconds and velocities, shape (n_hits, 2).
            n_frames: How many frames there are.
        """
        shown = clock.shown(n_frames)
        total = np.zeros(n_frames + 1)
        sign = _signs(rng, self.signs, len(hits))
        for (start, velocity), side in zip(
            np.column_stack([clock.start(hits[:, 0]), hits[:, 1]]), sign, strict=True
        ):
            first = int(np.searchsorted(shown, start, side="right"))
            amount = side * (self.least + (self.most - self.least) * velocity / 127)
            total[first:] += amount * self.curve(shown[first:] - start)
        return total


def draw_gesture(
    rng: np.random.Generator, movement: str, *, returning: bool | None = None
) -> Gesture:
    """Make up what a drum does.

    Args:
        rng: Draws everything.
        movement: ``pitch``, ``yaw``, ``roll`` or ``zoom``.
        returning: Whether the picture comes back; drawn if None.
    """
    low, high = _SIZES[movement]
    most = float(np.exp(rng.uniform(np.log(low), np.log(high))))
    least = most * float(rng.choice([0.0, 0.15, 0.4, 0.6, 1.0], p=[0.15, 0.2, 0.25, 0.25, 0.15]))
    signs = str(rng.choice(["+", "-", "alternate", "random"], p=[0.35, 0.25, 0.25, 0.15]))
    if movement == "zoom":
        signs = str(rng.choice(["+", "-", "alternate"], p=[0.8, 0.1, 0.1]))  # mostly forward
    returning = bool(rng.random() < 0.4) if returning is None else returning
    curves = _RETURNING if returning else _STAYING
    return Gesture(curves[int(rng.integers(len(curves)))](rng), least, most, signs)


def _signs(rng: np.random.Generator, kind: str, n: int) -> Array:
    match kind:
        case "+":
            return np.ones(n)
        case "-":
            return -np.ones(n)
        case "alternate":
            return np.where(np.arange(n) % 2, -1.0, 1.0)
        case _:
            return np.where(rng.random(n) < 0.5, 1.0, -1.0)


def _push(rng: np.random.Generator) -> Callable[[Array], Array]:
    """Fast at once, then slower and slower."""
    lasts = rng.uniform(0.02, 0.1)
    return lambda t: 1 - np.exp(-t / lasts)


def _ramp(rng: np.random.Generator) -> Callable[[Array], Array]:
    """Steady for a while."""
    lasts = rng.uniform(0.03, 0.26)
    return lambda t: np.minimum(t / lasts, 1.0)


def _ease(rng: np.random.Generator) -> Callable[[Array], Array]:
    """Slow, fast, slow; or fast, slow."""
    lasts, skew = rng.uniform(0.06, 0.28), rng.uniform(0.5, 1.0)
    return lambda t: (1 - np.cos(np.pi * np.minimum(t / lasts, 1.0) ** skew)) / 2


def _out_and_back(rng: np.random.Generator) -> Callable[[Array], Array]:
    """There, and after a while back."""
    stays, way, back = rng.uniform(0.12, 0.5), rng.uniform(0.005, 0.06), rng.uniform(0.005, 0.08)
    return lambda t: np.minimum(t / way, 1.0) - np.clip((t - stays) / back, 0.0, 1.0)


def _bump(rng: np.random.Generator) -> Callable[[Array], Array]:
    """There, and at once back, more slowly."""
    way, fades = rng.uniform(0.005, 0.07), rng.uniform(0.04, 0.25)
    return lambda t: np.where(t < way, t / way, np.exp(-(np.maximum(t, way) - way) / fades))


def _shake(rng: np.random.Generator) -> Callable[[Array], Array]:
    """To and fro, less and less."""
    rate, fades = rng.uniform(2.5, 7), rng.uniform(0.05, 0.2)
    return lambda t: np.sin(2 * np.pi * rate * t) * np.exp(-t / fades)


def _slow_return(rng: np.random.Generator) -> Callable[[Array], Array]:
    """A push, and slowly back."""
    lasts, fades = rng.uniform(0.02, 0.08), rng.uniform(0.3, 1.5)
    return lambda t: (1 - np.exp(-t / lasts)) * np.exp(-t / fades)


def _step(rng: np.random.Generator) -> Callable[[Array], Array]:
    """There at once."""
    return lambda t: (t >= 0).astype(np.float64)


def _mostly_at_once(rng: np.random.Generator) -> Callable[[Array], Array]:
    """Most of it at once, the rest slower and slower."""
    at_once, lasts = rng.uniform(0.5, 0.95), rng.uniform(0.02, 0.12)
    return lambda t: at_once * (t >= 0) + (1 - at_once) * (1 - np.exp(-t / lasts))


def _settle(rng: np.random.Generator) -> Callable[[Array], Array]:
    """Beyond the goal, and swinging into place."""
    rate, fades = rng.uniform(1.5, 5), rng.uniform(0.04, 0.15)
    return lambda t: 1 - np.exp(-t / fades) * np.cos(2 * np.pi * rate * t)


def _leaking_push(rng: np.random.Generator) -> Callable[[Array], Array]:
    """A push of any shape, forgotten slowly."""
    push = (_push, _step, _ramp, _ease)[int(rng.integers(4))](rng)
    fades = rng.uniform(0.6, 4)
    return lambda t: push(t) * np.exp(-t / fades)


def _arch(rng: np.random.Generator) -> Callable[[Array], Array]:
    """An arch: half a sine, or its square, or a triangle."""
    lasts, kind = rng.uniform(0.1, 0.6), int(rng.integers(3))

    def curve(t: Array) -> Array:
        x = np.clip(t / lasts, 0.0, 1.0)
        if kind == 2:
            return np.asarray(1 - np.abs(2 * x - 1), dtype=np.float64)
        return np.asarray(np.sin(np.pi * x) ** (1 + kind), dtype=np.float64)

    return curve


def _two_fades(rng: np.random.Generator) -> Callable[[Array], Array]:
    """Rising and falling exponentially, as a heavily damped spring does."""
    way = rng.uniform(0.01, 0.08)
    fades = way * rng.uniform(1.3, 12)
    peak = np.log(fades / way) * way * fades / (fades - way)
    most = np.exp(-peak / fades) - np.exp(-peak / way)
    return lambda t: (np.exp(-t / fades) - np.exp(-t / way)) / most


def _hill(rng: np.random.Generator) -> Callable[[Array], Array]:
    """A Gaussian hill, whose foot is at the hit."""
    width, foot = rng.uniform(0.03, 0.12), rng.uniform(1.2, 2.4)
    low = np.exp(-(foot**2) / 2)
    return lambda t: np.maximum(np.exp(-((t / width - foot) ** 2) / 2) - low, 0) / (1 - low)


def _fall_back(rng: np.random.Generator) -> Callable[[Array], Array]:
    """There at once or nearly, and back along a line or a cosine."""
    way, lasts = rng.uniform(0.001, 0.09), rng.uniform(0.1, 0.6)
    straight = rng.random() < 0.5

    def curve(t: Array) -> Array:
        x = np.clip((t - way) / lasts, 0.0, 1.0)
        down = 1 - x if straight else (1 + np.cos(np.pi * x)) / 2
        return np.asarray(np.minimum(t / way, 1.0) * down, dtype=np.float64)

    return curve


_STAYING = (_push, _push, _ramp, _ease, _ease, _step, _mostly_at_once, _settle, _leaking_push)
_RETURNING = (
    _out_and_back, _bump, _bump, _shake, _slow_return, _arch, _two_fades, _two_fades, _hill,
    _fall_back, _leaking_push,
)  # fmt: skip

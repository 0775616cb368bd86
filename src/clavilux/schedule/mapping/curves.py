"""Curves from pulses: every parameter at every video frame, antialiased in time.

The value at frame ``i`` stands for the time from half a frame before
``i / frame_rate`` to half a frame after. What happens within that time is
integrated exactly, so that the share a hit has of its first frame tells where
in it the hit lies, and so that nothing in all depends on the frame rate.
"""

import math
import zlib
from collections.abc import Sequence
from fractions import Fraction
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from clavilux.core.parameters import PARAMETERS
from clavilux.core.timeline import FrameClock
from clavilux.core.values import Curves
from clavilux.schedule.mapping.envelope import Envelope
from clavilux.schedule.mapping.heard import Heard
from clavilux.schedule.mapping.pulses import Following, Pulses
from clavilux.schedule.mapping.rules import Base, Combine, Mapping, Nature, Rule, nature_of

Array = NDArray[np.float64]

RETENTION_RATE = 24.0
"""Shares of retention are written per 1/24 s."""
_LEAST_SHARE = 0.01
_LONGEST_KERNEL = 256
_CHUNK = 1 << 20  # hits times frames at once: bounds the memory of dense music


class Window:
    """The frames for which curves are wanted, with some to either side for smoothing."""

    def __init__(self, frame_rate: Fraction, n_frames: int, start_s: float, pad: int = 0) -> None:
        self.clock = FrameClock(frame_rate)
        self.frame_s = frame_rate.denominator / frame_rate.numerator
        self.pad = pad
        self.n_frames, self.start_s = n_frames, start_s
        self.n = n_frames + 2 * pad
        self.first = float(self.clock.position(start_s)) - pad
        """Where the first frame's middle lies, in frames from the music's start."""

    def padded(self, pad: int) -> "Window":
        """Return the same frames with some more to either side."""
        return Window(self.clock.frame_rate, self.n_frames, self.start_s, pad)

    def position(self, time_s: Array) -> Array:
        """Return times in frames from the middle of the first."""
        return self.clock.position(time_s) - self.first

    @property
    def times_s(self) -> Array:
        """The middles of the frames, seconds from the music's start."""
        return np.asarray((np.arange(self.n) + self.first) * self.frame_s, dtype=np.float64)

    def cut(self, curve: Array) -> Array:
        """Take the padding off again."""
        return curve[self.pad : self.n - self.pad]


def curves_of(
    mapping: Mapping,
    found: Sequence[Pulses | Following],
    heard: Heard,
    *,
    frame_rate: Fraction,
    n_frames: int,
    start_s: float = 0.0,
    seed: int = 0,
) -> Curves:
    """Sample what the rules do at every video frame.

    Args:
        mapping: Where `found` comes from; gives the bases.
        found: What its rules do, from `pulses`.
        heard: The music, for the conditions of continuous rules.
        frame_rate: Video frames per second.
        n_frames: How many frames.
        start_s: When in the music the first frame is shown, seconds.
        seed: Draws the phases of the drifts.
    """
    values: dict[str, Array] = {}
    window = Window(frame_rate, n_frames, start_s)
    for parameter in mapping.parameters:
        base = mapping.base_of(parameter)
        whole = _base_curve(parameter, base, window, seed)
        parts = [
            _rule_curve(part, base, heard, window)
            for part in found
            if part.parameter == parameter and len(part.time_s)
        ]
        combined = _combined(whole, parts, _inner_combine(parameter, base.combine))
        values[parameter] = _finished(parameter, combined, window.frame_s)
    return Curves(frame_rate, values)


def _rule_curve(part: Pulses | Following, base: Base, heard: Heard, window: Window) -> Array:
    sigma = part.rule.smoothing_s / window.frame_s
    if sigma > 0:
        window = window.padded(math.ceil(4 * sigma))
    if isinstance(part, Following):
        curve = _followed(part, base, window)
        curve *= heard.during(part.rule.when, window.times_s)
    elif (kernel := kernel_of(part.rule, window.frame_s)) is not None:
        curve = _struck(part, base, window, kernel)
    else:
        curve = _placed(part, base, window)
    return window.cut(_smoothed(curve, sigma)) if sigma > 0 else curve


def kernel_of(rule: Rule, frame_s: float) -> Array | None:
    """Return what each frame gets of a hit that fills whole frames; None of any other.

    It is what `_placed` works out, for all hits of a rule at once: they begin at the edge
    of a frame and hold for the same number of frames.
    """
    is_plain = rule.attack.value == 0 == rule.decay.value and rule.hold.unit == "s"
    if not (rule.snap and is_plain and rule.hold.value > 0) or rule.mode == "set":
        return None
    n = max(round(rule.hold.value / frame_s), 1)
    if n > _LONGEST_KERNEL:
        return None
    stands = nature_of(rule.target) in (Nature.LEVEL, Nature.RETENTION)
    if rule.mode == "accumulate":
        return None if stands else _pushing_kernel(n, rule.strike)
    return _pulsing_kernel(n, stands)


@lru_cache(maxsize=64)
def _pushing_kernel(n: int, strike: float) -> Array:
    kernel = np.full(n, (1 - strike) / n)
    kernel[0] += strike
    return kernel


@lru_cache(maxsize=64)
def _pulsing_kernel(n: int, stands: bool) -> Array:
    return np.ones(n) if stands else np.array([1.0, *[0.0] * (n - 1), -1.0])


def _struck(part: Pulses, base: Base, window: Window, kernel: Array) -> Array:
    """Lay hits that fill whole frames onto them."""
    n, reach = window.n, len(kernel)
    frame = np.rint(window.position(part.time_s)).astype(np.int64)
    amplitude = _inner(part.rule.target, base, part.amplitude)
    if frame[0] <= -reach or frame[-1] >= n:  # they are in order of time
        keep = (frame < n) & (frame > -reach)
        frame, amplitude = frame[keep], amplitude[keep]
    combine = _inner_combine(part.rule.target, base.combine)
    if part.rule.mode != "accumulate" and combine in ("min", "max"):
        curve = np.zeros(n)
        _lay(curve, frame[:, None] + np.arange(reach), amplitude[:, None] * kernel, combine)
        return curve
    struck = np.bincount(frame + reach, amplitude, minlength=n + reach)
    return np.convolve(struck, kernel)[reach : n + reach]


def _placed(part: Pulses, base: Base, window: Window) -> Array:
    """Lay the envelopes of a rule's hits onto the frames."""
    rule = part.rule
    at = window.position(part.time_s)
    lasting = [d / window.frame_s for d in (part.attack_s, part.hold_s, part.decay_s)]
    if rule.snap:
        at = np.round(at) - 0.5
        lasting = [np.where(d > 0, np.maximum(np.round(d), 1.0), 0.0) for d in lasting]
    envelope = Envelope.of(lasting[0], lasting[1], lasting[2], rule.shape)
    amplitude = _inner(rule.target, base, part.amplitude)
    if rule.mode == "set":
        amplitude = np.diff(amplitude, prepend=0.0)
    nature = nature_of(rule.target)
    pushes = rule.mode in ("accumulate", "set")
    stands = nature in (Nature.LEVEL, Nature.RETENTION)
    first = np.floor(at + 0.5).astype(np.int64)  # the frame in which the hit lies
    reach = int(np.ceil(envelope.length.max(initial=0.0))) + 2
    combine = _inner_combine(rule.target, base.combine)
    curve = np.zeros(window.n)
    keep = first < window.n
    if not (pushes and stands):
        keep &= first + reach >= 0
    rows = np.flatnonzero(keep)
    per_chunk = max(1, _CHUNK // reach)
    for chunk in (rows[i : i + per_chunk] for i in range(0, len(rows), per_chunk)):
        part_envelope = Envelope(
            envelope.attack[chunk], envelope.hold[chunk], envelope.decay[chunk], rule.shape
        )
        frame = first[chunk, None] + np.arange(reach)  # (n_hits, reach)
        edge = first[chunk, None] + np.arange(reach + 1) - 0.5 - at[chunk, None]
        share = amplitude[chunk, None] * _shares(part_envelope, edge, rule.strike, pushes, stands)
        if pushes and stands:
            frame = np.maximum(frame, 0)  # what was pushed before the first frame stays pushed
        _lay(curve, frame, share, "add" if pushes else combine)
    return np.cumsum(curve) if pushes and stands else curve


def _shares(envelope: Envelope, edge: Array, strike: float, pushes: bool, stands: bool) -> Array:
    """What each frame gets of a hit of amplitude 1, from the edges of the frames.

    Of a push on a level it is how much more the frame stands than the last.
    """
    if not pushes:
        return np.diff(envelope.integral(edge) if stands else envelope.value(edge), axis=1)
    if not stands:
        come = strike * (edge > 0) + (1 - strike) * envelope.integral(edge) / envelope.area
        return np.diff(come, axis=1)
    along = envelope.double_integral(edge) / envelope.area
    mean = np.diff(strike * np.maximum(edge, 0.0) + (1 - strike) * along, axis=1)
    mean[:, -1] = 1.0
    return np.diff(mean, axis=1, prepend=0.0)


def _lay(curve: Array, frame: NDArray[np.int64], share: Array, combine: Combine) -> None:
    inside = (frame >= 0) & (frame < len(curve))
    index, weight = frame[inside], share[inside]
    if combine == "min":
        np.minimum.at(curve, index, weight)
    elif combine == "max":
        np.maximum.at(curve, index, weight)
    else:
        curve += np.bincount(index, weight, minlength=len(curve))


def _followed(part: Following, base: Base, window: Window) -> Array:
    """Average a continuous source over each frame."""
    amplitude = _inner(part.rule.target, base, part.amplitude)
    at = window.position(part.time_s)
    edges = np.arange(window.n + 1) - 0.5
    # Before its first value the source does nothing; after its last that one holds.
    end = max(float(edges[-1]), float(at[-1])) + 1.0
    knots = np.concatenate([[min(float(edges[0]), float(at[0])) - 1.0], at, [end]])
    area = np.concatenate([[0.0, 0.0], np.cumsum(amplitude * np.diff(np.append(at, end)))])
    mean: Array = np.diff(np.interp(edges, knots, area))
    stands = nature_of(part.rule.target) in (Nature.LEVEL, Nature.RETENTION)
    return mean if stands else mean * window.frame_s


def _smoothed(curve: Array, sigma: float) -> Array:
    """Blur a curve by a Gaussian of `sigma` frames; its sum stays."""
    if sigma <= 0:
        return curve
    offset = np.arange(-int(np.ceil(4 * sigma)), int(np.ceil(4 * sigma)) + 1)
    kernel = np.exp(-0.5 * (offset / sigma) ** 2)
    whole = np.convolve(np.pad(curve, len(offset) // 2, mode="edge"), kernel / kernel.sum())
    return whole[len(offset) - 1 : len(whole) - len(offset) + 1]


def _base_curve(parameter: str, base: Base, window: Window, seed: int) -> Array:
    value = np.full(window.n if base.drift else 1, base.value)
    if base.drift:
        rng = np.random.default_rng([seed, zlib.crc32(parameter.encode())])
        phase = float(rng.random()) if base.phase is None else base.phase
        turn = 2 * np.pi * (window.times_s / base.period_s + phase)
        value += base.drift * np.sinc(window.frame_s / base.period_s) * np.sin(turn)
    inner = _to_inner(parameter, value)
    if nature_of(parameter) in _PER_SECOND:
        inner = inner * window.frame_s
    if base.drift:
        return inner
    steady = np.empty(window.n)
    steady[:] = inner
    return steady


_PER_SECOND = (Nature.MOVEMENT, Nature.GROWTH)


def _to_inner(parameter: str, value: Array) -> Array:
    """Turn values into what adds up: shares into loss per second, factors into logarithms."""
    match nature_of(parameter):
        case Nature.RETENTION:
            lost = -np.log(np.clip(value, _LEAST_SHARE, 1.0))
            return np.asarray(lost * RETENTION_RATE, dtype=np.float64)
        case Nature.GROWTH:
            return np.asarray(np.log(np.maximum(value, 1e-3)), dtype=np.float64)
        case _:
            return value


def _inner(parameter: str, base: Base, amplitude: Array) -> Array:
    """Turn differences from the base into what adds up; growth starts from 1."""
    nature = nature_of(parameter)
    if nature is Nature.GROWTH:
        return _to_inner(parameter, 1.0 + amplitude)
    if nature is not Nature.RETENTION:
        return amplitude
    ground = np.full(1, base.value)
    return _to_inner(parameter, ground + amplitude) - _to_inner(parameter, ground)


def _inner_combine(parameter: str, combine: Combine) -> Combine:
    """The least share is the greatest loss."""
    swapped: dict[Combine, Combine] = {"min": "max", "max": "min"}
    return swapped.get(combine, combine) if nature_of(parameter) is Nature.RETENTION else combine


def _combined(base: Array, parts: list[Array], combine: Combine) -> Array:
    if not parts:
        return base
    if len(parts) == 1 and combine == "add":
        return base + parts[0]
    stack: Array = np.stack(parts)
    if combine == "min":
        moved: Array = np.minimum(stack.min(axis=0), 0.0)
    elif combine == "max":
        moved = np.maximum(stack.max(axis=0), 0.0)
    elif combine == "multiply":
        moved = base * (np.prod(1.0 + stack, axis=0) - 1.0)
    else:
        moved = stack.sum(axis=0)
    return base + moved


def _finished(parameter: str, inner: Array, frame_s: float) -> Array:
    """Turn what added up into the parameter's own values, within its range."""
    about = PARAMETERS[parameter]
    match nature_of(parameter):
        case Nature.RETENTION:
            inner = np.exp(-np.maximum(inner, 0.0) * frame_s)
        case Nature.GROWTH:
            inner = np.exp(inner)
        case Nature.LEVEL if about.unit == "degrees" and about.high - about.low == 360:
            return (inner - about.low) % 360 + about.low
        case Nature.LEVEL if about.unit == "number":
            inner = np.round(inner, 4)  # whole numbers are whole
        case _:
            pass
    return np.minimum(np.maximum(inner, about.low), about.high)

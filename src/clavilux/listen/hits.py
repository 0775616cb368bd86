"""Hits: which drum is struck when, and what else begins, heard by a small network.

Log-mel frames in, events out. The network sees a fifth of a second to either
side of a frame and says how likely each drum is struck in it; it was trained on
made-up patterns only (see `clavilux.training.hearing`).

Conventions
-----------
- Frames have `spectrum.FRAME_RATE` values a second.
- Its kinds are those of `clavilux.core.drums`, and ``onset`` for any beginning.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.ndimage import maximum_filter1d

from clavilux import models
from clavilux.core.values import Events
from clavilux.listen import onsets

KINDS = (
    "kick",
    "snare",
    "closed_hat",
    "pedal_hat",
    "open_hat",
    "tom",
    "crash",
    "ride",
    "onset",
)
_ALTERNATIVES = (
    ("kick",),
    ("snare",),
    ("closed_hat", "pedal_hat", "open_hat"),
    ("tom",),
    ("crash",),
    ("ride",),
)
"""Kinds of which only one is struck at a time: one foot, one pair of cymbals."""
_THRESHOLDS = {"kick": 0.6, "snare": 0.45, "closed_hat": 0.6, "ride": 0.6, "onset": 0.5}
"""How likely a hit must be, by the first kind of its group; chosen by `benchmarks.listen`."""
_OTHER_THRESHOLD = 0.45
CONFIDENT = 0.85
"""How likely a hit must be to count as a sign that there are drums at all; chosen on
``../shared/songs``, both halves: see `schedule.mapping.drummed`."""
_APART_S = 0.03
_CHUNK, _CONTEXT = 4000, 80


@dataclass(frozen=True, slots=True, eq=False)
class Hearing:
    """What the network heard."""

    likelihood: NDArray[np.float32]
    """How likely each kind begins in each frame, shape (n_frames, len(KINDS))."""
    pulse: NDArray[np.float64]
    """The onset envelope, shape (n_frames,)."""
    events: Events

    def activation(self, kind: str) -> NDArray[np.float64]:
        """Return one kind's likelihood over time, shape (n_frames,)."""
        return self.likelihood[:, KINDS.index(kind)].astype(np.float64)

    def confident_hits_s(self) -> NDArray[np.float64]:
        """Return when kicks, snares and hats are struck that are hardly anything else, in order."""
        times = []
        for kinds in _ALTERNATIVES[:3]:
            curve = _any_of(self.likelihood, kinds)
            peaks = onsets.pick_peaks(curve, threshold=CONFIDENT, apart_s=_APART_S)
            times.append(_times(curve, peaks))
        return np.sort(np.concatenate(times))


def hear_hits(log_mel: NDArray[np.float16]) -> Hearing:
    """Listen for drums and onsets; see `Hearing`."""
    output = _run(log_mel)
    likelihood, force = output[:, : len(KINDS)], output[:, len(KINDS) :]
    pulse = onsets.envelope(onsets.band_flux(log_mel))
    found = [_drums(kinds, likelihood, force) for kinds in _ALTERNATIVES]
    found.append(_onsets(likelihood[:, KINDS.index("onset")].astype(np.float64), pulse))
    return Hearing(likelihood, pulse, merged(found))


def merged(parts: Sequence[Events]) -> Events:
    """Merge events in order of time; of those at one instant, in the given order."""
    time_s = np.concatenate([part.time_s for part in parts])
    strength = np.concatenate([part.strength for part in parts])
    kinds = [kind for part in parts for kind in part.kind]
    order = np.argsort(time_s, kind="stable")
    return Events(time_s[order], tuple(kinds[i] for i in order), strength[order])


def _drums(
    kinds: tuple[str, ...], likelihood: NDArray[np.float32], force: NDArray[np.float32]
) -> Events:
    """Find where any of some alternatives is struck, and say which it most likely is."""
    columns = [KINDS.index(kind) for kind in kinds]
    each = likelihood[:, columns].astype(np.float64)
    curve = _any_of(likelihood, kinds)
    threshold = _THRESHOLDS.get(kinds[0], _OTHER_THRESHOLD)
    peaks = onsets.pick_peaks(curve, threshold=threshold, apart_s=_APART_S)
    choice = each[peaks].argmax(axis=1)
    strength = force[peaks, np.array(columns)[choice]].astype(np.float64)
    return Events(_times(curve, peaks), tuple(kinds[i] for i in choice), strength)


def _any_of(likelihood: NDArray[np.float32], kinds: tuple[str, ...]) -> NDArray[np.float64]:
    """Return how likely any of some kinds begins in each frame."""
    each = likelihood[:, [KINDS.index(kind) for kind in kinds]].astype(np.float64)
    return np.asarray(1 - np.prod(1 - each, axis=1), dtype=np.float64)


def _onsets(curve: NDArray[np.float64], pulse: NDArray[np.float64]) -> Events:
    """Find where anything begins; its strength is its growth beside the piece's strong ones."""
    peaks = onsets.pick_peaks(curve, threshold=_THRESHOLDS["onset"], apart_s=_APART_S)
    growth = maximum_filter1d(pulse, 7)[peaks] if len(peaks) else np.zeros(0)
    strong = float(np.percentile(growth, 90)) if len(peaks) else 1.0
    strength = np.clip(0.9 * growth / max(strong, 1e-6), 0.05, 1)
    return Events(_times(curve, peaks), ("onset",) * len(peaks), strength)


def _times(curve: NDArray[np.float64], peaks: NDArray[np.int64]) -> NDArray[np.float64]:
    return np.maximum(0, onsets.refine(curve, peaks))


def _run(log_mel: NDArray[np.float16]) -> NDArray[np.float32]:
    """Run the network over any length, a chunk at a time; shape (n_frames, n_outputs)."""
    network = models.load("hearing")
    n = len(log_mel)
    parts = [np.zeros((0, 2 * len(KINDS) - 1), dtype=np.float32)]
    for start in range(0, n, _CHUNK):
        first, last = max(0, start - _CONTEXT), min(n, start + _CHUNK + _CONTEXT)
        frames = np.ascontiguousarray(log_mel[first:last].T, dtype=np.float32)
        # The network compares a frame with the second before it: give it three at least.
        frames = np.pad(frames, ((0, 0), (0, max(0, 3 - frames.shape[1]))))
        (heard,) = network(frames[None])
        parts.append(heard[0].T[start - first : start - first + min(_CHUNK, n - start)])
    return np.concatenate(parts)

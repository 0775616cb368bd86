"""Hits: which drum is struck when, and what else begins, heard by a small network.

Log-mel frames in, events out. The network sees a fifth of a second to either
side of a frame and says how likely each drum is struck in it; it was trained on
made-up patterns only (see `clavilux.training.hearing`).

Conventions
-----------
- Frames have `spectrum.FRAME_RATE` values a second.
- Its kinds are those of `clavilux.core.drums`, and ``onset`` for any beginning.
"""

from dataclasses import dataclass
from functools import cache
from pathlib import Path

import numpy as np
import onnxruntime
from numpy.typing import NDArray

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
THRESHOLDS = {"kick": 0.45, "snare": 0.4, "tom": 0.4, "crash": 0.4, "ride": 0.6}
_OTHER_THRESHOLD = 0.45
_APART_S = {"onset": 0.03}
MODEL = Path(__file__).parents[1] / "models" / "hearing.onnx"
_CHUNK, _CONTEXT = 4000, 40


@dataclass(frozen=True, slots=True, eq=False)
class Hearing:
    """What the network heard."""

    likelihood: NDArray[np.float32]
    """How likely each kind begins in each frame, shape (n_frames, len(KINDS))."""
    pulse: NDArray[np.float64]
    """An onset envelope in which drums weigh more, shape (n_frames,)."""
    events: Events

    def activation(self, kind: str) -> NDArray[np.float64]:
        """Give one kind's likelihood over time, shape (n_frames,)."""
        return self.likelihood[:, KINDS.index(kind)].astype(np.float64)


def hear_hits(log_mel: NDArray[np.float16]) -> Hearing:
    """Listen for drums and onsets; see `Hearing`."""
    output = _run(log_mel)
    likelihood, force = output[:, : len(KINDS)], output[:, len(KINDS) :]
    found = [_events(kind, likelihood, force) for kind in KINDS]
    time_s = np.concatenate([events.time_s for events in found])
    kinds = [kind for events in found for kind in events.kind]
    strength = np.concatenate([events.strength for events in found])
    order = np.argsort(time_s, kind="stable")
    return Hearing(
        likelihood=likelihood,
        pulse=_pulse(log_mel, likelihood),
        events=Events(time_s[order], tuple(kinds[i] for i in order), strength[order]),
    )


def _events(kind: str, likelihood: NDArray[np.float32], force: NDArray[np.float32]) -> Events:
    column = KINDS.index(kind)
    curve = likelihood[:, column].astype(np.float64)
    peaks = onsets.pick_peaks(
        curve, threshold=THRESHOLDS.get(kind, _OTHER_THRESHOLD), apart_s=_APART_S.get(kind, 0.04)
    )
    if kind == "onset":
        strength = force[peaks].max(axis=1, initial=0)
    else:
        strength = force[peaks, column]
    time_s = np.maximum(0, onsets.refine(curve, peaks))
    return Events(time_s, (kind,) * len(peaks), strength.astype(np.float64))


def _pulse(log_mel: NDArray[np.float16], likelihood: NDArray[np.float32]) -> NDArray[np.float64]:
    return onsets.envelope(onsets.band_flux(log_mel))


def _run(log_mel: NDArray[np.float16]) -> NDArray[np.float32]:
    """Run the network over any length, a chunk at a time; shape (n_frames, n_outputs)."""
    session = _session()
    n = len(log_mel)
    parts = [np.zeros((0, 2 * len(KINDS) - 1), dtype=np.float32)]
    for start in range(0, n, _CHUNK):
        first, last = max(0, start - _CONTEXT), min(n, start + _CHUNK + _CONTEXT)
        frames = np.ascontiguousarray(log_mel[first:last].T, dtype=np.float32)
        # The network compares a frame with the second before it: give it three at least.
        frames = np.pad(frames, ((0, 0), (0, max(0, 3 - frames.shape[1]))))
        (heard,) = session.run(None, {"log_mel": frames[None]})
        parts.append(heard[0].T[start - first : start - first + min(_CHUNK, n - start)])
    return np.concatenate(parts)


@cache
def _session() -> onnxruntime.InferenceSession:
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = 1
    options.log_severity_level = 3
    return onnxruntime.InferenceSession(str(MODEL), options, providers=["CPUExecutionProvider"])

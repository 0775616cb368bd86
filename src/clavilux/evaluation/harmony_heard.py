"""Whether the chords that were written are those that sound, by somebody who never saw them.

Written and heard chords in, the share of the time in which they agree out, beside chance.

Conventions
-----------
- Labels are in Harte's syntax; times are seconds.
- Chance is the same chords heard at another time: moved round by a third to two thirds
  of the piece, twenty times.
- mir_eval's ``root`` is the same share; tests say so.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

from clavilux.compose.harmony import QUALITIES, Chord, parse_chord

_STEP_S = 0.05


@dataclass(frozen=True, slots=True)
class Agreement:
    """Shares of the time in which both have a chord or not."""

    root: float
    third: float
    """Root, and major or minor (or neither)."""
    quality: float
    """Root and the whole quality, of thirteen."""


@dataclass(frozen=True, slots=True)
class HarmonyHeard:
    """How well a piece's chords are heard."""

    found: Agreement
    chance: Agreement
    duration_s: float


Spans = Sequence[tuple[float, str]]
"""When each chord begins, and its label; in order of time."""


def compare(
    written: Spans, heard: Spans, duration_s: float, *, start_s: float = 0.0, seed: int = 0
) -> HarmonyHeard:
    """Compare what was written with what was heard, from `start_s` to the end.

    Raises:
        ValueError: Nothing was written or heard, or there is no time.
    """
    if not written or not heard or duration_s - start_s < 2 * _STEP_S:
        raise ValueError(f"{len(written)} written and {len(heard)} heard chords in {duration_s} s")
    times = np.arange(start_s + _STEP_S / 2, duration_s, _STEP_S)
    truth, found = _at(written, times), _at(heard, times)
    rng = np.random.default_rng(seed)
    moved = [
        _agreement(truth, np.roll(found, int(len(times) * share)))
        for share in rng.uniform(1 / 3, 2 / 3, 20)
    ]
    mean = [float(np.mean([getattr(a, name) for a in moved])) for name in Agreement.__slots__]
    return HarmonyHeard(_agreement(truth, found), Agreement(*mean), duration_s - start_s)


def _at(spans: Spans, times: np.ndarray) -> np.ndarray:
    starts = np.array([start for start, _ in spans])
    place = np.maximum(np.searchsorted(starts, times, "right") - 1, 0)
    labels = np.array([label for _, label in spans], dtype=object)
    return np.asarray(labels[place])


def _agreement(truth: np.ndarray, found: np.ndarray) -> Agreement:
    pairs, counts = np.unique(np.stack([truth, found]).astype(str), axis=1, return_counts=True)
    weights = counts / counts.sum()

    def share(same: Callable[[Chord | None, Chord | None], bool]) -> float:
        agree = [same(_chord(a), _chord(b)) for a, b in pairs.T]
        return float(weights[np.array(agree, dtype=bool)].sum())

    return Agreement(
        share(lambda a, b: _root(a) == _root(b)),
        share(lambda a, b: _root(a) == _root(b) and _third(a) == _third(b)),
        share(lambda a, b: a == b),
    )


def _chord(label: str) -> Chord | None:
    return None if label == "N" else parse_chord(label)


def _root(chord: Chord | None) -> int:
    return -1 if chord is None else chord.root


def _third(chord: Chord | None) -> int:
    """Return 3 for a minor third, 4 for a major one, 0 for neither."""
    steps = () if chord is None else QUALITIES[chord.quality]
    return next((step for step in steps if step in (3, 4)), 0)

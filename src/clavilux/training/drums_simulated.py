"""Simulated clips: features of films that were never drawn, for the drum reader to learn from.

Motion features are so exact that what a camera's movement would measure as can
be written down. What it does not say, how well neighbouring pictures agree, is
taken from rows of a real clip in which as much moved; frames in which content is
replaced are its kicks' rows whole. So every batch holds films by makers never met
before, and none can be learnt by heart.

Conventions
-----------
- Columns as in `clavilux.watch.motion.NAMES`; clips as in `drums_data`.
"""

from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from clavilux.core.drums import FIVE
from clavilux.core.values import Size
from clavilux.training.drums_data import Clip
from clavilux.training.drums_film_maker import Maker
from clavilux.training.drums_gestures import Clock, Gesture, draw_gesture

Array = NDArray[np.float64]
_N_MOVES = 6


def simulate(rng: np.random.Generator, base: Clip, donor: Clip) -> Clip:
    """Make up a clip.

    Args:
        rng: Draws the film maker.
        base: A real clip, whose frame rate and appearance are taken.
        donor: The clip whose hits are played, by other drums and otherwise hard.
    """
    n, rate = len(base.features), base.frame_rate
    clock = Clock.draw(rng, rate)
    hits = _played(rng, donor)
    maker = _Simulator(rng, clock, Size(96, 96), n)
    moves = _as_measured(rng, np.diff(maker.path(hits), axis=0))
    first = {drum: clock.frame(rows[:, 0]) for drum, rows in hits.items()}
    features = _dressed(rng, base, moves, first["kick"])
    return Clip(features, hits, first, rate, "simulated")


class _Simulator(Maker):
    """A film maker of whom only the camera is asked."""

    def path(self, hits: dict[str, Array]) -> Array:
        """Give the camera's place before the first and at every frame, (n_frames + 1, 6)."""
        return self._camera_path(hits)

    def _gesture(self, movement: str, returning: bool | None) -> Gesture:
        gesture = draw_gesture(self.rng, movement, returning=returning)
        if returning or self.rng.random() < 0.65:
            return gesture
        at_once, lasts = float(self.rng.uniform(0.5, 0.95)), float(self.rng.uniform(0.02, 0.1))
        return replace(
            gesture, curve=lambda t: at_once * (t > 0) + (1 - at_once) * (1 - np.exp(-t / lasts))
        )


def _played(rng: np.random.Generator, donor: Clip) -> dict[str, Array]:
    """Let other drums play a clip's hits, some of them, as hard as chance will have it."""
    order = rng.permutation(len(FIVE)) if rng.random() < 0.5 else np.arange(len(FIVE))
    shift = float(rng.uniform(-0.5, 0.5)) / donor.frame_rate
    low, high = np.sort(rng.uniform(10, 127, 2))
    afresh, kept = rng.random() < 0.5, rng.uniform(0.55, 1.0)
    played = {}
    for drum, source in zip(FIVE, order, strict=True):
        rows = donor.hits[FIVE[source]]
        rows = rows[rng.random(len(rows)) < kept].copy()
        rows[:, 0] = np.maximum(rows[:, 0] + shift, 0.0)
        if afresh:
            rows[:, 1] = rng.uniform(low, high, len(rows))
        played[drum] = rows
    return played


def _as_measured(rng: np.random.Generator, steps: Array) -> Array:
    """Give what would be measured of a camera's steps, shape (n_frames, 6)."""
    pitch, yaw, roll, zoom, x, y = steps.T
    focal = float(1 / np.tan(np.radians(rng.uniform(28, 95)) / 2))
    kind = str(rng.choice(["camera", "plane", "flat"], p=[0.55, 0.2, 0.25]))
    gain = float(rng.uniform(0.7, 2.5))
    shown, leaned = {
        "camera": (focal, 1 / focal),
        "plane": (0.0, 1.5 * gain / focal),
        "flat": (gain, 0.0),
    }[kind]
    moves = np.column_stack(
        [x + shown * yaw, y + shown * pitch, roll, zoom, leaned * yaw, leaned * pitch]
    )
    moves[:, :2] += np.column_stack([y, -x]) * 0.2 * roll[:, None]
    size = np.abs(moves).sum(axis=1, keepdims=True)
    exact = float(np.exp(rng.uniform(-8.5, -6)))
    rough = float(rng.uniform(0.01, 0.08))
    noise = rng.standard_normal(moves.shape) * (exact + rough * size)
    rough_moves = moves * (1 + rough * rng.standard_normal(moves.shape))
    return np.asarray(np.clip(rough_moves + noise, -1, 1), dtype=np.float64)


def _dressed(
    rng: np.random.Generator, base: Clip, moves: Array, kicks: NDArray[np.intp]
) -> NDArray[np.float32]:
    """Give moves the appearance of a real clip's rows, and its kicks' rows to the kicks."""
    rows, n = base.features, len(base.features)
    replaced = np.zeros(n, dtype=bool)
    own = base.first["kick"][(base.first["kick"] > 1) & (base.first["kick"] < n - 3)]
    for later in range(3):
        replaced[own + later] = True
    calm = np.flatnonzero(~replaced)
    if len(calm) < 8:
        calm = np.arange(n)
    still = np.abs(rows[calm, :_N_MOVES]).sum(axis=1)
    ranked = calm[still.argsort()]
    place = np.abs(moves).sum(axis=1).argsort().argsort() / n
    place = np.clip(place + rng.normal(0, 0.03, n), 0, 0.999)
    features: NDArray[np.float32] = rows[ranked[(place * len(ranked)).astype(np.intp)]].copy()
    features[:, :_N_MOVES] = moves
    if len(own):
        length = int(rng.integers(1, 4))
        for frame in kicks[(kicks > 0) & (kicks < n)]:
            source = int(own[int(rng.integers(len(own)))])
            until = min(length, n - frame)
            features[frame : frame + until] = rows[source : source + until]
            if until > 1:  # what moves after the frame of the kick is this film's
                features[frame + 1 : frame + until, :_N_MOVES] = moves[frame + 1 : frame + until]
    features[0] = rows[0]
    return features

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

import numpy as np
from numpy.typing import NDArray

from clavilux.core.drums import FIVE
from clavilux.core.values import Size
from clavilux.training.drums_data import Clip
from clavilux.training.drums_film_maker import Maker
from clavilux.training.drums_gestures import Clock
from clavilux.training.drums_lenses import Lens

Array = NDArray[np.float64]
_N_MOVES = 6
_CLOSEST_S = 0.08
"""No drum is struck twice within less."""


def simulate(rng: np.random.Generator, base: Clip, donor: Clip) -> Clip:
    """Make up a clip.

    Args:
        rng: Draws the film maker.
        base: A real clip, whose appearance is taken and, most often, whose frame rate.
        donor: The clip whose hits are played, by other drums and otherwise hard.
    """
    n = len(base.features)
    rate = base.frame_rate if rng.random() < 0.6 else float(rng.uniform(12, 36))
    clock = Clock.draw(rng, rate)
    hits = _played(rng, donor)
    maker = _Simulator(rng, clock, Size(96, 96), n)
    moves = _as_measured(rng, np.diff(maker.path(hits), axis=0))
    first = {drum: clock.frame(rows[:, 0]) for drum, rows in hits.items()}
    if not len(_replaced(base)):  # then there is nothing to show a kick with
        hits["kick"], first["kick"] = np.zeros((0, 2)), np.zeros(0, dtype=np.intp)
    features = _dressed(rng, base, moves, first["kick"])
    return Clip(features, hits, first, rate, "simulated")


class _Simulator(Maker):
    """A film maker of whom only the camera is asked."""

    def path(self, hits: dict[str, Array]) -> Array:
        """Return the camera's place before the first and at every frame, (n_frames + 1, 6)."""
        return self._camera_path(hits)


def _played(rng: np.random.Generator, donor: Clip) -> dict[str, Array]:
    """Let other drums play a clip's hits, some of them, as hard as chance will have it."""
    order = rng.permutation(len(FIVE)) if rng.random() < 0.5 else np.arange(len(FIVE))
    shift = float(rng.uniform(-0.5, 0.5)) / donor.frame_rate
    pace = float(np.exp(rng.uniform(-0.35, 0.35))) if rng.random() < 0.5 else 1.0
    low, high = np.sort(rng.uniform(10, 127, 2))
    afresh, kept = rng.random() < 0.5, rng.uniform(0.4, 1.0)
    played = {}
    for drum, source in zip(FIVE, order, strict=True):
        rows = donor.hits[FIVE[source]]
        rows = rows[rng.random(len(rows)) < kept].copy()
        rows[:, 0] = np.maximum(rows[:, 0] * pace + shift, 0.0)
        if afresh:
            rows[:, 1] = rng.uniform(low, high, len(rows))
        played[drum] = rows
    return _together(rng, played) if rng.random() < 0.5 else played


def _together(rng: np.random.Generator, played: dict[str, Array]) -> dict[str, Array]:
    """Let some hits coincide with other drums': with kicks most of all, which hide much."""
    share, joined = rng.uniform(0.1, 0.6), dict(played)
    for drum in FIVE[1:]:
        others = played["kick" if rng.random() < 0.6 else str(rng.choice(FIVE))][:, 0]
        rows = played[drum].copy()
        if not len(others):
            continue
        joins = rng.random(len(rows)) < share
        rows[joins, 0] = rng.choice(others, int(joins.sum()))
        rows = rows[rows[:, 0].argsort()]
        joined[drum] = rows[np.diff(rows[:, 0], prepend=-1.0) > _CLOSEST_S]
    return joined


def _as_measured(rng: np.random.Generator, steps: Array) -> Array:
    """Return what would be measured of a camera's steps, shape (n_frames, 6)."""
    lens = Lens.draw(rng)
    pitch, yaw, roll, zoom, x, y = steps.T
    pitch, yaw = lens.gain[0] * pitch, lens.gain[1] * yaw
    shown, leaned = lens.shows()
    moves = np.column_stack(
        [x + shown * yaw, y + shown * pitch, roll, zoom, leaned * yaw, leaned * pitch]
    )
    px, py = lens.pivot
    moves[:, 0] += py * roll - px * zoom
    moves[:, 1] += -px * roll - py * zoom
    if rng.random() < 0.7:  # a camera that stands askew: every movement shows in others, a little
        askew = float(np.exp(rng.uniform(np.log(0.01), np.log(0.25))))
        moves += moves @ (askew * rng.standard_normal((_N_MOVES, _N_MOVES)))
    size = np.abs(moves).sum(axis=1, keepdims=True)
    exact = float(np.exp(rng.uniform(-8.5, -6)))
    rough = float(rng.uniform(0.01, 0.08))
    noise = rng.standard_normal(moves.shape) * (exact + rough * size)
    if rng.random() < 0.2:  # some pairs of frames are measured badly
        noise[rng.random(len(noise)) < rng.uniform(0.003, 0.03)] *= 10
    rough_moves = moves * (1 + rough * rng.standard_normal(moves.shape))
    return np.asarray(np.clip(rough_moves + noise, -1, 1), dtype=np.float64)


def _replaced(base: Clip) -> NDArray[np.intp]:
    """Return the frames of a clip's kicks that have frames to either side."""
    kicks = base.first["kick"]
    return kicks[(kicks > 1) & (kicks < len(base.features) - 3)]


def _dressed(
    rng: np.random.Generator, base: Clip, moves: Array, kicks: NDArray[np.intp]
) -> NDArray[np.float32]:
    """Return moves the appearance of a real clip's rows, and its kicks' rows to the kicks."""
    rows, n = base.features, len(base.features)
    replaced = np.zeros(n, dtype=bool)
    own = _replaced(base)
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

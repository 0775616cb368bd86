"""A film's movements, and the strokes that are to explain them.

Strokes of a drum all do the same, more or less of it: its habit, which is learnt from them
and by which they are moved, dropped and added. See `drum_habits`.

Conventions
-----------
- Movements are in this film's own measure: 1 is what moves where nothing is struck.
- A habit says what each movement does in each half frame since a hit.
- Drums are rows, as in `drum_hits.PUSHING`.

Source:
    Sparse deconvolution by matching pursuit, its kernels estimated from the film, as in blind
    deconvolution of spikes. What the network says of each frame counts as prior odds.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.ndimage import median_filter

Array = NDArray[np.float64]
N_MOVES = 6
_MOVED = ((3,), (2,), (0, 4), (1, 5))
"""The movements that each drum makes most of all: zoom; roll; pan and tilt across; and down."""
_N = len(_MOVED)
_PHASES = np.array([-0.375, -0.125, 0.125, 0.375])
_FINE = 2
"""Steps of a habit in a frame."""
_BEFORE = 1.5
"""Frames before a hit from which a habit is followed."""
_LASTS_S = 0.62
_DRIFT_S = 1.6
LEAST_HITS = 5
_ROUGH = 0.08
"""How exact large movements are measured, of their own size."""
_USUALLY_EXACT = 0.08
"""How exact the frames of strokes usually are: habits are held to smoothness in proportion."""
_APART_S = 0.08
"""No drum is struck twice within less."""
_SPREAD = 0.35
_SOFTEST, _HARDEST = 0.25, 1.6
"""Sizes that hits may have: the least beside usual ones, and the most."""
_BELIEF, _MOST, _LEAST = 0.15, 60.0, -20.0
"""What a hit explains counts so much towards its odds, within limits."""
_TO_KEEP, _TO_ADD = -0.5, -3.0
_PRICE, _ODDS = 16.0, 12.0
"""What a hit costs when sets of hits are compared, and what the network's odds are worth."""
_OUTLIER = 50.0


@dataclass(slots=True)
class Stroke:
    """One hit: in which frame and phase, and how far it goes."""

    row: int
    frame: int
    phase: int
    size: float = 1.0

    @property
    def position(self) -> float:
        """Where it lies, in frames."""
        return self.frame + float(_PHASES[self.phase])


class Scene:
    """A film's movements, and the strokes that are to explain them."""

    def __init__(
        self, rows: NDArray[np.float32], sure: NDArray[np.float32], frame_rate: float
    ) -> None:
        """Take a film, of which nothing is explained yet.

        Args:
            rows: The first columns of motion features, shape (n_frames, N_MOTION).
            sure: How likely each row's drum is struck, 0 to 1, shape (n_frames, 4).
            frame_rate: Video frames per second.
        """
        self.n, self.rate = len(rows), frame_rate
        trust = np.clip((rows[:, N_MOVES].astype(np.float64) - 0.4) / 0.3, 0, 1) ** 2
        self.moved = _in_own_measure(rows[:, :N_MOVES].astype(np.float64), trust > 0.5, frame_rate)
        far = np.abs(self.moved).max(axis=1)
        rough = far.copy()
        for later, share in ((1, 0.7), (2, 0.4)):
            rough[later:] = np.maximum(rough[later:], share * far[:-later])
        self.exact = trust / (1 + (_ROUGH * rough) ** 2)
        near = np.pad(sure.astype(np.float64), ((1, 1), (0, 0)))
        likely = np.clip(np.maximum.reduce([near[:-2], near[1:-1], near[2:]]), 1e-4, 0.999)
        self.odds = np.log(likely) - np.log1p(-likely)
        self.left = self.moved.copy()
        self.reach = round(_LASTS_S * frame_rate) + 2
        self.n_knots = int((self.reach - 1) * _FINE) + 1
        self._knots = self._interpolation()
        self._calm = self._smoothness()
        self.strokes: list[list[Stroke]] = [[] for _ in range(_N)]
        self.shapes = np.zeros((_N, len(_PHASES), self.reach, N_MOVES))
        self.weight = np.zeros((_N, len(_PHASES), self.n))
        self.usual, self.one_sided = np.full(_N, 0.8), [True] * _N

    def _interpolation(self) -> Array:
        """From knots of a habit to frames since a hit, (n_phases, reach, n_knots)."""
        since = np.arange(self.reach) - 1 - _PHASES[:, None] + _BEFORE
        place = since * _FINE
        knots = np.arange(self.n_knots)
        return np.asarray(np.clip(1 - np.abs(place[..., None] - knots), 0, 1), dtype=np.float64)

    def _smoothness(self) -> tuple[Array, Array]:
        bend = np.diff(np.eye(self.n_knots), 2, axis=0)
        return bend.T @ bend, np.diag(np.linspace(0, 1, self.n_knots) ** 2)

    def start(self, row: int, frames: Array) -> tuple[list[Stroke], Array]:
        """Return a drum's heard hits as strokes, and which way each seems to go."""
        strokes = []
        for place in frames.tolist():
            frame = int(np.clip(round(place), 0, self.n - 1))
            if 1 <= frame < self.n - 4:
                strokes.append(Stroke(row, frame, int(np.argmin(np.abs(_PHASES - place + frame)))))
        if len(strokes) < 3:
            return strokes, np.ones(len(strokes))
        around = [self.moved[s.frame - 1 : s.frame + 3][:, _MOVED[row]].ravel() for s in strokes]
        clipped = np.clip(np.array(around), -60, 60)
        way = clipped @ np.linalg.svd(clipped, full_matrices=False)[2][0]
        return strokes, way * (1.0 if way.sum() >= 0 else -1.0)

    def take(self, row: int, strokes: list[Stroke]) -> None:
        """Let other strokes stand for a drum's hits, all of one size."""
        for stroke in self.strokes[row]:
            self._add(stroke, 1.0)
        self.strokes[row] = [Stroke(s.row, s.frame, s.phase, s.size) for s in strokes]
        self.shapes[row] = 0.0
        self.usual[row] = 0.8

    def choose(self, row: int, strokes: list[Stroke], way: Array) -> None:
        """Find which of the heard hits are hits: those that go one way, the other, or all."""
        ways = [(way > 0, True), (np.ones(len(way), dtype=bool), True)]
        if (way < 0).sum() >= 4:
            ways.append((way < 0, True))
        if abs(way.sum()) < 0.9 * np.abs(way).sum():
            ways.append((np.ones(len(way), dtype=bool), False))
        best: tuple[float, list[Stroke], Array, float, bool] | None = None
        for chosen, one_sided in ways:
            if chosen.sum() < 4:
                continue
            self.one_sided[row] = one_sided
            sides = np.ones(len(way)) if one_sided else np.where(way < 0, -1.0, 1.0)
            picked = [
                Stroke(row, s.frame, s.phase, float(side))
                for s, side, keep in zip(strokes, sides, chosen, strict=True)
                if keep
            ]
            self.take(row, picked)
            for _ in range(2):
                self.improve(row)
            cost = self._cost(row)
            if best is None or cost < best[0]:
                kept = [Stroke(s.row, s.frame, s.phase, s.size) for s in self.strokes[row]]
                best = cost, kept, self.shapes[row].copy(), float(self.usual[row]), one_sided
        if best is None:
            return
        self.take(row, [])
        _, self.strokes[row], self.shapes[row], self.usual[row], self.one_sided[row] = best
        self._weigh(row)
        for stroke in self.strokes[row]:
            self._add(stroke, -1.0)

    def improve(self, row: int) -> None:
        """Learn a drum's habit anew; move, drop and add strokes."""
        self.learn(row)
        for stroke in self.strokes[row]:
            self._fit(stroke)
        self._level(row)
        self._drop(row)
        self._find(row)

    def learn(self, row: int) -> None:
        """Find what a drum does, from its strokes and what others leave unexplained."""
        strokes = self.strokes[row]
        known = bool(np.any(self.shapes[row]))
        along = np.zeros((self.n, self.n_knots))
        for stroke in strokes:
            if known:
                self._add(stroke, 1.0)
            first, last, part = self._span(stroke.frame)
            along[first:last] += stroke.size * self._knots[stroke.phase, part]
        weighed = along * self.exact[:, None]
        normal, target = weighed.T @ along, weighed.T @ self.left
        much = sum(stroke.size**2 for stroke in strokes)
        bends, late = self._calm
        frames = [stroke.frame for stroke in strokes]
        scale = float(np.median(self.exact[frames])) / _USUALLY_EXACT if frames else 1.0
        scale = float(np.clip(scale, 0.02, 1.0))
        normal += scale * ((0.02 * much + 0.3) * bends + 0.03 * much * late)
        habit = np.zeros((N_MOVES, self.n_knots))
        for move in range(N_MOVES):
            least = scale * (0.3 if move in _MOVED[row] else 3.0)
            habit[move] = np.linalg.solve(normal + least * np.eye(self.n_knots), target[:, move])
        self.shapes[row] = np.einsum("ptk,mk->ptm", self._knots, habit)
        self._weigh(row)
        for stroke in strokes:
            self._add(stroke, -1.0)
        self._level(row)

    def _span(self, frame: int) -> tuple[int, int, slice]:
        first, last = max(0, frame - 1), min(self.n, frame - 1 + self.reach)
        return first, last, slice(first - frame + 1, last - frame + 1)

    def _add(self, stroke: Stroke, sign: float) -> None:
        """Put what a stroke explains back into what is left, or take it out."""
        first, last, part = self._span(stroke.frame)
        self.left[first:last] += sign * stroke.size * self.shapes[stroke.row, stroke.phase, part]

    def _weigh(self, row: int) -> None:
        """Find how well a stroke in each frame and phase would be known."""
        power = (self.shapes[row] ** 2).sum(axis=2)
        padded = np.pad(self.exact, (1, self.reach))
        self.weight[row] = 0.0
        for later in range(self.reach):
            self.weight[row] += power[:, later, None] * padded[later : later + self.n]

    def _level(self, row: int) -> None:
        """Measure sizes by the drum's harder strokes."""
        sizes = np.abs([stroke.size for stroke in self.strokes[row]])
        if not len(sizes):
            return
        level = float(np.percentile(sizes, 75)) + 1e-9
        for stroke in self.strokes[row]:
            stroke.size /= level
        self.shapes[row] *= level
        self.weight[row] *= level**2
        self.usual[row] = float(np.clip(np.median(sizes / level), 0.2, 1.5))

    def _gain(self, row: int, along: Array, weight: Array) -> tuple[Array, Array]:
        """Return the size that explains most, and how much it explains."""
        usual = self.usual[row]
        prior = 1 / (_SPREAD * max(usual, 0.2)) ** 2
        forth = along if self.one_sided[row] else np.abs(along)
        size = np.clip((forth + usual * prior) / (weight + prior), 0, _HARDEST)
        gain = 2 * size * forth - size**2 * weight - (size - usual) ** 2 * prior
        return np.where(self.one_sided[row] | (along >= 0), size, -size), gain

    def _at(self, row: int, frame: int) -> tuple[Array, Array]:
        first, last, part = self._span(frame)
        weighed = self.exact[first:last, None] * self.left[first:last]
        along = np.tensordot(self.shapes[row][:, part], weighed, axes=([1, 2], [0, 1]))
        return self._gain(row, along, self.weight[row, :, frame])

    def _fit(self, stroke: Stroke) -> None:
        """Find the frame, phase and size of a stroke that explain most."""
        self._add(stroke, 1.0)
        gained = -np.inf
        for frame in range(max(0, stroke.frame - 1), min(self.n - 1, stroke.frame + 1) + 1):
            size, gain = self._at(stroke.row, frame)
            phase = int(np.argmax(gain))
            if gain[phase] > gained:
                gained, best = float(gain[phase]), (frame, phase, float(size[phase]))
        stroke.frame, stroke.phase, stroke.size = best
        self._add(stroke, -1.0)

    def _drop(self, row: int) -> None:
        if len(self.strokes[row]) < LEAST_HITS:
            return
        kept = []
        for stroke in self.strokes[row]:
            self._add(stroke, 1.0)
            gain = float(self._at(row, stroke.frame)[1][stroke.phase])
            belief = _BELIEF * np.clip(gain, _LEAST, _MOST)
            if belief + self.odds[stroke.frame, row] + _TO_KEEP >= 0:
                self._add(stroke, -1.0)
                kept.append(stroke)
        self.strokes[row] = kept

    def _find(self, row: int) -> None:
        """Add strokes where they explain much, the likeliest first."""
        if len(self.strokes[row]) < 4:
            return
        apart = round(_APART_S * self.rate)
        free = np.ones(self.n, dtype=bool)
        for stroke in self.strokes[row]:
            free[max(0, stroke.frame - apart) : stroke.frame + apart + 1] = False
        along = self._along(row)
        while free.any():
            size, gain = self._gain(row, along, self.weight[row])
            belief = _BELIEF * np.clip(gain, _LEAST, _MOST) + self.odds[:, row] + _TO_ADD
            belief[(np.abs(size) <= _SOFTEST * self.usual[row]) | ~free] = -np.inf
            phase, frame = (int(i) for i in np.unravel_index(np.argmax(belief), belief.shape))
            if belief[phase, frame] < 0:
                return
            stroke = Stroke(row, frame, phase, float(size[phase, frame]))
            self.strokes[row].append(stroke)
            self._add(stroke, -1.0)
            free[max(0, frame - apart) : frame + apart + 1] = False
            along = self._along(row)

    def _along(self, row: int) -> Array:
        """Lay a drum's shapes against what is left, at every frame, (n_phases, n_frames)."""
        weighed = np.pad(self.exact[:, None] * self.left, ((1, self.reach), (0, 0)))
        along = np.zeros((len(_PHASES), self.n))
        for later in range(self.reach):
            along += self.shapes[row][:, later] @ weighed[later : later + self.n].T
        return along

    def _cost(self, row: int) -> float:
        """What is left, and what a drum's strokes cost."""
        left = np.minimum(self.exact[:, None] * self.left**2, _OUTLIER).sum()
        return float(
            left + sum(_PRICE - _ODDS * self.odds[s.frame, row] for s in self.strokes[row])
        )


def told_anew(scene: Scene, heard: list[Array]) -> list[list[Stroke] | None]:
    """Return each drum's strokes, or None where its habit can't be told.

    Args:
        scene: The film; what is found is taken into it.
        heard: Where the network hears each row's drum, in frames.
    """
    starts = [scene.start(row, frames) for row, frames in enumerate(heard)]
    for row, (strokes, _) in enumerate(starts):
        scene.take(row, strokes)
        scene.learn(row)
    for row, (strokes, way) in enumerate(starts):
        if len(strokes) >= LEAST_HITS:
            scene.choose(row, strokes, way)
    for row, (strokes, _) in enumerate(starts):
        if len(strokes) >= LEAST_HITS:
            scene.improve(row)
    return [
        sorted(scene.strokes[row], key=lambda s: s.position)
        if len(strokes) >= LEAST_HITS and scene.one_sided[row]
        else None
        for row, (strokes, _) in enumerate(starts)
    ]


def _in_own_measure(moves: Array, known: NDArray[np.bool_], frame_rate: float) -> Array:
    """Take drift out of movements, and measure them by what moves anyhow."""
    n = len(moves)
    moved = np.zeros_like(moves)
    places = np.flatnonzero(known)
    for column in range(N_MOVES if len(places) else 0):
        whole = np.interp(np.arange(n), places, moves[places, column])
        whole -= median_filter(whole, int(_DRIFT_S * frame_rate) | 1, mode="nearest")
        usual = 1.48 * float(np.median(np.abs(whole[places]))) + 4e-4
        moved[:, column] = np.clip(whole / usual, -200, 200)
    return moved

"""Drum fit: hits laid beside what was measured, pushed about until both agree.

Hits that were heard go in with the movements of the film; where these keep to a known
ruler, out come the same hits, each when and as hard as explains the movements best, with
those added that are plainly seen and those left out that would be seen if they were there.

Conventions
-----------
- Rows of movement are those of `drum_rulers`: snare, closed hat, pedal hat, open hat.
- Where content is replaced nothing is measured: such hits are told by the frames after.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.ndimage import median_filter

from clavilux.watch.drum_rulers import PHASES, REACH, Ruler
from clavilux.watch.motion import NAMES

Array = NDArray[np.float64]
_COLUMNS = tuple(NAMES.index(name) for name in ("zoom", "roll", "pan_x", "pan_y"))
_KEPT = NAMES.index("kept")
_N = len(_COLUMNS)
_DRIFT = 25
"""Frames whose median movement is taken for drift."""
_QUIETEST = 2e-4
_ROUGH = 0.012
"""How exact large movements are measured, of their own size …"""
_LASTS = (1.0, 0.9, 0.8, 0.4, 0.2)
"""… and how much of that holds for the frames after …"""
_ACROSS = 0.7
"""… and for the other movements."""
_SPREAD = 0.2
"""How far from the usual size hits are expected to be, of it."""
_TOLD_WITHIN = 0.35
"""Frames by which the place of a hit is expected to be told wrongly."""
_SWEEPS = 3
_SEEN = 0.3
"""Trust from which a hit's first frame can be read."""
_WHOLE = 0.9
"""Trust from which nothing is replaced."""
_ROUGH_OF_LEFT = 2.4
_LEFT = 0.1
"""How much of a usual push may be left of one that is read."""


def measured(rows: NDArray[np.float32]) -> NDArray[np.float32]:
    """Return what moved and how far to trust it, of motion features; shape (n_frames, 5)."""
    kept = rows[:, _KEPT]
    trust = np.clip((kept - 0.5) / 0.3, 0, 1) ** 2
    push, roll, yaw, pitch = rows[:, _COLUMNS].T
    # Yaw and pitch come first; what the same frame then rolls and magnifies is undone.
    after = np.clip(push, -0.3, 0.5) + 1j * np.clip(roll, -0.3, 0.3)
    shift = (yaw + 1j * pitch) * np.exp(-after * (trust > 0))
    columns = [push, roll, shift.real, shift.imag, trust]
    return np.stack(columns, axis=1).astype(np.float32)


@dataclass(slots=True)
class Hit:
    """One hit, as far as it is known."""

    row: int
    told: float
    """Where the network puts it, in frames."""
    frame: int
    phase: int = len(PHASES) // 2
    size: float = 0.0

    seen: bool = False
    """Whether its first frame could be measured."""


class Fit:
    """The hits of one film beside its movements."""

    def __init__(
        self, found: NDArray[np.float32], frame_rate: float, ruler: Ruler, hits: list[Hit]
    ) -> None:
        """Take what `measured` gives, and hits that were heard."""
        self.moves, self.trust = found[:, :_N].astype(np.float64), found[:, _N].astype(np.float64)
        self.rate, self.ruler, self.hits, self.n = frame_rate, ruler, hits, len(found)
        self.drift = np.zeros_like(self.moves)
        self.late = 1.0
        self._shape()

    def _shape(self) -> None:
        self.shapes = [self.ruler.shapes(row, self.rate, self.late) for row in range(_N)]

    def run(self) -> None:
        """Fit all hits."""
        self._settle()
        for turn in range(_SWEEPS):
            for hit in self.hits:
                self._fit(hit)
            if turn == 0:
                self.late = self._lateness()
                self._shape()
            self._settle()

    def readable(self, hit: Hit) -> bool:
        """Whether the frame that a hit lies in can be measured."""
        return bool(self.trust[hit.frame] > _SEEN)

    def roughness(self) -> float:
        """How wrongly sizes are read, of their own size, told by what is left after pushes."""
        left = [
            np.sqrt(np.mean(self.left[hit.frame + 1 : hit.frame + 4, hit.row] ** 2)) / abs(hit.size)
            for hit in self.hits
            if hit.seen and self._is_whole(hit.frame, hit.frame + 4)
        ]
        return float(np.clip(_ROUGH_OF_LEFT * np.median(left), 0.006, 0.05)) if left else 0.05

    def _is_whole(self, first: int, last: int) -> bool:
        """Whether there are frames `first` to `last - 1`, and nothing is replaced in them."""
        return first >= 0 and last <= self.n and bool(self.trust[first:last].min() > _WHOLE)

    def explained(self) -> Array:
        """Return what hits and drift explain, (n_frames, 4)."""
        sum_ = np.zeros((self.n + REACH + 2, _N))
        for hit in self.hits:
            sum_[hit.frame : hit.frame + REACH, hit.row] += (
                hit.size * self.shapes[hit.row][hit.phase]
            )
        return sum_[: self.n]

    def _settle(self) -> None:
        """Find drift, what is left, and how exact it is."""
        pushes = self.explained()
        known = np.flatnonzero(self.trust > 0.5)
        left = self.moves - pushes
        noise = np.full(_N, _QUIETEST)
        for row in range(_N if len(known) else 0):
            whole = np.interp(np.arange(self.n), known, left[known, row])
            self.drift[:, row] = median_filter(whole, _DRIFT, mode="nearest")
            off = np.abs(whole - self.drift[:, row])[known]
            noise[row] = max(_QUIETEST, 1.48 * float(np.median(off)))
        self.left = left - self.drift
        far = np.abs(self.moves - self.drift) * self.trust[:, None]
        rough = far.copy()
        for later, share in enumerate(_LASTS[1:], 1):
            rough[later:] = np.maximum(rough[later:], share * far[:-later])
        rough = np.maximum(rough, _ACROSS * rough.max(axis=1, keepdims=True))
        self.exact = self.trust[:, None] / (noise**2 + (_ROUGH * rough) ** 2)

    def _fit(self, hit: Hit) -> None:
        """Find the frame, phase and size of a hit that explain most, given all others."""
        row, usual = hit.row, self.ruler.usual[hit.row]
        self._take(hit, 1.0)
        low, high = 0.85 * self.ruler.least[row], 1.2 * self.ruler.most[row]
        best, gained = None, -np.inf
        for frame in range(max(0, hit.frame - 1), min(self.n - 1, hit.frame + 1) + 1):
            along, weight = self._against(row, frame)
            prior = 1 / (_SPREAD * usual) ** 2
            size = np.clip((np.abs(along) + usual * prior) / (weight + prior), low, high)
            gain = (2 * size * np.abs(along) - size**2 * weight) - (size - usual) ** 2 * prior
            gain -= ((frame + PHASES - hit.told) / _TOLD_WITHIN) ** 2
            phase = int(np.argmax(gain))
            if gain[phase] > gained:
                gained = float(gain[phase])
                sign = 1.0 if along[phase] >= 0 else -1.0
                best = frame, phase, sign * float(size[phase])
        assert best is not None
        hit.frame, hit.phase, hit.size = best
        self._take(hit, -1.0)
        lies_on_ruler = 0.9 * self.ruler.least[row] < abs(hit.size) < 1.1 * self.ruler.most[row]
        explains = abs(self.left[hit.frame, row]) < _LEFT * usual
        hit.seen = bool(lies_on_ruler and explains and self.readable(hit))

    def _against(self, row: int, frame: int) -> tuple[Array, Array]:
        """Lay every shape of a hit in `frame` against what is left: agreement and weight."""
        until = min(self.n, frame + REACH)
        shapes = self.shapes[row][:, : until - frame]
        weighed = shapes * self.exact[frame:until, row]
        return weighed @ self.left[frame:until, row], (weighed * shapes).sum(axis=1)

    def _take(self, hit: Hit, sign: float) -> None:
        until = min(self.n, hit.frame + REACH)
        shape = self.shapes[hit.row][hit.phase][: until - hit.frame]
        self.left[hit.frame : until, hit.row] += sign * hit.size * shape

    def _lateness(self) -> float:
        """How much of what should come late does: coding lets it come at once, or not at all."""
        late, expected = 4.0 * 0.06, 4.0 * 0.06
        frames = [np.sort([h.frame for h in self.hits if h.row == row]) for row in range(_N)]
        for hit in self.hits:
            k = hit.frame
            near = np.searchsorted(frames[hit.row], [k - 6, k + 5])
            if near[1] - near[0] > 1 or not self._is_whole(k - 1, k + 4):
                continue
            x = (self.moves[k : k + 4, hit.row] - self.drift[k : k + 4, hit.row]) / hit.size
            shape = self.ruler.shapes(hit.row, self.rate).mean(axis=0)[:4]
            late += float(np.clip(x[1:].sum() / max(x.sum(), 0.3), -0.1, 0.3))
            expected += float(shape[1:].sum() / shape.sum())
        return float(np.clip(late / expected, 0.2, 1.2))

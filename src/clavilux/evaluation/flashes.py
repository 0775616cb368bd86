"""Flashes: where and when a film could harm viewers with photosensitive epilepsy.

Pictures in, hazards out. Nothing here is shared with the limiter that films of ours pass
(`clavilux.render.flash`), so that one can be the measure of the other.

Reading of the standards
------------------------
- *General flash* (WCAG 2.2, 2.3.1): a pair of opposing changes of relative luminance by 10 %
  of the maximum or more, the darker side below 0.80. ITU-R BT.1702 says the same of a screen of
  200 cd/m²: 20 cd/m² or more, the darker side below 160.
- *Red flash* (WCAG 2.2): a pair of opposing changes from or to a saturated red,
  R / (R + G + B) of 0.8 or more in linear light, by more than 0.2 in the CIE 1976 diagram.
- *Too many* is more than three flashes, thus seven changes or more, within any second.
- *Area*: a hazard is where a quarter or more of some field of ten degrees, or of the whole
  picture, flashes too often. A film fills the screen's height; WCAG counts a field as
  341 × 256 pixels of a screen of 1024 × 768, thus a third of the height.
"""

from abc import ABC, abstractmethod
from collections import deque
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from clavilux.core.values import FilmFrame, Rgb

LUMINANCE_CHANGE, DARKER_BELOW = 0.10, 0.80
RED_SHARE, RED_CHANGE = 0.80, 0.20
MOST_CHANGES = 6
AREA = 0.25
FIELD = (341 / 768, 256 / 768)
"""Width and height of a field of ten degrees, in picture heights."""
_ROWS = 48
"""Places a picture's height is divided into: below half a degree each."""
_LARGEST = 480  # rows to which a larger picture is reduced before its light is made linear

_WHITE = (0.19784, 0.46834)  # of D65, in the CIE 1976 diagram
_XYZ = np.array(
    [[0.4124, 0.3576, 0.1805], [0.2126, 0.7152, 0.0722], [0.0193, 0.1192, 0.9505]],
    dtype=np.float32,
)
_CODES = np.arange(256) / 255
_LINEAR = np.where(_CODES <= 0.04045, _CODES / 12.92, ((_CODES + 0.055) / 1.055) ** 2.4).astype(
    np.float32
)

Plane = NDArray[np.float32]
Mask = NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class Hazard:
    """A stretch of a film in which a place flashes too often."""

    kind: str
    """``general`` or ``red``."""
    start_s: float
    end_s: float
    x: float
    y: float
    """Centre of the worst field, as shares of the picture's width and height."""
    field_area: float
    """Share of that field that flashes too often, at its worst."""
    picture_area: float
    """Share of the whole picture, at its worst."""
    flashes: float
    """Most flashes of a place within a second."""

    def to_dict(self) -> dict[str, Any]:
        """Return the hazard as JSON takes it."""
        return {
            key: round(value, 3) if isinstance(value, float) else value
            for key, value in asdict(self).items()
        }


@dataclass(frozen=True, slots=True)
class FlashReport:
    """What was found in a film."""

    n_frames: int
    hazards: tuple[Hazard, ...]
    """In order of time."""
    general_area: float
    red_area: float
    """Largest shares of a field that flash too often, by kind; a hazard from `AREA` on."""

    @property
    def is_safe(self) -> bool:
        """Whether there is no hazard."""
        return not self.hazards


def find_flashes(frames: Iterable[FilmFrame]) -> FlashReport:
    """Find the hazards of a film.

    Args:
        frames: RGB pictures of one size with their times, as `media.open_film` gives them.
    """
    counters: list[_Counter] = []
    n_frames = 0
    for frame in frames:
        picture = frame.picture
        if not isinstance(picture, np.ndarray):
            raise TypeError("expected RGB pictures: media.open_film(path, pixels='rgb')")
        linear = _linear(picture)
        if not counters:
            counters = [_Luminance(linear), _Red(linear)]
        else:
            for counter in counters:
                counter.take(float(frame.time), linear)
        n_frames += 1
    hazards = [hazard for counter in counters for hazard in counter.finish()]
    areas = [counter.largest for counter in counters] or [0.0, 0.0]
    ordered = tuple(sorted(hazards, key=lambda hazard: (hazard.start_s, hazard.kind)))
    return FlashReport(n_frames, ordered, areas[0], areas[1])


def _linear(picture: Rgb) -> Plane:
    """Return a picture's linear light on the grid of places, shape (rows, columns, 3)."""
    height, width = picture.shape[:2]
    if height > _LARGEST:
        size = (max(1, round(width * _LARGEST / height)), _LARGEST)
        picture = np.asarray(cv2.resize(picture, size, interpolation=cv2.INTER_AREA), np.uint8)
    rows = min(_ROWS, height)
    columns = max(1, min(width, round(rows * width / height)))
    light = _LINEAR[picture]
    return np.asarray(cv2.resize(light, (columns, rows), interpolation=cv2.INTER_AREA), np.float32)


class _Counter(ABC):
    """Counts the changes of every place within the last second; subclasses say what one is."""

    kind: str

    def __init__(self, linear: Plane) -> None:
        self._shape = linear.shape[:2]
        rows = self._shape[0]
        self._field = tuple(
            min(limit, max(1, round(share * rows)))
            for share, limit in zip(FIELD, self._shape[::-1], strict=True)
        )
        self._last_second: deque[tuple[float, Mask]] = deque()
        self._count = np.zeros(self._shape, dtype=np.int32)
        self._rising = np.zeros(self._shape, dtype=np.bool_)
        self._falling = np.zeros(self._shape, dtype=np.bool_)
        """Whether the last change of each place was up, or down; neither at first."""
        self._open: list[Hazard] = []
        self._closed: list[Hazard] = []
        self.largest = 0.0

    @abstractmethod
    def changes(self, linear: Plane) -> tuple[Mask, Mask]:
        """Return where the picture has changed up, and where down, since the last extremes."""

    def take(self, time_s: float, linear: Plane) -> None:
        """Take the next picture."""
        up, down = self.changes(linear)
        changed = up | down
        self._rising = (self._rising & ~down) | up
        self._falling = (self._falling & ~up) | down
        while self._last_second and self._last_second[0][0] <= time_s - 1 + 1e-6:
            self._count -= self._last_second.popleft()[1]
        if changed.any():
            self._last_second.append((time_s, changed))
            self._count += changed
        self._judge(time_s, self._count > MOST_CHANGES)

    def _judge(self, time_s: float, flashing: Mask) -> None:
        """Note a hazard if enough of a field, or of the picture, flashes too often."""
        if not flashing.any():
            self._close()
            return
        width, height = self._field
        sums = cv2.integral(flashing.astype(np.uint8))
        inside = sums[height:, width:] - sums[:-height, width:]
        inside = inside - (sums[height:, :-width] - sums[:-height, :-width])
        shares = inside / (width * height)
        whole = float(flashing.mean())
        row, column = np.unravel_index(int(shares.argmax()), shares.shape)
        area = float(shares[row, column])
        self.largest = max(self.largest, area)
        if area < AREA and whole < AREA:
            self._close()
            return
        x = (float(column) + width / 2) / self._shape[1]
        y = (float(row) + height / 2) / self._shape[0]
        flashes = float(self._count.max()) / 2
        begin = self._last_second[0][0]
        now = Hazard(self.kind, begin, time_s, x, y, area, whole, flashes)
        self._open.append(now)

    def _close(self) -> None:
        """End a stretch of hazards; those that meet are one."""
        if not self._open:
            return
        worst = max(self._open, key=lambda hazard: (hazard.field_area, hazard.flashes))
        first, last = self._open[0].start_s, self._open[-1].end_s
        if self._closed and self._closed[-1].end_s >= first:
            before = self._closed.pop()
            worst = max(worst, before, key=lambda hazard: (hazard.field_area, hazard.flashes))
            first = before.start_s
        self._closed.append(
            Hazard(
                self.kind,
                first,
                last,
                worst.x,
                worst.y,
                worst.field_area,
                max(hazard.picture_area for hazard in (*self._open, worst)),
                worst.flashes,
            )
        )
        self._open = []

    def finish(self) -> Sequence[Hazard]:
        """Return the hazards, after the last picture."""
        self._close()
        return self._closed


class _Luminance(_Counter):
    kind = "general"

    def __init__(self, linear: Plane) -> None:
        super().__init__(linear)
        self._peak = linear @ _XYZ[1]
        self._trough = self._peak.copy()

    def changes(self, linear: Plane) -> tuple[Mask, Mask]:
        now = linear @ _XYZ[1]
        up = ~self._rising & (now - self._trough >= LUMINANCE_CHANGE)
        up &= self._trough < DARKER_BELOW
        down = ~self._falling & (self._peak - now >= LUMINANCE_CHANGE) & (now < DARKER_BELOW)
        down &= ~up
        self._peak = np.where(up, now, np.maximum(self._peak, now))
        self._trough = np.where(down, now, np.minimum(self._trough, now))
        return up, down


class _Red(_Counter):
    kind = "red"

    def __init__(self, linear: Plane) -> None:
        super().__init__(linear)
        self._reddest = self._least = _chromaticity(linear)

    def changes(self, linear: Plane) -> tuple[Mask, Mask]:
        now = _chromaticity(linear)
        up = ~self._rising & now.saturated & (now.distance(self._least) > RED_CHANGE)
        down = ~self._falling & self._reddest.saturated
        down &= (now.distance(self._reddest) > RED_CHANGE) & ~up
        self._reddest = self._reddest.replaced(now, up | (now.u > self._reddest.u))
        self._least = self._least.replaced(now, down | (now.u < self._least.u))
        return up, down


@dataclass(frozen=True, slots=True, eq=False)
class _Chromaticity:
    """Places' colours in the CIE 1976 diagram, and whether each is a saturated red."""

    u: Plane
    v: Plane
    saturated: Mask

    def distance(self, other: "_Chromaticity") -> Plane:
        return np.asarray(np.hypot(self.u - other.u, self.v - other.v), np.float32)

    def replaced(self, other: "_Chromaticity", where: Mask) -> "_Chromaticity":
        return _Chromaticity(
            np.where(where, other.u, self.u),
            np.where(where, other.v, self.v),
            np.where(where, other.saturated, self.saturated),
        )


def _chromaticity(linear: Plane) -> _Chromaticity:
    """Return the chromaticity of linear light; black has that of white."""
    x, y, z = np.moveaxis(linear @ _XYZ.T, -1, 0)
    total = linear.sum(axis=-1)
    black = total < 0.01
    whole = np.where(black, 1, x + 15 * y + 3 * z)
    u = np.where(black, _WHITE[0], 4 * x / whole).astype(np.float32)
    v = np.where(black, _WHITE[1], 9 * y / whole).astype(np.float32)
    share = linear[..., 0] / np.where(black, 1, total)
    return _Chromaticity(u, v, (share >= RED_SHARE) & ~black)

"""Seeing: the one pass over a film that all that `watch` says is read from.

In comes a film; out come columns, one row a video frame, and small samples of
colour twice a second. Pictures are let go as soon as they have been measured:
two hours and ten seconds need the same memory but for the columns.
"""

from array import array
from dataclasses import dataclass
from fractions import Fraction
from itertools import islice
from math import ceil

import numpy as np
from numpy.typing import NDArray

from clavilux.core.progress import Progress, silent
from clavilux.core.values import Film, FilmFrame
from clavilux.watch import lookback, motion
from clavilux.watch.content import ContentMeter
from clavilux.watch.glance import Glance, full_rgb, glance
from clavilux.watch.muvi import MotionEachSecond, OnceASecond
from clavilux.watch.palette import Swatch, swatch
from clavilux.watch.semantics import Reading, Semantics

NAMES = (*motion.NAMES, *lookback.NAMES, "content", "brightness", "saturation", "colourfulness")
"""The columns: those of `motion` and `lookback`; the content score; mean value and saturation of
HSV, 0 to 1; and Hasler and Süsstrunk's colourfulness, 0 to about 1."""
_SWATCHES_PER_SECOND = 2
_MOST_EXPECTED = 1 << 20
"""Rows that are made room for on the word of a film's header."""


@dataclass(frozen=True, slots=True, eq=False)
class Seen:
    """What was measured of a film."""

    frame_rate: Fraction
    duration_s: float
    times: NDArray[np.float64]
    """When each video frame appears, seconds. Shape (n_frames,)."""
    values: NDArray[np.float32]
    """Shape (n_frames, len(NAMES)); columns as in `NAMES`."""
    swatches: tuple[Swatch, ...]
    """Samples of colour in order of time."""
    muvi_motion: NDArray[np.float64]
    """MuVi-Sync's motion, one value a second."""
    reading: Reading
    """What the pictures mean, one row a second."""

    def column(self, name: str) -> NDArray[np.float64]:
        """Return one measure at every video frame. Shape (n_frames,)."""
        return self.values[:, NAMES.index(name)].astype(np.float64)


def see(film: Film, semantics: Semantics, progress: Progress = silent) -> Seen:
    """Watch a film to its end, once.

    Args:
        film: In planar YUV or RGB; any size, none is cheaper than about 256 pixels.
        semantics: What reads meaning from one picture a second.
        progress: Hears how many video frames have been watched.
    """
    meters = _Meters(film, semantics)
    rows = _Table(len(NAMES), film.n_frames or 0)
    frames = iter(film)
    while batch := list(islice(frames, motion.BATCH)):
        rows.add(meters.measure(batch))
        progress(meters.n_frames, film.n_frames or meters.n_frames, "watching")
    return meters.finish(rows.values)


class _Table:
    """Rows one after the other in one piece of memory, which grows only if it must."""

    def __init__(self, n_columns: int, expected: int) -> None:
        room = min(max(expected, 1 << 12), _MOST_EXPECTED)
        self._held = np.empty((room, n_columns), dtype=np.float32)  # untouched, it costs nothing
        self._n_rows = 0

    def add(self, rows: NDArray[np.float32]) -> None:
        """Put rows below those that are there."""
        end = self._n_rows + len(rows)
        if end > len(self._held):
            grown = np.empty((end * 3 // 2, self._held.shape[1]), dtype=np.float32)
            grown[: self._n_rows] = self.values
            self._held = grown
        self._held[self._n_rows : end] = rows
        self._n_rows = end

    @property
    def values(self) -> NDArray[np.float32]:
        """What was put in so far."""
        return self._held[: self._n_rows]


class _Meters:
    """All that is remembered from one batch of video frames to the next."""

    def __init__(self, film: Film, semantics: Semantics) -> None:
        self._film, self._semantics = film, semantics
        self._motion = motion.MotionMeter(film.size.width / film.size.height)
        self._content, self._back = ContentMeter(), lookback.LookBack()
        self._muvi, self._stills = MotionEachSecond(), OnceASecond()
        self._swatches: list[Swatch] = []
        self._readings: list[Reading] = []
        self._times = array("d")
        self._end = Fraction(0)

    @property
    def n_frames(self) -> int:
        return len(self._times)

    def measure(self, batch: list[FilmFrame]) -> NDArray[np.float32]:
        glances = [self._glance(frame) for frame in batch]
        tiny = np.stack([g.tiny for g in glances])
        columns = [
            [self._content.score(g.hsv) for g in glances],
            [float(g.hsv[..., 2].mean()) / 255 for g in glances],
            [float(g.hsv[..., 1].mean()) / 255 for g in glances],
            _colourfulness(tiny),
        ]
        moved = self._motion.measure(np.stack([g.luma for g in glances]))
        back = self._back.measure(tiny)
        return np.concatenate([moved, back, np.asarray(columns, dtype=np.float32).T], axis=1)

    def _glance(self, frame: FilmFrame) -> Glance:
        seen = glance(frame.picture)
        self._times.append(float(frame.time))
        self._end = frame.time + 1 / self._film.frame_rate
        self._muvi.see(frame)
        if frame.time >= Fraction(len(self._swatches), _SWATCHES_PER_SECOND):
            self._swatches.append(swatch(float(frame.time), seen.tiny))
        if self._semantics.needs_pictures and self._stills.wants(frame.time):
            self._readings.append(self._semantics.read(full_rgb(frame.picture)))
        return seen

    def finish(self, values: NDArray[np.float32]) -> Seen:
        return Seen(
            self._film.frame_rate,
            float(self._end),
            np.array(self._times),
            values,
            tuple(self._swatches),
            self._muvi.values(ceil(self._end)),
            Reading.joined(self._readings, self._semantics),
        )


def _colourfulness(tiny: NDArray[np.float32]) -> list[float]:
    """Measure how colourful pictures are.

    Source:
        D. Hasler, S. Süsstrunk, "Measuring colourfulness in natural images", 2003.
    """
    red, green, blue = np.moveaxis(tiny.reshape(len(tiny), -1, 3), -1, 0)
    a, b = red - green, (red + green) / 2 - blue
    spread = np.hypot(a.std(axis=1), b.std(axis=1))
    mean = np.hypot(a.mean(axis=1), b.mean(axis=1))
    return [float(value) for value in (spread + 0.3 * mean) / 255]

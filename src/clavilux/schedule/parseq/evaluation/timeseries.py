"""Time series: measured points that an expression may read by name.

Conventions
-----------
- Points lie at frames, or at milliseconds, which the frame rate turns into frames.
- A *step* reading at an exact point gives the point before it: the original looks for
  the first point at or after the time and takes its predecessor.
"""

from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from clavilux.core.errors import DocumentError
from clavilux.schedule.parseq.javascript.values import to_number

Column = NDArray[np.float64]

MAX_POINTS = 2000
"""Points the original keeps of an imported series."""


@dataclass(frozen=True, eq=False)
class TimeSeries:
    """A named curve."""

    alias: str
    x: Column
    y: Column
    in_milliseconds: bool

    @classmethod
    def from_document(cls, entry: dict[str, object]) -> "TimeSeries":
        """Read one entry of a document's ``timeSeries``."""
        series = entry["ts"]
        assert isinstance(series, dict)
        points = series.get("data") or []
        if not isinstance(points, list):
            raise DocumentError(
                f"time series {entry.get('alias')!r}: data must be a list of points"
            )
        if set(map(type, points)) != {dict}:
            points = [point for point in points if isinstance(point, dict)]
        try:
            x, y = [point["x"] for point in points], [point["y"] for point in points]
        except KeyError:
            x = [point.get("x", np.nan) for point in points]
            y = [point.get("y") for point in points]
        return cls(
            alias=str(entry.get("alias")),
            x=_numbers(x),
            y=_numbers(y),
            in_milliseconds=series.get("timestampType") == 1,
        )

    @cached_property
    def _reached(self) -> Column:
        """The furthest point so far, at each point."""
        rises = self.x[1:] >= self.x[:-1]  # not where a point is no number
        if np.count_nonzero(rises) == len(rises) and self.x[0] == self.x[0]:
            return self.x
        return np.maximum.accumulate(np.where(np.isnan(self.x), -np.inf, self.x))

    def read(self, frame: Column, frame_rate: float, linear: NDArray[np.bool_] | bool) -> Column:
        """Return the values at `frame`, in steps or, where `linear`, joined by lines."""
        if len(self.x) == 0:
            return np.zeros(np.shape(frame))
        time = frame / frame_rate * 1000 if self.in_milliseconds else frame
        index = self._reached.searchsorted(time, side="left")
        inside = (index > 0) & (index < len(self.x))
        after = np.minimum(index, len(self.x) - 1)
        before = np.where(inside, after - 1, after)
        if not np.count_nonzero(linear):
            return np.asarray(self.y[before])
        share = (time - self.x[before]) / (self.x[after] - self.x[before])
        joined = self.y[before] + share * (self.y[after] - self.y[before])
        return np.asarray(np.where(inside & linear, joined, self.y[before]))


def _numbers(values: list[object]) -> Column:
    if set(map(type, values)) <= {int, float}:
        return np.array(values, dtype=np.float64)
    return np.array([to_number(value) for value in values], dtype=np.float64)


def decimate(x: Column, y: Column, n_points: int = MAX_POINTS) -> tuple[Column, Column]:
    """Keep the `n_points` of a long series that show its shape best.

    Source:
        S. Steinarsson, "Downsampling Time Series for Visual Representation", 2013:
        largest triangle, three buckets.
    """
    if n_points >= len(x) or n_points < 3:
        return x, y
    width = (len(x) - 2) / (n_points - 2)
    kept = [0]
    for bucket in range(n_points - 2):
        first, last = int(bucket * width) + 1, int((bucket + 1) * width) + 1
        following = slice(last, min(int((bucket + 2) * width) + 1, len(x)))
        mean_x, mean_y = x[following].mean(), y[following].mean()
        a = kept[-1]
        area = np.abs(
            (x[a] - mean_x) * (y[first:last] - y[a]) - (x[a] - x[first:last]) * (mean_y - y[a])
        )
        kept.append(first + int(np.argmax(area)))
    kept.append(len(x) - 1)
    return x[kept], y[kept]

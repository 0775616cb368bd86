"""Drums: how well those heard in a film agree with those it was made from.

Scores in, agreements out: drum by drum and all together, at several tolerances,
with the error of velocities and the frame measures that V2MIDI reports.

Conventions
-----------
- The five drums are `core.drums.FIVE`; claps and rims count as snares, strokes
  of one drum within 30 ms as one.
- *Frame measures* say of every video frame whether something is struck in it:
  accuracy over all frames, over those with a stroke, and over those without.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction

import numpy as np
from numpy.typing import NDArray

from clavilux.core.drums import DRUM_CHANNEL, FIVE, drum_name
from clavilux.core.metrics import Agreement, match_onsets
from clavilux.core.values import Score

Array = NDArray[np.float64]
Hits = Mapping[str, Array]
"""Drum to the seconds and velocities of its hits, in order of time; shape (n_hits, 2) each."""

TOLERANCES = ("frame", "50 ms", "20 ms")
_ALSO = {"clap": "snare", "rim": "snare"}
_TOGETHER_S = 0.03


def hits_of(score: Score) -> dict[str, Array]:
    """Return the hits of each of the five drums."""
    found: dict[str, list[tuple[float, float]]] = {drum: [] for drum in FIVE}
    for track in score.tracks:
        notes = track.notes.where(track.notes.channel == DRUM_CHANNEL)
        for time_s, pitch, velocity in zip(
            score.onsets_s(notes).tolist(), notes.pitch.tolist(), notes.velocity.tolist(),
            strict=True,
        ):  # fmt: skip
            name = drum_name(pitch)
            name = _ALSO.get(name, name)
            if name in found:
                found[name].append((time_s, velocity))
    return {drum: _apart(rows) for drum, rows in found.items()}


def _apart(rows: Iterable[tuple[float, float]]) -> Array:
    kept: list[tuple[float, float]] = []
    for time_s, velocity in sorted(rows):
        if kept and time_s - kept[-1][0] <= _TOGETHER_S:
            kept[-1] = (kept[-1][0], max(kept[-1][1], velocity))
        else:
            kept.append((time_s, velocity))
    return np.array(kept, dtype=np.float64).reshape(-1, 2)


@dataclass(frozen=True, slots=True)
class FrameCounts:
    """Frames with and without a stroke, and how many of each were told right."""

    n_struck: int = 0
    n_struck_right: int = 0
    n_still: int = 0
    n_still_right: int = 0

    def __add__(self, other: "FrameCounts") -> "FrameCounts":
        return FrameCounts(
            self.n_struck + other.n_struck,
            self.n_struck_right + other.n_struck_right,
            self.n_still + other.n_still,
            self.n_still_right + other.n_still_right,
        )

    @property
    def accuracy(self) -> float:
        """Share of frames told right."""
        right, n = self.n_struck_right + self.n_still_right, self.n_struck + self.n_still
        return right / n if n else 1.0

    @property
    def positive(self) -> float:
        """Share of frames with a stroke told right."""
        return self.n_struck_right / self.n_struck if self.n_struck else 1.0

    @property
    def negative(self) -> float:
        """Share of frames without a stroke told right."""
        return self.n_still_right / self.n_still if self.n_still else 1.0

    @property
    def baseline(self) -> float:
        """Accuracy of saying that nothing is ever struck."""
        n = self.n_struck + self.n_still
        return self.n_still / n if n else 1.0


@dataclass(frozen=True, slots=True)
class Report:
    """How well drums agree, over one film or many; reports can be added."""

    onsets: Mapping[tuple[str, str], Agreement] = field(default_factory=dict)
    """By drum and tolerance (see `TOLERANCES`)."""
    velocity_errors: Mapping[str, tuple[float, int]] = field(default_factory=dict)
    """By drum: sum of absolute errors over hits matched within a frame, and their number."""
    frames: FrameCounts = field(default_factory=FrameCounts)
    n_films: int = 0

    def __add__(self, other: "Report") -> "Report":
        onsets = dict(self.onsets)
        for key, agreement in other.onsets.items():
            onsets[key] = onsets[key] + agreement if key in onsets else agreement
        errors = dict(self.velocity_errors)
        for drum, (total, n) in other.velocity_errors.items():
            before = errors.get(drum, (0.0, 0))
            errors[drum] = (before[0] + total, before[1] + n)
        return Report(onsets, errors, self.frames + other.frames, self.n_films + other.n_films)

    def agreement(self, tolerance: str, drum: str | None = None) -> Agreement:
        """Return the agreement of one drum, or of all together if `drum` is None."""
        total = Agreement(0, 0, 0)
        for name in FIVE if drum is None else (drum,):
            total += self.onsets.get((name, tolerance), Agreement(0, 0, 0))
        return total

    def by_drum(self, tolerance: str = "frame") -> dict[str, Agreement]:
        """Return the agreement of each drum that is played or heard."""
        found = {drum: self.agreement(tolerance, drum) for drum in FIVE}
        return {drum: a for drum, a in found.items() if a.n_reference or a.n_estimated}

    def velocity_error(self, *drums: str) -> float:
        """Return the mean absolute error of velocities, of 127; of all five if none is named."""
        parts = [self.velocity_errors.get(drum, (0.0, 0)) for drum in drums or FIVE]
        n = sum(count for _, count in parts)
        return sum(total for total, _ in parts) / n if n else 0.0

    def document(self) -> dict[str, object]:
        """Return everything as plain numbers, for JSON."""
        return {
            "films": self.n_films,
            "onset_f1": {
                tolerance: {drum: self.agreement(tolerance, drum).f1 for drum in FIVE}
                | {"all": self.agreement(tolerance).f1}
                for tolerance in TOLERANCES
            },
            "precision": self.agreement("frame").precision,
            "recall": self.agreement("frame").recall,
            "velocity_error": {drum: self.velocity_error(drum) for drum in FIVE}
            | {"all": self.velocity_error()},
            "frames": {
                "accuracy": self.frames.accuracy,
                "positive": self.frames.positive,
                "negative": self.frames.negative,
                "never struck": self.frames.baseline,
            },
        }


def compare(true: Hits, heard: Hits, *, frame_rate: Fraction | float, duration_s: float) -> Report:
    """Compare what was heard in one film with what it was made from."""
    frame_s = 1 / float(frame_rate)
    # A hair more than a frame: times in files are rounded to ticks.
    tolerance = {"frame": frame_s + 1.1e-3, "50 ms": 0.05, "20 ms": 0.02}
    onsets, errors = {}, {}
    for drum in FIVE:
        ours, theirs = heard[drum], true[drum]
        for name in TOLERANCES:
            pairs = match_onsets(theirs[:, 0], ours[:, 0], tolerance[name])
            onsets[drum, name] = Agreement(len(pairs), len(theirs), len(ours))
            if name == "frame":
                off = [abs(float(theirs[i, 1] - ours[j, 1])) for i, j in pairs]
                errors[drum] = (sum(off), len(off))
    frames = count_frames(true, heard, frame_rate=float(frame_rate), duration_s=duration_s)
    return Report(onsets, errors, frames, 1)


def count_frames(true: Hits, heard: Hits, *, frame_rate: float, duration_s: float) -> FrameCounts:
    """Compare frame by frame whether anything is struck.

    Source:
        V2MIDI's binary measures. Differs in one way: a stroke heard in the frame
        before or after the true one takes the true one's place, since the frame in
        which a stroke at a frame's edge is shown is a matter of rounding.
    """
    n = max(1, round(duration_s * frame_rate))
    struck, told = (_struck_frames(hits, frame_rate, n) for hits in (true, heard))
    for i in np.flatnonzero(told & ~struck).tolist():
        for j in (i - 1, i + 1):
            if 0 <= j < n and struck[j] and not told[j]:
                told[i], told[j] = False, True
                break
    return FrameCounts(
        int(struck.sum()), int((struck & told).sum()),
        int((~struck).sum()), int((~struck & ~told).sum()),
    )  # fmt: skip


def _struck_frames(hits: Hits, frame_rate: float, n: int) -> NDArray[np.bool_]:
    times = np.concatenate([rows[:, 0] for rows in hits.values()])
    struck = np.zeros(n, dtype=bool)
    struck[np.clip(np.round(times * frame_rate).astype(np.intp), 0, n - 1)] = True
    return struck


def total(reports: Sequence[Report]) -> Report:
    """Add reports up."""
    whole = Report()
    for report in reports:
        whole = whole + report
    return whole


def no_hits() -> dict[str, Array]:
    """The first baseline: nothing is ever struck."""
    return {drum: np.zeros((0, 2)) for drum in FIVE}


def difference_hits(difference: Array, frame_rate: float) -> dict[str, Array]:
    """The second baseline: every peak of the difference between frames is a kick.

    Args:
        difference: Mean difference of each frame from the one before, shape (n_frames,).
        frame_rate: Video frames per second.
    """
    middle = float(np.median(difference))
    spread = float(np.median(np.abs(difference - middle))) + 1e-6
    padded = np.pad(difference, 1, constant_values=-1.0)
    peaks = (difference > padded[:-2]) & (difference >= padded[2:])
    at = np.flatnonzero(peaks & (difference > middle + 4 * spread))
    rows = np.column_stack([at / frame_rate, np.full(len(at), 80.0)])
    return no_hits() | {"kick": rows}

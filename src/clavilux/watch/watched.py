"""Facts of a film: all that was seen, laid on its timeline, for those who make music of it.

>>> watched = watch(open_film("film.mp4"))
>>> watched.facts.events.of("cut").time_s
"""

from bisect import bisect_left
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from clavilux.core.errors import MediaError
from clavilux.core.progress import Progress, silent
from clavilux.core.values import Events, Facts, Film, Section, Series
from clavilux.watch import activity, affect, muvi, semantics
from clavilux.watch.content import adaptive_cuts
from clavilux.watch.motion import NAMES, MotionFeatures
from clavilux.watch.palette import Swatch, codes, distance, merged
from clavilux.watch.seeing import Seen, see
from clavilux.watch.transitions import Change, boundaries, changes

_ALIKE = 0.06
"""Distance of colours below which two shots are called by the same letter."""


@dataclass(frozen=True, slots=True, eq=False)
class MuviRows:
    """A film as MuVi-Sync describes one: a row a second."""

    motion: NDArray[np.float64]
    """Shape (n_seconds,), 0 to 255."""
    scene_offset: NDArray[np.int64]
    """Whole seconds since the shot began, shape (n_seconds,)."""
    emotion: NDArray[np.float32]
    """Shares of `clavilux.watch.muvi.EMOTIONS`, shape (n_seconds, 6)."""
    semantic: NDArray[np.float32]
    """Vectors of the semantics back end, shape (n_seconds, n_dimensions)."""


@dataclass(frozen=True, slots=True, eq=False)
class Watched:
    """All that is known of a film after watching it once."""

    facts: Facts
    palettes: tuple[tuple[str, ...], ...]
    """Dominant colours of each shot, ``#rrggbb``, most common first."""
    muvi: MuviRows
    motion: MotionFeatures
    """What the drum transcriber reads."""


def facts(
    film: Film, *, reader: semantics.Semantics | None = None, progress: Progress = silent
) -> Facts:
    """Watch a film and return what happens in it; see `watch`."""
    return watch(film, reader=reader, progress=progress).facts


def watch(
    film: Film, *, reader: semantics.Semantics | None = None, progress: Progress = silent
) -> Watched:
    """Watch a film to its end, once, in memory that does not grow with its pictures.

    Events are of the kinds ``cut``, ``dissolve``, ``fade``, ``flash`` and ``motion``.
    Series are ``motion`` (half the shorter side a second), ``brightness``, ``saturation``,
    ``colourfulness`` (0 to 1), ``valence``, ``arousal`` (-1 to 1), all at the frame rate;
    and at one a second ``scene_offset``, ``motion_muvi`` and ``emotion.WORD`` for each of
    the six words. Sections are the shots; shots of like colours share a letter.

    Args:
        film: In planar YUV or RGB. MuVi-Sync's motion is exact at the film's own size.
        reader: What reads meaning from pictures; None for nothing. If it feels, the
            valence is that of its words, and the arousal half theirs, half the motion's.
        progress: Hears how many video frames have been watched.

    Raises:
        MediaError: The film has no pictures.
    """
    seen = see(film, reader or semantics.NoSemantics(), progress)
    if not len(seen.times):
        raise MediaError("the film has no pictures; expected one or more")
    found = changes(seen)
    sections, palettes = _shots(seen, found)
    columns = _columns(seen, found)
    rows = _muvi_rows(seen, columns)
    series = {name: _series(seen, values) for name, values in columns.items()}
    series["scene_offset"] = Series(1.0, rows.scene_offset.astype(np.float64))
    series["motion_muvi"] = Series(1.0, rows.motion)
    for word, share in zip(muvi.EMOTIONS, rows.emotion.T, strict=True):
        series[f"emotion.{word}"] = Series(1.0, share.astype(np.float64))
    events = _events(seen, found, columns["motion"])
    return Watched(
        Facts(seen.duration_s, events, series, sections=sections),
        palettes,
        rows,
        MotionFeatures(seen.frame_rate, seen.values[:, : len(NAMES)]),
    )


def project(vectors: NDArray[np.float32], basis: Path, n_dimensions: int) -> NDArray[np.float32]:
    """Turn CLIP vectors into the first coordinates of MuVi-Sync's principal components.

    Args:
        vectors: Shape (n, 768), not normalised.
        basis: The data set's ``semantic_pca.npz``.
        n_dimensions: How many coordinates to keep.

    Raises:
        MediaError: The file is not such a basis, or one for other vectors.
    """
    try:
        with np.load(basis) as stored:
            mean, axes = stored["mean"], stored["basis"]
    except (OSError, KeyError, ValueError) as error:
        raise MediaError(f"{basis} is not a basis; expected arrays mean and basis") from error
    if vectors.shape[1] != len(mean):
        raise MediaError(f"{basis} is for vectors of {len(mean)}; these have {vectors.shape[1]}")
    return np.asarray((vectors - mean) @ axes[:, :n_dimensions], dtype=np.float32)


def _columns(seen: Seen, found: list[Change]) -> dict[str, NDArray[np.float64]]:
    speed = activity.speed(seen, found)
    valence, arousal = affect.valence(seen), affect.arousal(seen, speed, boundaries(found))
    if len(seen.reading.emotions):
        emotions, rate = seen.reading.emotions, float(seen.frame_rate)
        valence, stirred = affect.of_words(emotions, seen.times, rate)
        arousal = (arousal + stirred) / 2
    return {
        "motion": speed,
        "brightness": seen.column("brightness"),
        "saturation": seen.column("saturation"),
        "colourfulness": seen.column("colourfulness"),
        "valence": valence,
        "arousal": arousal,
    }


def _series(seen: Seen, values: NDArray[np.float64]) -> Series:
    """Lay values of video frames on an even grid, whatever their times."""
    rate = float(seen.frame_rate)
    grid = np.arange(max(1, round(seen.duration_s * rate))) / rate
    return Series(rate, np.asarray(np.interp(grid, seen.times, values), dtype=np.float64))


def _muvi_rows(seen: Seen, columns: dict[str, NDArray[np.float64]]) -> MuviRows:
    n = len(seen.muvi_motion)
    cuts = seen.times[adaptive_cuts(seen.column("content"))]
    emotion = seen.reading.emotions
    if not len(emotion):
        valence, arousal = (
            np.interp(np.arange(n), seen.times, columns[name]) for name in ("valence", "arousal")
        )
        emotion = affect.six_words(valence, arousal)
    offsets = muvi.scene_offsets(cuts, seen.duration_s)
    return MuviRows(seen.muvi_motion, offsets, _rows(emotion, n), _rows(seen.reading.vectors, n))


def _rows(values: NDArray[np.float32], n: int) -> NDArray[np.float32]:
    """Make as many rows as there are seconds: the last is held, what is over is left out."""
    if not len(values):
        return np.zeros((n, values.shape[1]), dtype=np.float32)
    return values[np.minimum(np.arange(n), len(values) - 1)]


def _events(seen: Seen, found: list[Change], speed: NDArray[np.float64]) -> Events:
    events = [(seen.times[c.frame], c.kind, c.strength) for c in found]
    taken = np.array([c.frame for c in found])
    for frame, strength in zip(*activity.bursts(speed, float(seen.frame_rate)), strict=True):
        if not np.any(np.abs(taken - frame) <= 2):
            events.append((seen.times[frame], "motion", strength))
    events.sort()
    times, kinds, strengths = zip(*events, strict=True) if events else ((), (), ())
    return Events(np.array(times, dtype=float), tuple(kinds), np.array(strengths, dtype=float))


def _shots(
    seen: Seen, found: list[Change]
) -> tuple[tuple[Section, ...], tuple[tuple[str, ...], ...]]:
    edges = [0.0, *(float(seen.times[frame]) for frame in boundaries(found)), seen.duration_s]
    known: list[Swatch] = []
    sections, palettes = [], []
    for start, end in pairwise(edges):
        colours = merged(_swatches_in(seen.swatches, start, end))
        alike = [distance(other, colours) for other in known]
        label = int(np.argmin(alike)) if alike and min(alike) < _ALIKE else len(known)
        if label == len(known):
            known.append(colours)
        sections.append(Section(start, end, _letters(label)))
        palettes.append(codes(colours))
    return tuple(sections), tuple(palettes)


def _swatches_in(swatches: tuple[Swatch, ...], start: float, end: float) -> list[Swatch]:
    first, last = (bisect_left(swatches, time, key=lambda s: s.time_s) for time in (start, end))
    inside = list(swatches[first:last])
    middle = (start + end) / 2
    return inside or [min(swatches, key=lambda s: abs(s.time_s - middle))]


def _letters(index: int) -> str:
    """Count A, B, …, Z, AA, AB, …"""
    last = chr(ord("A") + index % 26)
    return last if index < 26 else _letters(index // 26 - 1) + last

"""Movement: does the picture change when the music is loud, and when notes begin?

A decoded film and its sound in; a correlation, a ratio or a distance out.

Conventions
-----------
- Pictures are decoded at `SIDE` × `SIDE` RGB. *Change* is the mean absolute difference
  of two pictures that follow each other, in grey levels of 255; ``change[i]`` is from
  frame ``i`` to frame ``i + 1``.
- *Loudness* is 20·log10(0.001 + RMS) of the samples of one video frame, which stands
  for half a frame to either side of its time.
- Both are smoothed by a moving mean over half a second (12 frames at 24 a second).
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from fractions import Fraction
from os import PathLike

import numpy as np
from numpy.typing import NDArray

from clavilux import media
from clavilux.core.errors import InputError
from clavilux.core.metrics import correlation
from clavilux.core.values import Rgb, Size, Sound

Array = NDArray[np.float64]

SIDE = 64
SMOOTHING_S = 0.5
FLOOR = 1e-3
"""Added to the RMS before the logarithm: silence is -60 dB."""
_NEXT_FRAMES = 2
"""Video frames, from an onset's own, in which its change is looked for."""


@dataclass(frozen=True, slots=True, eq=False)
class FilmMeasures:
    """What is measured of one film and its sound."""

    frame_rate: Fraction
    change: Array
    """From each frame to the next, grey levels. Shape (n_frames - 1,)."""
    loudness: Array
    """Of each frame, dB. Shape (n_frames,)."""
    opening: Rgb
    """The first frame, `SIDE` × `SIDE`."""


def measure_film(path: str | PathLike[str]) -> FilmMeasures:
    """Decode a film and measure it and its sound.

    Raises:
        InputError: The film has no sound, or fewer than two pictures.
    """
    film = media.open_film(path, pixels="rgb", size=Size(SIDE, SIDE))
    change, opening = picture_change(np.asarray(frame.picture) for frame in film)
    if film.sound is None:
        raise InputError(f"{path} has no sound to compare its pictures with")
    loudness = loudness_of(film.sound, film.frame_rate, len(change) + 1)
    return FilmMeasures(film.frame_rate, change, loudness, opening)


def picture_change(pictures: Iterable[NDArray[np.uint8]]) -> tuple[Array, Rgb]:
    """Compute the change between pictures that follow each other.

    Args:
        pictures: At least two, all of one shape.

    Returns:
        The changes, shape (n_pictures - 1,), and the first picture.

    Raises:
        InputError: There are fewer than two pictures.
    """
    changes: list[float] = []
    first: Rgb | None = None
    last: NDArray[np.int16] | None = None
    for picture in pictures:
        here = picture.astype(np.int16)
        if last is None:
            first = picture.copy()
        else:
            changes.append(float(np.abs(here - last).mean()))
        last = here
    if first is None or not changes:
        raise InputError("a film needs at least two pictures to change")
    return np.array(changes), first


def loudness_of(sound: Sound, frame_rate: Fraction, n_frames: int) -> Array:
    """Compute the loudness of each video frame, dB, shape (n_frames,).

    Frame ``i`` takes the samples from ``(i - 1/2) / frame_rate`` to ``(i + 1/2) / frame_rate``
    of all channels; where there are none, it is silent.
    """
    samples_per_frame = sound.sample_rate / frame_rate
    edges = np.array(
        [max(0, round((i - Fraction(1, 2)) * samples_per_frame)) for i in range(n_frames + 1)]
    )
    power, count, at = np.zeros(n_frames), np.zeros(n_frames), 0
    for block in sound:
        squares = (block.astype(np.float64) ** 2).mean(axis=1)
        frame = np.searchsorted(edges, at + np.arange(len(squares)), side="right") - 1
        inside = (frame >= 0) & (frame < n_frames)
        power += np.bincount(frame[inside], squares[inside], minlength=n_frames)
        count += np.bincount(frame[inside], minlength=n_frames)
        at += len(squares)
        if at >= edges[-1]:
            break
    rms = np.sqrt(power / np.maximum(count, 1))
    return np.asarray(20 * np.log10(FLOOR + rms), dtype=np.float64)


def change_with_loudness(change: Array, loudness: Array, frame_rate: Fraction) -> float:
    """Correlate picture change with loudness, both smoothed: Pearson, -1 to 1.

    Args:
        change: From each frame to the next, as `picture_change` gives it.
        loudness: Of each frame: of this film, or as a control of another; the shorter counts.
        frame_rate: Video frames per second.

    Returns:
        The correlation; 0 where either does not vary.

    Raises:
        ValueError: There is less than twice the time that is smoothed over.
    """
    n = min(len(change), len(loudness) - 1)
    if n < 2 * _window(frame_rate):
        raise ValueError(f"{n} changes are too few to correlate; expected a second of film or more")
    return correlation(smoothed(change[:n], frame_rate), smoothed(loudness[1 : n + 1], frame_rate))


def smoothed(values: Array, frame_rate: Fraction) -> Array:
    """Return the moving mean over `SMOOTHING_S`, only where all of it lies inside."""
    window = _window(frame_rate)
    return np.convolve(values, np.full(window, 1 / window), "valid")


def change_with_onsets(change: Array, onsets_s: Array, frame_rate: Fraction) -> float:
    """Compute how many times larger the change is where notes begin than elsewhere.

    Args:
        change: From each frame to the next.
        onsets_s: When notes begin, seconds from the film's start.
        frame_rate: Video frames per second.

    Returns:
        Mean change into the frame nearest to an onset and into the one after it, over the
        mean of all others; NaN where no frame is one of those, or none is another.
    """
    first = np.round(np.asarray(onsets_s) * float(frame_rate)).astype(np.int64) - 1
    struck = np.zeros(len(change), dtype=bool)
    for later in range(_NEXT_FRAMES):
        at = first + later
        struck[at[(at >= 0) & (at < len(change))]] = True
    if struck.all() or not struck.any():
        return float("nan")
    rest = float(change[~struck].mean())
    return float(change[struck].mean()) / rest if rest > 0 else float("inf")


def shuffled_onsets(onsets_s: Array, duration_s: float, rng: np.random.Generator) -> Array:
    """Return as many onsets at the same distances, in another order: the control."""
    gaps = np.diff(onsets_s, prepend=0.0, append=duration_s)
    return np.asarray(np.cumsum(rng.permutation(gaps))[:-1], dtype=np.float64)


def opening_distances(openings: Sequence[NDArray[np.uint8]]) -> Array:
    """Return the mean absolute difference of every two opening frames, grey levels of 255."""
    wide = [opening.astype(np.int16) for opening in openings]
    pairs = [
        float(np.abs(one - other).mean()) for i, one in enumerate(wide) for other in wide[i + 1 :]
    ]
    return np.array(pairs)


def _window(frame_rate: Fraction) -> int:
    return max(1, round(SMOOTHING_S * frame_rate))

"""Affect: what a film's colours, movement and cutting make one feel, over time.

Conventions
-----------
- Valence (unpleasant to pleasant) and arousal (calm to excited) lie in [-1, 1].
- The six words are MuVi-Sync's; each has its place in the plane of the two.

Source:
    P. Valdez, A. Mehrabian, "Effects of color on emotions", J. Exp. Psychology:
    General 123, 1994: pleasure = .69 brightness + .22 saturation, arousal = -.31
    brightness + .60 saturation, of standardised values. A. Hanjalic, L.-Q. Xu,
    "Affective video content representation and modeling", IEEE Trans. Multimedia
    7(1), 2005: arousal from motion activity and the density of cuts, exp((1 - length)
    / 300) with a shot's length in frames, each smoothed by a Kaiser window. J. A.
    Russell, "A circumplex model of affect", 1980: the places of words. Ours differs in
    four ways: brightness and saturation are HSV's; motion is taken on an absolute scale
    and not against the film's own maximum, so that a calm film is calm throughout; the
    window is 6 s and not 28 s, so that a minute of film has a course; and there is no sound.
"""

import numpy as np
from numpy.typing import NDArray
from scipy.ndimage import convolve1d

from clavilux.watch.muvi import EMOTIONS
from clavilux.watch.seeing import Seen

_BRIGHTNESS = (0.42, 0.20)
_SATURATION = (0.35, 0.20)
"""Mean and standard deviation of film pictures, by which both are standardised; our choice."""
_COLOURLESS = 0.06
"""Saturation that not one picture in twenty reaches in a black-and-white film, compression
and all; the least of the colour films among 37 of others' is .08 in the mean."""
_WINDOW_S = 6.0
_SHOT_S = 12.0
"""300 video frames, as in the paper, at 25 a second."""
_FAST = 0.5
"""Speed at which motion counts one half; see `clavilux.watch.activity`."""
_SHARES = (0.5, 0.35, 0.15)
"""Of motion, cuts and colour in arousal."""
_PLACES = {
    "exciting": (0.65, 0.65),
    "fearful": (-0.75, 0.6),
    "tense": (-0.25, 0.6),
    "sad": (-0.65, -0.5),
    "relaxing": (0.6, -0.6),
    "neutral": (0.0, -0.05),
}
"""Valence and arousal of each word."""
_REACH = 0.35
"""How far a word's meaning reaches in the plane."""


def valence(seen: Seen) -> NDArray[np.float64]:
    """Return how pleasant each video frame is, -1 to 1. Shape (n_frames,)."""
    bright, saturated = _standardised(seen)
    return _smoothed(np.tanh((0.69 * bright + 0.22 * saturated) / 1.2), float(seen.frame_rate))


def arousal(seen: Seen, speed: NDArray[np.float64], boundaries: list[int]) -> NDArray[np.float64]:
    """Return how stirring each video frame is, -1 to 1. Shape (n_frames,).

    Args:
        seen: The film.
        speed: How fast things move at every video frame.
        boundaries: First video frames of all shots but the first.
    """
    bright, saturated = _standardised(seen)
    colour = (1 + np.tanh((-0.31 * bright + 0.60 * saturated) / 1.2)) / 2
    motion = speed / (speed + _FAST)
    cutting = _cut_density(len(speed), boundaries, float(seen.frame_rate))
    stirring = np.stack([motion, cutting, colour]).T @ np.array(_SHARES)
    return _smoothed(2 * stirring - 0.75, float(seen.frame_rate))


def six_words(valence: NDArray[np.float64], arousal: NDArray[np.float64]) -> NDArray[np.float32]:
    """Return how well each of `EMOTIONS` fits, shares summing to 1. Shape (n, 6)."""
    places = np.array([_PLACES[word] for word in EMOTIONS])
    felt = np.stack([valence, arousal], axis=-1)
    gap = ((felt[:, None] - places[None]) ** 2).sum(axis=-1)
    fits = np.exp((gap.min(axis=1, initial=np.inf, keepdims=True) - gap) / (2 * _REACH**2))
    return np.asarray(fits / fits.sum(axis=1, keepdims=True), dtype=np.float32)


def of_words(
    shares: NDArray[np.float32], times: NDArray[np.float64], frame_rate: float
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Place what a reader of pictures felt in the plane, at every video frame.

    Args:
        shares: How well each of `EMOTIONS` fits, one row a second. Shape (n, 6).
        times: Of video frames, seconds. Shape (n_frames,).
        frame_rate: Video frames per second.

    Returns:
        Valence and arousal, -1 to 1, shape (n_frames,) each.
    """
    plane = shares.astype(np.float64) @ np.array([_PLACES[word] for word in EMOTIONS])
    at = np.arange(len(plane))
    valence, arousal = (_smoothed(np.interp(times, at, line), frame_rate) for line in plane.T)
    return valence, arousal


def _standardised(seen: Seen) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Return brightness and saturation in standard deviations of film pictures.

    A film without any colour says nothing by that, and less by how dark it is: it is
    black-and-white, not sad.
    """
    bright = (seen.column("brightness") - _BRIGHTNESS[0]) / _BRIGHTNESS[1]
    saturation = seen.column("saturation")
    if np.percentile(saturation, 95) < _COLOURLESS:
        return bright / 2, np.zeros_like(bright)
    return bright, (saturation - _SATURATION[0]) / _SATURATION[1]


def _cut_density(n_frames: int, boundaries: list[int], frame_rate: float) -> NDArray[np.float64]:
    """Near 1 where shots are short, near 0 where they are long."""
    edges = np.unique([0, *boundaries, n_frames])
    lengths_s = np.diff(edges) / frame_rate
    # A film of one shot is cut as slowly as it is short: say that it is not cut at all.
    density = np.exp(-lengths_s / _SHOT_S) if len(lengths_s) > 1 else np.zeros(len(lengths_s))
    return np.repeat(density, np.diff(edges))


def _smoothed(values: NDArray[np.float64], frame_rate: float) -> NDArray[np.float64]:
    window = np.kaiser(2 * max(1, round(_WINDOW_S * frame_rate / 2)) + 1, 5)
    if not len(values):
        return values
    smooth = convolve1d(values, window / window.sum(), mode="nearest")
    return np.asarray(np.clip(smooth, -1, 1), dtype=np.float64)

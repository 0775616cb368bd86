"""Clips for R3D-18: sixteen small frames in colour, and what is struck in each.

Films are our own renderer's, of the looks that training may see; for each a few
stretches of sixteen frames are kept.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import islice

import cv2
import numpy as np
from numpy.typing import NDArray

from clavilux import render
from clavilux.core.drums import FIVE
from clavilux.core.values import Size, Yuv
from clavilux.dataset import patterns
from clavilux.evaluation.drums import hits_of
from clavilux.schedule import mapping as mappings
from clavilux.training.drums_data import OFFSETS
from clavilux.training.drums_textures import TRAINING_LOOKS
from clavilux.watch.drum_clips import N_FRAMES, small_colour

_RATE = Fraction(24)
_SIZE = Size(128, 128)


@dataclass(frozen=True, slots=True, eq=False)
class VideoClip:
    """Sixteen frames."""

    frames: NDArray[np.uint8]
    """Shape (16, 112, 112, 3)."""
    struck: NDArray[np.bool_]
    """Shape (16, 5)."""


def video_clips(
    split: str, n_films: int, *, looks: Sequence[str] = TRAINING_LOOKS, n_clips: int = 8
) -> list[VideoClip]:
    """Render films and cut the first `n_clips` clips out of each."""
    return [clip for i in range(n_films) for clip in _of_film(OFFSETS[split] + i, looks, n_clips)]


def _of_film(seed: int, looks: Sequence[str], n_clips: int) -> Iterator[VideoClip]:
    rng = np.random.default_rng([seed, 18])
    n_frames = n_clips * N_FRAMES
    write = patterns.metre_free if rng.random() < 0.5 else patterns.house
    played = write(seed, duration_s=float(n_frames / _RATE))
    curves = mappings.apply(
        mappings.load("clavilux"), played, frame_rate=_RATE, n_frames=n_frames, seed=seed
    )
    look = str(rng.choice(sorted(looks)))
    struck = np.zeros((n_frames, len(FIVE)), dtype=bool)
    for column, rows in enumerate(hits_of(played).values()):
        frame = np.round(rows[:, 0] * float(_RATE)).astype(np.intp)
        struck[frame[frame < n_frames], column] = True
    pictures = render.pictures(render.Request(curves, _SIZE, seed, look=look))
    for number in range(n_clips):
        frames = np.stack([_colour(picture) for picture in islice(pictures, N_FRAMES)])
        first = number * N_FRAMES
        yield VideoClip(frames, struck[first : first + N_FRAMES])


def _colour(picture: Yuv) -> NDArray[np.uint8]:
    return small_colour(np.asarray(cv2.cvtColor(picture.planes, cv2.COLOR_YUV2RGB_I420), np.uint8))

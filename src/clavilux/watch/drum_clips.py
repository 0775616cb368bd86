"""Drums seen by a video network, sixteen small frames at a time: V2MIDI's way.

Slower by far than reading motion features, and here to be compared with. Frames
are in colour, `SIDE` pixels square; every clip of `N_FRAMES` is answered for at once.

Conventions
-----------
- A ``binary`` head answers (16,): is anything struck; what is, it cannot say, and
  kicks stand for all. A ``multilabel`` head answers (16, 5), drums as in `core.drums.FIVE`.
- Clips are float32, shape (1, 3, 16, 112, 112), normalised as Kinetics' models expect.
"""

from collections.abc import Iterator
from itertools import islice

import cv2
import numpy as np
from numpy.typing import NDArray

from clavilux.core.drums import FIVE
from clavilux.core.progress import Progress, silent
from clavilux.core.values import Events, Film, Picture
from clavilux.models import Model
from clavilux.watch.drums import DrumsSeen

N_FRAMES, SIDE = 16, 112
_MEAN = np.array([0.43216, 0.394666, 0.37645], dtype=np.float32)
_SPREAD = np.array([0.22803, 0.22145, 0.216989], dtype=np.float32)
VELOCITY = 100
"""V2MIDI knows no velocities."""


def watch_clips(
    film: Film,
    model: Model,
    *,
    head: str = "multilabel",
    sensitivity: float = 0.5,
    progress: Progress = silent,
) -> DrumsSeen:
    """Watch a film for drums, clip by clip.

    Args:
        film: Pixels as RGB.
        model: An R3D-18 as ``clavilux train drums --model r3d18`` writes it.
        head: ``binary`` or ``multilabel``.
        sensitivity: 0 hears only what is certain, 1 everything that could be a hit.
        progress: Hears of frames done.
    """
    frames = (small_colour(frame.picture) for frame in film)
    answers, n = [], 0
    for clip in _clips(frames):
        answer = model(normalised(clip)[None])[0][0]
        answers.append(answer.reshape(N_FRAMES, -1)[: len(clip)])
        n += len(clip)
        progress(n, film.n_frames or n, "watching")
    sure = np.concatenate(answers) if answers else np.zeros((0, 1), dtype=np.float32)
    drums = ("kick",) if head == "binary" else FIVE
    hits = np.argwhere(_peaks(sure) & (sure >= np.clip(1 - sensitivity, 0.02, 0.98))).tolist()
    events = Events(
        np.array([i for i, _ in hits], dtype=np.float64) / float(film.frame_rate),
        tuple(drums[drum] for _, drum in hits),
        np.full(len(hits), VELOCITY / 127),
    )
    likelihood = np.array([sure[i, drum] for i, drum in hits], dtype=np.float32)
    return DrumsSeen(events, float(film.frame_rate), n, likelihood)


def small_colour(picture: Picture) -> NDArray[np.uint8]:
    """Squeeze a picture into `SIDE` × `SIDE` pixels, RGB."""
    if not isinstance(picture, np.ndarray):
        raise ValueError("clips are read from RGB pictures; open the film with pixels='rgb'")
    small = cv2.resize(picture, (SIDE, SIDE), interpolation=cv2.INTER_AREA)
    return np.asarray(small, dtype=np.uint8)


def normalised(clip: NDArray[np.uint8]) -> NDArray[np.float32]:
    """Return a clip (n, SIDE, SIDE, 3) as the network reads it, (3, N_FRAMES, SIDE, SIDE).

    A short clip is filled up with its last frame.
    """
    whole = np.concatenate([clip, np.repeat(clip[-1:], N_FRAMES - len(clip), axis=0)])
    scaled = (whole.astype(np.float32) / 255 - _MEAN) / _SPREAD
    return np.ascontiguousarray(scaled.transpose(3, 0, 1, 2))


def _clips(frames: Iterator[NDArray[np.uint8]]) -> Iterator[NDArray[np.uint8]]:
    while batch := list(islice(frames, N_FRAMES)):
        yield np.stack(batch)


def _peaks(sure: NDArray[np.float32]) -> NDArray[np.bool_]:
    padded = np.pad(sure, ((1, 1), (0, 0)))
    return np.asarray((sure > padded[:-2]) & (sure >= padded[2:]))

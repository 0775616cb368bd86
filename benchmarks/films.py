"""Films with known cuts, joined from real clips and from our own looks, for benchmarks.

Each film is cut by a seed: shots of gamma-distributed lengths, each a piece of
another clip. What was cut where is known to the frame.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction
from functools import lru_cache
from itertools import islice, pairwise
from pathlib import Path

import cv2
import numpy as np
from numpy.typing import NDArray

from clavilux import media, render
from clavilux.core.values import Curves, Rgb, Size, Yuv
from clavilux.matter import LOOKS

SAMPLES = Path(__file__).resolve().parents[1] / ".." / "shared" / "samples"
SIZE = Size(256, 144)
MOST_FRAMES = 400
"""Of each clip, so many frames are kept in memory and cut from."""
_CUT = 30.0
"""Pictures that differ by so much, seen from afar, are of two shots."""


@dataclass(frozen=True, slots=True, eq=False)
class CutFilm:
    """A film and what is known of it."""

    path: Path
    frame_rate: Fraction
    cuts_s: NDArray[np.float64]
    duration_s: float


def real_clips() -> list[str]:
    """List the real clips that have pictures enough to cut from, by path."""
    folder = (SAMPLES / "video").resolve()
    return [str(path) for path in sorted(folder.glob("*.m[pk]*"))]


def cut_film(
    target: Path,
    *,
    seed: int,
    own: bool = False,
    frame_rate: Fraction = Fraction(24),
    duration_s: tuple[float, float] = (60.0, 180.0),
    quality: int = 18,
    preset: str = "ultrafast",
) -> CutFilm:
    """Cut one film together.

    Args:
        target: Where it shall lie.
        seed: Decides its length, its cuts and its shots.
        own: From our own looks instead of real clips.
        frame_rate: Video frames per second.
        duration_s: Shortest and longest.
        quality, preset: As `media.write_film` takes them.
    """
    rng = np.random.default_rng([seed, 23])
    n_frames = round(rng.uniform(*duration_s) * frame_rate)
    lengths = np.maximum(np.round((rng.gamma(2.2, 2.0, 400) + 0.8) * float(frame_rate)), 8).astype(
        int
    )
    cuts = np.cumsum(lengths)
    cuts = cuts[cuts < n_frames - int(frame_rate)]
    edges = [0, *cuts.tolist(), n_frames]

    shots = _own_shots(edges, rng, frame_rate) if own else _real_shots(edges, rng)
    media.write_film(
        shots, target, frame_rate=frame_rate, size=SIZE, quality=quality, preset=preset
    )
    return CutFilm(target, frame_rate, cuts / float(frame_rate), float(n_frames / frame_rate))


def _real_shots(edges: list[int], rng: np.random.Generator) -> Iterator[Rgb]:
    """Pieces of clips, unlike where they meet; a short one runs there and back."""
    clips = [frames for path in real_clips() if len(frames := _longest_shot(path)) > 20]
    last: Rgb | None = None
    for first, end in pairwise(edges):
        order = rng.permutation(len(clips))
        frames = next(
            (clips[i] for i in order if last is None or _unlike(last, clips[i][0]) > _CUT),
            clips[order[0]],
        )
        for k in range(end - first):
            index = k % (2 * len(frames) - 1)
            last = frames[min(index, 2 * len(frames) - 2 - index)]
            yield last


def _own_shots(edges: list[int], rng: np.random.Generator, frame_rate: Fraction) -> Iterator[Yuv]:
    """Pieces of our own looks, each of another look than the last."""
    looks = LOOKS.names()
    last = ""
    for first, end in pairwise(edges):
        last = str(rng.choice([look for look in looks if look != last]))
        n_frames = end - first
        curves = Curves(
            frame_rate,
            {
                "translation_z": np.full(n_frames, rng.uniform(0, 10)),
                "rotation_3d_z": np.full(n_frames, rng.normal(0, 0.4)),
            },
        )
        seed = int(rng.integers(1 << 30))
        yield from render.pictures(render.Request(curves, SIZE, seed, look=last))


@lru_cache(maxsize=32)
def _longest_shot(path: str) -> list[Rgb]:
    """The longest stretch of a clip without a cut of its own, cropped to our shape."""
    runs: list[list[Rgb]] = [[]]
    for frame in islice(media.open_film(path, pixels="rgb"), MOST_FRAMES):
        assert isinstance(frame.picture, np.ndarray)
        height, width = frame.picture.shape[:2]
        tall = min(height, round(width * SIZE.height / SIZE.width))
        top = (height - tall) // 2
        part = frame.picture[top : top + tall]
        scaled = np.asarray(cv2.resize(part, tuple(SIZE), interpolation=cv2.INTER_AREA), np.uint8)
        if runs[-1] and _unlike(runs[-1][-1], scaled) > _CUT / 2:
            runs.append([])
        runs[-1].append(scaled)
    return max(runs, key=len)


def _unlike(a: Rgb, b: Rgb) -> float:
    """Mean difference of two pictures seen from afar, 0 to 255."""
    far = [cv2.resize(x, (16, 9), interpolation=cv2.INTER_AREA).astype(np.float64) for x in (a, b)]
    return float(np.abs(far[0] - far[1]).mean())

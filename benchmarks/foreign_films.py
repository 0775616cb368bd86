"""Another film maker than ours: films of drumming for validation, never for training.

Made with Pillow only, from photographs (frames of the sample clips) and pictures
of its own, by a camera that stands somewhere over a picture and looks at it: true
perspective, an affine frame, a cropping window, or a near layer before a far one.
It shares with our renderer and with the training film maker nothing but the
correspondence: open hat ↔ pitch, pedal hat ↔ yaw, closed hat ↔ roll, snare ↔
forward, kick ↔ content replaced.

    python -m benchmarks.foreign_films FOLDER --films 8    # writes films and their MIDI files
"""

import argparse
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from fractions import Fraction
from functools import lru_cache
from itertools import islice
from math import cos, exp, pi, radians, sin, tan
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw, ImageFilter

from clavilux import media, score
from clavilux.core.values import Rgb, Score, Size
from clavilux.dataset import patterns
from clavilux.evaluation.drums import hits_of

CLIPS = Path(__file__).resolve().parents[1] / ".." / "shared" / "samples" / "video"
STYLES = ("perspective", "affine", "window", "layers")
DURATION_S = 16.0
_CANVAS = 720
_FIRST_SEED = 5_000_000


@dataclass(frozen=True, slots=True)
class ForeignFilm:
    """A film, what it was made from, and how."""

    path: Path
    score: Score
    frame_rate: Fraction
    style: str


@dataclass(slots=True)
class _Pose:
    """Where the camera stands: angles in degrees, distance as a share, content by number."""

    pitch: float = 0.0
    yaw: float = 0.0
    roll: float = 0.0
    ahead: float = 0.0


def make(
    target: Path, seed: int, *, free: bool, style: str | None = None, quality: int = 23
) -> ForeignFilm:
    """Make one film, `DURATION_S` long.

    Args:
        target: Where it shall lie.
        seed: Decides all that is left to chance.
        free: Whether its drumming keeps no metre.
        style: One of `STYLES`; by turns if None.
        quality: Constant rate factor of H.264.
    """
    rng = np.random.default_rng([_FIRST_SEED, seed])
    write = patterns.metre_free if free else patterns.house
    played = write(_FIRST_SEED + seed, duration_s=DURATION_S)
    style = style or STYLES[seed % len(STYLES)]
    rate = Fraction(str(rng.choice(["24", "24", "25", "30", "24000/1001"])))
    size = Size(*((256, 256), (320, 180), (192, 256), (240, 160))[int(rng.integers(4))])
    frames = _frames(rng, played, style, rate, size)
    media.write_film(frames, target, frame_rate=rate, size=size, quality=quality)
    return ForeignFilm(target, played, rate, style)


def _frames(
    rng: np.random.Generator, played: Score, style: str, rate: Fraction, size: Size
) -> Iterator[Rgb]:
    hits = hits_of(played)
    springs = {drum: _spring(rng) for drum in hits}
    reach = {
        "open_hat": rng.uniform(1.5, 5), "pedal_hat": rng.uniform(1.5, 5),
        "closed_hat": rng.uniform(2, 8), "snare": rng.uniform(0.07, 0.3),
    }  # fmt: skip
    turn = {drum: rng.choice([-1.0, 1.0]) for drum in reach} | {"snare": 1.0}
    pictures = [_picture(rng) for _ in range(7)]
    front = _picture(rng)
    shows = _CAMERAS[style](rng, size, front)
    pace, grain = rng.uniform(0.2, 0.6, 4), float(rng.uniform(0, 5))
    shift = float(rng.choice([0.0, 0.0, 0.5]))  # when in a frame the shutter opens
    for i in range(int(DURATION_S * rate)):
        t = float((i + shift) / rate)
        moved = {}
        for drum, most in reach.items():
            now = hits[drum][(hits[drum][:, 0] <= t) & (hits[drum][:, 0] > t - 2.5)]
            pushed = sum((0.35 + 0.65 * v / 127) * springs[drum](t - on) for on, v in now.tolist())
            moved[drum] = turn[drum] * most * pushed
        n_kicks = int((hits["kick"][:, 0] <= t).sum())
        pose = _Pose(
            pitch=moved["open_hat"] + 0.8 * sin(pace[0] * t),
            yaw=moved["pedal_hat"] + 1.1 * sin(pace[1] * t + 1),
            roll=moved["closed_hat"] + 1.5 * sin(pace[2] * t + 2),
            ahead=moved["snare"] + 0.04 * sin(pace[3] * t + 3),
        )
        content = pictures[n_kicks % len(pictures)]
        if n_kicks // len(pictures) % 2:
            content = content.transpose(Image.Transpose.FLIP_LEFT_RIGHT)
        shown = np.asarray(shows(content, pose), dtype=np.float32)
        if grain:
            shown = (
                shown + grain * rng.standard_normal(shown.shape[:2], dtype=np.float32)[..., None]
            )
        yield np.clip(shown, 0, 255).astype(np.uint8)


def _spring(rng: np.random.Generator) -> Callable[[float], float]:
    """How a hit moves things over time: a spring that gives way and comes back, or a step."""
    kind, way, back = int(rng.integers(4)), rng.uniform(0.02, 0.08), rng.uniform(0.15, 0.5)
    if kind == 0:  # there quickly, and back along a cosine
        return lambda t: min(t / way, 1.0) * (1 + cos(pi * min(t / back, 1.0))) / 2 * 1.2
    if kind == 1:  # an overdamped spring
        return lambda t: 2.6 * (exp(-t / back) - exp(-t / way))
    if kind == 2:  # a step that fades very slowly
        return lambda t: (1 - exp(-t / way)) * exp(-t / 1.2)
    smooth = 2.5 * way  # a smooth step, forgotten slowly
    return lambda t: (1 - cos(pi * min(t / smooth, 1.0))) / 2 * exp(-t / 1.5)


def _perspective(rng: np.random.Generator, size: Size, front: Image.Image) -> "_Camera":
    """A camera before a plane that is tilted from the start."""
    field, lean, side = rng.uniform(35, 65), rng.uniform(-12, 12), rng.uniform(-12, 12)

    def show(content: Image.Image, pose: _Pose) -> Image.Image:
        pixels = size.height / 2 / tan(radians(field) / 2)
        rays = _rotation(pose.pitch + lean, pose.yaw + side, pose.roll)
        scale = _CANVAS / 2.6
        corners = []
        for x, y in ((0, 0), (size.width, 0), (size.width, size.height), (0, size.height)):
            ray = rays @ np.array([x - size.width / 2, y - size.height / 2, pixels])
            distance = (1 - pose.ahead) / max(ray[2], 1e-3)
            corners.append(
                (
                    _CANVAS / 2 + scale * (ray[0] * distance - tan(radians(side)) * 1.0),
                    _CANVAS / 2 + scale * (ray[1] * distance + tan(radians(lean)) * 1.0),
                )
            )
        return _quad(content, corners, size)

    return show


def _affine(rng: np.random.Generator, size: Size, front: Image.Image) -> "_Camera":
    """No perspective: pitch and yaw slide, roll turns, forward grows."""
    per_degree = rng.uniform(0.008, 0.02) * min(size)
    wide = rng.uniform(0.45, 0.6)

    def show(content: Image.Image, pose: _Pose) -> Image.Image:
        scale = wide * _CANVAS / max(size) * (1 - pose.ahead)
        c, s = scale * cos(radians(pose.roll)), scale * sin(radians(pose.roll))
        x, y = pose.yaw * per_degree - size.width / 2, pose.pitch * per_degree - size.height / 2
        matrix = (c, -s, c * x - s * y + _CANVAS / 2, s, c, s * x + c * y + _CANVAS / 2)
        return content.transform(
            (size.width, size.height), Image.Transform.AFFINE, matrix, Image.Resampling.BILINEAR
        )

    return show


def _window(rng: np.random.Generator, size: Size, front: Image.Image) -> "_Camera":
    """A window cut out of the turned picture and scaled: pan and scan."""
    wide = rng.uniform(0.4, 0.55)

    def show(content: Image.Image, pose: _Pose) -> Image.Image:
        turned = content.rotate(pose.roll, Image.Resampling.BILINEAR)
        half = wide * _CANVAS / 2 * (1 - pose.ahead)
        x = _CANVAS / 2 + pose.yaw * 0.014 * _CANVAS
        y = _CANVAS / 2 - pose.pitch * 0.014 * _CANVAS
        tall = half * size.height / size.width
        box = (x - half, y - tall, x + half, y + tall)
        return turned.resize((size.width, size.height), Image.Resampling.BILINEAR, box=box)

    return show


def _layers(rng: np.random.Generator, size: Size, front: Image.Image) -> "_Camera":
    """A near thing, which moves more, before a far picture in perspective."""
    far = _perspective(rng, size, front)
    mask = Image.new("L", (_CANVAS, _CANVAS), 0)
    at = rng.uniform(0.3, 0.7, 2) * _CANVAS
    radius = rng.uniform(0.04, 0.09) * _CANVAS
    box = (at[0] - radius, at[1] - radius, at[0] + radius, at[1] + radius)
    ImageDraw.Draw(mask).ellipse(box, fill=255)
    near = _affine(rng, size, front)

    def show(content: Image.Image, pose: _Pose) -> Image.Image:
        closer = _Pose(1.5 * pose.pitch, 1.5 * pose.yaw, pose.roll, 1.4 * pose.ahead)
        return Image.composite(near(front, closer), far(content, pose), near(mask, closer))

    return show


_Camera = Callable[[Image.Image, _Pose], Image.Image]
_CAMERAS: dict[str, Callable[[np.random.Generator, Size, Image.Image], _Camera]] = {
    "perspective": _perspective,
    "affine": _affine,
    "window": _window,
    "layers": _layers,
}


def _quad(content: Image.Image, corners: list[tuple[float, float]], size: Size) -> Image.Image:
    """Show the part of a picture between four corners in perspective."""
    rows, target = [], []
    places = ((0, 0), (size.width, 0), (size.width, size.height), (0, size.height))
    for (x, y), (u, v) in zip(places, corners, strict=True):
        rows += [[x, y, 1, 0, 0, 0, -u * x, -u * y], [0, 0, 0, x, y, 1, -v * x, -v * y]]
        target += [u, v]
    matrix = np.linalg.solve(np.array(rows, dtype=float), np.array(target)).tolist()
    return content.transform(
        (size.width, size.height), Image.Transform.PERSPECTIVE, matrix, Image.Resampling.BILINEAR
    )


def _rotation(pitch: float, yaw: float, roll: float) -> NDArray[np.float64]:
    (cp, sp), (cy, sy), (cr, sr) = ((cos(radians(a)), sin(radians(a))) for a in (pitch, yaw, roll))
    about_x = np.array([[1, 0, 0], [0, cp, -sp], [0, sp, cp]])
    about_y = np.array([[cy, 0, sy], [0, 1, 0], [-sy, 0, cy]])
    about_z = np.array([[cr, -sr, 0], [sr, cr, 0], [0, 0, 1]])
    return np.asarray(about_x @ about_y @ about_z)


def _picture(rng: np.random.Generator) -> Image.Image:
    """A photograph if there are any, or a picture of coloured shapes; square, mirrored outwards."""
    photographs = _photographs()
    if photographs and rng.random() < 0.7:
        core = photographs[int(rng.integers(len(photographs)))]
    else:
        core = Image.new("RGB", (400, 400), tuple(rng.integers(0, 256, 3).tolist()))
        pen = ImageDraw.Draw(core)
        for _ in range(60):
            x, y, w, h = rng.integers(0, 400), rng.integers(0, 400), *rng.integers(10, 110, 2)
            colour = tuple(rng.integers(0, 256, 3).tolist())
            draw = pen.ellipse if rng.random() < 0.4 else pen.rectangle
            draw((float(x), float(y), float(x + w), float(y + h)), fill=colour)
        core = core.filter(ImageFilter.GaussianBlur(float(rng.uniform(0, 2))))
    inner = core.resize((_CANVAS // 2, _CANVAS // 2))
    if rng.random() < 0.5:
        inner = inner.transpose(Image.Transpose.FLIP_TOP_BOTTOM)
    whole = np.pad(np.asarray(inner), ((_CANVAS // 4,) * 2, (_CANVAS // 4,) * 2, (0, 0)), "reflect")
    return Image.fromarray(whole)


@lru_cache(maxsize=1)
def _photographs() -> list[Image.Image]:
    """Some frames of each sample clip."""
    found = []
    for path in sorted(CLIPS.resolve().glob("*.m[pk]*")):
        film = media.open_film(path, pixels="rgb", size=400)
        for frame in islice(iter(film), 0, 120, 40):
            assert isinstance(frame.picture, np.ndarray)
            if np.abs(np.diff(frame.picture.astype(int), axis=1)).mean() > 2:  # not a title card
                found.append(Image.fromarray(frame.picture))
    return found


def main() -> None:
    """Write some films with their MIDI files beside them."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--films", type=int, default=8)
    parser.add_argument("--seed", type=int, default=0)
    options = parser.parse_args()
    options.folder.mkdir(parents=True, exist_ok=True)
    for i in range(options.films):
        path = options.folder / f"foreign-{options.seed + i}.mp4"
        film = make(path, options.seed + i, free=i % 2 == 1)
        score.write(film.score, path.with_suffix(".mid"))
        print(path, film.style, film.frame_rate)


if __name__ == "__main__":
    main()

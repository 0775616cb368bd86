"""The training film maker: cheap films of drumming, each by other rules.

Drum hits in, small luma pictures out. Every film draws its own gestures, camera
model, texture, clock and faults: drift, shaking hands, parallax, flashes, moving
things, noise, sharpening, borders. What is constant is the correspondence: open
hat pitches, pedal hat yaws, closed hat rolls, snare goes forward, kick replaces.

Conventions
-----------
- Places are in half the picture's shorter side from its centre, x right, y down.
- Pictures are uint8 luma, ``(height, width)``, both even.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property

import cv2
import numpy as np
from numpy.typing import NDArray

from clavilux.core.values import Size
from clavilux.training.drums_gestures import MOVES, Clock, Gesture, draw_gesture
from clavilux.training.drums_lenses import Lens
from clavilux.training.drums_textures import SIDE, Luma, texture

Array = NDArray[np.float64]
Hits = Mapping[str, Array]
"""Drum to its hits' seconds and velocities, shape (n_hits, 2)."""
_N_POOL = 4
_CHANNELS = ("pitch", "yaw", "roll", "zoom", "x", "y")


@dataclass(frozen=True, eq=False)
class Maker:
    """What one film's maker does, apart from the hits."""

    rng: np.random.Generator
    clock: Clock
    size: Size
    n_frames: int

    @cached_property
    def _pool(self) -> list[Luma]:
        """What content a film is made of."""
        alike = self.rng.random() < 0.4
        first = texture(self.rng)
        return [first] + [first if alike else texture(self.rng) for _ in range(_N_POOL - 1)]

    @cached_property
    def _inverts(self) -> bool:
        """Whether new content may be a negative."""
        return bool(self.rng.random() < 0.15)

    def film(self, hits: Hits) -> Iterator[Luma]:
        """Show hits."""
        path = self._camera_path(hits)
        kicks = self._replacing(hits["kick"])
        frames = (self._fed_back if self.rng.random() < 0.5 else self._posed)(path, *kicks)
        return self._spoilt(frames, hits)

    def _camera_path(self, hits: Hits) -> Array:
        """Return the camera's place before the first and at every frame, (n_frames + 1, 6)."""
        rng, n = self.rng, self.n_frames
        path = np.zeros((n + 1, len(_CHANNELS)))
        returning = bool(rng.random() < 0.55) if rng.random() < 0.6 else None
        for drum, movement in MOVES.items():
            gesture = self._gesture(movement, returning)
            path[:, _CHANNELS.index(movement)] += gesture.path(rng, self.clock, hits[drum], n)
        return path + self._drift()

    def _gesture(self, movement: str, returning: bool | None) -> Gesture:
        return draw_gesture(self.rng, movement, returning=returning)

    def _drift(self) -> Array:
        rng, n = self.rng, self.n_frames
        t = np.arange(n + 1) / self.clock.frame_rate
        drift = np.zeros((n + 1, len(_CHANNELS)))
        if rng.random() < 0.7:
            size = np.array([0.03, 0.03, 0.03, 0.05, 0.08, 0.08]) * rng.gamma(1.0, 1.0, 6)
            period, phase = rng.uniform(1.5, 15, 6), rng.uniform(0, 2 * np.pi, 6)
            drift += size * np.sin(2 * np.pi * t[:, None] / period + phase)
        if rng.random() < 0.35:
            drift[:, 3] += t * rng.uniform(0, 0.3)
        if rng.random() < 0.2:
            drift += t[:, None] * rng.normal(0, 0.02, 6)
        if rng.random() < 0.25:  # a shaking hand
            shake = rng.normal(0, 1, (n + 1, 6)) * [0.002, 0.002, 0.003, 0.002, 0.003, 0.003]
            drift += cv2.blur(shake, (1, int(rng.integers(1, 6)))) * rng.uniform(0.3, 1.5)
        return drift

    def _replacing(self, kicks: Array) -> tuple[Array, Array]:
        """Give, per frame, how much of the content a kick there replaces, and the progress of it.

        Progress is 1 where a replacement is done, in the frame of the kick or soon after.
        """
        rng, n = self.rng, self.n_frames
        most = float(rng.choice([1.0, rng.uniform(0.5, 1)]))
        least = most * float(rng.choice([1.0, 1.0, 0.6, 0.75]))
        ways = [
            [1.0], [1.0], [1.0], [1.0], [0.7, 1.0], [0.5, 1.0], [0.5, 0.8, 1.0], [0.35, 0.7, 1.0],
            [0.25, 0.5, 0.75, 1.0],
        ]  # fmt: skip
        way = ways[int(rng.integers(len(ways)))]
        share, progress = np.zeros(n), np.ones(n + len(way))
        for first, velocity in zip(self.clock.frame(kicks[:, 0]), kicks[:, 1], strict=True):
            if 0 <= first < n:
                share[first] = least + (most - least) * velocity / 127
                progress[first : first + len(way)] = way
        return share, progress[:n]

    def _fed_back(self, path: Array, share: Array, progress: Array) -> Iterator[Luma]:
        """Each picture is the last one, moved, with some new matter: Deforum's way."""
        rng = self.rng
        camera = Lens.draw(rng).matrix
        idle = strong = float(rng.uniform(0.0, 0.22))
        matter, place = self._pool[0], _Pose(rng)
        picture = place.seen(matter, self.size).astype(np.float32)
        steps = np.diff(path, axis=0)
        for i in range(self.n_frames):
            move = camera(steps[i])
            place.move(steps[i])
            strong = float(share[i]) or (strong if progress[i] < 1 else idle)
            if share[i] > 0:
                matter = self._other(matter)
            fresh_share = max(idle, strong * (1.0 if progress[i] == 1 else float(progress[i])))
            fresh = place.seen(matter, self.size)
            moved = _warped(picture, move, self.size, cv2.BORDER_REFLECT_101)
            mixed = cv2.addWeighted(moved, 1 - fresh_share, fresh, fresh_share, 0, dtype=cv2.CV_32F)
            picture = np.asarray(mixed, dtype=np.float32)
            yield np.clip(picture, 0, 255).astype(np.uint8)

    def _posed(self, path: Array, share: Array, progress: Array) -> Iterator[Luma]:
        """Each picture is a view of a world from where the camera stands."""
        rng = self.rng
        camera, place = Lens.draw(rng).matrix, _Pose(rng)
        pose = _leaking(path, np.exp(-1 / (rng.uniform(1.0, 6.0) * self.clock.frame_rate)))
        front = self._front() if rng.random() < 0.3 else None
        depth = float(rng.uniform(1.3, 3.0))
        first = place.view(self.size)
        old = new = self._pool[0]
        region = self._region()
        for i in range(self.n_frames):
            if share[i] > 0:
                old, other = new, self._other(new)
                mixed = cv2.addWeighted(old, 1 - float(share[i]), other, float(share[i]), 0)
                new = np.asarray(mixed, dtype=np.uint8)
            seen = _warped(new, camera(pose[i + 1]) @ first, self.size)
            if progress[i] < 1:
                was = _warped(old, camera(pose[i + 1]) @ first, self.size)
                part = progress[i] if region is None else (region < progress[i])
                seen = np.asarray(was + (seen.astype(np.float32) - was) * part, dtype=np.uint8)
            if front is not None:
                layer, mask = front
                nearer = camera(pose[i + 1] * depth)
                cover = _warped(mask, nearer, self.size, cv2.BORDER_CONSTANT, centred=True)
                thing = _warped(layer, nearer, self.size, centred=True)
                seen = np.where(cover > 127, thing, seen)
            yield seen

    def _front(self) -> tuple[Luma, Luma]:
        """Things nearer to the camera, and where they are."""
        mask = np.zeros((SIDE, SIDE), dtype=np.uint8)
        for _ in range(int(self.rng.integers(1, 6))):
            centre = self.rng.integers(SIDE // 4, 3 * SIDE // 4, 2).tolist()
            cv2.circle(mask, centre, int(self.rng.integers(8, 45)), 255, -1)
        return texture(self.rng), mask

    def _region(self) -> Array | None:
        """Where a part is replaced, if not everywhere a little: low values first."""
        if self.rng.random() < 0.6:
            return None
        width, height = self.size
        soft = cv2.GaussianBlur(self.rng.random((height, width)), (0, 0), 12)
        if self.rng.random() < 0.4:  # a wipe, or one in blocks
            across, down = self.rng.normal(size=2)
            soft = (
                across * np.arange(width)[None] / width + down * np.arange(height)[:, None] / height
            )
        elif self.rng.random() < 0.4:
            soft = cv2.resize(self.rng.random((5, 5)), tuple(self.size), interpolation=0)
        return np.asarray(soft.ravel().argsort().argsort().reshape(soft.shape) / soft.size)

    def _other(self, matter: Luma) -> Luma:
        """Return other content: of the same kind, or of another."""
        source = matter if self.rng.random() < 0.4 else self._pool[int(self.rng.integers(_N_POOL))]
        way = int(self.rng.integers(1, 5))
        turned = np.rot90(source, way) if way < 4 else source[:, ::-1]
        rolled = np.roll(turned, self.rng.integers(0, SIDE, 2).tolist(), axis=(0, 1))
        if self._inverts and self.rng.random() < 0.5:
            rolled = 255 - rolled
        return np.ascontiguousarray(rolled)

    def _spoilt(self, frames: Iterator[Luma], hits: Hits) -> Iterator[Luma]:
        """Add what is not the camera: light, noise, things that move, borders."""
        rng, n = self.rng, self.n_frames
        light = self._light(hits)
        noise = float(rng.uniform(0, 7)) if rng.random() < 0.5 else 0.0
        grain = rng.normal(0, 1, (2, self.size.height * 2, self.size.width * 2)).astype(np.float32)
        sharpen = float(rng.uniform(0.3, 1.5)) if rng.random() < 0.2 else 0.0
        soften = float(rng.uniform(0.5, 1.4)) if rng.random() < 0.2 else 0.0
        border = int(rng.integers(2, self.size.height // 7)) if rng.random() < 0.12 else 0
        side = int(rng.integers(2, self.size.width // 6)) if rng.random() < 0.06 else 0
        things = _Things(rng, self.size) if rng.random() < 0.25 else None
        logo = rng.random() < 0.1
        shade = self._shade() if rng.random() < 0.2 else None
        ghost, last = (float(rng.uniform(0.1, 0.4)) if rng.random() < 0.1 else 0.0), None
        for i, frame in enumerate(frames):
            if i >= n:
                return
            picture = frame.astype(np.float32)
            if things is not None:
                things.draw(picture, i / self.clock.frame_rate)
            if ghost:
                shown = picture if last is None else picture + ghost * (last - picture)
                picture, last = shown, picture
            if soften:
                picture = np.asarray(cv2.GaussianBlur(picture, (0, 0), soften), dtype=np.float32)
            if sharpen:
                picture += sharpen * (picture - cv2.GaussianBlur(picture, (0, 0), 1.2))
            picture = picture * light[i, 0] if shade is None else picture * (light[i, 0] * shade)
            picture += light[i, 1]
            if noise:
                y, x = int(rng.integers(self.size.height)), int(rng.integers(self.size.width))
                patch = grain[i % 2, y : y + self.size.height, x : x + self.size.width]
                picture += noise * patch
            if border:
                picture[:border] = picture[-border:] = 16
            if side:
                picture[:, :side] = picture[:, -side:] = 16
            if logo:
                picture[6:18, 6:30] = 235
            yield np.clip(picture, 0, 255).astype(np.uint8)

    def _shade(self) -> NDArray[np.float32]:
        """Darker corners, which stay where they are."""
        y, x = (
            np.linspace(-1, 1, n, dtype=np.float32) for n in (self.size.height, self.size.width)
        )
        away = np.hypot(x[None], y[:, None])
        return np.asarray(1 - float(self.rng.uniform(0.1, 0.5)) * away**2 / 2, dtype=np.float32)

    def _light(self, hits: Hits) -> Array:
        """Return a factor and a term for every frame: flicker, glow with hits, flashes."""
        rng, n = self.rng, self.n_frames
        light = np.tile([1.0, 0.0], (n, 1))
        t = np.arange(n) / self.clock.frame_rate
        if rng.random() < 0.3:
            light[:, 0] *= 1 + rng.uniform(0, 0.25) * np.sin(2 * np.pi * t / rng.uniform(0.8, 12))
        glowing = [drum for drum in hits if rng.random() < 0.15]
        flashes = [hits[drum][:, 0] for drum in glowing]
        if rng.random() < 0.25:
            flashes.append(rng.uniform(0, t[-1], int(rng.integers(1, 25))))
        for times in flashes:
            fades, height = rng.uniform(0.02, 0.3), rng.normal(0, 45)
            for start in times.tolist():
                since = t - start + 0.5 / self.clock.frame_rate
                light[:, 1] += np.where(
                    since >= 0, height * np.exp(-np.maximum(since, 0) / fades), 0
                )
        return light


class _Pose:
    """Where a feedback camera has come to over its matter: a turn, a scale and a shift."""

    def __init__(self, rng: np.random.Generator) -> None:
        self.turn = float(rng.uniform(0, 2 * np.pi))
        self.scale = float(rng.uniform(0.6, 1.3))
        self.x, self.y = rng.uniform(-0.3, 0.3, 2).tolist()
        self._rest = self.scale

    def move(self, step: Array) -> None:
        """Follow a camera's step as well as a similarity can; slowly come back in scale."""
        pitch, yaw, roll, zoom, x, y = step.tolist()
        self.turn += roll
        self.scale *= float(np.exp(zoom)) * (self._rest / self.scale) ** 0.03
        self.x, self.y = _within(self.x + 2 * yaw + x), _within(self.y + 2 * pitch + y)

    def view(self, size: Size) -> Array:
        """Return the matrix from matter to picture, in half shorter sides."""
        c, s = self.scale * np.cos(self.turn), self.scale * np.sin(self.turn)
        return np.array([[c, -s, self.x], [s, c, self.y], [0, 0, 1]])

    def seen(self, matter: Luma, size: Size) -> Luma:
        return _warped(matter, self.view(size), size)


def _within(x: float, limit: float = 40.0) -> float:
    return float((x + limit) % (2 * limit) - limit)


class _Things:
    """Some discs and boxes that move about on their own."""

    def __init__(self, rng: np.random.Generator, size: Size) -> None:
        n = int(rng.integers(1, 5))
        self.size = size
        self.place, self.speed = rng.uniform(0, 1, (n, 2)), rng.normal(0, 0.3, (n, 2))
        self.radius, self.grey = rng.uniform(0.04, 0.16, n), rng.uniform(0, 255, n)

    def draw(self, picture: NDArray[np.float32], time_s: float) -> None:
        """Draw them into a picture."""
        places = (self.place + self.speed * time_s) % 1.4 - 0.2
        for (x, y), radius, grey in zip(places, self.radius, self.grey, strict=True):
            centre = (round(x * self.size.width), round(y * self.size.height))
            cv2.circle(picture, centre, round(radius * self.size.height), float(grey), -1)


def _leaking(path: Array, keep: float) -> Array:
    """Let a camera forget slowly where it went, so that it never leaves its world."""
    steps = np.diff(path, axis=0, prepend=np.zeros((1, path.shape[1])))
    pose = np.zeros_like(path)
    for i in range(1, len(path)):
        pose[i] = pose[i - 1] * keep + steps[i]
    return pose


def _warped(
    picture: NDArray[np.uint8] | NDArray[np.float32], matrix: Array, size: Size,
    border: int = cv2.BORDER_REFLECT_101, *, centred: bool = False,
) -> Luma:  # fmt: skip
    """Show a picture through a matrix in half shorter sides."""
    height, width = picture.shape
    half = min(size) / 2
    is_texture = (height, width) == (SIDE, SIDE) and tuple(size) != (SIDE, SIDE)
    to_pixels = np.array(
        [[half, 0, (size.width - 1) / 2], [0, half, (size.height - 1) / 2], [0, 0, 1]]
    )
    own = SIDE / 3.2 if is_texture and not centred else min(width, height) / 2
    from_pixels = np.array(
        [[1 / own, 0, -(width - 1) / 2 / own], [0, 1 / own, -(height - 1) / 2 / own], [0, 0, 1]]
    )
    whole = to_pixels @ matrix @ from_pixels
    seen: Luma = cv2.warpPerspective(  # type: ignore[assignment]  # of the dtype of `picture`
        picture, whole / whole[2, 2], tuple(size), flags=cv2.INTER_LINEAR, borderMode=border
    )
    return seen

"""Finish: fades and a title, laid over pictures when they are drawn, and fades of the sound.

What is seen of a frame hangs on its number alone, so films go on from anywhere.
"""

import hashlib
from dataclasses import dataclass
from fractions import Fraction

import cv2
import numpy as np
from numpy.typing import NDArray

from clavilux import media
from clavilux.core.errors import ArgumentError
from clavilux.core.values import Size, Sound, Yuv
from clavilux.draw.lettering import Lettering
from clavilux.draw.title import title_mask
from clavilux.pipelines.mixing import faded

TITLE_S, AFTER_S, COMES_S, GOES_S = 4.5, 0.4, 0.8, 1.0
"""Seconds: how long a title is seen, from when, and in which it comes and goes; of films shorter
than twice that, in proportion."""
_HALO, _DARK = 0.025, 0.75
"""Of the shade behind a title: its width in the picture's shorter sides, and how dark it is."""

Plane = NDArray[np.uint8]
Mask = NDArray[np.float32]


@dataclass(frozen=True, slots=True, eq=False)
class Title:
    """A title, ready to be laid over pictures."""

    type: tuple[Mask, Mask]
    """How opaque the type is, at full and at half size, 0 to 1, within the rows it needs."""
    shade: tuple[Mask, Mask]
    """How dark it is around it, likewise."""
    top: int
    """The first of these rows, even."""

    @classmethod
    def of(cls, text: str, size: Size, font: str | None) -> "Title":
        """Set a title for pictures of a size; see `clavilux.draw.title`."""
        mask = title_mask(text, size, font).astype(np.float32) / 255
        width = _HALO * min(size)
        wide = cv2.GaussianBlur(mask, (0, 0), 2.2 * width) * 2.2
        shade = np.clip(wide + 1.2 * cv2.GaussianBlur(mask, (0, 0), 0.35 * width), 0, 1) * _DARK
        rows = np.flatnonzero(shade.max(axis=1) > 1 / 512)
        top, end = int(rows[0]) // 2 * 2, (int(rows[-1]) + 2) // 2 * 2
        both = [np.asarray(plane[top:end], dtype=np.float32) for plane in (mask, shade)]
        half = [_halved(plane) for plane in both]
        return cls((both[0], half[0]), (both[1], half[1]), top)

    def over(self, picture: Yuv, opacity: float) -> Yuv:
        """Return a picture with the title over it."""
        made = Yuv(picture.planes.copy(), None if picture.alpha is None else picture.alpha.copy())
        rows = slice(self.top, self.top + len(self.type[0]))
        half = slice(self.top // 2, self.top // 2 + len(self.type[1]))
        under, opaque = [], []
        for kind, shade in zip(self.type, self.shade, strict=True):
            under.append((1 - opacity * shade) * (1 - opacity * kind))
            opaque.append(opacity * kind)
        if made.alpha is not None:  # straight colours: what is under counts by its own opacity
            before = made.alpha[rows].astype(np.float32) / 255
            after = 1 - (1 - before) * under[0]
            under[0] = under[0] * before / np.maximum(after, 1e-3)
            opaque[0] = opaque[0] / np.maximum(after, 1e-3)
            under[1] = np.asarray(cv2.resize(under[0], under[1].shape[::-1]))
            made.alpha[rows] = np.rint(after * 255)
        luma = made.luma[rows]
        luma[:] = np.clip(
            np.rint(16 + (luma - np.float32(16)) * under[0] + 219 * opaque[0]), 16, 235
        )
        for plane in made.chroma:
            part = plane[half]
            part[:] = np.rint(128 + (part - np.float32(128)) * under[1])
        return made


@dataclass(frozen=True, slots=True, eq=False)
class Finish:
    """What is done to the pictures of a film, and to its sound, when they are made."""

    frame_rate: Fraction
    n_frames: int
    fade_in: float = 0.0
    """Frames in which it comes out of black."""
    fade_out: float = 0.0
    title: Title | None = None
    lettering: Lettering | None = None
    """The words of the song."""

    @classmethod
    def of(
        cls,
        size: Size,
        frame_rate: Fraction,
        n_frames: int,
        *,
        fade: tuple[float, float] | None,
        title: str = "",
        font: str | None = None,
        lettering: Lettering | None = None,
    ) -> "Finish | None":
        """Prepare what the options of `see` ask for; None if that is nothing.

        Raises:
            ArgumentError: The fades are longer than the film.
            InputError: The title can't be set.
        """
        if not title and not any(fade or ()) and lettering is None:
            return None
        comes, goes = (float(seconds * frame_rate) for seconds in fade or (0.0, 0.0))
        if comes + goes > n_frames:
            raise ArgumentError(
                f"`fade` of {(comes + goes) / float(frame_rate):g} s is longer than the film, "
                f"{float(n_frames / frame_rate):.2f} s"
            )
        set_ = Title.of(title, size, font) if title else None
        return cls(frame_rate, n_frames, comes, goes, set_, lettering)

    @property
    def digest(self) -> str:
        """A hash that differs whenever the pictures could."""
        digest = hashlib.sha256(repr((self.n_frames, self.fade_in, self.fade_out)).encode())
        for mask in () if self.title is None else (*self.title.type, *self.title.shade):
            digest.update(mask.tobytes())
        if self.lettering is not None:
            digest.update(self.lettering.digest.encode())
        return digest.hexdigest()

    def applied(self, picture: Yuv, frame: int) -> Yuv:
        """Return what is seen of a picture at a frame."""
        if self.lettering is not None:
            picture = self.lettering.applied(picture, frame)
        light = self._light(frame)
        if light < 1:
            picture = dimmed(picture, light)
        opacity = self._opacity(frame)
        if self.title is not None and opacity > 0:
            picture = self.title.over(picture, opacity)
        return picture

    def heard(self, sound: Sound | None) -> Sound | None:
        """Return the sound of the film with its fades."""
        if sound is None or not (self.fade_in or self.fade_out):
            return sound
        whole = media.fit(sound, round(self.n_frames / self.frame_rate * sound.sample_rate))
        comes, goes = (float(n / self.frame_rate) for n in (self.fade_in, self.fade_out))
        return faded(whole, goes, fade_in_s=comes)

    def _light(self, frame: int) -> float:
        """Return how much of a frame is seen: its first is black already, its last too."""
        up = frame / self.fade_in if self.fade_in else 1.0
        down = (self.n_frames - 1 - frame) / self.fade_out if self.fade_out else 1.0
        return _smooth(min(up, down))

    def _opacity(self, frame: int) -> float:
        seconds, film_s = frame / float(self.frame_rate), self.n_frames / float(self.frame_rate)
        slower = min(1.0, film_s / (2 * TITLE_S))
        at = seconds / slower - AFTER_S
        return _smooth(min(at / COMES_S, (TITLE_S - AFTER_S - at) / GOES_S))


def dimmed(picture: Yuv, light: float) -> Yuv:
    """Return a picture on its way to black, or, if it is transparent, to nothing."""
    if picture.alpha is not None:
        return Yuv(picture.planes, np.asarray(np.rint(picture.alpha * light), dtype=np.uint8))
    made = Yuv(np.empty_like(picture.planes))
    height = picture.size.height
    cv2.addWeighted(picture.planes[:height], light, picture.planes[:height], 0, 16 * (1 - light),
                    dst=made.planes[:height])  # fmt: skip
    cv2.addWeighted(picture.planes[height:], light, picture.planes[height:], 0, 128 * (1 - light),
                    dst=made.planes[height:])  # fmt: skip
    return made


def _halved(plane: Mask) -> Mask:
    size = (plane.shape[1] // 2, plane.shape[0] // 2)
    return np.asarray(cv2.resize(plane, size, interpolation=cv2.INTER_AREA), dtype=np.float32)


def _smooth(share: float) -> float:
    share = min(1.0, max(0.0, share))
    return share * share * (3 - 2 * share)

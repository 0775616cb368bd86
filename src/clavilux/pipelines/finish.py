"""Finish: fades and a title, laid over pictures when they are drawn, and fades of the sound.

What is seen of a frame hangs on its number alone, so films go on from anywhere.
"""

import hashlib
from dataclasses import dataclass
from fractions import Fraction

import cv2
import numpy as np

from clavilux import media
from clavilux.core.errors import ArgumentError
from clavilux.core.values import Size, Sound, Yuv
from clavilux.draw.lettering import Lettering
from clavilux.draw.overlay import Layer, over
from clavilux.draw.title import title_layer
from clavilux.pipelines.mixing import faded

TITLE_S, AFTER_S, COMES_S, GOES_S = 4.5, 0.4, 0.8, 1.0
"""Seconds: how long a title is seen, from when, and in which it comes and goes; of films shorter
than twice that, in proportion."""


@dataclass(frozen=True, slots=True, eq=False)
class Finish:
    """What is done to the pictures of a film, and to its sound, when they are made."""

    frame_rate: Fraction
    n_frames: int
    fade_in: float = 0.0
    """Frames in which it comes out of black."""
    fade_out: float = 0.0
    title: Layer | None = None
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
        set_ = title_layer(title, size, font) if title else None
        return cls(frame_rate, n_frames, comes, goes, set_, lettering)

    @property
    def digest(self) -> str:
        """A hash that differs whenever the pictures could."""
        digest = hashlib.sha256(repr((self.n_frames, self.fade_in, self.fade_out)).encode())
        if self.title is not None:
            digest.update(repr((self.title.left, self.title.top)).encode())
            digest.update(self.title.type.tobytes() + self.title.shade.tobytes())
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
        if self.lettering is not None:
            opacity *= 1 - self.lettering.fills(frame)
        if self.title is not None and opacity > 0:
            picture = over(picture, self.title.faded(opacity))
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


def _smooth(share: float) -> float:
    share = min(1.0, max(0.0, share))
    return share * share * (3 - 2 * share)

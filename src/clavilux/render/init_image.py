"""InitImage: the user's own picture, from which a film starts and to which scenes return.

The first frame is the picture itself. It moves with the camera, dissolves into heights made
from its own lights and darks, and these flow into the look's matter. At a new scene it
comes back for a moment, half seen.

Conventions
-----------
- The *pose* takes pixels of the picture, at the matter's coarse size, to pixels of the frame.
- *Age* is the number of frames since the picture came.
"""

from typing import Any, cast

import cv2
import numpy as np
from numpy.typing import NDArray

from clavilux.core.colour import oklab_from_srgb, yuv_from_srgb
from clavilux.core.values import Rgb, Size, Yuv
from clavilux.matter.field import Heights, heights
from clavilux.matter.light import tone_curve
from clavilux.matter.look import Fields

SHOWN_S = 2.2
"""Seconds in which the picture itself dissolves."""
FELT_S = 6.0
"""Seconds in which its lights and darks give way to the look's matter."""
AGAIN = 0.55
"""How much of the picture is seen when it comes back."""
_ARRIVES_S = 0.3
_REST_S = 5.0
"""It does not come back sooner than this."""
_LEAST = 0.01

Planes = NDArray[np.uint8]


class InitImage:
    """A picture in a film of one size."""

    def __init__(self, image: Rgb, size: Size, coarse: Size, frame_rate: float) -> None:
        self._size, self._coarse, self._second = size, coarse, frame_rate
        self._planes = _yuv(covering(image, size)).planes
        self._heights = _heights(covering(image, coarse))
        self._pose = np.eye(3)
        self._age, self._visit = 0, 0

    def move(self, homography: NDArray[np.float64]) -> None:
        """Go with the camera for one frame."""
        self._pose = homography @ self._pose
        self._pose /= self._pose[2, 2]
        self._age += 1

    def return_(self) -> None:
        """Come back, at a new scene."""
        if self._age > _REST_S * self._second:
            self._pose, self._age, self._visit = np.eye(3), 0, self._visit + 1

    def flow_into(self, fields: Fields) -> None:
        """Mix the picture's lights and darks into fresh matter, in place."""
        share = self._share(FELT_S) * (1.0 if self._visit == 0 else AGAIN)
        if share < _LEAST:
            return
        for field in fields:
            seen = self._warped(self._heights, self._pose, field)
            cv2.addWeighted(seen, share, field, 1 - share, 0, dst=field)

    def over(self, picture: Yuv, light: float, contrast: float, share: float = 1.0) -> None:
        """Lay the picture itself over a frame, in place, as far as it is still seen.

        Args:
            light: Brightness of the frame, as in `clavilux.core.parameters`.
            contrast: Likewise.
            share: A further factor on how much is seen.
        """
        share *= self._share(SHOWN_S) * (1.0 if self._visit == 0 else AGAIN)
        if share < _LEAST:
            return
        width, height = self._size
        luma = self._planes[:height]
        if light or contrast != 1:
            levels = np.clip(np.arange(256) - 16, 0, 219)
            luma = cast(Planes, cv2.LUT(luma, tone_curve(light, contrast)[levels]))
        self._lay(luma, picture.planes[:height], share)
        ours = self._planes[height:].reshape(2, height // 2, width // 2)
        theirs = picture.planes[height:].reshape(2, height // 2, width // 2)
        for one, other in zip(ours, theirs, strict=True):
            self._lay(one, other, share)

    def _lay(self, ours: Planes, theirs: Planes, share: float) -> None:
        height, width = ours.shape
        scale = np.diag([width / self._coarse.width, height / self._coarse.height, 1.0])
        scale[:2, 2] = (np.diag(scale)[:2] - 1) / 2  # pixels are told by their centres
        pose = scale @ self._pose @ np.linalg.inv(scale)
        seen = self._warped(ours, pose, theirs)
        cv2.addWeighted(seen, share, theirs, 1 - share, 0, dst=theirs)

    def _warped(
        self, ours: NDArray[Any], pose: NDArray[np.float64], theirs: NDArray[Any]
    ) -> NDArray[Any]:
        """Return `ours` where it is now, and `theirs` around it."""
        seen = theirs.copy()
        if np.array_equal(pose, np.eye(3)):
            return ours
        cv2.warpPerspective(
            ours,
            pose,
            (theirs.shape[1], theirs.shape[0]),
            dst=seen,
            flags=cv2.INTER_LINEAR,
            borderMode=cv2.BORDER_TRANSPARENT,
        )
        return seen

    def _share(self, length_s: float) -> float:
        age_s = self._age / self._second
        arrives = 1.0 if self._visit == 0 else min(1.0, age_s / _ARRIVES_S)
        return arrives * float(np.exp(-((1.4 * age_s / length_s) ** 2)))

    def state(self) -> dict[str, NDArray[Any]]:
        """Return what is needed to go on."""
        return {"pose": self._pose.copy(), "age": np.array([self._age, self._visit])}

    def resume(self, state: Any) -> None:
        """Go on from what `state` gave."""
        self._pose = np.array(state["pose"])
        self._age, self._visit = (int(value) for value in state["age"])


def covering(image: Rgb, size: Size) -> Rgb:
    """Scale a picture to cover `size`, and cut away what stands out equally on both sides."""
    height, width = image.shape[:2]
    scale = max(size.width / width, size.height / height)
    fitted = (max(size.width, round(width * scale)), max(size.height, round(height * scale)))
    how = cv2.INTER_AREA if scale < 1 else cv2.INTER_CUBIC
    scaled = cv2.resize(image, fitted, interpolation=how)
    x, y = (fitted[0] - size.width) // 2, (fitted[1] - size.height) // 2
    cropped = scaled[y : y + size.height, x : x + size.width]
    return np.ascontiguousarray(cropped, dtype=np.uint8)


def _yuv(image: Rgb) -> Yuv:
    height, width = image.shape[:2]
    planes = np.empty((height * 3 // 2, width), dtype=np.uint8)
    for top in range(0, height, 256):  # in strips, for the sake of memory
        rows = slice(top, min(top + 256, height))
        yuv = np.rint(yuv_from_srgb(image[rows] / 255))
        planes[rows] = yuv[..., 0]
        half = yuv.reshape(yuv.shape[0] // 2, 2, width // 2, 2, 3).mean(axis=(1, 3))
        chroma = planes[height:].reshape(2, height // 2, width // 2)
        chroma[:, top // 2 : top // 2 + len(half)] = np.rint(np.moveaxis(half[..., 1:], -1, 0))
    return Yuv(planes)


def _heights(image: Rgb) -> Heights:
    """Turn lightness into heights which use their whole range."""
    lightness = oklab_from_srgb(image / 255)[..., 0]
    low, high = np.quantile(lightness, (0.005, 0.995))
    return heights(0.04 + 0.92 * np.clip((lightness - low) / max(high - low, 0.05), 0, 1))

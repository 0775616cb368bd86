"""Pictures and camera moves that the tests of this room make themselves."""

from collections.abc import Iterator
from fractions import Fraction

import cv2
import numpy as np

from clavilux.core.camera import Movement, homography
from clavilux.core.values import Film, FilmFrame, Size

FOV = 60.0
"""Field of view of the test camera, degrees."""
FOCAL = 1 / np.tan(np.radians(FOV / 2))
"""Its focal length in half the picture's height."""


def texture(rng, side=256, slope=1.5):
    """Grey clouds whose spectrum falls as frequency to the power of `-slope`."""
    frequency = np.hypot(*np.meshgrid(np.fft.fftfreq(side), np.fft.fftfreq(side)))
    frequency[0, 0] = 1
    cloud = np.fft.ifft2(np.fft.fft2(rng.standard_normal((side, side))) / frequency**slope).real
    cloud = (cloud - cloud.mean()) / cloud.std()
    return np.clip(128 + 50 * cloud, 0, 255).astype(np.uint8)


def moved(picture, pitch=0.0, yaw=0.0, roll=0.0, growth=1.0):
    """What the camera sees after turning by those degrees and growing the picture."""
    height, width = picture.shape[:2]
    movement = Movement(
        rotation_3d_x=pitch, rotation_3d_y=yaw, rotation_3d_z=roll, zoom=growth, fov=FOV
    )
    matrix = homography(movement, Size(width, height))
    return cv2.warpPerspective(
        picture, matrix, (width, height), flags=cv2.INTER_LINEAR, borderMode=cv2.BORDER_REFLECT
    )


def film_of(pictures, frame_rate=24):
    """A film that shows `pictures`, one a frame."""
    pictures = list(pictures)
    rate = Fraction(frame_rate)

    def frames() -> Iterator[FilmFrame]:
        for index, picture in enumerate(pictures):
            yield FilmFrame(index / rate, picture)

    height, width = pictures[0].shape[:2]
    return Film(Size(width, height), rate, len(pictures), frames)

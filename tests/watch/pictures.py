"""Pictures and camera moves that the tests of this room make themselves."""

from collections.abc import Iterator
from fractions import Fraction

import cv2
import numpy as np

from clavilux.core.values import Film, FilmFrame, Size

FOCAL = 1.6
"""Focal length of the test camera in half the picture's side: a field of view of 64 degrees."""


def texture(rng, side=256, slope=1.5):
    """Grey clouds whose spectrum falls as frequency to the power of `-slope`."""
    frequency = np.hypot(*np.meshgrid(np.fft.fftfreq(side), np.fft.fftfreq(side)))
    frequency[0, 0] = 1
    cloud = np.fft.ifft2(np.fft.fft2(rng.standard_normal((side, side))) / frequency**slope).real
    cloud = (cloud - cloud.mean()) / cloud.std()
    return np.clip(128 + 50 * cloud, 0, 255).astype(np.uint8)


def rotation(pitch, yaw, roll):
    """A camera's rotation by three angles in degrees, about x, then y, then z."""
    a, b, c = np.radians([pitch, yaw, roll])
    about_x = [[1, 0, 0], [0, np.cos(a), -np.sin(a)], [0, np.sin(a), np.cos(a)]]
    about_y = [[np.cos(b), 0, np.sin(b)], [0, 1, 0], [-np.sin(b), 0, np.cos(b)]]
    about_z = [[np.cos(c), -np.sin(c), 0], [np.sin(c), np.cos(c), 0], [0, 0, 1]]
    return np.array(about_z) @ np.array(about_y) @ np.array(about_x)


def moved(picture, pitch=0.0, yaw=0.0, roll=0.0, growth=1.0, focal=FOCAL):
    """What the camera sees after turning by those degrees and growing the picture."""
    side = picture.shape[0]
    lens = np.diag([focal, focal, 1.0])
    forth = lens @ rotation(pitch, yaw, roll) @ np.linalg.inv(lens) @ np.diag([growth, growth, 1])
    half = side / 2
    to_pixels = np.array([[half, 0, half - 0.5], [0, half, half - 0.5], [0, 0, 1]])
    matrix = to_pixels @ forth @ np.linalg.inv(to_pixels)
    return cv2.warpPerspective(
        picture, matrix, (side, side), flags=cv2.INTER_LINEAR, borderMode=cv2.BORDER_REFLECT
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

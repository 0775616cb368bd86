"""MuVi-Sync's measures are taken exactly as its authors took them."""

from fractions import Fraction

import numpy as np
import pytest
from pictures import film_of, moved, texture

from clavilux.core.colour import srgb_from_yuv
from clavilux.core.values import Film, FilmFrame, Size, Yuv
from clavilux.watch.muvi import OnceASecond, scene_offsets
from clavilux.watch.watched import watch


def naive_motion(frames):
    """The authors' loop, on RGB at full size."""
    values, previous, previous_time = [0.0], None, 0
    for time, rgb in frames:
        if previous is not None and time - previous_time >= 1:
            values.append(float(np.mean(np.abs(rgb.astype(int) - previous.astype(int)))))
            previous_time = int(time)
        previous = rgb
    return values


def coloured_clouds(rng, n_frames, side=80):
    matter = np.stack([texture(rng, side=side) for _ in range(3)], axis=-1)
    return [moved(matter, roll=float(angle)) for angle in rng.normal(0, 3, n_frames).cumsum()]


@pytest.mark.parametrize("frame_rate", [24, Fraction(30000, 1001), 10])
def test_motion_is_the_authors(frame_rate):
    pictures = coloured_clouds(np.random.default_rng(1), 95)
    film = film_of(pictures, frame_rate)
    naive = naive_motion([(float(frame.time), frame.picture) for frame in film])

    motion = watch(film).muvi.motion

    np.testing.assert_allclose(motion[: len(naive)], naive)
    np.testing.assert_array_equal(motion[len(naive) :], 0)


def test_motion_is_the_authors_in_planar_yuv_too():
    rng = np.random.default_rng(2)
    size = Size(64, 48)
    pictures = [Yuv(rng.integers(60, 180, (72, 64), dtype=np.uint8)) for _ in range(30)]

    def rgb(picture):
        u, v = (np.repeat(np.repeat(plane, 2, 0), 2, 1) for plane in picture.chroma)
        return np.rint(255 * srgb_from_yuv(np.stack([picture.luma, u, v], axis=-1)))

    film = Film(
        size,
        Fraction(12),
        30,
        lambda: (FilmFrame(Fraction(i, 12), picture) for i, picture in enumerate(pictures)),
    )
    grey = [
        Yuv(np.concatenate([p.planes[:48], np.full((24, 64), 128, np.uint8)])) for p in pictures
    ]
    pictures[:] = grey  # chroma between its samples is a matter of taste

    naive = naive_motion([(i / 12, rgb(picture)) for i, picture in enumerate(pictures)])

    np.testing.assert_allclose(watch(film).muvi.motion[:3], naive, atol=0.01)


def test_offsets_count_the_seconds_of_a_shot():
    offsets = scene_offsets(np.array([2.4, 5.0, 5.5]), 8.2)

    # a shot that ends at 2.4 s owns seconds 0, 1 and 2
    np.testing.assert_array_equal(offsets, [0, 1, 2, 0, 1, 0, 0, 1, 2])


def test_a_film_of_one_shot_only_counts():
    np.testing.assert_array_equal(scene_offsets(np.zeros(0), 3.0), [0, 1, 2])


def test_looks_closely_at_the_first_frame_and_then_a_second_after_each_looked_at():
    often = OnceASecond()
    times = [Fraction(i * 7, 10) for i in range(6)]

    assert [float(t) for t in times if often.wants(t)] == [0.0, 1.4, 2.8]

"""Measures of a film's surface agree with cases whose answer is known."""

import cv2
import numpy as np
import pytest

from clavilux.core.camera import Movement, homography
from clavilux.core.colour import oklch_from_srgb
from clavilux.core.values import Size
from clavilux.evaluation.answers import surface

SIZE = Size(160, 96)


def cloud(seed):
    noise = np.random.default_rng(seed).standard_normal((96, 160)).astype(np.float32)
    soft = cv2.GaussianBlur(noise, (0, 0), 6)
    return 128 + 50 * soft / soft.std()


def film(movement, *, filled_by, n=20):
    """Return pictures of matter that the camera moves, each border filled by `filled_by`."""
    step = homography(movement, SIZE)
    pictures = [cloud(0)]
    for i in range(1, n):
        fresh = filled_by(i, pictures[-1])
        border = cv2.BORDER_REFLECT_101 if fresh is None else cv2.BORDER_TRANSPARENT
        out = pictures[-1].copy() if fresh is None else fresh.copy()
        pictures.append(
            cv2.warpPerspective(pictures[-1], step, tuple(SIZE), dst=out, borderMode=border)
        )
    return np.stack(pictures), np.repeat(step[None], n, axis=0)


@pytest.mark.parametrize(
    "movement",
    [
        Movement(translation_x=16.0),
        Movement(rotation_3d_z=6.0, translation_z=-30.0),
        Movement(rotation_3d_x=5.0),
        Movement(zoom=0.8),
    ],
)
def test_other_matter_put_in_at_a_border_is_a_seam_and_a_continuation_is_none(movement):
    hard, steps = film(movement, filled_by=lambda i, last: cloud(i) + 20)
    soft, _ = film(movement, filled_by=lambda i, last: None)
    still = np.repeat(cloud(0)[None], len(hard), axis=0)

    assert surface.seam_share(hard, steps) > 0.6
    assert surface.seam_share(soft, steps) <= surface.seam_share(still, steps) + 0.02


def test_the_share_of_a_palette():
    red, blue, grey = (200, 20, 20), (20, 20, 200), (90, 90, 90)
    picture = np.array([red] * 3 + [blue] + [grey] * 4, dtype=np.uint8)
    colours = oklch_from_srgb(np.array([[0.5, 0, 0]]))

    assert surface.palette_share(picture, colours) == pytest.approx(0.75)
    assert surface.palette_share(picture[4:], colours) == 1.0


def test_the_share_of_each_colour_is_told_apart():
    picture = np.zeros((8, 8, 3), np.uint8)
    picture[:6], picture[6:] = (200, 30, 30), (30, 60, 200)
    red, blue, green = (0.58, 0.21, 26), (0.5, 0.2, 264), (0.62, 0.16, 150)

    shares = surface.shares_of_colours(picture, np.array([red, blue, green]))

    np.testing.assert_allclose(shares, [0.75, 0.25, 0])
    assert surface.shares_of_colours(picture * 0, np.array([red])).tolist() == [0]


def test_what_is_kept_of_contrast_and_sharpness():
    picture = cloud(1)
    paler, softer = 128 + 0.5 * (picture - 128), cv2.GaussianBlur(picture, (0, 0), 9)
    frames = [picture] * 24 + [paler] * 48

    contrasts = [surface.contrast(p) for p in frames]
    assert surface.kept(contrasts, 24, 2.0) == pytest.approx(0.5)
    assert surface.sharpness(softer) < 0.6 * surface.sharpness(picture)

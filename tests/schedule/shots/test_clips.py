"""Shots split into clips that a model can make."""

from fractions import Fraction
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from clavilux.core.errors import DocumentError, UnknownBackEnd
from clavilux.schedule.shots import models
from clavilux.schedule.shots.clips import split

RATES = [Fraction(r) for r in (1, 7, 8, 15, 16, 24, 25, 30, 50, 60, 240)]
RATES += [Fraction(24000, 1001), Fraction(30000, 1001)]
ROWS = st.sampled_from(models.names()).map(models.find)


@settings(deadline=None)
@given(ROWS, st.sampled_from(RATES), st.integers(1, 5000), st.integers(0, 12))
def test_clips_fill_the_shot_and_each_is_the_smallest_that_can_be_made(model, rate, n, overlap):
    overlap = min(overlap, model.longest - 1)
    clips = split(n, model, rate, overlap=overlap)
    assert sum(clip.n_frames for clip in clips) == n
    for place, clip in enumerate(clips):
        assert model.is_legal(clip.generate)
        assert clip.n_frames >= 1
        assert clip.first == (overlap if place else 0)
        seen = [int(i * model.rate(rate) / rate) for i in (0, clip.n_frames - 1)]
        assert seen[0] == 0
        assert seen[1] == clip.used - 1
        assert clip.first + clip.used <= clip.generate
        smaller = clip.generate - model.step
        assert smaller < max(model.shortest, clip.first + clip.used)


@settings(deadline=None)
@given(ROWS, st.integers(1, 5000))
def test_at_the_models_own_rate_every_frame_of_film_is_one_generated_frame(model, n):
    rate = model.rate(Fraction(24))
    clips = split(n, model, rate)
    assert sum(clip.used for clip in clips) == n
    assert len(clips) == -(-n // model.longest)
    surplus = sum(clip.generate for clip in clips) - n
    assert surplus < model.step or all(clip.generate == model.shortest for clip in clips)


def test_a_shot_a_little_too_long_becomes_two_of_like_length():
    model = models.find("cogvideox")
    assert [clip.n_frames for clip in split(50, model, Fraction(8))] == [25, 25]


def test_models_that_make_one_length_share_the_surplus_out():
    clips = split(30, models.find("stable-video-diffusion"), Fraction(7))
    assert [(clip.n_frames, clip.generate) for clip in clips] == [(15, 25), (15, 25)]


def test_a_film_faster_than_the_model_shows_frames_again():
    (clip,) = split(72, models.find("cogvideox"), Fraction(24))
    assert (clip.used, clip.generate) == (24, 25)


def test_an_overlap_that_leaves_nothing_is_refused():
    with pytest.raises(ValueError, match="leaves nothing"):
        split(100, models.find("animatediff"), Fraction(8), overlap=32)


def test_every_row_says_its_source_and_its_sizes():
    for name in models.names():
        row = models.find(name)
        assert row.source
        assert row.sizes


def test_an_unknown_model_is_named_with_those_there_are():
    with pytest.raises(UnknownBackEnd, match=r"'sora'; there are: procedural.*wan-2\.2-5b"):
        models.find("sora")


def test_a_model_of_ones_own_is_read_from_yaml(tmp_path):
    path = tmp_path / "mine.yaml"
    path.write_text("{shortest: 9, longest: 97, step: 8, frame_rate: 25}")
    assert models.find(path).name == "mine"
    assert models.find(path).smallest(20) == 25


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("{shortest: 9, longest: 98, step: 8}", "whole steps"),
        ("{shortest: 9}", "longest: field required"),
        ("{shortest: 9, longest: 97, step: 8, fps: 3}", "fps: extra"),
        ("[1, 2]", "no row"),
        ("{a: [", "not YAML"),
    ],
)
def test_a_wrong_row_is_one_line(tmp_path, text, message):
    path = tmp_path / "mine.yaml"
    path.write_text(text)
    with pytest.raises(DocumentError, match=message) as caught:
        models.find(path)
    assert "\n" not in str(caught.value)


def test_the_guide_lists_every_model_as_the_table_has_it():
    guide = Path(__file__).parents[3].joinpath("docs", "plan.md").read_text()
    for name in models.names():
        row = models.find(name)
        (line,) = [
            line for line in guide.splitlines() if line.startswith("|") and f"`{name}`" in line
        ]
        if row.frame_rate is not None:
            _, _, frames, rate, sizes, _ = (cell.strip() for cell in line.split("|"))
            assert frames.endswith(str(row.longest))
            assert frames.startswith(str(row.shortest))
            assert int(rate) == row.frame_rate
            assert all(size in sizes for size in row.sizes)

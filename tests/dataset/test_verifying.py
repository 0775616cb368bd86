"""Verifying finds what was tampered with, cut short or put out of time; counting counts."""

import shutil

import numpy as np
import pytest

from clavilux import media
from clavilux.core.errors import InputError
from clavilux.dataset import timing
from clavilux.dataset.counting import count, plot, table
from clavilux.dataset.layout import find
from clavilux.dataset.verifying import problems_of, verify


@pytest.fixture
def example(timed_data, tmp_path):
    shutil.copytree(timed_data, tmp_path / "data")
    (item,) = find(tmp_path / "data")
    return item


def test_what_was_made_is_right(tiny_data, timed_data):
    for data in (tiny_data, timed_data):
        assert [problems for _, problems in verify(data)] == [[]] * len(find(data))


def test_a_sample_is_drawn(tiny_data):
    drawn = [name for name, _ in verify(tiny_data, sample=2, seed=1)]

    assert len(set(drawn)) == 2


def test_a_changed_byte_is_found(example):
    content = bytearray(example.files["mp3"].read_bytes())
    content[len(content) // 2] ^= 1
    example.files["mp3"].write_bytes(content)

    assert list(problems_of(example)) == ["sound.mp3 is not what was written: its hash differs"]


def test_a_missing_file_is_found(example):
    example.files["flac"].unlink()

    assert list(problems_of(example)) == ["sound.flac is missing"]


def test_another_midi_file_is_found(example):
    from clavilux import score
    from clavilux.dataset import patterns

    score.write(patterns.metre_free(99, duration_s=3), example.files["midi"])

    assert any("which are not those of the record" in p for p in problems_of(example))


@pytest.mark.parametrize("late", [2, 3, -3, 12])
def test_a_film_out_of_time_is_found(example, late):
    frames = [f.picture for f in media.open_film(example.files["film"])]
    moved = frames[-late:] + frames[:-late] if late < 0 else [frames[0]] * late + frames[:-late]
    rate = media.probe(example.files["film"]).frame_rate
    media.write_film(moved, example.files["film"], frame_rate=rate, size=frames[0].size)

    problems = list(problems_of(example))

    assert f"the film is {abs(late)} frames {'late' if late > 0 else 'early'}" in problems
    assert "the film has no sound" in problems


def test_a_film_cut_short_is_found(example):
    frames = [f.picture for f in media.open_film(example.files["film"])][:40]
    rate = media.probe(example.files["film"]).frame_rate
    media.write_film(frames, example.files["film"], frame_rate=rate, size=frames[0].size)

    assert "the film has 40 frames; expected 72" in list(problems_of(example))


def test_too_few_hits_tell_nothing():
    assert timing.film_lag(np.ones(100), np.ones((100, 1))) == (None, 0.0)
    assert timing.film_lag(np.ones(40), timing.motion_of_hits(np.ones(1), 24.0, 40))[0] is None


def test_a_folder_without_examples_is_refused(tmp_path):
    with pytest.raises(InputError, match="holds no examples"):
        list(verify(tmp_path))


def test_everything_is_counted(tiny_data, tmp_path):
    counts = count(tiny_data)

    assert counts.n_examples == sum(counts.splits.values()) == sum(counts.looks.values()) == 5
    assert counts.seconds == pytest.approx(5.0)
    assert counts.shared() == {}
    assert "examples  5" in table(counts)
    plot(counts, tmp_path / "stats.png")
    assert (tmp_path / "stats.png").read_bytes()[:4] == b"\x89PNG"


def test_what_splits_share_is_named(tiny_data, tmp_path):
    counts = count(tiny_data)
    drawn = next(iter(counts.per_split.values()))
    counts.per_split = {"train": drawn, "test": drawn}

    assert "seeds in test and train" in counts.shared()

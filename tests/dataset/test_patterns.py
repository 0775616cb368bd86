"""Drumming made up by a seed."""

import numpy as np
import pytest

from clavilux import score
from clavilux.core.drums import drum_name
from clavilux.core.values import Score
from clavilux.dataset import patterns


def _onsets(made: Score, drum: str) -> np.ndarray:
    notes = made.tracks[0].notes
    kept = notes.where(np.array([drum_name(int(p)) == drum for p in notes.pitch], dtype=bool))
    return made.onsets_s(kept)


@pytest.mark.parametrize("write", [patterns.house, patterns.groove, patterns.metre_free])
def test_the_same_seed_gives_the_same_bytes_and_another_others(write):
    assert score.to_bytes(write(3)) == score.to_bytes(write(3))
    assert score.to_bytes(write(3)) != score.to_bytes(write(4))


def test_house_has_a_kick_on_every_beat_of_its_first_bar():
    made = patterns.house(5, tempo_bpm=120.0)
    beats = np.arange(4) * 0.5
    nearest = np.abs(_onsets(made, "kick")[:, None] - beats).min(axis=0)
    assert (nearest < 0.03).all()


def test_tempi_cover_slow_and_fast():
    tempi = [float(patterns.groove(s).tempo_map.tempi_bpm[0]) for s in range(60)]
    assert min(tempi) < 85
    assert max(tempi) > 155


def test_without_metre_intervals_have_no_common_step():
    onsets = np.concatenate([_onsets(patterns.metre_free(s), "kick") for s in range(20)])
    phase = np.exp(2j * np.pi * onsets / 0.125)
    assert abs(phase.mean()) < 0.15


@pytest.mark.parametrize("write", [patterns.groove, patterns.metre_free])
def test_no_drum_is_struck_twice_at_once(write):
    for seed in range(20):
        made = write(seed, duration_s=12.0)
        for drum in patterns.NOTE_OF:
            assert (np.diff(_onsets(made, drum)) > patterns.CLOSEST_S - 0.005).all()
        assert made.duration_s == pytest.approx(12.0, abs=0.2)


def test_claps_can_be_left_out():
    for seed in range(10):
        pitches = set(patterns.house(seed, claps=False).tracks[0].notes.pitch.tolist())
        assert pitches <= set(patterns.NOTE_OF.values())

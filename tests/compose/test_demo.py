"""The demonstration piece has all that a film of it is to show."""

import numpy as np

from clavilux.compose.demo import demo_score
from clavilux.core.drums import DRUM_CHANNEL, NOTES_OF_DRUM


def part(name):
    score = demo_score()
    return score, next(track.notes for track in score.tracks if track.name == name)


def test_it_lasts_about_forty_seconds():
    assert 35 <= demo_score().duration_s <= 45


def test_it_slows_down_and_comes_back_faster():
    tempi = demo_score().tempo_map.tempi_bpm

    assert tempi[0] == tempi[:1].max()
    assert tempi.min() < 80
    assert round(tempi.max()) == 124


def test_every_drum_that_a_mapping_listens_to_is_played():
    _, drums = part("Drums")

    assert set(drums.channel) == {DRUM_CHANNEL}
    for name in ("kick", "snare", "closed_hat", "pedal_hat", "open_hat"):
        assert np.isin(drums.pitch, NOTES_OF_DRUM[name]).sum() >= 15, name


def test_it_breathes_without_drums_for_two_bars_or_more():
    _, drums = part("Drums")

    assert np.diff(drums.onset_tick).max() >= 2 * 4 * 480


def test_the_theme_returns_when_its_section_does():
    score, melody = part("Melody")
    at = {text.text: text.tick for text in score.tracks[0].texts}

    def bars(start, n_bars=3):
        inside = (melody.onset_tick >= start - 60) & (
            melody.onset_tick < start + n_bars * 1920 - 60
        )
        return melody.pitch[inside].tolist()

    assert list(at) == ["intro", "theme", "drums", "break", "return", "close"]
    assert bars(at["theme"]) == bars(at["drums"]) == bars(at["return"])


def test_it_is_the_same_piece_every_time():
    for one, other in zip(demo_score().tracks, demo_score().tracks, strict=True):
        np.testing.assert_array_equal(one.notes.onset_tick, other.notes.onset_tick)
        np.testing.assert_array_equal(one.notes.velocity, other.notes.velocity)

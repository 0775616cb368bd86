"""Hits become scores in tempo, and films that nobody drummed get a part."""

import numpy as np
import pytest

from clavilux import score
from clavilux.compose import drums
from clavilux.compose.scene_drums import drums_for_scenes
from clavilux.core.values import Events, Facts, Series


def _hits(times, kind="kick", strength=0.8) -> Events:
    times = np.asarray(times, dtype=float)
    return Events(times, (kind,) * len(times), np.full(len(times), strength))


@pytest.mark.parametrize("tempo", [72.0, 98.5, 124.0, 171.0])
def test_the_tempo_of_a_steady_beat_is_found(tempo):
    times = 0.31 + np.arange(48) * 60 / tempo
    found = drums.find_pulse(times, np.ones(48))
    factor = found.tempo_bpm / tempo
    assert min(abs(factor - f) for f in (0.5, 1, 2)) < 0.003
    near = (times[0] - found.first_s) / (60 / found.tempo_bpm)
    assert near == pytest.approx(round(near), abs=0.02)


def test_beats_of_the_score_lie_on_the_hits():
    times = 0.4 + np.arange(32) * 0.5
    written = drums.write_drums(_hits(times), 17.0)
    beats = written.tempo_map.beats(times)
    np.testing.assert_allclose(beats, np.round(beats), atol=0.02)
    np.testing.assert_allclose(written.onsets_s(written.tracks[0].notes), times, atol=1e-3)


def test_an_asked_tempo_is_kept():
    written = drums.write_drums(_hits(np.arange(0.0, 8, 0.37)), 9.0, tempo_bpm=90)
    assert written.tempo_map.tempi_bpm[-1] == pytest.approx(90, abs=1e-3)


def test_quantising_puts_every_hit_on_the_grid():
    rng = np.random.default_rng(3)
    times = np.sort(np.arange(64) * 0.125 + rng.normal(0, 0.012, 64)).clip(0)
    written = drums.write_drums(_hits(times), 9.0, tempo_bpm=120, quantise=0.25)
    ticks = written.tracks[0].notes.onset_tick / 960 * 4
    np.testing.assert_allclose(ticks, np.round(ticks), atol=1e-9)


def test_hits_without_metre_stay_where_they_are():
    times = np.sort(np.random.default_rng(4).uniform(0, 30, 40))
    written = drums.write_drums(_hits(times), 30.0)
    assert written.tempo_map.tempi_bpm[-1] == pytest.approx(120, abs=1e-6)
    np.testing.assert_allclose(written.onsets_s(written.tracks[0].notes), times, atol=1e-3)


def test_no_hits_are_a_score_of_silence():
    written = drums.write_drums(_hits([]), 5.0)
    assert len(written.tracks[0].notes) == 0
    assert written.duration_s >= 5
    assert score.to_bytes(written)


def test_the_kit_is_asked_for_on_the_drum_channel():
    written = drums.write_drums(_hits([1.0]), 2.0, kit="jazz")
    assert [(c.kind, c.value) for c in written.tracks[0].changes] == [("program", 32)]


def test_every_cut_gets_a_hit_within_a_frame_and_flashes_an_open_hat():
    cuts = np.array([3.1, 7.9, 11.02, 16.6, 21.3])
    times = np.concatenate([cuts, [5.0]])
    order = np.argsort(times)
    kinds = np.array(["cut"] * 5 + ["flash"])[order]
    events = Events(times[order], tuple(kinds.tolist()), np.full(6, 0.8))
    motion = Series(4.0, np.random.default_rng(0).uniform(0, 1, 100))
    part = drums_for_scenes(Facts(25.0, events, {"motion": motion}), 24.0)
    kicks = part.hits.of("kick", "crash").time_s
    assert all(np.abs(kicks - cut).min() <= 1 / 24 for cut in cuts)
    assert np.abs(part.hits.of("open_hat").time_s - 5.0).min() <= 2 / 24
    assert len(part.hits.of("closed_hat").kind) > 30

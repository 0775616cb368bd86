"""Tempo and beats are found where the clicks are."""

import numpy as np
import pytest
from signals import clicks, pulse, sound

from clavilux.core.metrics import onset_agreement
from clavilux.listen.beats import find_downbeats, track_beats
from clavilux.listen.hits import hear_hits
from clavilux.listen.measure import measure
from clavilux.listen.onsets import band_envelopes, band_flux, envelope, pick_peaks, refine
from clavilux.listen.tempo import STRIDE_S, Tempo, cues_of, estimate_tempo


def heard(wave: np.ndarray) -> tuple[np.ndarray, Tempo]:
    measures = measure(sound(wave))
    strength = envelope(band_flux(measures.log_mel))
    cues = cues_of(band_envelopes(measures.log_mel), hear_hits(measures.log_mel).likelihood)
    return strength, estimate_tempo(cues)


@pytest.mark.parametrize("tempo_bpm", [75, 98, 120, 150, 172])
def test_finds_the_tempo_and_every_beat_of_a_pulse(tempo_bpm):
    strength, tempo = heard(pulse(tempo_bpm, 30.0, first_s=0.4))
    beats = track_beats(strength, tempo)

    assert tempo.bpm == pytest.approx(tempo_bpm, rel=0.02)
    true = np.arange(0.4, 29.9, 60 / tempo_bpm)
    assert onset_agreement(true, beats, 0.03).f1 > 0.95


def test_follows_a_tempo_that_changes():
    wave = np.concatenate([pulse(100, 30.0), pulse(140, 30.0)])

    _, tempo = heard(wave)

    n = round(24 / STRIDE_S)
    assert np.median(tempo.curve_bpm[1:n]) == pytest.approx(100, rel=0.03)
    assert np.median(tempo.curve_bpm[-n:-1]) == pytest.approx(140, rel=0.03)


@pytest.mark.parametrize("duration_s", [20.0, 21.3, 24.0])
def test_the_length_of_a_file_says_nothing_of_its_tempo(duration_s):
    _, tempo = heard(pulse(128, duration_s))

    assert tempo.bpm == pytest.approx(128, rel=0.02)


@pytest.mark.parametrize("wave", [np.zeros(44_100 * 5), np.zeros(10), np.zeros(0)])
def test_silence_has_neither_tempo_nor_beats(wave):
    strength, tempo = heard(wave.astype(np.float32))

    assert tempo.bpm == 0
    assert len(track_beats(strength, tempo)) == 0


def test_finds_onsets_within_ten_milliseconds():
    times = [0.5, 0.8, 1.0, 1.73, 2.2]
    measures = measure(sound(clicks(times, 3.0)))
    strength = envelope(band_flux(measures.log_mel))

    found = refine(strength, pick_peaks(strength, threshold=0.3 * strength.max()))

    np.testing.assert_allclose(found, times, atol=0.02)


def test_bars_begin_where_the_bass_does():
    beats = np.arange(1, 33) * 0.5
    low, snare = np.zeros(1700), np.zeros(1700)
    low[np.round(beats[2::4] * 100).astype(int)] = 1
    snare[np.round(beats[0::4] * 100).astype(int)] = 1

    found = find_downbeats(beats, per_bar=4, low=low, backbeat=snare, change=np.zeros(1700))

    np.testing.assert_array_equal(found, beats[2::4])


def test_finds_bars_of_three():
    beats = np.arange(1, 31) * 0.5
    low = np.zeros(1700)
    low[np.round(beats[1::3] * 100).astype(int)] = 1

    found = find_downbeats(
        beats, per_bar=3, low=low, backbeat=np.zeros(1700), change=np.zeros(1700)
    )

    np.testing.assert_array_equal(found, beats[1::3])

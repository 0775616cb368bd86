"""Facts of a recording: what happens, when, and how it sounds, named as for MIDI."""

import numpy as np
import pytest
from signals import pulse, sine, sound

from clavilux import listen
from clavilux.core.drums import DRUMS
from clavilux.core.metrics import onset_agreement
from clavilux.core.timeline import TempoMap
from clavilux.core.values import Facts, Notes, Score, Track
from clavilux.listen.sections import find_sections
from clavilux.perform import synthesise

KICK, SNARE, HAT = 36, 38, 42


def drum_score(tempo_bpm: float, n_bars: int) -> Score:
    """A plain rock beat: kick on one and three, snare on two and four, hats in eighths."""
    hits = [
        (240 * step, note)
        for step in range(8 * n_bars)
        for note, steps in ((KICK, (0, 4)), (SNARE, (2, 6)), (HAT, range(8)))
        if step % 8 in steps
    ]
    onset = np.array([tick for tick, _ in hits], dtype=np.int64)
    pitch = np.array([note for _, note in hits], dtype=np.uint8)
    notes = Notes(
        onset, onset + 60, pitch, np.full(len(hits), 100, np.uint8), np.full(len(hits), 9, np.uint8)
    )
    return Score(TempoMap.constant(tempo_bpm, 480), (Track(notes=notes),))


@pytest.fixture(scope="module")
def rock() -> Facts:
    return listen.facts(synthesise(drum_score(110, 8), reverb=0.3))


def test_hears_each_drum_of_a_plain_beat(rock):
    beat = 60 / 110
    every = np.arange(64) * beat / 2
    # A snare covers the hat that is struck with it.
    for kind, steps in (("kick", (0, 4)), ("snare", (2, 6)), ("closed_hat", (0, 1, 3, 4, 5, 7))):
        true = every[np.isin(np.arange(64) % 8, steps)]
        assert onset_agreement(true, rock.events.of(kind).time_s, 0.03).recall > 0.9, kind
        assert onset_agreement(every, rock.events.of(kind).time_s, 0.03).precision > 0.9, kind


def test_taps_along_and_knows_the_bars(rock):
    beat = 60 / 110
    assert np.median(np.diff(rock.beats_s)) == pytest.approx(beat, rel=0.02)
    assert set(rock.downbeats_s) <= set(rock.beats_s)
    assert np.median(np.diff(rock.downbeats_s)) == pytest.approx(4 * beat, rel=0.02)


def test_names_events_as_midi_does(rock):
    assert set(rock.events.kind) <= {*DRUMS, "onset", "chord"}
    assert ((rock.events.strength >= 0) & (rock.events.strength <= 1)).all()


def test_gives_every_series_at_all_times(rock):
    for name in ("loudness", "low", "mid", "high", "brightness", "density"):
        series = rock.series[name]
        assert len(series.values) / series.rate == pytest.approx(rock.duration_s, abs=0.2)
        assert series.values.min() >= 0
        assert series.values.max() <= 1
    assert rock.series["tempo"].values[2] == pytest.approx(110, rel=0.03)


def test_stems_speak_for_themselves_and_the_drum_stem_for_the_drums():
    drums = synthesise(drum_score(120, 2), reverb=0.0).read()
    bass = np.repeat(sine(55, len(drums) / 44_100)[: len(drums), None], 2, axis=1)
    whole = sound(0.5 * drums + bass)

    found = listen.facts(whole, stems={"drums": sound(drums), "bass": sound(bass)})

    kicks, own = found.events.of("kick"), found.events.of("drums/kick")
    assert len(own.time_s) >= 4
    np.testing.assert_array_equal(kicks.time_s, own.time_s)
    assert "bass/loudness" in found.series
    assert np.median(found.series["bass/pitch"].values) == pytest.approx(33, abs=1)


def test_hears_pitch_and_colours_its_class():
    found = listen.facts(sound(sine(440, 4.0)))

    assert np.median(found.series["pitch"].values) == 69
    assert found.series["hue"].at(np.array([3.0]))[0] == pytest.approx(-90, abs=8)


def test_a_tone_at_minus_twenty_is_measured_as_such():
    found = listen.facts(sound(sine(997, 5.0, level=0.1)))

    assert found.series["loudness_lufs"].at(np.array([2.5]))[0] == pytest.approx(-23.0, abs=0.1)


@pytest.mark.parametrize("n", [0, 1, 100, 5000])
def test_even_next_to_nothing_has_facts(n):
    found = listen.facts(sound(np.zeros(n, dtype=np.float32)))

    assert len(found.events.time_s) == 0
    assert found.duration_s == pytest.approx(n / 44_100)


def test_sections_alike_share_a_label():
    rng = np.random.default_rng(0)
    soft = 0.3 * sine(220, 20.0) + 0.3 * sine(277.18, 20.0)
    loud = (0.3 * rng.standard_normal(20 * 44_100)).astype(np.float32) + pulse(120, 20.0)

    found = listen.facts(sound(np.concatenate([soft, loud, soft])))

    assert [s.label for s in found.sections] == ["A", "B", "A"]
    assert [s.start_s for s in found.sections] == pytest.approx([0, 20, 40], abs=1.1)
    assert found.sections[-1].end_s == pytest.approx(60)


def test_sections_of_an_hour_take_seconds():
    rng = np.random.default_rng(0)
    mel = rng.random((360_000, 48), dtype=np.float32).astype(np.float16)
    chroma = rng.random((36_000, 12), dtype=np.float32)

    found = find_sections(mel, chroma, np.zeros(0), duration_s=3600.0)

    assert found[0].start_s == 0
    assert found[-1].end_s == 3600.0

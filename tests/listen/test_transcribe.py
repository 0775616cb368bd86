"""Transcription writes the notes that were played, on the beats that were heard."""

import sys

import numpy as np
import pytest
from signals import sine, sound

from clavilux import listen
from clavilux.core.errors import InputError, MissingExtra
from clavilux.core.timeline import TempoMap
from clavilux.listen import pitch_model
from clavilux.listen.notes import HeardNote, create_notes
from clavilux.listen.pitch_model import FRAME_RATE, LOWEST_KEY, N_KEYS, Activations, find_model
from clavilux.listen.transcribe import tempo_map_of, to_score


def activations(notes: list[tuple[float, float, int]], duration_s: float = 5.0) -> Activations:
    """What a perfect network would have heard."""
    note = np.zeros((round(duration_s * FRAME_RATE), N_KEYS), dtype=np.float32)
    onset = np.zeros_like(note)
    for start_s, end_s, pitch in notes:
        first, last = round(start_s * FRAME_RATE), round(end_s * FRAME_RATE)
        note[first:last, pitch - LOWEST_KEY] = 0.9
        onset[first, pitch - LOWEST_KEY] = 0.8
    return Activations(note, onset)


@pytest.fixture(scope="module")
def model():
    try:
        return find_model()
    except MissingExtra:
        pytest.skip("basic-pitch's model is not installed: pip install --no-deps basic-pitch")


def test_creates_the_notes_that_begin_and_sound():
    played = [(0.5, 1.5, 60), (0.5, 2.0, 64), (2.5, 3.0, 60), (3.0, 3.5, 60)]

    found = create_notes(activations(played))

    assert [note.pitch for note in found] == [60, 64, 60, 60]
    for note, (start_s, end_s, _) in zip(found, played, strict=True):
        assert note.onset_s == pytest.approx(start_s, abs=0.02)
        assert note.offset_s == pytest.approx(end_s, abs=0.02)
        assert note.force == pytest.approx(0.9, abs=0.05)


def test_what_sounds_without_an_onset_is_a_note_too():
    heard = activations([(1.0, 2.0, 70)])

    (found,) = create_notes(Activations(heard.note, np.zeros_like(heard.onset)))

    assert (found.onset_s, found.offset_s) == pytest.approx((1.0, 2.0), abs=0.02)


def test_drops_what_is_too_short_and_what_is_too_faint():
    heard = activations([(1.0, 1.05, 70)])
    faint = Activations(0.2 * activations([(1.0, 2.0, 70)]).note, np.zeros_like(heard.onset))

    assert create_notes(heard) == []
    assert create_notes(faint) == []
    assert create_notes(Activations(np.zeros((0, 88), "f4"), np.zeros((0, 88), "f4"))) == []


@pytest.mark.parametrize("first_s", [0.0, 0.2, 3.1])
def test_a_steady_pulse_becomes_one_tempo_whose_beats_fall_on_it(first_s):
    beats = first_s + np.arange(40) * 0.46 + np.random.default_rng(0).normal(0, 0.003, 40)

    tempo_map = tempo_map_of(beats)

    assert tempo_map.tempi_bpm[-1] == pytest.approx(60 / 0.46, rel=0.002)
    position = tempo_map.beats(beats)
    np.testing.assert_allclose(position, np.round(position), atol=0.06)


def test_an_uneven_pulse_becomes_a_tempo_for_each_beat():
    beats = 0.7 + np.cumsum(np.random.default_rng(1).uniform(0.4, 0.7, 30))

    position = tempo_map_of(beats).beats(beats)

    np.testing.assert_allclose(position, np.round(position), atol=1e-3)


def test_a_score_keeps_the_seconds_of_its_notes():
    notes = [HeardNote(1.0, 2.0, 62, 0.5), HeardNote(0.25, 0.5, 60, 1.0)]

    written = to_score(notes, TempoMap.constant(97.0, 480))

    track = written.tracks[0].notes
    np.testing.assert_allclose(written.onsets_s(track), [0.25, 1.0], atol=0.001)
    np.testing.assert_allclose(written.offsets_s(track), [0.5, 2.0], atol=0.001)
    assert track.velocity.tolist() == [127, 64]


def test_says_what_to_do_where_the_model_is_missing(monkeypatch, tmp_path):
    monkeypatch.setattr(pitch_model, "find_spec", lambda name: None)

    with pytest.raises(MissingExtra, match="pip install --no-deps basic-pitch"):
        find_model()
    with pytest.raises(InputError, match="no pitch model at"):
        find_model(tmp_path / "nmp.onnx")


def test_refuses_a_file_that_is_no_model(tmp_path):
    (tmp_path / "nmp.onnx").write_bytes(b"not a model")

    with pytest.raises(InputError, match="no network"):
        listen.transcribe(sound(sine(440, 1.0)), model=tmp_path / "nmp.onnx")


@pytest.mark.extra("transcribe")
def test_writes_down_a_tune(model):
    pitches = [60, 64, 67, 72, 67, 64]
    waves = [sine(440 * 2 ** ((p - 69) / 12), 0.5) * np.linspace(1, 0.2, 22_050) for p in pitches]
    tune = np.concatenate(waves).astype(np.float32)

    written = listen.transcribe(sound(tune), model=model, tempo_bpm=120)

    notes = written.tracks[0].notes
    assert notes.pitch.tolist() == pitches
    np.testing.assert_allclose(written.onsets_s(notes), np.arange(6) * 0.5, atol=0.05)
    assert "tensorflow" not in sys.modules


@pytest.mark.extra("transcribe")
def test_hears_the_same_however_long_the_sound_is_cut(model):
    tune = np.tile(np.concatenate([sine(330, 0.4), sine(262, 0.4)]), 8)

    whole = pitch_model.hear_keys(sound(tune), model=model)
    pieces = pitch_model.hear_keys(sound(tune, 999), model=model)

    np.testing.assert_allclose(whole.note, pieces.note, atol=1e-3)
    assert len(whole.note) == pytest.approx(len(tune) / 44_100 * FRAME_RATE, abs=1)


def test_silence_has_no_notes(model):
    assert len(listen.transcribe(sound(np.zeros(44_100, "f4")), model=model).tracks[0].notes) == 0

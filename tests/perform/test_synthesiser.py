"""The synthesiser plays what the score says, when it says it, and then is silent."""

import numpy as np
import pytest

from clavilux.core.timeline import TempoMap
from clavilux.core.values import Change, Notes, Score, Track
from clavilux.perform import stems, synthesise

RATE = 44_100
KICK, SNARE, CLOSED_HAT, PEDAL_HAT, OPEN_HAT = 36, 38, 42, 44, 46


def rms(waveform, start_s, stop_s):
    return float(np.sqrt(np.mean(waveform[int(start_s * RATE) : int(stop_s * RATE)] ** 2)))


def frequency(waveform, start_s, stop_s):
    piece = waveform[int(start_s * RATE) : int(stop_s * RATE)].sum(axis=1)
    spectrum = np.abs(np.fft.rfft(piece * np.hanning(len(piece)), 1 << 19))
    return np.argmax(spectrum) * RATE / (1 << 19)


@pytest.mark.parametrize("drum", [KICK, SNARE, CLOSED_HAT, PEDAL_HAT, OPEN_HAT])
def test_a_lone_hit_rises_within_ten_milliseconds(hands, first_rise, drum):
    score = hands.score(hands.track([(0.5, 0.1, drum, 100)], channel=9))

    waveform = synthesise(score).read()

    assert 0 <= first_rise(waveform, RATE, 0.0, 0.6) - 0.5 < 0.01
    assert not waveform[: RATE // 2].any()


@pytest.mark.parametrize(("edge", "hat"), [(22, CLOSED_HAT), (26, OPEN_HAT)])
def test_the_edge_of_an_electronic_hat_sounds_as_the_hat(hands, edge, hat):
    played = [
        synthesise(hands.score(hands.track([(0.1, 0.1, note, 100)], channel=9))).read()
        for note in (edge, hat)
    ]

    assert played[0].any()
    np.testing.assert_array_equal(*played)


def test_time_does_not_drift_over_twelve_minutes_of_changing_tempo(first_rise):
    tempi = [(tick, 300_000 + 7919 * (tick // 1920) % 400_000) for tick in range(0, 700_000, 1920)]
    tempo_map = TempoMap.from_tempi(tempi, 480)
    onset = np.arange(0, 720_000, 4800)
    drums = Notes(onset, onset + 60, *(np.full(len(onset), v, np.uint8) for v in (KICK, 110, 9)))
    score = Score(tempo_map, (Track("drums", drums),))
    assert score.duration_s > 700

    waveform = synthesise(score, reverb=0).read()

    for at in score.onsets_s(drums)[::10]:
        assert 0 <= first_rise(waveform, RATE, at - 0.05, at + 0.05) - at < 0.01


def test_a_note_sounds_at_its_pitch_whatever_the_program(hands):
    for program in (0, 24, 48, 56, 73, 80):
        score = hands.score(hands.track([(0.0, 1.0, 69, 100)], program=program))

        waveform = synthesise(score, reverb=0).read()

        heard = frequency(waveform, 0.2, 0.9)
        ratio = heard / 440.0
        assert abs(1200 * np.log2(ratio / round(ratio))) < 20, program


def test_a_hard_blow_is_louder_than_a_soft_one(hands):
    score = hands.score(hands.track([(0.0, 0.5, 60, 32), (2.0, 0.5, 60, 127)]))

    waveform = synthesise(score, reverb=0).read()

    assert rms(waveform, 2.0, 2.5) > 8 * rms(waveform, 0.0, 0.5)


def test_volume_and_expression_set_the_level_from_their_tick_on(hands):
    changes = [(0.0, 7, 127), (1.0, 7, 64), (2.0, 11, 64)]
    score = hands.score(hands.track([(0.0, 3.0, 60, 100)], program=16, changes=changes))

    waveform = synthesise(score, reverb=0).read()

    full, half, quarter = (rms(waveform, t + 0.1, t + 0.9) for t in (0.0, 1.0, 2.0))
    assert half / full == pytest.approx((64 / 127) ** 2, rel=0.1)
    assert quarter / half == pytest.approx((64 / 127) ** 2, rel=0.1)


def test_a_controller_on_another_track_of_the_channel_counts(hands):
    notes = hands.track([(0.0, 1.0, 60, 100)], program=16)
    conductor = hands.track([], changes=[(0.0, 7, 0)])

    assert not synthesise(hands.score(notes, conductor)).read().any()


def test_pan_moves_the_sound_at_equal_power(hands):
    def sides(pan):
        changes = [(0.0, 10, pan)]
        score = hands.score(hands.track([(0.0, 1.0, 60, 100)], program=80, changes=changes))
        return np.sqrt(np.mean(synthesise(score, reverb=0).read() ** 2, axis=0))

    left, middle, right = sides(0), sides(64), sides(127)

    assert left[1] < 1e-4 * left[0]
    assert right[0] < 1e-4 * right[1]
    assert middle[0] == pytest.approx(middle[1], rel=0.05)
    assert np.linalg.norm(left) == pytest.approx(np.linalg.norm(middle), rel=0.1)


def test_the_pedal_holds_a_note_until_it_is_let_go(hands):
    pedal = [(0.0, 64, 127), (2.0, 64, 0)]
    short = hands.score(hands.track([(0.0, 0.2, 60, 100)], program=16))
    held = hands.score(hands.track([(0.0, 0.2, 60, 100)], program=16, changes=pedal))

    dry, wet = (synthesise(s, reverb=0, tail_s=4).read() for s in (short, held))

    assert rms(dry, 1.0, 1.9) < 0.01 * rms(wet, 1.0, 1.9)
    assert rms(wet, 3.0, 3.9) < 0.01 * rms(wet, 1.0, 1.9)


@pytest.mark.parametrize("controller", [120, 123])
def test_all_notes_off_ends_what_sounds(hands, controller):
    track = hands.track([(0.0, 3.0, 60, 100)], program=16, changes=[(1.0, controller, 0)])

    waveform = synthesise(hands.score(track), reverb=0).read()

    assert rms(waveform, 2.0, 3.0) < 0.01 * rms(waveform, 0.0, 1.0)


def test_a_reset_brings_expression_and_pedal_back(hands):
    changes = [(0.0, 11, 0), (0.0, 64, 127), (1.0, 121, 0)]
    notes = [(0.0, 0.1, 60, 100), (1.5, 0.5, 72, 100)]
    score = hands.score(hands.track(notes, program=16, changes=changes))

    waveform = synthesise(score, reverb=0).read()

    assert rms(waveform, 0.0, 0.9) == 0
    assert rms(waveform, 1.5, 2.0) > 0.005


def test_a_program_change_in_mid_track_changes_the_instrument(hands):
    track = hands.track([(0.0, 1.0, 69, 100), (1.5, 1.0, 69, 100)], program=73)
    changed = Track(notes=track.notes, changes=(*track.changes, Change(1200, 0, "program", 0, 30)))

    one, other = (synthesise(hands.score(t), reverb=0).read() for t in (track, changed))

    np.testing.assert_array_equal(one[:RATE], other[:RATE])
    assert np.abs(one[int(1.6 * RATE) :] - other[int(1.6 * RATE) :]).max() > 0.01


def test_a_bend_moves_the_pitch_and_leaves_the_time(hands, first_rise):
    track = hands.track([(0.5, 2.0, 69, 100)], program=80, bends=[(1.5, 8191)])

    waveform = synthesise(hands.score(track), reverb=0).read()

    assert frequency(waveform, 0.7, 1.4) == pytest.approx(440, rel=0.01)
    assert frequency(waveform, 1.6, 2.4) == pytest.approx(440 * 2 ** (2 / 12), rel=0.01)
    assert 0 <= first_rise(waveform, RATE, 0.0, 0.6) - 0.5 < 0.01


def test_the_bend_range_can_be_set(hands):
    range_of_an_octave = [(0.0, 101, 0), (0.0, 100, 0), (0.0, 6, 12)]
    track = hands.track(
        [(0.0, 1.0, 57, 100)], program=80, changes=range_of_an_octave, bends=[(0.0, 8191)]
    )

    waveform = synthesise(hands.score(track), reverb=0).read()

    assert frequency(waveform, 0.2, 0.9) == pytest.approx(440, rel=0.01)


def test_a_closed_hat_ends_an_open_one(hands):
    alone = hands.track([(0.0, 0.1, OPEN_HAT, 100)], channel=9)
    closed = hands.track([(0.0, 0.1, OPEN_HAT, 100), (0.3, 0.1, CLOSED_HAT, 1)], channel=9)

    ringing, choked = (synthesise(hands.score(t), reverb=0).read() for t in (alone, closed))

    assert rms(choked, 0.5, 1.0) < 0.02 * rms(ringing, 0.5, 1.0)


def test_where_the_blocks_are_cut_cannot_be_heard(hands):
    rng = np.random.default_rng(3)
    notes = [(t, 0.7, int(rng.integers(40, 80)), 90) for t in np.arange(0, 6, 0.23)]
    piano = hands.track(notes, changes=[(t, 11, int(40 + 10 * t)) for t in range(6)])
    lead = hands.track(notes[::4], channel=1, program=81, bends=[(2.0, 4000), (3.0, 0)])
    score = hands.score(piano, lead)

    whole = synthesise(score, block=1 << 22).read()
    pieces = synthesise(score, block=1000).read()

    assert np.abs(whole - pieces).max() < 1e-5


def test_starting_in_the_middle_gives_the_middle(hands):
    track = hands.track([(t, 1.5, 60 + int(2 * t), 90) for t in np.arange(0, 8, 0.5)], program=48)
    score = hands.score(track)

    whole = synthesise(score, reverb=0).read()
    middle = synthesise(score, reverb=0, start_s=3.0, duration_s=2.0)

    assert middle.n_samples == 2 * RATE
    part = middle.read()[: int(1.9 * RATE)]
    assert np.abs(part - whole[3 * RATE : 3 * RATE + len(part)]).max() < 1e-5


def test_same_seed_same_samples_and_another_hall_for_another(hands):
    score = hands.score(hands.track([(0.0, 0.5, 60, 100)]))

    first, again, other = (synthesise(score, seed=s).read() for s in (1, 1, 2))

    np.testing.assert_array_equal(first, again)
    assert np.abs(first - other).max() > 1e-4


def test_the_end_is_silence_however_long_a_note_would_ring(hands):
    score = hands.score(hands.track([(0.0, 1.0, 60, 100)], program=14, changes=[(0.0, 64, 127)]))

    sound = synthesise(score, tail_s=2.0)
    waveform = sound.read()

    assert len(waveform) == sound.n_samples == round(3.1 * RATE)
    assert not waveform[-RATE // 11 :].any()
    assert np.abs(np.diff(waveform[-RATE:], axis=0)).max() < 0.05


def test_a_score_without_notes_is_silence(hands):
    assert not synthesise(hands.score(Track())).read().any()


def test_notes_without_length_and_doubled_notes_are_heard_once_and_end(hands):
    notes = [(0.0, 0.0, 60, 100), (0.5, 0.0, 60, 100), (0.5, 1.0, 60, 100), (0.6, 5.0, 60, 100)]
    score = hands.score(
        hands.track(notes, program=16), hands.track([(0.0, 0.0, 36, 99)], channel=9)
    )

    waveform = synthesise(score, reverb=0).read()

    assert rms(waveform, 0.0, 0.1) > 1e-3
    assert not waveform[-1000:].any()


def test_stems_are_named_and_add_up_to_the_mix(hands):
    score = hands.score(
        hands.track([(0.0, 1.0, 60, 100)], name="lead", program=81),
        hands.track([(0.2, 1.0, 64, 100)], name="lead", channel=1, program=48),
        hands.track([(0.1, 0.1, KICK, 100), (0.6, 0.1, SNARE, 100)], channel=9),
    )

    parts = stems(score)

    assert list(parts) == ["lead", "lead 2", "track 3"]
    mix = synthesise(score).read()
    assert np.abs(sum(part.read() for part in parts.values()) - mix).max() < 1e-5


def test_a_thousand_voices_at_once_are_bounded(hands):
    notes = [(0.001 * i, 30.0, i % 128, 60) for i in range(2000)]
    score = hands.score(*(hands.track(notes, channel=c, program=48) for c in (0, 1)))

    waveform = synthesise(score, duration_s=1.25, reverb=0, sample_rate=22_050).read()

    assert np.isfinite(waveform).all()


def test_a_note_of_two_minutes_sounds_to_its_end(hands):
    score = hands.score(hands.track([(0.0, 120.0, 60, 100)], program=19))

    late = synthesise(score, start_s=118.0, reverb=0, sample_rate=22_050).read()

    assert np.sqrt(np.mean(late[:22_050] ** 2)) > 0.01
    assert np.abs(np.diff(late[:22_050], axis=0)).max() < 0.2

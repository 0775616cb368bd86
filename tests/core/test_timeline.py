"""Ticks, seconds, beats and video frames are one clock, exact for hours."""

from fractions import Fraction

import mido
import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from clavilux.core.errors import InputError
from clavilux.core.timeline import FrameClock, TempoMap, parse_frame_rate

TWO_HOURS_S = 7200.0
MICROSECOND = 1e-6
RATES = [Fraction(24000, 1001), Fraction(24), Fraction(25), Fraction(30000, 1001), Fraction(30),
         Fraction(60000, 1001), Fraction(60), Fraction(240), Fraction(1)]  # fmt: skip

frame_rates = st.one_of(st.sampled_from(RATES), st.fractions(1, 240, max_denominator=1001))
us_per_beat = st.integers(100_000, 4_000_000)


@st.composite
def tempi_over_two_hours(draw: st.DrawFn) -> tuple[int, list[tuple[int, int]]]:
    """Draw ticks per beat, and tempo changes spread over two hours of music."""
    ticks_per_beat = draw(st.sampled_from([1, 96, 120, 384, 480, 960, 1024, 15360, 32767]))
    beats = st.integers(0, 7200 * 2 * ticks_per_beat)
    changes = draw(st.lists(st.tuples(beats, us_per_beat), max_size=30))
    return ticks_per_beat, sorted(dict(changes).items())


def mido_seconds(tick: int, ticks_per_beat: int, tempi: list[tuple[int, int]]) -> float:
    """Add up mido's own conversions from one tempo change to the next."""
    seconds, before, tempo = 0.0, 0, 500_000
    for at, us in tempi:
        if at >= tick:
            break
        seconds += mido.tick2second(at - before, ticks_per_beat, tempo)
        before, tempo = at, us
    return seconds + mido.tick2second(tick - before, ticks_per_beat, tempo)


@given(tempi_over_two_hours(), st.lists(st.floats(0, TWO_HOURS_S), min_size=1, max_size=20))
def test_ticks_pass_when_mido_says(tempi, times_s):
    ticks_per_beat, changes = tempi
    tempo_map = TempoMap.from_tempi(changes, ticks_per_beat)
    ticks = np.floor(tempo_map.ticks(times_s)).astype(np.int64)

    ours = tempo_map.seconds(ticks)

    theirs = [mido_seconds(tick, ticks_per_beat, changes) for tick in ticks.tolist()]
    np.testing.assert_allclose(ours, theirs, rtol=0, atol=MICROSECOND)


@settings(max_examples=25)
@given(tempi_over_two_hours())
def test_a_file_played_by_mido_keeps_our_time(tempi):
    ticks_per_beat, changes = tempi
    file, track = mido.MidiFile(ticks_per_beat=ticks_per_beat), mido.MidiTrack()
    file.tracks.append(track)
    before = 0
    for tick, us in changes:
        track.append(mido.MetaMessage("set_tempo", tempo=us, time=tick - before))
        before = tick
    track.append(mido.Message("note_on", note=60, time=ticks_per_beat * 5))
    tempo_map = TempoMap.from_tempi(changes, ticks_per_beat)
    end_s = float(tempo_map.seconds(before + ticks_per_beat * 5))
    assume(end_s <= TWO_HOURS_S)

    assert file.length == pytest.approx(end_s, rel=0, abs=MICROSECOND)


@given(tempi_over_two_hours(), st.lists(st.integers(0, 10**8), min_size=1, max_size=20))
def test_seconds_lead_back_to_their_ticks(tempi, ticks):
    ticks_per_beat, changes = tempi
    tempo_map = TempoMap.from_tempi(changes, ticks_per_beat)
    seconds = tempo_map.seconds(ticks)
    ticks = np.array(ticks)[seconds <= TWO_HOURS_S]

    back = tempo_map.ticks(tempo_map.seconds(ticks))

    np.testing.assert_allclose(back, ticks, rtol=0, atol=1e-3)


@given(tempi_over_two_hours(), st.integers(0, 10**8))
def test_seconds_are_the_exact_ones_rounded_once(tempi, tick):
    ticks_per_beat, changes = tempi
    tempo_map = TempoMap.from_tempi(changes, ticks_per_beat)
    exact = tempo_map.seconds_exact(tick)

    assert float(tempo_map.seconds(tick)) == pytest.approx(float(exact), rel=1e-15, abs=0)


@given(tempi_over_two_hours(), st.lists(st.integers(0, 10**7), min_size=2, max_size=20))
def test_time_never_runs_backwards(tempi, ticks):
    ticks_per_beat, changes = tempi
    tempo_map = TempoMap.from_tempi(changes, ticks_per_beat)

    assert np.all(np.diff(tempo_map.seconds(sorted(ticks))) >= 0)


@given(tempi_over_two_hours(), st.lists(st.floats(0, 5000), min_size=1, max_size=10))
def test_beats_and_seconds_are_inverse(tempi, beats):
    ticks_per_beat, changes = tempi
    tempo_map = TempoMap.from_tempi(changes, ticks_per_beat)

    back = tempo_map.beats(tempo_map.beat_seconds(beats))

    np.testing.assert_allclose(back, beats, rtol=0, atol=1e-6)


@given(tempi_over_two_hours(), frame_rates, st.lists(st.integers(0, 10**7), min_size=1))
def test_a_tick_lies_within_the_frame_that_is_shown(tempi, frame_rate, ticks):
    ticks_per_beat, changes = tempi
    tempo_map, clock = TempoMap.from_tempi(changes, ticks_per_beat), FrameClock(frame_rate)
    seconds = tempo_map.seconds(ticks)
    ticks = np.array(ticks)[seconds <= TWO_HOURS_S].tolist()

    frames = clock.frame_at(tempo_map.seconds(ticks)).tolist()

    for tick, frame in zip(ticks, frames, strict=True):
        exact = tempo_map.seconds_exact(tick)
        assert frame / frame_rate - exact <= Fraction(1, 10**6)
        assert exact - (frame + 1) / frame_rate <= Fraction(1, 10**6)


@given(frame_rates, st.integers(0, 7200 * 240))
def test_a_frames_own_time_leads_back_to_it(frame_rate, frame):
    clock = FrameClock(frame_rate)
    time_s = clock.times(1, first=frame)

    assert clock.frame_at(time_s).tolist() == [frame]
    assert float(time_s[0]) == pytest.approx(float(frame / frame_rate), rel=1e-15)
    assert clock.position(time_s)[0] == pytest.approx(frame, abs=1e-6)


@given(frame_rates, st.integers(0, 100_000))
def test_frames_cover_exactly_their_own_duration(frame_rate, n_frames):
    clock = FrameClock(frame_rate)

    assert clock.n_frames(n_frames / frame_rate) == n_frames
    assert clock.n_frames(float(n_frames / frame_rate)) == n_frames
    assert clock.n_frames(n_frames / frame_rate + Fraction(1, 1000)) == n_frames + 1


def test_before_the_first_tempo_a_minute_has_120_beats():
    tempo_map = TempoMap.from_tempi([(480, 1_000_000)], 480)

    assert tempo_map.tempi_bpm.tolist() == [120, 60]
    assert tempo_map.seconds([0, 480, 960]).tolist() == [0, 0.5, 1.5]


def test_of_tempi_at_one_tick_the_last_holds():
    tempo_map = TempoMap.from_tempi([(0, 300_000), (0, 1_000_000)], 480)

    assert tempo_map.tempi_bpm.tolist() == [60]


def test_a_steady_tempo_is_rounded_to_a_microsecond_a_beat():
    assert TempoMap.constant(tempo_bpm=70).rate.tolist() == [857143]


@given(st.sampled_from(RATES), st.integers(1, 255), st.integers(0, 10**8))
def test_smpte_ticks_are_fractions_of_frames(frame_rate, ticks_per_frame, tick):
    tempo_map = TempoMap.smpte(frame_rate, ticks_per_frame)

    assert tempo_map.seconds_exact(tick) == tick / (frame_rate * ticks_per_frame)
    assert tempo_map.tempi_bpm.tolist() == [pytest.approx(120)]


def test_a_tick_too_far_out_to_time_exactly_is_refused():
    with pytest.raises(InputError, match="too long to be timed exactly"):
        TempoMap.from_tempi([(0, 1 << 24)], 1).seconds(1 << 50)


@pytest.mark.parametrize(
    ("starts", "rates", "denominator", "complaint"),
    [
        ([], [], 1, "as many rates as starts"),
        ([0, 1], [1], 1, "as many rates as starts"),
        ([1], [1], 1, "start at tick 0"),
        ([0, 5, 5], [1, 1, 1], 1, "strictly increase"),
        ([0], [0], 1, "positive"),
        ([0], [1], 0, "positive"),
    ],
)
def test_a_tempo_map_refuses_to_be_inconsistent(starts, rates, denominator, complaint):
    with pytest.raises(ValueError, match=complaint):
        TempoMap(Fraction(1), np.array(starts, np.int64), np.array(rates, np.int64), denominator)


def test_a_frame_rate_is_positive():
    with pytest.raises(ValueError, match="expected a positive number"):
        FrameClock(Fraction(0))


@pytest.mark.parametrize(
    ("text", "rate"),
    [
        ("24", Fraction(24)),
        (25, Fraction(25)),
        ("24000/1001", Fraction(24000, 1001)),
        ("23.976", Fraction(24000, 1001)),
        ("23.98", Fraction(24000, 1001)),
        ("29.97", Fraction(30000, 1001)),
        ("59.94", Fraction(60000, 1001)),
        (" 12.5 ", Fraction(25, 2)),
        (1, Fraction(1)),
        (240, Fraction(240)),
    ],
)
def test_frame_rates_are_read_as_people_write_them(text, rate):
    assert parse_frame_rate(text) == rate


@pytest.mark.parametrize("text", ["", "fast", "1/0", "24fps", "nan", None])
def test_what_is_no_number_is_no_frame_rate(text):
    with pytest.raises(InputError, match="is not a number; write 24"):
        parse_frame_rate(text)


@pytest.mark.parametrize("text", ["0", "-24", "0.5", "241", "1000"])
def test_frame_rates_beyond_reason_are_refused(text):
    with pytest.raises(InputError, match="outside 1 to 240"):
        parse_frame_rate(text)

"""What is written reads back as it was."""

from dataclasses import replace
from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given, settings
from score_samples import END, midi_file, scores, small_file, tempo_maps

from clavilux.core.errors import OutputError
from clavilux.core.timeline import TempoMap
from clavilux.core.values import Change, Meter, Notes, Raw, Score, Track
from clavilux.score import equal, read, to_bytes, write
from clavilux.score.compare import differences


def note(onset=0, offset=1, *, pitch=60, velocity=64, channel=0) -> Notes:
    ticks = np.array([onset], dtype=np.int64), np.array([offset], dtype=np.int64)
    return Notes(*ticks, *(np.array([v], dtype=np.uint8) for v in (pitch, velocity, channel)))


def score_of(*tracks: Track, **fields) -> Score:
    return Score(TempoMap.constant(), tracks, **fields)


@settings(max_examples=30)  # a second; the slow test of mutated files reads 20,000
@given(scores())
def test_any_score_reads_back_as_it_was(score):
    back = read(to_bytes(score))

    assert differences(score, back) == []
    assert back.warnings == ()


@given(tempo_maps())
def test_any_tempo_map_reads_back_as_it_was(tempo_map):
    score = Score(tempo_map, (Track(end_tick=int(tempo_map.start_tick[-1])),))

    assert equal(score, read(to_bytes(score)))


def test_every_sample_reads_back_as_it_was(shared):
    for path in sorted((shared / "samples" / "midi").iterdir()):
        score = read(path)

        assert differences(score, read(to_bytes(score))) == [], path.name


def test_tracks_of_format_2_read_back_each_in_its_own_time():
    first = b"\x00\xff\x51\x03\x0a\x00\x00" + b"\x00\x90\x3c\x40" + b"\x60\x80\x3c\x40" + END
    second = b"\x10\xff\x58\x04\x03\x02\x18\x08" + b"\x00\x90\x3d\x40" + b"\x60\x80\x3d\x40" + END
    score = read(midi_file(first, b"\x05\xff\x2f\x00", second, kind=2))

    assert differences(score, read(to_bytes(score))) == []


def test_one_status_byte_serves_many_notes():
    ticks = np.arange(100)
    sixty, zero = np.full(100, 60, np.uint8), np.zeros(100, np.uint8)

    content = to_bytes(score_of(Track(notes=Notes(ticks, ticks, sixty, sixty, zero))))

    assert content.count(b"\x90") == 1


def test_at_one_tick_notes_end_then_programs_change_then_notes_begin():
    one, other = note(0, 10), note(10, 20)
    both = Notes(*(np.append(getattr(one, c), getattr(other, c)) for c in Notes.__slots__))
    program = Change(10, 0, "program", 0, 5)

    content = to_bytes(score_of(Track(notes=both, changes=(program,), end_tick=20)))

    at_tick_10 = b"\x0a\x3c\x00" + b"\x00\xc0\x05" + b"\x00\x90\x3c\x40"
    assert content.endswith(at_tick_10 + b"\x0a\x3c\x00" + END)


def test_a_rest_longer_than_a_delta_time_can_say_reads_back():
    tempo_map = TempoMap.from_tempi([(0, 1000)], 480)
    score = Score(tempo_map, (Track(notes=note(1 << 30, (1 << 30) + 5), end_tick=1 << 31),))

    assert equal(score, read(to_bytes(score)))


def test_write_puts_the_file_in_place(tmp_path):
    score = read(small_file())

    write(score, tmp_path / "new" / "song.mid")

    assert equal(score, read(tmp_path / "new" / "song.mid"))


def test_write_says_when_it_cannot(tmp_path):
    (tmp_path / "file").touch()

    with pytest.raises(OutputError, match=r"cannot write .*song\.mid"):
        write(read(small_file()), tmp_path / "file" / "song.mid")


@pytest.mark.parametrize(
    ("score", "complaint"),
    [
        (score_of(Track(), Track(), format=0), "format 0 holds one track"),
        (score_of(Track(notes=note(pitch=128))), "a pitch is outside 0 to 127"),
        (score_of(Track(notes=note(velocity=0))), "a velocity is outside 1 to 127"),
        (score_of(Track(notes=note(channel=16))), "a channel is outside 0 to 15"),
        (score_of(Track(changes=(Change(0, 0, "control", 7, 128),))), "a value is outside"),
        (score_of(Track(changes=(Change(0, 0, "bend", 0, 8192),))), "a bend is outside"),
        (score_of(Track(), meters=(Meter(0, 4, 3),)), "cannot say the meter 4/3"),
        (score_of(Track(raw=(Raw(0, b"\x90\x3c"),))), "no status byte of a mark"),
        (score_of(Track(raw=(Raw(0, b"\xff\x2f"),))), "end of track"),
        (score_of(Track(notes=note(-1, 5))), "before its track starts"),
        (
            replace(score_of(Track()), tempo_map=TempoMap.from_tempi([], 40000)),
            "a beat has 40000 ticks",
        ),
        (
            replace(score_of(Track()), tempo_map=TempoMap.smpte(Fraction(24), 1000)),
            "fit no SMPTE division",
        ),
    ],
)
def test_refuses_what_no_midi_file_can_say(score, complaint):
    with pytest.raises(ValueError, match=complaint):
        to_bytes(score)

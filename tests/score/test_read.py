"""A MIDI file means what the standard says, whichever way it is written down."""

from fractions import Fraction

import mido
import numpy as np
import pytest
from score_samples import END, midi_file, small_file, variable_length

from clavilux.core.values import KeySignature, Meter, Raw, Text
from clavilux.score import read
from clavilux.score.compare import differences

NOTE = b"\x00\x90\x3c\x40" + b"\x60\x80\x3c\x40"
"""A note of 96 ticks."""


def only_track(*events: bytes, **header):
    return read(midi_file(b"".join(events) + END, **header)).tracks[0]


def columns(notes) -> list[tuple[int, ...]]:
    fields = (notes.onset_tick, notes.offset_tick, notes.pitch, notes.velocity, notes.channel)
    return list(zip(*(column.tolist() for column in fields), strict=True))


def first_in_first_out(events):
    """Pair one pitch's note-ons and note-offs; leave the end of a hung note None."""
    found, sounding, n_stray = [], [], 0
    for tick, is_off, velocity, place in events:
        if not is_off:
            found.append([place, tick, None, velocity])
            sounding.append(found[-1])
        elif sounding:
            sounding.pop(0)[2] = tick
        else:
            n_stray += 1
    return found, n_stray and sounding


def mido_notes(track) -> list[tuple[int, int, int, int, int]]:
    tick, events = 0, {}
    for place, message in enumerate(track):
        tick += message.time
        if message.type in ("note_on", "note_off"):
            is_off = message.type == "note_off" or message.velocity == 0
            key = message.note, message.channel
            events.setdefault(key, []).append((tick, is_off, message.velocity, place))
    notes = []
    for (pitch, channel), of_key in events.items():
        found, is_in_disorder = first_in_first_out(of_key)
        if is_in_disorder:
            found, _ = first_in_first_out(sorted(of_key, key=lambda event: event[:2]))
        notes += [
            (place, on, tick if off is None else off, pitch, velocity, channel)
            for place, on, off, velocity in found
        ]
    return [note[1:] for note in sorted(notes)]


@pytest.fixture(
    scope="module",
    params=[(0, 40_000), pytest.param((40_000, 1 << 30), marks=pytest.mark.slow)],
    ids=["small", "large"],
)
def samples(shared, request):
    """Each sample as it lies, as we read it and as mido does, which takes its time."""
    least, most = request.param
    paths = sorted((shared / "samples" / "midi").iterdir())
    paths = [path for path in paths if least <= path.stat().st_size < most]
    assert paths
    return [(path, read(path), mido.MidiFile(path)) for path in paths]


def test_every_sample_has_the_notes_that_mido_finds(samples):
    for path, ours, theirs in samples:
        assert len(ours.tracks) == len(theirs.tracks)
        for track, reference in zip(ours.tracks, theirs.tracks, strict=True):
            assert columns(track.notes) == mido_notes(reference), path.name


def test_every_sample_has_the_controllers_and_words_that_mido_finds(samples):
    kinds = {"control_change", "pitchwheel", "program_change", "aftertouch", "polytouch"}
    for _, ours, theirs in samples:
        for track, reference in zip(ours.tracks, theirs.tracks, strict=True):
            assert len(track.changes) == sum(m.type in kinds for m in reference)
            assert [c.value for c in track.changes if c.kind == "bend"] == [
                m.pitch for m in reference if m.type == "pitchwheel"
            ]
            assert [c[3:] for c in track.changes if c.kind == "control"] == [
                (m.control, m.value) for m in reference if m.type == "control_change"
            ]
            assert sum(t.kind == "marker" for t in track.texts) == sum(
                m.type == "marker" for m in reference
            )


@pytest.mark.parametrize(
    "sizes", [(0, 12_000), pytest.param((12_000, 1 << 30), marks=pytest.mark.slow)]
)
def test_every_sample_sounds_when_mido_plays_it(samples, sizes):
    for path, score, theirs in samples:
        if not sizes[0] <= path.stat().st_size < sizes[1]:
            continue
        now, onsets = 0.0, []
        for message in theirs:
            now += message.time
            if message.type == "note_on" and message.velocity:
                onsets.append(now)

        ours = np.sort(np.concatenate([score.onsets_s(track.notes) for track in score.tracks]))

        np.testing.assert_allclose(ours, onsets, rtol=0, atol=1e-6)


def test_running_status_goes_on_without_its_byte():
    track = only_track(b"\x00\x90\x3c\x40", b"\x0a\x3e\x41", b"\x0a\x3c\x00", b"\x00\x3e\x00")

    assert columns(track.notes) == [(0, 20, 60, 64, 0), (10, 20, 62, 65, 0)]


def test_running_status_goes_on_after_meta_events():
    track = only_track(b"\x00\x90\x3c\x40", b"\x05\xff\x01\x01a", b"\x05\x3c\x00")

    assert columns(track.notes) == [(0, 10, 60, 64, 0)]


def test_a_note_on_without_velocity_is_a_note_off():
    assert columns(only_track(b"\x00\x93\x3c\x40", b"\x30\x93\x3c\x00").notes) == [
        (0, 48, 60, 64, 3)
    ]


def test_channel_messages_of_all_kinds():
    track = only_track(
        b"\x00\xb1\x40\x7f", b"\x01\xc1\x05", b"\x01\x06", b"\x01\xd1\x33",
        b"\x01\xa1\x3c\x22", b"\x01\xe1\x00\x40", b"\x01\x00\x00", b"\x01\x7f\x7f",
    )  # fmt: skip

    assert list(track.changes) == [
        (0, 1, "control", 64, 127),
        (1, 1, "program", 0, 5),
        (2, 1, "program", 0, 6),
        (3, 1, "pressure", 0, 51),
        (4, 1, "key_pressure", 60, 34),
        (5, 1, "bend", 0, 0),
        (6, 1, "bend", 0, -8192),
        (7, 1, "bend", 0, 8191),
    ]


def test_delta_times_of_all_lengths():
    deltas = [0, 127, 128, 8192, 16383, 16384, 2097151, 2097152, (1 << 28) - 1]
    filling = NOTE * 60
    track = filling + b"".join(variable_length(d) + b"\xb0\x07\x01" for d in deltas) + END
    file = midi_file(track, division=32767)

    changes = read(file).tracks[0].changes

    assert np.diff([change.tick for change in changes]).tolist() == deltas[1:]


def test_a_rest_of_three_days_is_read():
    three_days = 3 * 86_400 * 960

    score = read(midi_file(variable_length(three_days) + NOTE[1:] + END))

    assert score.duration_s == pytest.approx(3 * 86_400 + 0.1)


def test_words_of_all_kinds_and_the_name_of_the_track():
    track = only_track(
        b"\x00\xff\x03\x05Piano", b"\x00\xff\x01\x01a", b"\x00\xff\x02\x01b", b"\x00\xff\x04\x01c",
        b"\x01\xff\x05\x01d", b"\x00\xff\x06\x01e", b"\x00\xff\x07\x01f",
    )  # fmt: skip

    assert track.name == "Piano"
    assert track.texts == (
        Text(0, "text", "a"),
        Text(0, "copyright", "b"),
        Text(0, "instrument", "c"),
        Text(1, "lyric", "d"),
        Text(1, "marker", "e"),
        Text(1, "cue", "f"),
    )


@pytest.mark.parametrize(
    ("encoding", "words"), [("utf-8", "Ré ♭"), ("cp932", "ドラム"), ("latin-1", "Flöte")]
)
def test_words_are_read_in_the_encoding_that_fits(encoding, words):
    data = words.encode(encoding)

    track = only_track(b"\x00\xff\x05" + bytes([len(data)]) + data)

    assert track.texts[0].text == words


def test_tempo_meter_and_key_belong_to_the_score():
    score = read(
        midi_file(
            b"\x00\xff\x51\x03\x07\xa1\x20" + b"\x60\xff\x51\x03\x03\xd0\x90" + END,
            b"\x00\xff\x58\x04\x06\x03\x18\x08" + b"\x00\xff\x59\x02\xfd\x01" + NOTE + END,
            division=96,
        )
    )

    assert score.meters == (Meter(0, 6, 8),)
    assert score.keys == (KeySignature(0, -3, True),)
    np.testing.assert_allclose(score.tempo_map.seconds([96, 192]), [0.5, 0.75])


def test_the_first_track_lasts_as_long_as_tempi_go_on():
    score = read(midi_file(END, b"\x60\xff\x51\x03\x07\xa1\x21" + END))

    assert score.tracks[0].end_tick == 96


@pytest.mark.parametrize(
    ("number", "frame_rate"), [(24, 24), (25, 25), (29, Fraction(30000, 1001)), (30, 30)]
)
def test_smpte_division_counts_in_frames_whatever_the_tempo(number, frame_rate):
    track = b"\x00\xff\x51\x03\x01\x00\x00" + variable_length(4000) + b"\x90\x3c\x40" + END

    score = read(midi_file(track, division=(0x100 - number) << 8 | 40))

    assert score.onsets_s(score.tracks[0].notes)[0] == pytest.approx(
        float(100 / Fraction(frame_rate)), abs=1e-12
    )


def test_tracks_of_format_2_follow_one_another_each_with_its_own_tempo():
    fast = b"\x00\xff\x51\x03\x03\xd0\x90" + NOTE + END

    score = read(midi_file(fast, NOTE + END, division=96, kind=2))

    assert [track.notes.onset_tick.tolist() for track in score.tracks] == [[0], [96]]
    np.testing.assert_allclose(score.tempo_map.seconds([96, 192]), [0.25, 0.75])


def test_sysex_and_foreign_meta_events_are_kept_as_they_stood():
    track = only_track(
        b"\x01\xf0\x03\x7e\x7f\xf7", b"\x01\xf7\x01\xf3", b"\x01\xff\x21\x01\x02",
        b"\x00\xff\x51\x02\x01\x02",
    )  # fmt: skip

    assert track.raw == (
        Raw(1, b"\xf0\x7e\x7f\xf7"),
        Raw(2, b"\xf7\xf3"),
        Raw(3, b"\xff\x21\x02"),
        Raw(3, b"\xff\x51\x01\x02"),
    )


def test_a_riff_wrapping_is_taken_off():
    inner = small_file()
    chunk = b"data" + len(inner).to_bytes(4, "little") + inner + b"\0" * (len(inner) % 2)
    extra = b"LIST" + (4).to_bytes(4, "little") + b"INFO"
    body = b"RMID" + chunk + extra

    score = read(b"RIFF" + len(body).to_bytes(4, "little") + body)

    assert differences(score, read(inner)) == []
    assert score.warnings == ()


def test_chunks_of_foreign_kinds_are_skipped():
    file = midi_file(NOTE + END)
    foreign = b"XFIH" + (3).to_bytes(4) + b"abc"

    assert read(file[:14] + foreign + file[14:]).warnings == ()
    assert read(file + foreign).warnings == ()


def test_many_tracks_are_paired_apart():
    file = midi_file(*[NOTE + END] * 100)

    assert all(columns(t.notes) == [(0, 96, 60, 64, 0)] for t in read(file).tracks)

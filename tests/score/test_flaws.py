"""Whatever a file's flaws, it means something defined and says so; or is refused in one line."""

import sys

import pytest
from score_samples import END, midi_file, small_file

from clavilux.core.errors import ScoreError
from clavilux.score import read
from clavilux.score import steps as steps_module

NOTE = b"\x00\x90\x3c\x40" + b"\x60\x80\x3c\x40"


def spans(score, track: int = 0) -> list[tuple[int, int, int]]:
    notes = score.tracks[track].notes
    columns = notes.onset_tick, notes.offset_tick, notes.pitch
    return list(zip(*(column.tolist() for column in columns), strict=True))


def test_a_hung_note_ends_with_its_track():
    score = read(midi_file(b"\x05\x90\x3c\x40" + b"\x60\xff\x2f\x00"))

    assert spans(score) == [(5, 101, 60)]
    assert score.warnings == ("track 1: notes that are never let go were ended with the track: 1",)


def test_a_note_without_length_is_kept():
    score = read(midi_file(b"\x05\x90\x3c\x40" + b"\x00\x80\x3c\x40" + END))

    assert spans(score) == [(5, 5, 60)]
    assert score.warnings == ()


def test_a_note_off_that_comes_before_its_note_on_at_one_tick_ends_it():
    score = read(midi_file(b"\x05\x80\x3c\x40" + b"\x00\x90\x3c\x40" + NOTE + END))

    assert spans(score) == [(5, 5, 60), (5, 101, 60)]


def test_a_note_off_before_everything_does_not_cut_the_notes_that_follow():
    again = b"\x00\x90\x3c\x40" + b"\x60\x80\x3c\x40"
    score = read(midi_file(b"\x00\x80\x3c\x40" + NOTE + again + again + END))

    assert spans(score) == [(0, 96, 60), (96, 192, 60), (192, 288, 60)]


def test_overlapping_notes_of_one_pitch_end_in_the_order_in_which_they_began():
    on, off = b"\x0a\x90\x3c\x40", b"\x0a\x80\x3c\x40"

    assert spans(read(midi_file(on + on + off + off + END))) == [(10, 30, 60), (20, 40, 60)]


def test_a_note_off_without_a_note_is_dropped():
    score = read(midi_file(b"\x00\x80\x3c\x40" + b"\x05\x90\x3c\x40" + b"\x05\x80\x3c\x40" + END))

    assert spans(score) == [(5, 10, 60)]
    assert score.warnings == ("track 1: note-offs that end no note were dropped: 1",)


def test_a_track_may_lack_its_end():
    score = read(midi_file(NOTE))

    assert spans(score) == [(0, 96, 60)]
    assert "has no end-of-track event" in score.warnings[0]


@pytest.mark.parametrize("lie", [-9, -4, -1, 1, 5, 1000, 1 << 31])
def test_lying_track_lengths_are_not_believed(lie):
    track = NOTE * 3 + END
    file = bytearray(midi_file(track, NOTE + END))
    file[18:22] = (len(track) + lie).to_bytes(4)

    score = read(bytes(file))

    assert len(spans(score, 0)) == 3
    assert len(spans(score, 1)) == 1
    assert any("track 1" in line for line in score.warnings)


@pytest.mark.parametrize("said", [0, 1, 3, 65535])
def test_lying_track_counts_are_not_believed(said):
    score = read(midi_file(NOTE + END, NOTE + END, n_tracks=said))

    assert len(score.tracks) == 2
    assert score.warnings == (f"the header says {said} tracks; there are 2",)


def test_junk_around_chunks_is_skipped():
    file = midi_file(NOTE + END)
    score = read(b"junk" + file[:14] + b"\0\1\2" + file[14:] + b"\xff" * 99)

    assert spans(score) == [(0, 96, 60)]
    assert score.warnings == (
        "4 bytes before the header were skipped",
        "3 bytes that are no chunk were skipped",
        "99 bytes that are no chunk were skipped",
    )


def test_bytes_after_a_tracks_end_are_skipped():
    score = read(midi_file(NOTE + END + b"abc", NOTE + END))

    assert len(score.tracks) == 2
    assert score.warnings == ("track 1: 3 bytes after its end were skipped",)


LONG = b"\x00\x91\x3e\x40" + b"\x60\x81\x3e\x40"
STRAY = "bytes that are no message were skipped: "


@pytest.mark.parametrize(
    ("flawed", "found", "warning"),
    [
        (b"\x00\x90\x3c\x90" + b"\x60\x80\x3c\x40", [60], "above 127 were read as 127: 1"),
        (b"\x00\x90\xff\x40" + b"\x60\x80\xff\x40", [127], "above 127 were read as 127: 2"),
        (b"\x00\x90\x3c\x90" + b"\x60\x3c\x00", [60], "above 127 were read as 127: 1"),
        (b"\x00\x90\x3c\xf8\x40" + b"\x60\x80\x3c\x40", [60], STRAY + "1"),
        (b"\x00\x90\x3c\x40" + b"\x20\xf8" + b"\x40\x80\x3c\x40", [60], STRAY + "1"),
        (b"\x00\x90\x3c\x40" + b"\x60\xfe\x80\x3c\x40", [60], STRAY + "1"),
        (b"\x00\x90\x3c\x40" + b"\x20\xf1\x33" + b"\x40\x3c\x00", [60], STRAY + "2"),
        (b"\x00\x90\x3c\x40" + b"\x20\xf2\x01\x02" + b"\x40\x80\x3c\x00", [60], STRAY + "3"),
        (b"\x00\x90\x3c\x40" + b"\x20\xf3\x01" + b"\x40\x80\x3c\x00", [60], STRAY + "2"),
        (b"\x00\x90\x3c\x40" + b"\x20\xf6" + b"\x40\x80\x3c\x00", [60], STRAY + "1"),
        (b"\xff\xff\xff\xff\x00" + NOTE[1:], [60], "more than four bytes"),
        (b"\x8f\xff\xff\xff\x7f" + NOTE[1:], [60], "more than four bytes"),
        (b"\x80\x80\x80\x80\x00" + NOTE[1:], [60], "more than four bytes"),
        (b"\x00\xff\x01\xff\xff\xff\x7f" + NOTE * 3, [60] * 3, STRAY),
        (b"\x00\x3c\x40\x01\x02" + NOTE * 3, [60] * 3, STRAY),
    ],
)
def test_what_is_no_message_is_passed_over_and_the_track_goes_on(flawed, found, warning):
    score = read(midi_file(flawed + LONG * 30 + END, NOTE + END))

    notes = spans(score)
    assert [pitch for _, _, pitch in notes] == found + [62] * 30
    assert {offset - onset for onset, offset, _ in notes} == {96}
    assert spans(score, 1) == [(0, 96, 60)]
    assert warning in score.warnings[0]
    assert "track 1" in score.warnings[0]


@pytest.mark.parametrize("bad", [0x80, 0x90, 0xC0, 0xE5, 0xF1, 0xF8, 0xFE, 0xFF])
@pytest.mark.parametrize("every", [2, 3, 7])
def test_every_note_is_there_however_many_velocities_are_too_high(bad, every):
    events = b"".join(
        b"\x00\x90" + bytes([48 + i % 24, bad if i % every == 0 else 90])
        + b"\x30\x80" + bytes([48 + i % 24, 0])
        for i in range(60)
    )  # fmt: skip

    score = read(midi_file(events + END))

    assert spans(score) == [(48 * i, 48 * i + 48, 48 + i % 24) for i in range(60)]


@pytest.mark.parametrize("bad", [0x80, 0x90, 0xC8, 0xF8, 0xFE])
def test_running_status_goes_on_after_a_bad_byte(bad):
    pitches = [60 + i % 12 for i in range(40)]
    events = b"\x00\x90" + b"\x00".join(
        bytes([p, bad if i == 20 else 90]) + b"\x30" + bytes([p, 0]) for i, p in enumerate(pitches)
    )

    score = read(midi_file(events + END))

    assert [pitch for _, _, pitch in spans(score)] == pitches
    assert {offset - onset for onset, offset, _ in spans(score)} == {48}


def test_what_cannot_be_read_on_says_how_much_is_lost():
    score = read(midi_file(NOTE + b"\x00\xff\x01\xff\xff\xff\x7f" + b"\x01" * 40, NOTE + END))

    assert spans(score, 0) == [(0, 96, 60)]
    assert spans(score, 1) == [(0, 96, 60)]
    assert "what came before was kept, 47 bytes from there on are lost" in score.warnings[0]


def test_every_truncation_is_read_or_refused_in_one_line():
    file, lines = small_file(), []

    for length in range(len(file)):
        try:
            score = read(file[:length])
        except ScoreError as error:
            lines.append(str(error))
        else:
            lines += score.warnings[:1]

    assert len(lines) == len(file)
    assert not any("\n" in line for line in lines)


@pytest.mark.parametrize(
    ("data", "line"),
    [
        (b"", "the score is not a MIDI file: it has no MThd header"),
        (b"RIFF....WAVEfmt ", "the score is not a MIDI file: it has no MThd header"),
        (b"MThd\0\0\0\6\0\1", "the score is cut short: its header has fewer than 6 bytes"),
        (midi_file(), "the score holds no tracks; its header says 0"),
        (midi_file(n_tracks=7), "the score holds no tracks; its header says 7"),
        (midi_file(END, division=0), "a beat has 0 ticks"),
        (midi_file(END, division=0xC328), "40 ticks a frame at 61 frames a second"),
        (midi_file(b"\xff\xff\xff\x7f\xff\x2f\x00", division=1), "1553.4 days long"),
    ],
)
def test_what_cannot_be_music_is_refused_in_one_line(data, line):
    with pytest.raises(ScoreError, match=line.replace("(", r"\(")):
        read(data)


def test_refuses_what_is_no_file_by_its_name(tmp_path):
    for path in (tmp_path, tmp_path / "missing.mid"):
        with pytest.raises(ScoreError, match=f"cannot read {path}: "):
            read(path)


def test_a_fault_names_its_file(tmp_path):
    path = tmp_path / "song.mid"
    path.write_bytes(b"hello")

    with pytest.raises(ScoreError, match=f"{path} is not a MIDI file"):
        read(path)


def test_a_tempo_of_no_time_is_kept_but_not_believed():
    score = read(midi_file(b"\x00\xff\x51\x03\x00\x00\x00" + NOTE + END))

    assert score.tempo_map.tempi_bpm.tolist() == [120]
    assert len(score.tracks[0].raw) == 1


@pytest.mark.parametrize(
    ("limit", "line"), [("MAX_MESSAGES", "more than 3 messages"), ("MAX_MARKS", "more than 3 meta")]
)
def test_files_beyond_the_limits_are_refused(monkeypatch, limit, line):
    monkeypatch.setattr(steps_module, limit, 3)
    events = {"MAX_MESSAGES": NOTE * 2, "MAX_MARKS": b"\x00\xff\x01\x00" * 4}[limit]

    with pytest.raises(ScoreError, match=line):
        read(midi_file(events + END))


def test_lengths_that_lie_claim_no_memory():
    claims = b"\x00\xf0\xff\xff\xff\x7f" + b"\x00\xff\x01\xff\xff\xff\x7f"

    score = read(midi_file(NOTE + claims))

    assert sys.getsizeof(score.tracks[0].raw) < 1000
    assert "cut short" in score.warnings[0]

"""Drums are what the file says, then what names say, then what notes look like; and no more."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from clavilux.core.errors import InputError
from clavilux.core.values import Raw
from clavilux.score import ScoreBuilder, find_drums, read, settle_drums, to_bytes

KIT = [36, 38, 42, 46]
MELODY = [72, 76, 79, 84]
GM_ON, GM2_ON = bytes.fromhex("f07e7f0901f7"), bytes.fromhex("f07e7f0903f7")
GS_ON, XG_ON = (
    bytes.fromhex("f041104212400 07f0041f7".replace(" ", "")),
    bytes.fromhex("f043104c00007e00f7"),
)


def gs_rhythm(block: int, value: int) -> bytes:
    """Say "use for rhythm part" of a GS part."""
    return bytes([0xF0, 0x41, 0x10, 0x42, 0x12, 0x40, 0x10 | block, 0x15, value, 0x00, 0xF7])


def xg_mode(part: int, value: int) -> bytes:
    """Set an XG part's mode."""
    return bytes([0xF0, 0x43, 0x10, 0x4C, 0x08, part, 0x07, value, 0xF7])


def score_with(*parts, raws=(), raw_track: int = 0, banks=()):
    """Build a score of (name, channel from 1, pitches, program) tracks, with messages at tick 0."""
    builder = ScoreBuilder()
    for name, channel, pitches, program in parts:
        number = builder.track(name, channel=channel - 1, program=program)
        for beat, pitch in enumerate(pitches):
            builder.note(number, beat, 0.5, pitch)
        for on_channel, bank in banks:
            if on_channel == channel:
                builder.control(number, 0, 0, bank)
    score = builder.build()
    tracks = list(score.tracks)
    tracks[raw_track] = replace(tracks[raw_track], raw=tuple(Raw(0, data) for data in raws))
    return read(to_bytes(replace(score, tracks=tuple(tracks))))


def drum_channels(score) -> list[int]:
    return sorted({part.channel + 1 for part in find_drums(score).parts})


def case(shared: Path, name: str):
    return read(shared / "cases" / "4_midi" / f"{name}.mid")


@pytest.mark.parametrize(
    ("name", "channels"),
    [
        ("title_drum", []), ("title_conundrum", []), ("drum_n_bass_lead", []),
        ("drums_ch11_gs", [10, 11]), ("drums_ch16_xg127", [16]), ("ch10_melodic_gs", []),
        ("ezdrummer_and_ch10", [4, 10]), ("Schlagzeug", [2]), ("utf16", [1]), ("cp1251", []),
    ],
)  # fmt: skip
def test_cases_that_were_reported(shared, name, channels):
    assert drum_channels(case(shared, name)) == channels


@pytest.mark.parametrize(
    ("messages", "channels"),
    [
        ([gs_rhythm(0xA, 1)], [10, 11]),
        ([gs_rhythm(0xA, 2)], [10, 11]),
        ([GS_ON, gs_rhythm(0xF, 1)], [10, 16]),
        ([gs_rhythm(1, 1)], [1, 10]),
        ([gs_rhythm(0, 0)], []),
        ([gs_rhythm(0, 0), gs_rhythm(1, 2)], [1]),
        ([gs_rhythm(0, 0), GS_ON], [10]),
        ([gs_rhythm(0xA, 1), GM_ON], [10]),
        ([bytes.fromhex("f041104212401a130040010000f7")], [10, 11]),  # from 13 on: 00, 40, 01
        ([bytes.fromhex("f0417f4212401a02004df7"), gs_rhythm(0xA, 1)], [1, 10]),  # hears channel 1
        ([b"\xf0\x41\x10\x42", b"\xf7\x12\x40\x1a\x15\x01\x10\xf7"], [10, 11]),  # two packets
        ([b"\xf7" + gs_rhythm(0xA, 1)], [10, 11]),
        ([XG_ON, xg_mode(10, 2)], [10, 11]),
        ([xg_mode(10, 1)], [10, 11]),
        ([XG_ON, xg_mode(9, 0)], []),
        ([bytes.fromhex("f043004c0001080a070200f7")], [10, 11]),  # bulk dump of one byte
        ([XG_ON, bytes.fromhex("f043104c080a017ff7")], [10, 11]),  # bank of a part
        ([bytes.fromhex("f0430f4c080a0702f7")], [10]),  # no XG parameter change
        ([bytes.fromhex("f041104512100000f7")], [10]),  # text on a GS display
    ],
)
@pytest.mark.parametrize("track", [0, 1, 2])
def test_system_exclusive_says_which_channels_are_drums_from_any_track(messages, channels, track):
    score = score_with(
        ("a", 1, MELODY, 0), ("b", 10, KIT, 0), ("c", 11, KIT, 0), ("d", 16, KIT, 0),
        raws=messages, raw_track=track,
    )  # fmt: skip

    assert drum_channels(score) == channels


@pytest.mark.parametrize(
    ("messages", "banks", "channels"),
    [
        ([], [(16, 127)], [10, 16]),
        ([XG_ON], [(16, 127)], [10, 16]),
        ([XG_ON], [(16, 126)], [10, 16]),
        ([XG_ON], [(16, 64)], [10]),
        ([XG_ON], [(10, 0)], []),
        ([], [(10, 0)], [10]),
        ([GS_ON], [(16, 127)], [10]),
        ([], [(16, 120)], [10, 16]),
        ([GM2_ON], [(16, 120)], [10, 16]),
        ([GM2_ON], [(10, 121)], []),
        ([GM2_ON], [(16, 120), (10, 120)], [10, 16]),
        ([], [(16, 8)], [10]),
    ],
)
def test_banks_say_which_channels_are_drums(messages, banks, channels):
    score = score_with(
        ("a", 1, MELODY, 0), ("b", 10, KIT, 0), ("c", 16, KIT, 0), raws=messages, banks=banks
    )

    assert drum_channels(score) == channels


def test_a_channel_can_become_drums_in_the_middle_of_a_piece():
    builder = ScoreBuilder()
    track = builder.track("x", channel=2)
    for beat in range(8):
        builder.note(track, beat, 0.5, 40 + beat)
    builder.control(track, 4, 0, 127)
    builder.control(track, 6, 0, 0)

    (mask,) = find_drums(builder.build()).masks

    assert mask.tolist() == [False] * 4 + [True] * 2 + [False] * 2


@pytest.mark.parametrize(
    "name",
    [
        "Drums", "DRUMS", "Ｄｒｕｍｓ", "drum kit 2", "Drum_Kit", "Midi Drums", "Percussion L",
        "Perc.", "Superior Drummer 3", "Addictive Drums", "TR-808", "Schlagzeug", "Batería",
        "Batteria", "Batterie (acoustique)", "Bateria eletrônica", "Percusión", "Percussão",
        "Slagverk", "Trummor", "Slagtøj", "Trommesett", "Rummut", "Drumstel", "Perkusja", "Bębny",
        "Bicí", "Bicie", "Dobok", "Ütősök", "Tobe", "Bubnjevi", "Udaraljke", "Bobni", "Ударные",
        "Барабаны", "Ударна установка", "Ударные 1", "Τύμπανα", "Ντραμς", "Davul", "תופים",
        "طبول", "กลองชุด", "ドラム", "ドラムス", "ﾄﾞﾗﾑ", "ドラム1", "打楽器", "드럼",
        "드럼 1", "타악기", "鼓", "鼓组", "爵士鼓", "打击乐", "打擊樂 2",
    ],
)  # fmt: skip
def test_a_kit_is_known_by_its_name_in_many_languages(name):
    score = score_with((name, 2, KIT, 0), ("x", 1, MELODY, 0))

    assert drum_channels(score) == [2]


@pytest.mark.parametrize(
    "title",
    [
        "Conundrum", "Kit Carson", "Little Drummer Boy", "The Little Drummer Boy",
        "Drum'n'Bass Lead", "Drum & Bass", "Drums of Heaven", "Bang the Drum All Day",
        "Steel Drums", "Humdrum", "Doldrums", "Kitty", "The Drum", "Drums", "Drum Solo Song",
        "Eardrum", "Kick It", "Tom's Diner", "Kitchen", "The Snare", "Crash", "Drumming Song",
        "Tambourin chinois", "Le tambour", "Der Trommler", "Percy", "Percussive Maintenance",
        "Hats Off to Larry", "Mr. Tambourine Man", "Clap Your Hands", "El tamborilero",
        "Drumsticks", "Electric Kitten", "Snow Patrol", "Bongo Rock",
    ],
)  # fmt: skip
def test_a_title_makes_no_drums_of_a_melody(title):
    assert drum_channels(score_with((title, 1, [72, 76, 79, 84, 83, 77], 0))) == []
    assert drum_channels(score_with((title, 1, MELODY, 0))) == []


@pytest.mark.parametrize(
    ("part", "channels"),
    [
        (("Steel Drums", 1, [60, 64], 114), []),
        (("Drums", 1, MELODY, 48), []),
        (("Drums", 1, KIT, 16), [1]),  # a kit's number
        (("Real Live Garage Drums", 1, KIT, 0), [1]),
        (("Kick", 1, [36] * 4, 0), [1]),
        (("Bass Drum", 1, [36] * 4, 0), [1]),
        (("Hi-Hat", 1, [42, 42, 46, 42], 0), [1]),
        (("Bass", 1, [36, 38, 40, 42], 0), []),
        (("", 1, [36, 38, 40, 42], 0), []),
        (("Take 2", 1, [22, 36, 38, 51], 0), [1]),
        (("Piano", 1, [22, 36, 38, 60], 0), []),
    ],
)
def test_notes_and_programs_may_contradict_a_name(part, channels):
    assert drum_channels(score_with(part)) == channels


def beat_and_bass(name: str, *, bass_name: str = "", n_bars: int = 4):
    builder = ScoreBuilder()
    kit, bass = builder.track(name, channel=0), builder.track(bass_name, channel=1)
    for bar in range(0, 4 * n_bars, 4):
        for eighth in range(8):
            builder.note(kit, bar + eighth / 2, 0.2, 42)
            builder.note(bass, bar + eighth / 2, 0.5, [40, 40, 42, 44, 47, 49, 51, 52][eighth])
        for beat, pitch in ((0, 36), (1, 38), (2, 36), (3, 38)):
            builder.note(kit, bar + beat, 0.2, pitch)
    return builder


def test_drums_without_a_name_are_known_by_what_is_played():
    assert drum_channels(beat_and_bass("").build()) == [1]
    assert drum_channels(beat_and_bass("Piano").build()) == []


def test_what_looks_like_drums_is_left_alone_where_the_file_has_drums():
    builder = beat_and_bass("")
    builder.note(builder.track("x", channel=9), 0, 1, 36)

    assert drum_channels(builder.build()) == [10]


@pytest.mark.parametrize(
    ("said", "expected"),
    [
        ("none", []), ("11", [11]), ("channel 1", [1]), ("ch 1", [1]), ("track 2", [11]),
        ("Piano", [1]), ("piano, 11", [1, 11]),
    ],
)  # fmt: skip
def test_a_person_decides_over_the_rule(said, expected):
    score = score_with(("Piano", 1, MELODY, 0), ("x", 11, KIT, 0), ("y", 10, KIT, 0))

    found = find_drums(score, said)

    assert sorted(part.channel + 1 for part in found.parts) == expected
    assert all(part.reason == "asked for" for part in found.parts)


@pytest.mark.parametrize("said", ["tuba", "12", "track 9", "", " , "])
def test_a_person_who_names_nothing_is_told_what_there_is(said):
    score = score_with(("Piano", 1, MELODY, 0), ("x", 11, KIT, 0))

    with pytest.raises(InputError, match="`drums`"):
        find_drums(score, said)


def test_settled_drums_stand_on_the_drum_channel_and_obey_their_own():
    score = score_with(("EZdrummer", 4, KIT, 0), ("Perc", 10, [54], 0), ("Bass", 1, [40], 0))

    settled = settle_drums(score)

    assert [track.notes.channel[0] for track in settled.tracks] == [9, 9, 0]
    assert np.all(settled.tracks[0].played_on == 3)
    assert settled.tracks[1].played_on is None
    assert "track 1 'EZdrummer', channel 4" in settled.warnings[0]
    assert settle_drums(settled) is settled


def test_a_melody_on_channel_10_moves_to_a_free_one():
    score = score_with(("Violin", 10, MELODY, 40), ("b", 16, [40], 0), raws=[gs_rhythm(0, 0)])

    settled = settle_drums(score)

    assert set(settled.tracks[0].notes.channel.tolist()) == {14}
    assert "on channel 10, but was read as notes" in settled.warnings[-1]


def test_a_score_whose_drums_are_in_place_comes_back_as_it_is():
    score = score_with(("Piano", 1, MELODY, 0), ("Drums", 10, KIT, 0))

    assert settle_drums(score) is score

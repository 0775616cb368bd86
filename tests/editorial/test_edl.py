"""EDLs of Avid, Premiere and Resolve give their markers, or their cuts, at the right times."""

from fractions import Fraction

import pytest

from clavilux.core.errors import DocumentError
from clavilux.editorial.hits import read_markers

PAL, NTSC, NTSC_60, FILM = (
    Fraction(25),
    Fraction(30000, 1001),
    Fraction(60000, 1001),
    Fraction(24000, 1001),
)
AVID = """TITLE: Film
FCM: NON-DROP FRAME

001  AX       V     C        00:00:00:00 00:00:10:00 01:00:00:00 01:00:10:00
* FROM CLIP NAME: A.mov
* LOC: 01:00:04:12 RED     DOOR
002  AX       V     C        00:00:00:00 00:00:10:00 01:00:10:00 01:00:20:00
* LOC: 01:00:12:00 RED     FALL
"""
BARE = "".join(line + "\n" for line in AVID.splitlines() if "LOC" not in line)


def times(tmp_path, text, rate=Fraction(24), length=None):
    path = tmp_path / "cut.edl"
    path.write_text(text)
    return read_markers(path, rate, length)


def test_locators_are_hits(tmp_path):
    assert times(tmp_path, AVID) == (4.5, 12.0)


def test_without_locators_the_cuts_are(tmp_path):
    assert times(tmp_path, BARE) == (10.0,)


@pytest.mark.parametrize("star", [" *LOC: ", "*LOC:", "  * LOC:   ", "* loc: ", "*  LOC "])
def test_locators_are_known_however_they_are_spaced(tmp_path, star):
    assert times(tmp_path, AVID.replace("* LOC: ", star)) == (4.5, 12.0)


@pytest.mark.parametrize("codes", [":::", ";;;", "::;", "::.", "..."])
@pytest.mark.parametrize(("rate", "frame"), [(NTSC, 2), (NTSC_60, 4)], ids=["29.97", "59.94"])
def test_drop_frame_is_read_with_any_separator(tmp_path, codes, rate, frame):
    def code(text):
        parts = text.split(":")
        return "".join(a + b for a, b in zip(parts, [*codes, ""], strict=True))

    head = f"{code('01:00:00:00')} {code('01:10:00:00')}"
    text = (
        f"TITLE: df\nFCM: DROP FRAME\n001  AX V C {head} {head}\n"
        f"* LOC: {code(f'01:01:00:{frame:02}')} RED A\n* LOC: {code('01:10:00:00')} RED B\n"
    )

    assert times(tmp_path, text, rate, Fraction(601)) == pytest.approx((60.06, 600.0))


def test_a_dot_without_any_header_is_drop_frame(tmp_path):
    text = "001 AX V C 01:00:00.00 01:10:00.00 01:00:00.00 01:10:00.00\n* LOC: 01:01:00.02 RED A\n"

    assert times(tmp_path, text, NTSC) == (60.06,)


def test_non_drop_at_29_97_runs_slower_than_the_clock(tmp_path):
    text = AVID.replace("01:00:12:00", "01:00:10:00")

    assert times(tmp_path, text, NTSC) == pytest.approx((132 * 1.001 / 30, 10.01))


def test_drop_frame_says_nothing_at_24_frames(tmp_path):
    text = AVID.replace("NON-DROP", "DROP")

    assert times(tmp_path, text, FILM) == pytest.approx((4.5045, 12.012))


def resolve(*codes):
    lines = ["TITLE: Timeline 1", "FCM: NON-DROP FRAME", ""]
    for number, code in enumerate(codes, 1):
        lines.append(f"{number:03}  001      V     C        {code} {code} {code} {code}  ")
        lines.append(f" |C:ResolveColorBlue |M:A | B {number} |D:1\n")
    return "\n".join(lines)


@pytest.mark.parametrize(
    ("codes", "length", "expected"),
    [
        (("01:00:05:00", "01:00:09:00"), 20, (5, 9)),
        (("00:00:05:00",), 20, (5,)),
        (("10:00:05:00",), 20, (5,)),
        (("02:00:05:00",), 20, (5,)),
        (("02:00:05:00",), 7200, (3605,)),
        (("00:59:58:00", "01:00:02:00"), 7200, (3598, 3602)),
    ],
)
def test_resolves_markers_count_from_the_timelines_start(tmp_path, codes, length, expected):
    assert times(tmp_path, resolve(*codes), PAL, Fraction(length)) == expected


@pytest.mark.parametrize("track", ["V", "B", "V2", "AA/V"])
@pytest.mark.parametrize("reel", ["AX", "My Reel 1", "A001_C002 V C", ""])
def test_cuts_are_read_whatever_the_reel_is_called(tmp_path, reel, track):
    text = BARE.replace("AX       V ", f"{reel} {track} ")

    assert times(tmp_path, text) == (10.0,)


def test_a_dissolve_is_one_cut_and_sound_is_none(tmp_path):
    text = BARE + (
        "003  AX V C     00:00:00:00 00:00:00:00 01:00:20:00 01:00:20:00\n"
        "003  AX V D 024 00:00:00:00 00:00:05:00 01:00:20:00 01:00:25:00\n"
        "004  AX A C     00:00:00:00 00:00:05:00 01:00:23:00 01:00:25:00\n"
    )

    assert times(tmp_path, text) == (10.0, 20.0)


def test_a_film_that_begins_before_the_hour_begins_with_its_first_event(tmp_path):
    text = (
        "TITLE: x\n001 AX V C 00:00:00:00 00:00:10:00 00:59:50:00 01:00:00:00\n"
        "002 AX V C 00:00:00:00 00:00:10:00 01:00:00:00 01:00:10:00\n"
    )

    assert times(tmp_path, text) == (10.0,)
    assert times(tmp_path, text, length=Fraction(20)) == (10.0,)


def test_a_gap_at_the_start_is_kept_unless_the_events_are_as_long_as_the_film(tmp_path):
    text = BARE.replace("01:00:", "01:05:")

    assert times(tmp_path, text, length=Fraction(400)) == (300.0, 310.0)
    assert times(tmp_path, text, length=Fraction(20)) == (10.0,)


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16", "utf-16-le", "cp1252"])
@pytest.mark.parametrize("newline", ["\n", "\r\n", "\r"])
def test_encodings_and_line_ends_of_other_systems_are_read(tmp_path, encoding, newline):
    path = tmp_path / "cut.edl"
    text = AVID.replace("DOOR", "TÜR").replace("\n", newline)
    path.write_bytes(text.encode(encoding))

    assert read_markers(path, Fraction(24)) == (4.5, 12.0)


def test_a_frame_number_that_the_film_has_not_is_refused_with_its_line(tmp_path):
    text = AVID.replace("01:00:04:12", "01:00:04:45")

    with pytest.raises(DocumentError, match=r"line 6: .*frame 45, but the film has 24"):
        times(tmp_path, text)

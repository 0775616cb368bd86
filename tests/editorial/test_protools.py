"""Markers of Pro Tools are where its picture shows them."""

from fractions import Fraction

import pytest

from clavilux.core.errors import DocumentError
from clavilux.editorial.hits import read_markers

SESSION = """SESSION NAME:\tReel 1
SAMPLE RATE:\t48000.000000
BIT DEPTH:\t24-bit
SESSION START TIMECODE:\t{start}
TIMECODE FORMAT:\t{form}
# OF AUDIO TRACKS:\t2


O N L I N E  F I L E S  I N  S E S S I O N
Filename \tLocation
1.wav \tSamples


M A R K E R S  L I S T I N G
#   \tLOCATION     \tTIME REFERENCE    \tUNITS    \tNAME    \tCOMMENTS
{rows}

O F F L I N E  C L I P S  I N  S E S S I O N
9   \t01:00:09:00  \t9999999           \tSamples  \tnot a marker
"""


def markers(tmp_path, *rows, start="00:59:50:00", form="25 Frame"):
    path = tmp_path / "session.txt"
    path.write_text(SESSION.format(start=start, form=form, rows="\n".join(rows)))
    return [float(time) for time in read_markers(path, Fraction(25), Fraction(600))]


HIT = "1   \t01:00:05:00  \t720000            \tSamples  \thit     \tloud"


def test_a_session_begins_before_its_picture(tmp_path):
    assert markers(tmp_path, HIT) == [5.0]
    assert markers(tmp_path, HIT, start="01:00:00:00") == [15.0]
    assert markers(tmp_path, HIT, start="00:00:00:00") == [15.0]
    assert markers(tmp_path, HIT, start="23:50:00:00") == [15.0]


def test_samples_are_exact_where_time_code_is_slower_than_the_clock(tmp_path):
    row = "1\t01:00:10:00\t480480\tSamples\thit\t"

    assert markers(tmp_path, row, start="01:00:00:00", form="23.976 Frame") == [10.01]
    before = markers(tmp_path, row, start="00:59:55:00", form="29.97 Drop Frame")
    assert before == pytest.approx([10.01 - 5.005], abs=0.04)


def test_names_may_go_on_over_lines_and_places_be_in_other_units(tmp_path):
    rows = [
        "1\t01:00:05:00\t01:00:05:00\tTicks\twith a\nline\tand\tmore",
        "2\t0:17.500\t17|3\tTicks\tclock\t",
        "3\t01:00:09:00\t912000\tSamples\tfar\t",
    ]

    assert markers(tmp_path, *rows) == [5.0, 7.5, 9.0]
    row = "1\t01:00:05:05.50\t17|3\tTicks\tbetween frames\t"
    assert markers(tmp_path, row, start="00:59:50:00.00") == [5.22]
    assert markers(tmp_path, "1\t720000\t17|3\tTicks\tin samples\t") == [5.0]


def test_what_counts_in_bars_alone_says_what_to_do(tmp_path):
    with pytest.raises(DocumentError, match=r"line 16: marker 'drop' is at '58\|4', which is"):
        markers(tmp_path, "2\t58|4\t58|4\tTicks\tdrop\t")


def test_a_session_without_markers_says_so(tmp_path):
    with pytest.raises(DocumentError, match="holds no markers"):
        markers(tmp_path)

"""Premiere's and Final Cut 7's XML gives the markers of the sequence and of what it shows."""

from fractions import Fraction

import pytest

from clavilux.core.errors import DocumentError
from clavilux.editorial.hits import read_markers

MARK = "<marker><name>m</name><comment/><in>{}</in><out>-1</out></marker>"


def rate(timebase=25, ntsc="FALSE"):
    return f"<rate><timebase>{timebase}</timebase><ntsc>{ntsc}</ntsc></rate>"


def item(start, end, first, last, inside="", own=None):
    return (
        f"<clipitem id='c'><name>c</name>{own or rate()}<start>{start}</start><end>{end}</end>"
        f"<in>{first}</in><out>{last}</out>{inside}</clipitem>"
    )


def sequence(video="", inside="", audio="", of=None):
    return (
        f"<sequence id='s'><name>S</name><duration>500</duration>{of or rate()}<timecode>"
        f"<string>01:00:00:00</string><displayformat>NDF</displayformat></timecode>{inside}"
        f"<media><video><track>{video}</track></video><audio><track>{audio}</track></audio></media>"
        "</sequence>"
    )


def times(tmp_path, body, version="4"):
    path = tmp_path / "cut.xml"
    path.write_text(
        f'<?xml version="1.0" encoding="UTF-8"?>\n<!DOCTYPE xmeml>\n<xmeml version="{version}">'
        f"{body}</xmeml>"
    )
    return read_markers(path, Fraction(24), Fraction(20))


@pytest.mark.parametrize("version", ["1", "4", "5"])
def test_sequence_markers_count_from_the_first_frame(tmp_path, version):
    body = sequence(inside=MARK.format(125) + MARK.format(225))

    assert times(tmp_path, body, version) == (5.0, 9.0)


@pytest.mark.parametrize("wrap", ["<project><children>{}</children></project>", "<bin>{}</bin>"])
def test_a_sequence_is_found_inside_projects_and_bins(tmp_path, wrap):
    assert times(tmp_path, wrap.format(sequence(inside=MARK.format(125)))) == (5.0,)


def test_ntsc_rates_are_exact(tmp_path):
    body = sequence(inside=MARK.format(1800), of=rate(30, "TRUE"))

    assert times(tmp_path, body) == (60.06,)


def test_clip_markers_are_moved_to_the_sequence_and_cut_off_ones_left_out(tmp_path):
    marks = MARK.format(150) + MARK.format(99) + MARK.format(400)
    clip = item(50, 150, 100, 200, marks)

    assert times(tmp_path, sequence(clip, audio=clip)) == (4.0,)


def test_a_clip_of_another_rate_counts_by_its_own(tmp_path):
    clip = item(50, 175, 0, 250, MARK.format(100), rate(50))

    assert times(tmp_path, sequence(clip)) == (4.0,)


def test_edges_under_a_transition_are_worked_out(tmp_path):
    clips = (
        item(0, -1, 0, 110, MARK.format(5))
        + "<transitionitem><start>100</start><end>110</end></transitionitem>"
        + item(-1, 200, 40, 140, MARK.format(65))
    )

    assert times(tmp_path, sequence(clips)) == (0.2, 5.0)


def test_markers_inside_a_nested_sequence_are_not_on_the_timeline(tmp_path):
    nested = item(0, 100, 0, 100, sequence(inside=MARK.format(10)))

    assert times(tmp_path, sequence(nested, inside=MARK.format(125))) == (5.0,)


def test_of_several_sequences_the_first_is_read_and_the_others_named(tmp_path):
    body = sequence(inside=MARK.format(125)) + sequence(inside=MARK.format(1)).replace("S<", "T<")

    with pytest.warns(UserWarning, match="2 sequences; 'S' is read, not 'T'"):
        assert times(tmp_path, body) == (5.0,)


@pytest.mark.parametrize("value", ["x", "9" * 30, "1e999", "nan"])
def test_numbers_that_cannot_be_are_refused(tmp_path, value):
    with pytest.raises(DocumentError):
        times(tmp_path, sequence(inside=MARK.format(value)))
    with pytest.raises(DocumentError):
        times(tmp_path, sequence(inside=MARK.format(5), of=rate(value)))

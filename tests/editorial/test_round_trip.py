"""A timeline comes back from every format as it was written, to the frame."""

from fractions import Fraction

import pytest

from clavilux import editorial
from clavilux.core.errors import InputError
from clavilux.editorial import Clip, Marker, Timeline

RATES = {
    "24": (Fraction(24), False),
    "25": (Fraction(25), False),
    "23.976": (Fraction(24000, 1001), False),
    "29.97": (Fraction(30000, 1001), False),
    "29.97 DF": (Fraction(30000, 1001), True),
    "59.94 DF": (Fraction(60000, 1001), True),
}
READABLE = [suffix for suffix in editorial.WRITABLE_SUFFIXES if suffix != ".srt"]


def timeline(rate, drop_frame, *, with_clips):
    def at(frame):
        return frame / rate

    clips = (
        Clip(at(0), at(200), "A", "/film/a.mov", at(10)),
        Clip(at(200), at(5000), "B", "/film/b.mov", at(0)),
    )
    markers = (
        Marker(at(100), "door <&> 1", color="red"),
        Marker(at(4711), "the fall", color="blue", duration=at(10)),
    )
    return Timeline(
        rate, markers, clips if with_clips else (), drop_frame=drop_frame, duration=at(5200)
    )


@pytest.mark.parametrize("with_clips", [True, False])
@pytest.mark.parametrize("suffix", READABLE)
@pytest.mark.parametrize("rate", RATES)
def test_markers_come_back(tmp_path, rate, suffix, with_clips):
    frame_rate, drop_frame = RATES[rate]
    written = timeline(frame_rate, drop_frame, with_clips=with_clips)
    path = editorial.write(written, tmp_path / f"edit{suffix}")

    read = editorial.read(path, frame_rate=frame_rate, duration=written.duration)

    assert [marker.name for marker in read.markers] == ["door <&> 1", "the fall"]
    for ours, theirs in zip(read.markers, written.markers, strict=True):
        assert abs(ours.time - theirs.time) < Fraction(1, 10**5)
    if with_clips and suffix != ".csv":
        assert [(c.start, c.duration, c.source_start) for c in read.clips] == [
            (c.start, c.duration, c.source_start) for c in written.clips
        ]


def test_an_edl_without_clips_is_the_one_that_resolve_imports(tmp_path):
    path = editorial.write(timeline(Fraction(25), False, with_clips=False), tmp_path / "a.edl")

    assert path.read_text().splitlines()[:5] == [
        "TITLE: Timeline",
        "FCM: NON-DROP FRAME",
        "",
        "001  001      V     C        01:00:04:00 01:00:04:01 01:00:04:00 01:00:04:01  ",
        " |C:ResolveColorRed |M:door <&> 1 |D:1",
    ]


def test_subtitles_show_a_marker_until_the_next(tmp_path):
    marks = (Marker(Fraction(1), "one"), Marker(Fraction(2), "two", duration=Fraction(5, 2)))

    path = editorial.write(Timeline(Fraction(25), marks), tmp_path / "a.srt")

    assert path.read_text() == (
        "1\n00:00:01,000 --> 00:00:02,000\none\n\n2\n00:00:02,000 --> 00:00:04,500\ntwo\n"
    )


def test_other_suffixes_are_answered_with_those_that_can_be_written(tmp_path):
    with pytest.raises(InputError, match=r"\.edl, \.fcpxml, \.xml, \.csv, \.otio, \.srt"):
        editorial.write(Timeline(Fraction(25)), tmp_path / "a.aaf")

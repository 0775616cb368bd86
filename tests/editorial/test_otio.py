"""OpenTimelineIO's documents are read and written as its library does."""

import json
from fractions import Fraction

import pytest

from clavilux import editorial
from clavilux.core.errors import DocumentError
from clavilux.editorial import Clip, Marker, Timeline
from clavilux.editorial.hits import read_markers

EDIT = Timeline(
    Fraction(24),
    (Marker(Fraction(5), "door", color="red"), Marker(Fraction(12), "fall")),
    (
        Clip(Fraction(0), Fraction(10), "A", "/a.mov", Fraction(3)),
        Clip(Fraction(12), Fraction(8), "B", "/b.mov"),
    ),
    duration=Fraction(20),
)


def test_the_library_reads_what_we_write(tmp_path):
    otio = pytest.importorskip("opentimelineio", reason="OpenTimelineIO is not installed")

    timeline = otio.adapters.read_from_file(str(editorial.write(EDIT, tmp_path / "a.otio")))

    assert timeline.duration().to_seconds() == 20
    assert timeline.global_start_time.to_timecode() == "01:00:00:00"
    assert [m.marked_range.start_time.to_seconds() for m in timeline.tracks.markers] == [5, 12]
    assert [c.name for c in timeline.find_clips()] == ["A", "B"]


def test_we_read_what_the_library_writes(tmp_path):
    otio = pytest.importorskip("opentimelineio", reason="OpenTimelineIO is not installed")
    time, span = otio.opentime.RationalTime, otio.opentime.TimeRange
    track = otio.schema.Track("V1")
    for name, first in (("A", 0), ("B", 100)):
        clip = otio.schema.Clip(name, source_range=span(time(first, 24), time(240, 24)))
        for frame in (first + 24, first + 300):
            clip.markers.append(otio.schema.Marker("m", span(time(frame, 24), time(0, 24))))
        track.append(clip)
    timeline = otio.schema.Timeline("T", tracks=[track])
    path = tmp_path / "b.otio"
    otio.adapters.write_to_file(timeline, str(path))

    assert read_markers(path, Fraction(30)) == (1.0, 11.0)


@pytest.mark.parametrize("rate", [float("nan"), 0, -24, 1e400, "24", None])
def test_rates_that_cannot_be_are_refused(tmp_path, rate):
    path = editorial.write(EDIT, tmp_path / "a.otio")
    document = json.loads(path.read_text())
    document["tracks"]["markers"][0]["marked_range"]["start_time"]["rate"] = rate
    path.write_text(json.dumps(document))

    with pytest.raises(DocumentError, match="is not a time"):
        editorial.read(path, frame_rate=Fraction(24))

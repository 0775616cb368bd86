"""Points to be hit are read from what editors export."""

from fractions import Fraction

import pytest

from clavilux.compose.markers import parse_hits, read_markers
from clavilux.core.errors import DocumentError

EDL = """TITLE: Film
FCM: NON-DROP FRAME

001  AX       V     C        00:00:00:00 00:00:10:00 01:00:00:00 01:00:10:00
* FROM CLIP NAME: A.mov
* LOC: 01:00:04:12 RED     DOOR
002  AX       V     C        00:00:00:00 00:00:10:00 01:00:10:00 01:00:20:00
* LOC: 01:00:12:00 RED     FALL
"""

FCPXML = """<?xml version="1.0" encoding="UTF-8"?>
<!DOCTYPE fcpxml>
<fcpxml version="1.9"><library><event><project><sequence><spine>
<asset-clip offset="0s" start="0s" duration="5s"><marker start="2002/1001s" value="A"/></asset-clip>
<asset-clip offset="5s" start="3600s" duration="5s"><marker start="3601s" value="B"/></asset-clip>
</spine></sequence></project></event></library></fcpxml>
"""


def write(tmp_path, text):
    path = tmp_path / "markers"
    path.write_text(text)
    return path


def test_an_edl_gives_its_locators(tmp_path):
    assert read_markers(write(tmp_path, EDL), Fraction(24)) == (4.5, 12.0)


def test_an_edl_without_locators_gives_its_cuts(tmp_path):
    bare = "\n".join(line for line in EDL.splitlines() if "LOC" not in line)

    assert read_markers(write(tmp_path, bare), Fraction(24)) == (10.0,)


def test_fcpxml_markers_are_moved_from_the_clip_to_the_sequence(tmp_path):
    assert read_markers(write(tmp_path, FCPXML), Fraction(24)) == (2.0, 6.0)


@pytest.mark.parametrize("text", ["", "hello", "<a>", "<a/>", "<a><marker start='x'/></a>"])
def test_what_holds_no_markers_is_refused(tmp_path, text):
    with pytest.raises(DocumentError):
        read_markers(write(tmp_path, text), Fraction(24))


def test_hits_are_read_as_typed():
    assert parse_hits("12.4,31") == (12.4, 31.0)
    assert parse_hits("1:05 3") == (3.0, 65.0)
    with pytest.raises(DocumentError, match="is not a time"):
        parse_hits("soon")

"""Tables of markers are read as Premiere, Resolve, Audition, Reaper and Audacity write them."""

from fractions import Fraction

import pytest

from clavilux.core.errors import DocumentError
from clavilux.editorial.hits import read_markers

NTSC = Fraction(30000, 1001)
PREMIERE = "Marker Name\tDescription\tIn\tOut\tDuration\tMarker Type\t\n"
TABLES = {
    "Premiere": (PREMIERE + "a\t\t00:00:05:00\t00:00:05:00\t00:00:00:00\tComment\t\n"
                 "\t\t00:00:09:05\t00:00:09:05\t00:00:00:00\tChapter\t\n", 25, (5.0, 9.2)),
    "Premiere, drop-frame": (
        PREMIERE + "a\t\t00;01;00;02\t00;01;00;02\t00;00;00;00\tComment\n", NTSC, (60.06,)),
    "Resolve's edit index": ("#,Reel,V,Source In,Source Out,Record In,Record Out,Name,Color\n"
                             '1,"A, B",V1,00:00:00:00,00:00:01:00,01:00:05:00,01:00:06:00,x,Blue\n',
                             25, (5.0,)),
    "Audition": ("Name\tStart\tDuration\tTime Format\tType\tDescription\n"
                 "Marker 1\t0:05.500\t0:00.000\tdecimal\tCue\t\n"
                 "Marker 2\t0:01:05.250\t0:00.000\tdecimal\tCue\t\n", 25, (5.5, 65.25)),
    "Reaper": ("#,Name,Start,End,Length,Color\nM1,,0:05.000,,,\nR1,b,1:05.500,70,,\n",
               25, (5.0, 65.5)),
    "Audacity": ("5.000000\t5.000000\tdoor\n9.500000\t12.000000\tfall\n", 25, (5.0, 9.5)),
    "ours": ("Name,Start,Duration,Timecode,Color,Comment\na,5.2,0,01:00:05:05,,\n", 25, (5.2,)),
    "semicolons": ("time;name\n5,5;a\n9;b\n", 25, (5.5, 9.0)),
    "frames": ("frame,name\n125,a\n", 25, (5.0,)),
    "one column": ("5\n1:05\n", 25, (5.0, 65.0)),
}  # fmt: skip


def times(tmp_path, text, rate, encoding="utf-8"):
    path = tmp_path / "markers.csv"
    path.write_bytes(text.encode(encoding))
    return read_markers(path, Fraction(rate), Fraction(200))


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16"])
@pytest.mark.parametrize("program", TABLES)
def test_tables_are_read(tmp_path, program, encoding):
    text, rate, expected = TABLES[program]

    assert times(tmp_path, text, rate, encoding) == pytest.approx(expected)


def test_bars_are_answered_with_the_way_out(tmp_path):
    with pytest.raises(DocumentError, match=r"line 2: '3\.1\.00' counts in bars"):
        times(tmp_path, "#,Name,Start,End,Length\nM1,,3.1.00,,\n", 25)

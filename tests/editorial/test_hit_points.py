"""Points to be hit are read from what editing programs export, and from what is typed."""

from fractions import Fraction

import pytest

from clavilux.core.errors import DocumentError
from clavilux.editorial.hits import inside, parse_hits, read_markers

PAL, NTSC, NTSC_60 = Fraction(25), Fraction(30000, 1001), Fraction(60000, 1001)
FIVE_NINE_FOURTEEN = (5.0, 9.0, 14.0)

CASES = {
    "fx3600.fcpxml": (PAL, 20, FIVE_NINE_FOURTEEN),
    "fxbom.fcpxml": (PAL, 20, FIVE_NINE_FOURTEEN),
    "fxbrowser.fcpxml": (PAL, 20, FIVE_NINE_FOURTEEN),
    "bundle.fcpxmld": (PAL, 20, FIVE_NINE_FOURTEEN),
    "premiere.xml": (PAL, 20, FIVE_NINE_FOURTEEN),
    "resolve_markers.edl": (PAL, 20, FIVE_NINE_FOURTEEN),
    "resolve_one.edl": (PAL, 20, (5.0,)),
    "cuts_blankreel.edl": (PAL, 20, FIVE_NINE_FOURTEEN),
    "cuts_utf16.edl": (PAL, 20, FIVE_NINE_FOURTEEN),
    "df_colon.edl": (NTSC, 601, (60.06, 600.0)),
    "df_allsemi.edl": (NTSC, 601, (60.06, 600.0)),
}


@pytest.mark.parametrize("with_length", [True, False])
@pytest.mark.parametrize("name", CASES)
def test_reported_exports_are_read_right(shared, name, with_length):
    rate, length, expected = CASES[name]

    times = read_markers(
        shared / "cases/3_markers" / name, rate, Fraction(length) if with_length else None
    )

    assert times == pytest.approx(expected, abs=1e-3)


def test_xml_nested_without_end_is_refused(shared):
    with pytest.raises(DocumentError, match="nests elements more than 200 deep"):
        read_markers(shared / "cases/3_markers/deep.fcpxml", PAL)


@pytest.mark.parametrize("text", ["", "hello", "<a>", "<a/>", "<a><marker start='x'/></a>", "{"])
def test_what_holds_no_markers_is_refused(tmp_path, text):
    path = tmp_path / "markers"
    path.write_text(text)

    with pytest.raises(DocumentError):
        read_markers(path, Fraction(24))


def test_a_missing_file_is_one_clear_line(tmp_path):
    with pytest.raises(DocumentError, match=r"cannot read .*nothing\.edl: no such file"):
        read_markers(tmp_path / "nothing.edl", PAL)


def test_an_empty_folder_is_refused(tmp_path):
    with pytest.raises(DocumentError, match=r"folder without an \.fcpxml"):
        read_markers(tmp_path, PAL)


@pytest.mark.parametrize(
    ("text", "times"),
    [
        ("12.4,31", (12.4, 31.0)),
        ("1:05 3", (3.0, 65.0)),
        ("1:02:03.5", (3723.5,)),
        ("00:00:02:12", (2.48,)),
        ("2s, 2", (2.0,)),
    ],
)
def test_hits_are_read_as_typed(text, times):
    assert parse_hits(text, PAL) == pytest.approx(times)


def test_typed_drop_frame_time_code_is_read_by_the_films_rate():
    assert parse_hits("00:01:00;02", NTSC) == (60.06,)


@pytest.mark.parametrize("text", ["soon", "nan", "inf", "-3", "1:-5", "1e400", "00:00:02:25", "٣"])
def test_hits_that_are_no_times_are_refused(text):
    with pytest.raises(DocumentError, match=r"^hit "):
        parse_hits(text, PAL)


def test_hits_outside_the_film_are_named_and_left_out():
    with pytest.warns(UserWarning, match=r"--hits: 99\.00 s lie outside the film, .* 6\.00 s"):
        assert inside((1.0, 99.0), 6.0, "--hits") == (1.0,)


@pytest.mark.parametrize(
    "text",
    [
        "time,name\n" + "5.0,a\n" * 1_001,
        "TITLE: x\n" + "* LOC: 01:00:05:00 RED x\n" * 1_001,
        "<fcpxml><project><sequence>"
        + "<marker start='1s'/>" * 1_001
        + "</sequence></project></fcpxml>",
    ],
    ids=["table", "edl", "fcpxml"],
)
def test_more_markers_than_any_edit_has_are_refused(tmp_path, text, monkeypatch):
    monkeypatch.setattr("clavilux.editorial.timeline.MAX_ITEMS", 1_000)
    path = tmp_path / "markers"
    path.write_text(text)

    with pytest.raises(DocumentError, match="more than 1000 markers"):
        read_markers(path, PAL)

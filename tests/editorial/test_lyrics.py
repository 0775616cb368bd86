"""Lyrics are read from what people have, and written as players take them."""

import pytest

from clavilux.core.errors import DocumentError
from clavilux.core.lyrics import Line, Lyrics, Word
from clavilux.editorial import lyrics as files


def sheet(tmp_path, name, text):
    path = tmp_path / name
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    return files.read(path)


def test_reads_lrc_with_offsets_repeats_and_word_times(tmp_path):
    text = (
        "[ar: Ann]\n[offset:500]\n[00:01.00][00:09.00]Hello\n"
        "[00:03.50]<00:03.50> my <00:04> star\n[00:05.00]\n"
    )

    lines = sheet(tmp_path, "a.lrc", text).lyrics.lines

    assert [(line.start_s, line.end_s, line.text) for line in lines] == [
        (0.5, 3.0, "Hello"), (3.0, 4.5, "my star"), (8.5, 12.5, "Hello"),
    ]  # fmt: skip
    assert lines[1].words == (Word(3.0, 3.5, "my"), Word(3.5, 4.5, "star"))


@pytest.mark.parametrize("mark", ["", "WEBVTT\n\n"])
def test_reads_subtitles_without_their_markup(tmp_path, mark):
    comma = "." if mark else ","
    text = (
        f"{mark}1\n00:00:01{comma}500 --> 00:00:02{comma}750\n<i>Über</i> uns\nder Himmel\n\n"
        f"2\n00:00:03{comma}000 --> 00:00:04{comma}000\n星\n"
    )

    lines = sheet(tmp_path, "a.vtt" if mark else "a.srt", text.replace("\n", "\r\n")).lyrics.lines

    assert lines == (Line(1.5, 2.75, "Über uns der Himmel"), Line(3.0, 4.0, "星"))


def test_reads_plain_text_without_headings(tmp_path):
    found = sheet(tmp_path, "a.txt", "[Chorus]\nLove me\n\n(x2):\n  tender \n".encode("utf-16"))

    assert found.lyrics is None
    assert found.lines == ("Love me", "tender")


@pytest.mark.parametrize(
    ("name", "text", "message"),
    [
        ("a.txt", "\n \n", "holds no lyrics"),
        ("a.lrc", "words", "no line with a time"),
        ("a.srt", "words", "no cue"),
        ("a.doc", "words", "ends in .lrc, .srt"),
    ],
)
def test_names_what_is_wrong(tmp_path, name, text, message):
    with pytest.raises(DocumentError, match=message):
        sheet(tmp_path, name, text)


@pytest.mark.parametrize("suffix", [".srt", ".lrc"])
def test_what_is_written_is_read_back(tmp_path, suffix):
    lyrics = Lyrics((Line(1.0, 2.0, "a b", (Word(1.0, 1.5, "a"), Word(1.5, 2.0, "b"))),
                     Line(2.0, 6.0, "c")))  # fmt: skip

    found = sheet(tmp_path, f"a{suffix}", files.dump(lyrics, suffix)).lyrics

    assert [(line.start_s, line.text) for line in found.lines] == [(1.0, "a b"), (2.0, "c")]
    if suffix == ".lrc":
        assert found.lines[0].words == lyrics.lines[0].words


def test_ass_has_karaoke_times_and_no_stray_commands():
    lyrics = Lyrics((Line(1.0, 2.0, "{x} b", (Word(1.0, 1.5, "{x}"), Word(1.5, 2.0, "b"))),))

    assert r"{\k0}{\k50}(x) {\k0}{\k50}b" in files.dump(lyrics, ".ass")

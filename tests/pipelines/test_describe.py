"""A song is described: its story can be read back, changed and told again."""

import json

import numpy as np
import pytest

from clavilux.core.errors import ArgumentError, DocumentError
from clavilux.core.values import Series
from clavilux.listen.words import align
from clavilux.narrate import story as stories
from clavilux.pipelines.describe import describe
from tests.cli.shell import run


@pytest.mark.parametrize(
    "suffix", ["jsonl", "srt", "txt", "md", pytest.param("png", marks=pytest.mark.slow)]
)
def test_writes_every_kind(tiny_midi, tmp_path, suffix):
    target = tmp_path / f"out.{suffix}"

    done = run("describe", tiny_midi, "-o", target, "--every", "2")

    assert done.returncode == 0, done.stderr
    assert done.stdout.strip() == str(target)
    assert target.stat().st_size > 100


def test_a_story_is_read_back_as_it_was_written(tiny_midi, tmp_path):
    describe(tiny_midi, tmp_path / "a.jsonl")

    story = stories.read(tmp_path / "a.jsonl")

    assert story.dump() == (tmp_path / "a.jsonl").read_text()
    assert [s.start_s for s in story.spans] == [0.0, 1.0, 2.0, 3.0]
    assert set(story.spans[0].instruments) <= {"kick", "snare", "closed_hat", "piano"}
    assert story.spans[0].colour == "#ff0000"  # middle C
    assert story.spans[0].content().as_tuple()[0] == story.spans[0].volume


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"start_s": 9, "end_s": 8}, "line 2: ends at 8 s, not after its start"),
        ({"colour": "red"}, "line 2: colour"),
        ({"mood": "sad"}, "line 2: mood"),
        ({"end_s": 2.5}, "line 3: starts at 1 s, before the line above ends, at 2.5 s"),
    ],
)
def test_a_wrong_story_is_refused_with_its_line(tiny_midi, tmp_path, change, message):
    describe(tiny_midi, tmp_path / "a.jsonl")
    lines = (tmp_path / "a.jsonl").read_text().splitlines()
    lines[1] = json.dumps(json.loads(lines[1]) | change)
    (tmp_path / "a.jsonl").write_text("\n".join(lines))

    with pytest.raises(DocumentError, match=message):
        stories.read(tmp_path / "a.jsonl")


def test_a_changed_volume_holds():
    span = stories.Span(start_s=0, end_s=1, volume="quiet", volume_db=3.0, instruments=("kick",))

    assert span.content().volume == "quiet"
    assert span.content().volume_db < 0


def test_lyrics_with_times_are_in_the_tuples(tiny_midi, tmp_path):
    (tmp_path / "a.lrc").write_text("[00:01.20]shining heart\n[00:03.00]")

    describe(tiny_midi, tmp_path / "a.jsonl", lyrics=tmp_path / "a.lrc", voice="aimv")

    words = [span.words for span in stories.read(tmp_path / "a.jsonl").spans]
    assert words[:1] == [""]
    assert " ".join(words).split() == ["shining", "heart"]


def test_lines_without_times_lie_under_the_voice():
    voice = Series(10.0, np.array([0.0] * 20 + [0.9] * 20 + [0.1] * 30 + [0.9] * 20))

    lines = align(["one two", "three four"], voice, 9.0).lines

    assert [(line.start_s, line.end_s) for line in lines] == [(2.0, 4.0), (7.0, 9.0)]


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"every": "verse"}, "bar, phrase, section"),
        ({"voice": "shout"}, "there are: poetic, aimv"),
        ({"vectors": "x.bin"}, "`vectors` says which words are similar"),
        ({"allow_pickle": True}, "leave it out"),
    ],
)
def test_refuses_what_does_nothing(tiny_midi, tmp_path, options, message):
    with pytest.raises(ArgumentError, match=message):
        describe(tiny_midi, tmp_path / "a.jsonl", **options)
    assert not (tmp_path / "a.jsonl").exists()


def test_lines_are_whole_in_long_spans(tiny_midi, tmp_path):
    (tmp_path / "a.lrc").write_text("[00:00.50]shining heart,\n[00:02.00]burning star\n[00:03.90]")

    describe(tiny_midi, tmp_path / "a.jsonl", lyrics=tmp_path / "a.lrc", every="section")

    assert stories.read(tmp_path / "a.jsonl").spans[0].words == "shining heart / burning star"

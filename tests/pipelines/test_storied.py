"""A film follows a story: its sentences steer, its colours are seen, its words are drawn."""

import json
from fractions import Fraction

import numpy as np
import pytest

from clavilux.core.errors import ArgumentError, DocumentError
from clavilux.core.values import Curves
from clavilux.narrate import colours
from clavilux.narrate import story as stories
from clavilux.narrate.steering import steering
from clavilux.narrate.telling import Teller
from clavilux.pipelines import storied
from clavilux.pipelines.describe import describe
from clavilux.pipelines.see import see
from tests.cli.shell import run

SMALL = {"size": 32, "fps": 6, "duration": 1.5, "seed": 1}


def story(*spans):
    heading = stories.Heading(music="a.mid", duration_s=9.0)
    return stories.Story(heading=heading, spans=tuple(stories.Span(**span) for span in spans))


def test_sentences_hold_from_the_nearest_beat_after_other_words():
    told = story(
        {"start_s": 0, "end_s": 2, "sentence": "A sea.", "colour": "#0000ff"},
        {"start_s": 2.1, "end_s": 4, "sentence": "A fire engine red fire.", "colour": "#ff0000"},
    )
    curves = Curves(Fraction(10), {"strength": np.zeros(40)}, ((0, "ink"), (30, "glass")))

    words = storied.follow(curves, told, np.array([0.0, 2.0, 4.0]), 0.0, Teller()).prompts

    assert words == (
        (0, f"ink, A sea. {colours.eased('#0000ff')}"),
        (20, f"ink, A this colour fire. {colours.eased('#ff0000')}"),
        (30, f"glass, A this colour fire. {colours.eased('#ff0000')}"),
    )


def test_a_film_that_begins_later_begins_within_the_story():
    told = story({"start_s": 0, "end_s": 2, "sentence": "A sea."},
                 {"start_s": 2, "end_s": 4, "sentence": "A fire."})  # fmt: skip

    words = storied.prompts(told, np.zeros(0), Fraction(10), 3.0, 10, Teller())

    assert [(frame, text.split(" #")[0]) for frame, text in words] == [(0, "A fire.")]


def test_a_span_without_a_sentence_gets_one_from_its_tuple():
    told = story({"start_s": 0, "end_s": 2, "instruments": ["kick"], "colour": "#ff0000"})

    assert "kick drum" in storied.sentence_of(told.spans[0], Teller(), 0)


def test_a_colour_by_number_is_in_the_palette_and_stays_in_its_hue():
    asked = steering("someone wanders zzyzx #0000ff")

    assert [round(stop[2]) for stop, _ in asked.colours] == [264]  # blue in OKLCH
    assert asked.hue == 0
    assert steering("someone wanders zzyzx").hue != 0


def test_loudness_and_instruments_move_the_picture():
    loud, soft = steering("a figure screams"), steering("a figure whispers")

    assert loud.pace > 1.2 > 0.9 > soft.pace
    assert loud.contrast > soft.contrast
    assert steering("the kick drum").forward > 0
    assert steering("the piano").up < 0 < steering("the violin").up


@pytest.fixture(scope="module")
def told(tiny_midi, tmp_path_factory):
    path = tmp_path_factory.mktemp("story") / "a.jsonl"
    return describe(tiny_midi, path, every=2)


def test_another_story_is_another_film(tiny_midi, told, tmp_path):
    lines = told.read_text().splitlines()
    changed = json.loads(lines[1]) | {"sentence": "A black hole.", "colour": "#ff0000"}
    (tmp_path / "b.jsonl").write_text("\n".join([lines[0], json.dumps(changed), *lines[2:]]))

    films = [
        see(tiny_midi, tmp_path / f"{i}.mp4", story=path, **SMALL).read_bytes()
        for i, path in enumerate([told, tmp_path / "b.jsonl"])
    ]

    assert films[0] != films[1]


@pytest.mark.slow
def test_the_music_tells_its_own_story(tiny_midi, tmp_path):
    with_story = see(tiny_midi, tmp_path / "a.mp4", story="auto", **SMALL)

    assert with_story.read_bytes() != see(tiny_midi, tmp_path / "b.mp4", **SMALL).read_bytes()


def test_lyrics_are_drawn_or_written(tiny_midi, tmp_path):
    (tmp_path / "a.lrc").write_text("[00:00.20]Hey\n[00:00.80]you\n[00:03.00]late")
    plain = see(tiny_midi, tmp_path / "a.mp4", **SMALL)

    drawn = run("see", tiny_midi, "-o", tmp_path / "b.mp4", "--size", 32, "--fps", 6, "--seed", 1,
                "--duration", "1.5", "--lyrics", tmp_path / "a.lrc")  # fmt: skip
    written = see(tiny_midi, tmp_path / "c.mp4", lyrics=tmp_path / "a.lrc",
                  subtitles=tmp_path / "c.srt", **SMALL)  # fmt: skip

    assert drawn.returncode == 0, drawn.stderr
    assert (tmp_path / "b.mp4").read_bytes() != plain.read_bytes() == written.read_bytes()
    assert (tmp_path / "c.srt").read_text().count("-->") == 2


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"lyrics_style": "shout"}, "caption, karaoke"),
        ({"lyrics_style": "word"}, "there are no words to show: the MIDI file"),
        ({"story": "auto", "loop": 1}, "`loop` comes round again"),
        ({"font": "x.ttf"}, "`font` is for a `title` or lyrics"),
        ({"story": "auto", "look": "roll"}, "`story` does nothing in the look roll"),
        ({"story": "auto", "subtitles": "a.doc"}, r"\.srt, \.lrc or \.ass"),
    ],
)
def test_refuses_what_makes_no_sense(tiny_midi, tmp_path, options, message):
    with pytest.raises((ArgumentError, DocumentError), match=message):
        see(tiny_midi, tmp_path / "a.mp4", **options)
    assert not (tmp_path / "a.mp4").exists()


def test_refuses_a_story_of_longer_music(tiny_midi, told, tmp_path):
    lines = told.read_text().splitlines()
    last = json.loads(lines[-1]) | {"end_s": 99.0}
    (tmp_path / "b.jsonl").write_text("\n".join([*lines[:-1], json.dumps(last)]))

    with pytest.raises(ArgumentError, match=r"ends at 99\.0 s"):
        see(tiny_midi, tmp_path / "a.mp4", story=tmp_path / "b.jsonl")


def test_grey_words_leave_a_colour_by_number_its_colour():
    assert steering("silver fog in winter").chroma < 0.5
    assert steering("silver fog in winter #ff8000").chroma >= 0.9

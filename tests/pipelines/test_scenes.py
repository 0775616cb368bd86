"""Sections are shots: one picture by label, blended on the downbeat."""

from fractions import Fraction

import av
import numpy as np
import pytest

import clavilux
from clavilux import score
from clavilux.core.errors import ArgumentError, InputError, UnknownBackEnd
from clavilux.core.values import Curves, Events, Facts, Section
from clavilux.pipelines.music import open_music
from clavilux.pipelines.production import production_of_music
from clavilux.pipelines.scenes import Scenes
from clavilux.pipelines.settings import SeeOptions
from clavilux.pipelines.words import words_of_all
from clavilux.render import ShotStart
from clavilux.schedule import mapping
from clavilux.score import ScoreBuilder

RATE = Fraction(12)
SECTIONS = (Section(0, 6, "A"), Section(6, 12, "B"), Section(12, 20, "A"))
NOTHING = Events(np.empty(0), (), np.empty(0))
FACTS = Facts(
    20.0, NOTHING, beats_s=np.arange(0, 20, 0.5), downbeats_s=np.arange(0, 20, 2.0),
    sections=SECTIONS,
)  # fmt: skip


def scenes(facts=FACTS, seed=4, looks=(), prompts=()):
    return Scenes.of(facts, seed, looks, prompts)


def curves(n=240):
    return Curves(RATE, {"scene": np.arange(n) // 24 * 1.0})


@pytest.fixture(scope="module")
def song(tmp_path_factory):
    folder = tmp_path_factory.mktemp("song")
    builder = ScoreBuilder(120)
    track = builder.track("Piano")
    for bar, label in enumerate("AABBAA"):
        if bar % 2 == 0:
            builder.text(track, 4 * bar, label, "marker")
        for beat in range(4):
            builder.note(track, 4 * bar + beat, 0.5, 60 + 2 * bar + beat, 90)
    score.write(builder.build(), folder / "song.mid")
    return folder / "song.mid"


@pytest.fixture(scope="module")
def piece(song):
    return open_music(song)


def produced(piece, **given):
    options = SeeOptions(seed=4, fps=12, size=32, **given)
    return production_of_music(piece, mapping.load(options.mapping), options)


def test_each_label_has_a_seed_and_the_same_comes_back():
    _, shots = scenes().follow(curves(), 0.0)
    assert [(s.first_frame, s.seed, s.variation) for s in shots] == [
        (0, 4, 0), (72, 7923, 1), (144, 4, 0),
    ]  # fmt: skip


def test_sections_come_in_over_whole_beats_and_end_on_their_downbeat():
    _, shots = scenes().follow(curves(), 0.0)
    assert [shot.blend for shot in shots] == [0, 12, 12]  # a beat of 0.5 s is less than 0.6
    without = Facts(20.0, NOTHING, sections=SECTIONS)
    _, shots = scenes(without).follow(curves(), 0.0)
    assert [shot.blend for shot in shots] == [0, 8, 8]


def test_looks_and_words_go_by_label():
    made = scenes(looks=("ink", "glass"), prompts=("fog", "b: fire"))
    words, shots = made.follow(curves(), 0.0)
    assert [(s.look, s.variation) for s in shots] == [("ink", 0), ("glass", 0), ("ink", 0)]
    assert words.prompts == ((0, "fog"), (72, "fire"), (144, "fog"))


def test_scenes_count_from_the_start_of_each_section():
    found = scenes().follow(curves(), 0.0)[0].values["scene"]
    assert found[[0, 72, 144]].tolist() == [0, 0, 0]
    assert found[71] == 2


def test_a_film_that_begins_later_has_the_same_matter_there():
    _, shots = scenes().follow(curves(120), 8.0)
    assert shots == (ShotStart(0, None, 7923, 1), ShotStart(48, None, 4, 0, 12))


def test_short_sections_belong_to_those_before():
    short = (Section(0, 6, "A"), Section(6, 7, "B"), Section(7, 20, "A"))
    assert len(scenes(Facts(20.0, NOTHING, sections=short)).follow(curves(), 0.0)[1]) == 1


def test_words_for_a_section_that_is_not_there_are_refused():
    with pytest.raises(ArgumentError, match="no section is called 'C'; there are: A, B"):
        scenes(prompts=("C: fire",))
    with pytest.raises(ArgumentError, match="there are no sections here"):
        words_of_all(("B: fire",))
    assert words_of_all(("fire : 0.7 AND sea : 0.3",)) == "fire : 0.7 AND sea : 0.3"


def test_only_mappings_that_heed_sections_bring_scenes_unless_they_are_asked_for(piece):
    assert len(produced(piece).shots) == 3
    assert not produced(piece, mapping="v2midi").shots
    assert len(produced(piece, mapping="v2midi", looks="ink,glass").shots) == 3
    assert not produced(piece, loop=2).shots
    with pytest.raises(ArgumentError, match="no sections here"):
        produced(piece, loop=2, prompt="B: fire")


@pytest.mark.slow
def test_a_film_of_sections_has_their_looks(song, tmp_path):
    small = {"size": 32, "fps": 4, "seed": 1, "flashing": True, "start": 2, "duration": 4}
    film = clavilux.see(song, tmp_path / "film.mp4", looks=["ink", "paper"], **small)
    plain = clavilux.see(song, tmp_path / "plain.mp4", look="ink", **small)
    shown = []
    for path in (film, plain):
        with av.open(str(path)) as container:
            decoded = [f.to_ndarray(format="gray").astype(float) for f in container.decode(video=0)]
        shown.append(np.array(decoded))
    apart = np.abs(shown[0] - shown[1]).mean(axis=(1, 2))
    assert len(apart) == 16
    assert apart[:4].max() < 2 < apart[9:].min()


@pytest.mark.parametrize(
    ("given", "error", "message"),
    [
        ({"looks": "ink,velvet"}, UnknownBackEnd, "no look is called 'velvet'"),
        ({"looks": "ink,roll"}, UnknownBackEnd, "no look is called 'roll'"),
        ({"looks": "ink,glass", "look": "ink"}, ArgumentError, "`looks` are for sections"),
        ({"looks": "ink", "renderer": "notes"}, ArgumentError, "'notes' does nothing with `looks`"),
        ({"looks": "ink,glass", "loop": 1}, ArgumentError, "`loop` shows one section"),
        ({"prompt": "Z: fire"}, InputError, "no section is called 'Z'"),
    ],
)
def test_what_cannot_be_is_said_in_a_line(song, tmp_path, given, error, message):
    with pytest.raises(error, match=message):
        clavilux.see(song, tmp_path / "film.mp4", size=32, **given)
    assert not list(tmp_path.glob("*film*"))


def test_a_preview_cuts_from_section_to_section(piece):
    made = produced(piece, preview=True)
    assert [shot.blend for shot in made.shots] == [0, 0, 0]
    assert [shot.seed for shot in made.shots] == [4, 7923, 4]
    assert made.shots[-1].first_frame < made.curves.n_frames

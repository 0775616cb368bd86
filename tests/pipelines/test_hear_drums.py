"""Hear: a film's drums, as MIDI, JSON, sound or the film itself."""

import json
from fractions import Fraction

import numpy as np
import pytest

from clavilux import media, score
from clavilux.core.errors import InputError
from clavilux.core.values import Events, Size
from clavilux.evaluation.drum_films import evaluate_folder, lines, write_json
from clavilux.evaluation.loop import draw_loop, go_round, write_loop
from clavilux.pipelines.drums import DrumSettings, hear_drums, shows_drumming
from clavilux.pipelines.hear import hear
from clavilux.pipelines.settings import SeeOptions
from clavilux.watch.drums import DrumsSeen

CUTS = (18, 40, 57, 90)


@pytest.fixture(scope="module")
def film(tmp_path_factory):
    """Five seconds of noise, another noise from each cut on."""
    rng = np.random.default_rng(0)
    stills = [rng.integers(0, 256, (12, 16, 3), dtype=np.uint8) for _ in range(len(CUTS) + 1)]

    def pictures():
        for i in range(120):
            still = stills[sum(cut <= i for cut in CUTS)]
            yield np.kron(still, np.ones((8, 8, 1), dtype=np.uint8))

    path = tmp_path_factory.mktemp("drums") / "cuts.mp4"
    media.write_film(pictures(), path, frame_rate=Fraction(24), size=Size(128, 96))
    return path


@pytest.mark.parametrize("model", ["geometry", "scenes"])
def test_every_cut_gets_a_kick_within_a_frame(film, model):
    heard = hear_drums(film, DrumSettings(model=model))
    kicks = heard.hits.of("kick", "crash").time_s
    for cut in CUTS:
        assert np.abs(kicks - cut / 24).min() <= 1 / 24 + 1e-3
    assert heard.model == model
    assert heard.score.duration_s >= 5 - 1e-3


def test_auto_makes_nothing_up_and_names_what_would(film):
    with pytest.warns(UserWarning, match="shows no drumming.*`model` scenes"):
        heard = hear_drums(film)

    assert heard.model == "geometry"
    assert len(heard.hits.kind) == 0
    assert heard.score.duration_s >= 5 - 1e-3


@pytest.mark.parametrize(
    ("kicks", "others", "drumming"),
    [
        (np.arange(0.5, 20, 0.6), [], True),
        (np.arange(0.5, 20, 1.3), [], True),
        (np.sort(np.random.default_rng(4).uniform(0, 20, 7)), [], False),
        ([], np.arange(0.5, 20, 0.6), True),
        ([1.0, 4.0], [9.0], False),
    ],
)
def test_films_of_kicks_alone_show_drumming_if_they_keep_a_beat(kicks, others, drumming):
    times = np.array([*kicks, *others])
    order = np.argsort(times)
    kinds = np.array(["kick"] * len(kicks) + ["snare"] * len(others))[order]
    events = Events(times[order], tuple(kinds.tolist()), np.full(len(times), 0.8))

    assert shows_drumming(DrumsSeen(events, 24.0, 480, np.full(len(times), 0.95))) is drumming


def test_drums_are_written_as_midi_json_and_film(film, tmp_path):
    asked = {"what": "drums", "model": "geometry"}
    midi = hear(film, tmp_path / "drums.mid", **asked)
    assert (score.read(midi).tracks[-1].notes.channel == 9).all()
    hits = json.loads(hear(film, tmp_path / "drums.json", **asked).read_text())
    assert hits["format"] == "clavilux.drums/1"
    assert {hit["drum"] for hit in hits["hits"]} >= {"kick"}
    scored = media.open_film(hear(film, tmp_path / "drums.mp4", **asked))
    assert scored.sound is not None


def test_both_lays_heard_drums_under_a_soundtrack_without_drums(film, tmp_path):
    asked = {"what": "both", "model": "geometry"}
    both = score.read(hear(film, tmp_path / "both.mid", **asked))
    drums = [t for t in both.tracks if len(t.notes) and (t.notes.channel == 9).all()]
    assert len(drums) == 1
    onsets = both.onsets_s(drums[0].notes)
    for cut in CUTS:
        assert np.abs(onsets - cut / 24).min() <= 1 / 24 + 2e-3
    assert sum(len(t.notes) > 0 for t in both.tracks) > 1


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"model": "ears"}, "no model is called 'ears'"),
        ({"kit": "kitchen"}, "no kit is called 'kitchen'"),
        ({"head": "two"}, "no head is called 'two'"),
        ({"model": "r3d18"}, "ships no weights"),
        ({"sensitivity": 2.0}, "sensitivity is 2"),
    ],
)
def test_what_cannot_be_is_one_line(film, changes, words):
    with pytest.raises(InputError, match=words):
        hear_drums(film, DrumSettings(**changes))


def test_a_folder_is_evaluated_and_the_loop_closes(tiny_midi, tmp_path):
    found = go_round(tiny_midi, options=SeeOptions(size=160), film=tmp_path / "tiny.mp4")
    assert found.f1 > 0.6
    draw_loop(found, tmp_path / "rolls.png")
    write_loop(found, tmp_path / "loop.json")
    assert json.loads((tmp_path / "loop.json").read_text())["films"] == 1
    (tmp_path / "tiny.mid").write_bytes(tiny_midi.read_bytes())
    report = evaluate_folder(tmp_path)
    assert list(report.films) == ["tiny.mp4"]
    assert len(lines(report)) == 5  # two of them controls
    write_json(report, tmp_path / "drums-report.json")


def test_a_folder_without_pairs_is_one_line(tmp_path, film):
    with pytest.raises(InputError, match="is no folder"):
        evaluate_folder(tmp_path / "absent")
    with pytest.raises(InputError, match="holds no films"):
        evaluate_folder(tmp_path)
    with pytest.raises(InputError, match="has a MIDI file of its name"):
        evaluate_folder(film.parent)

"""``see --plan``: a film cut as its plan says."""

import json
from itertools import pairwise

import av
import numpy as np
import pytest

import clavilux
from clavilux.core.errors import ArgumentError, DocumentError, InputError, UnknownBackEnd
from clavilux.core.values import Curves
from clavilux.pipelines.planned import follow, joined_shots, starts_within
from clavilux.render import ShotStart
from clavilux.schedule import shots

SMALL = {"size": 64, "flashing": True}


@pytest.fixture
def plan(tiny_midi, tmp_path):
    path = tmp_path / "plan.json"
    clavilux.plan(tiny_midi, path, fps=12, cut="1.0,2.5", longest=60, shortest=0.5)
    return path


def edit(path, change):
    document = json.loads(path.read_text())
    change(document)
    path.write_text(json.dumps(document))


def changes(film):
    with av.open(str(film)) as container:
        shown = [f.to_ndarray(format="gray").astype(np.int16) for f in container.decode(video=0)]
    return len(shown), [float(np.abs(b - a).mean()) for a, b in pairwise(shown)]


def test_the_film_is_cut_on_the_frames_of_the_plan(tiny_midi, plan, tmp_path):
    def dress(document):
        for shot, look in zip(document["shots"], ("glass", "ink", "paper"), strict=True):
            shot["look"] = look

    edit(plan, dress)
    starts = shots.read(plan).starts
    film = clavilux.see(tiny_midi, tmp_path / "film.mp4", plan=plan, **SMALL)
    n_frames, change = changes(film)
    assert n_frames == shots.read(plan).n_frames
    assert all(change[start - 1] > 3 * np.median(change) for start in starts[1:])


def test_a_part_of_the_film_has_the_cuts_that_fall_in_it(tiny_midi, plan, tmp_path):
    film = clavilux.see(tiny_midi, tmp_path / "film.mp4", plan=plan, start=2, duration=1, **SMALL)
    n_frames, change = changes(film)
    assert n_frames == 12
    assert int(np.argmax(change)) + 1 == 6


def test_every_renderer_gets_cuts_as_strength_0_and_the_words_of_shots(plan):
    edit(plan, lambda d: d["shots"][1].update(prompt="a storm", negative_prompt="people"))
    read = shots.read(plan)
    curves = follow(Curves(read.frame_rate, {"strength": np.full(60, 0.9)}), read, 0)
    assert np.flatnonzero(curves.values["strength"] == 0).tolist() == [12, 30]
    assert curves.prompts[1] == (12, "a storm --neg people")
    later = follow(Curves(read.frame_rate, {"strength": np.full(20, 0.9)}), read, 15)
    assert later.prompts == ((0, "a storm --neg people"), (15, ""))


def test_shots_are_counted_from_where_the_film_begins(plan):
    read = shots.read(plan)
    assert [s.first_frame for s in starts_within(read, 15, 40)] == [0, 15]
    parts = joined_shots([ShotStart(0), ShotStart(10, "ink"), ShotStart(20)], [(5, 12), (15, 22)])
    assert parts == (ShotStart(0), ShotStart(5, "ink"), ShotStart(7, "ink"), ShotStart(12))


@pytest.mark.parametrize(
    ("given", "message"),
    [
        ({"loop": 1}, "`loop` does nothing beside `plan`"),
        ({"prompt": "red"}, "`prompt` does nothing beside `plan`"),
        ({"fps": 30}, "written for 12 frames a second"),
        ({"look": "roll"}, "the renderer 'notes' does nothing with `plan`"),
    ],
)
def test_what_does_nothing_beside_a_plan_is_refused(tiny_midi, plan, tmp_path, given, message):
    with pytest.raises(ArgumentError, match=message):
        clavilux.see(tiny_midi, tmp_path / "film.mp4", plan=plan, **given)


def test_the_plan_of_other_music_is_refused(tiny_midi, plan, tmp_path):
    edit(plan, lambda d: d.update(n_frames=d["n_frames"] + 5))
    with pytest.raises(ArgumentError, match=r"is for tiny\.mid, \d+ frames; .* has \d+ at 12"):
        clavilux.see(tiny_midi, tmp_path / "film.mp4", plan=plan)


def test_a_plan_is_for_music_and_for_one_piece(tiny_midi, plan, tmp_path):
    with pytest.raises(InputError, match="`plan` goes with one piece"):
        from clavilux.pipelines.album import album
        from clavilux.pipelines.settings import SeeOptions

        list(album(tiny_midi.parent, tmp_path / "films", SeeOptions(plan=plan)))
    document = tmp_path / "document.json"
    document.write_text("{}")
    with pytest.raises(ArgumentError, match="`plan` is for music"):
        clavilux.see(document, tmp_path / "film.mp4", plan=plan)


def test_a_wrong_plan_or_look_costs_no_time(tiny_midi, plan, tmp_path):
    with pytest.raises(DocumentError, match="cannot read"):
        clavilux.see(tiny_midi, tmp_path / "film.mp4", plan=tmp_path / "none.json")
    edit(plan, lambda d: d["shots"][0].update(look="velvet"))
    with pytest.raises(UnknownBackEnd, match="no look is called 'velvet'"):
        clavilux.see(tiny_midi, tmp_path / "film.mp4", plan=plan)

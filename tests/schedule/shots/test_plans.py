"""Plans of shots: cut on bars and sections, whole to the frame, read back as written."""

import json
from fractions import Fraction
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from clavilux import editorial
from clavilux.core.errors import DocumentError
from clavilux.core.timeline import TempoMap
from clavilux.core.values import Events, Facts, Section, Span, Storyboard
from clavilux.schedule import shots
from clavilux.schedule.shots import models
from clavilux.schedule.shots.cuts import Grid

NO_EVENTS = Events(np.zeros(0), (), np.zeros(0))
RATES = [Fraction(r) for r in (7, 8, 16, 24, 30, 60)] + [Fraction(24000, 1001)]


def facts_of(bpm=120.0, n_bars=32, in_bar=4, sections=(), tail_s=0.0, pickup_s=0.0):
    """Return the facts of music in one tempo."""
    beat = 60 / bpm
    beats = pickup_s + np.arange(n_bars * in_bar) * beat
    duration = pickup_s + n_bars * in_bar * beat + tail_s
    edges = [0.0, *(pickup_s + bar * in_bar * beat for bar in sections), duration]
    found = tuple(Section(a, b, "ABC"[i % 3]) for i, (a, b) in enumerate(pairwise(edges)))
    return Facts(duration, NO_EVENTS, {}, beats, beats[::in_bar], sections=found)


def plan_of(facts, model="procedural", rate=Fraction(24), shortest=1.5, longest=6.0, **more):
    n_frames = -int(-Fraction(facts.duration_s) * rate // 1)
    return shots.plan_shots(
        facts,
        models.find(model),
        music="song.mid",
        n_frames=n_frames,
        frame_rate=rate,
        shortest_s=shortest,
        longest_s=longest,
        **more,
    )


@st.composite
def music(draw):
    """Draw music whose tempo changes, with sections at some of its bars."""
    changes = draw(st.lists(st.integers(250_000, 1_500_000), min_size=1, max_size=4))
    bars_each, in_bar = draw(st.integers(2, 12)), draw(st.integers(2, 7))
    tempi = [(i * bars_each * in_bar * 480, us) for i, us in enumerate(changes)]
    tempo_map = TempoMap.from_tempi(tempi, 480)
    n_bars = bars_each * len(changes)
    beats = tempo_map.seconds(np.arange(n_bars * in_bar) * 480)
    duration = float(tempo_map.seconds(n_bars * in_bar * 480)) + draw(st.floats(0, 5))
    bars = beats[::in_bar]
    inner = draw(st.sets(st.integers(1, n_bars - 1), max_size=4))
    edges = [0.0, *(float(bars[bar]) for bar in sorted(inner)), duration]
    sections = tuple(Section(a, b, "A") for a, b in pairwise(edges))
    return Facts(duration, NO_EVENTS, {}, beats, bars, sections=sections)


@settings(deadline=None, max_examples=60)
@given(music(), st.sampled_from(models.names()), st.sampled_from(RATES))
def test_a_plan_is_whole_to_the_frame_and_cut_on_bars(facts, model, rate):
    plan = plan_of(facts, model, rate, longest=12.0)
    plan.check_clips()
    assert sum(plan.lengths) == plan.n_frames
    assert sum(clip.n_frames for clip in plan.clips) == plan.n_frames
    for start in plan.starts[1:]:
        nearest = np.abs(facts.downbeats_s - float(start / rate)).min()
        assert nearest <= 0.5 / float(rate) + 1e-9 or facts.downbeats_s[-1] < float(start / rate)
    assert max(plan.lengths) <= 12 * rate


@settings(deadline=None, max_examples=30)
@given(music(), st.sampled_from(RATES), st.floats(0.5, 4), st.floats(1, 3))
def test_shots_keep_to_the_longest_and_locked_cuts_are_there(facts, rate, longest, share):
    locked = [facts.duration_s / 3, facts.duration_s / 7]
    plan = plan_of(facts, "wan-2.1", rate, longest / share, longest, locked_s=locked)
    frames = {round(Fraction(time) * rate) for time in locked}
    assert {s.start_frame for s in plan.shots if s.locked} == {f for f in frames if f}
    assert max(plan.lengths) <= max(1, int(Fraction(longest) * rate))


def test_sections_begin_with_a_cut():
    plan = plan_of(facts_of(sections=(5, 12, 19)), "wan-2.2-5b")
    assert {5 * 48, 12 * 48, 19 * 48} <= set(plan.starts)


def test_cuts_fall_where_phrases_begin():
    assert plan_of(facts_of(bpm=120, n_bars=8), longest=8.0).starts == (0, 4 * 48)
    assert plan_of(facts_of(bpm=120, n_bars=8), longest=4.0).starts == (0, 96, 192, 288)


def test_a_shot_is_rather_one_clip_than_two():
    plan = plan_of(facts_of(bpm=120, n_bars=8), "cogvideox", Fraction(8), longest=8.0)
    assert all(len(shot.clips) == 1 for shot in plan.shots)


def test_a_section_shorter_than_the_shortest_shot_has_none_of_its_own():
    plan = plan_of(facts_of(sections=(8, 9)), shortest=3.0)
    assert min(plan.lengths) >= 72


def test_music_without_beats_is_cut_evenly():
    plan = plan_of(Facts(20.0, NO_EVENTS), longest=6.0)
    assert plan.lengths == (120, 120, 120, 120)


def test_where_bars_are_longer_than_shots_beats_are_taken():
    plan = plan_of(facts_of(bpm=30, n_bars=4), longest=5.0)
    assert all(start % 48 == 0 for start in plan.starts)
    assert max(plan.lengths) <= 5 * 24


def test_bars_are_counted_from_the_first_even_after_a_pickup():
    grid = Grid.of(facts_of(pickup_s=1.0, n_bars=4), Fraction(24), 300)
    assert grid.bars == (24, 72, 120, 168)


def test_sentences_of_a_storyboard_are_prompts_where_they_hold():
    told = Storyboard((Span(0, 8, "a lake in fog"), Span(8, 16, "a red storm")))
    plan = plan_of(facts_of(n_bars=16), storyboard=told, prompt=lambda section: "night")
    words = [shot.prompt for shot in plan.shots]
    assert words[0] == "a lake in fog"
    assert words[-1] == "night"
    assert "a red storm" in words


def test_a_plan_is_read_back_as_it_was(tmp_path):
    plan = plan_of(facts_of(), "ltx-2", Fraction(24000, 1001), overlap=3, locked_s=[3.3])
    path = tmp_path / "plan.json"
    path.write_text(plan.dump())
    assert shots.read(path) == plan
    assert shots.read(path).dump() == plan.dump()
    assert shots.is_plan(path)


def edited(tmp_path, change):
    document = json.loads(plan_of(facts_of(n_bars=8), "cogvideox", Fraction(8)).dump())
    change(document)
    path = tmp_path / "plan.json"
    path.write_text(json.dumps(document))
    return shots.read(path)


def test_a_moved_cut_needs_its_clips_anew(tmp_path):
    def move(document):
        document["shots"][1]["start_frame"] += 3

    plan = edited(tmp_path, move)
    with pytest.raises(DocumentError, match=r"shot 1 has .* split it anew"):
        plan.check_clips()
    plan.split_anew().check_clips()


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (lambda d: d["shots"][0].update(start_frame=2), "shot 1 starts at frame 2; expected 0"),
        (lambda d: d["shots"][1].update(start_frame=0), "shot 2 starts at frame 0, not after"),
        (lambda d: d.update(n_frames=20), "the film has 20"),
        (lambda d: d.update(shots=[]), "shots: "),
        (lambda d: d.update(format="clavilux.plan/9"), "format: "),
        (lambda d: d.update(frame_rate="x"), "frame_rate: "),
        (lambda d: d["shots"][0].update(colour="red"), "shots.0.colour: extra"),
    ],
)
def test_what_cannot_be_is_said_with_its_place(tmp_path, change, message):
    with pytest.raises(DocumentError, match=message) as caught:
        edited(tmp_path, change)
    assert "\n" not in str(caught.value)


def test_a_clip_that_cannot_be_made_is_named(tmp_path):
    plan = edited(tmp_path, lambda d: d["shots"][0]["clips"][0].update(generate=48))
    with pytest.raises(DocumentError, match="shot 1, clip 1: cogvideox makes no clip of 48"):
        plan.check_clips()


@pytest.mark.parametrize("suffix", [".edl", ".otio", ".fcpxml", ".xml"])
def test_editors_get_a_clip_a_clip_and_a_marker_a_shot(tmp_path, suffix):
    plan = plan_of(facts_of(sections=(7,)), "stable-video-diffusion", Fraction(24))
    path = editorial.write(shots.timeline_of(plan, suffix), tmp_path / f"plan{suffix}")
    length = Fraction(plan.n_frames, 24)
    read = editorial.read(path, frame_rate=Fraction(24), duration=length)
    starts, at = [], 0
    for clip in plan.clips:
        starts.append(Fraction(at, 24))
        at += clip.n_frames
    assert [clip.start for clip in read.clips] == starts
    assert [marker.time for marker in read.markers] == [Fraction(s, 24) for s in plan.starts]


def test_a_table_says_what_to_generate_and_subtitles_show_the_prompts(tmp_path):
    plan = plan_of(facts_of(n_bars=4), "wan-2.1", Fraction(16), prompt=lambda section: "a lake")
    table = editorial.write(shots.timeline_of(plan, ".csv"), tmp_path / "plan.csv").read_text()
    assert "wan-2.1: generate 65 frames at 16, use 0-63: a lake" in table
    titles = editorial.write(shots.timeline_of(plan, ".srt"), tmp_path / "plan.srt").read_text()
    assert "00:00:00,000 --> 00:00:04,000\na lake" in titles

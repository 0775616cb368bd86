"""A score's sections are those it names, or those in which other instruments play other notes."""

from fractions import Fraction

import numpy as np
import pytest

from clavilux.pipelines.preview import excerpts
from clavilux.schedule import mapping as mappings
from clavilux.score import ScoreBuilder, facts

PARTS = {
    "A": [("piano", 0, [60, 64, 67])],
    "B": [("piano", 0, [65, 69, 72]), ("drums", 0, [36, 42, 38, 42]), ("strings", 48, [53])],
    "C": [("organ", 16, [57, 60, 64]), ("bass", 33, [33, 40])],
}


def song(form: str, *, bars: int = 8, tempo_bpm: float = 120, markers=()):
    """Play the parts of a form such as AABA, each for some bars of 4/4."""
    builder = ScoreBuilder(tempo_bpm=tempo_bpm)
    tracks = {
        name: builder.track(name, program=program, channel=9 if name == "drums" else None)
        for part in PARTS.values()
        for name, program, _ in part
    }
    rng = np.random.default_rng(0)
    for i, part in enumerate(form):
        for name, _, pitches in PARTS[part]:
            for beat in range(4 * bars):
                pitch = pitches[beat % len(pitches)]
                at = 4 * bars * i + beat
                builder.note(tracks[name], at, 0.9, pitch, int(rng.integers(70, 100)))
    for beat, text in markers:
        builder.marker(beat, text)
    return builder.build()


@pytest.mark.parametrize("form", ["AB", "ABA", "ABAB", "ABCAB", "BCBA"])
@pytest.mark.parametrize("tempo_bpm", [90, 120])
def test_a_form_is_found_with_its_labels(form, tempo_bpm):
    score = song(form, tempo_bpm=tempo_bpm)
    letters = {part: chr(ord("A") + i) for i, part in enumerate(dict.fromkeys(form))}

    found = facts(score).sections

    assert [s.label for s in found] == [letters[part] for part in form]
    length_s = 32 * 60 / tempo_bpm
    assert [s.start_s for s in found] == pytest.approx(
        [i * length_s for i in range(len(form))], abs=2.1
    )
    assert found[-1].end_s == facts(score).duration_s


def test_music_that_stays_as_it_is_has_one_section():
    assert [s.label for s in facts(song("AAAA")).sections] == ["A"]


def test_of_our_soundtracks_markers_only_parts_are_sections():
    marks = [(0, "part A"), (0, "chord Am"), (8, "cut 1"), (16, "dissolve 2"), (20, "chord F#m7")]
    marks += [(24, "fade 1"), (28, "hit 3"), (32, "part B"), (32, "cut 2"), (40, "chord G")]

    found = facts(song("AB", markers=marks)).sections

    assert [s.label for s in found] == ["A", "B"]
    assert found[1].start_s == 16
    without_parts = [mark for mark in marks if not mark[1].startswith("part")]
    assert [s.label for s in facts(song("AB", markers=without_parts)).sections] == ["A", "B"]


def test_a_persons_markers_that_only_begin_like_ours_are_sections():
    named = song("AB", markers=[(0, "Cut to the chase"), (20, "hit it")])

    assert [s.label for s in facts(named).sections] == ["Cut to the chase", "hit it"]


def test_markers_decide_where_there_are_any():
    named = song("AB", markers=[(0, "Verse"), (20, "Drop")])

    assert [s.label for s in facts(named).sections] == ["Verse", "Drop"]


@pytest.mark.parametrize(
    "text", ["#LOOP_START", "loopEnd", "[mix]", "Setup", "Fine", "D.C. al Fine"]
)
def test_markers_for_programs_name_no_sections(text):
    assert [s.label for s in facts(song("AB", markers=[(4, text)])).sections] == ["A", "B"]


def test_markers_at_every_bar_name_chords():
    chords = [(2 * i, "CFGA"[i % 4]) for i in range(32)]

    assert len(facts(song("AB", markers=chords)).sections) == 2


def test_a_marker_at_the_start_alone_names_the_piece():
    assert len(facts(song("AB", markers=[(0, "Allegretto")])).sections) == 2


def test_a_piece_of_hours_is_one_section():
    score = song("AB")
    builder = ScoreBuilder()
    track = builder.track("x")
    builder.note(track, 0, 1, 60)
    builder.note(track, 5 * 3600 * 2, 1, 60)

    assert len(facts(builder.build()).sections) == 1
    assert len(facts(score).sections) == 2


def test_a_piece_of_no_length_has_no_sections():
    builder = ScoreBuilder()
    builder.note(builder.track("x"), 0, 0, 60)

    assert facts(builder.build()).sections == ()


def test_sections_of_a_score_without_markers_reach_mappings_scenes_and_previews():
    music = song("ABAB")
    known = facts(music)
    starts = [section.start_s for section in known.sections]
    rule = "format: clavilux.mapping/1\nrules:\n  - {source: {section: B}, target: zoom, amount: 1}"

    (heard,) = mappings.pulses(mappings.read(rule.encode(), "a rule"), music, facts=known)
    curves = mappings.apply(
        mappings.load("clavilux"), music, frame_rate=Fraction(4), n_frames=4 * 64, facts=known
    )
    spans = excerpts(known, 0.0, known.duration_s)

    assert heard.time_s.tolist() == starts[1::2]
    scene = curves.values["scene"]
    changes = (np.flatnonzero(np.diff(np.round(scene))) + 1) / 4
    assert len(changes) == 3
    assert changes == pytest.approx(starts[1:], abs=3)
    assert [start for start, _ in spans] == pytest.approx(starts, abs=2.1)

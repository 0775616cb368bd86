"""A soundtrack answers to its film, its mood and its style, part by part."""

from dataclasses import replace
from itertools import pairwise

import numpy as np
import pytest

from clavilux.compose import drama, measures, styles
from clavilux.compose.ensemble import BY_NAME
from clavilux.compose.grid import anchors, fit
from clavilux.compose.harmony import Key
from clavilux.compose.lines import Played
from clavilux.compose.metre import METRES
from clavilux.compose.moods import MOODS, parse_moods
from clavilux.compose.soundtrack import Brief, compose
from clavilux.core.errors import InputError
from clavilux.core.values import Events, Facts, Series


def film(seed=1, duration_s=64.0, kinds=("cut",), arousal=-0.3):
    rng = np.random.default_rng(seed)
    times = np.cumsum(rng.gamma(3, 1.8, 60) + 1.2)
    times = times[times < duration_s - 2]
    at = np.arange(0, duration_s, 0.25)
    series = {
        "motion": Series(4, 1 + np.sin(at / 5 + seed) + 0.3 * rng.random(len(at))),
        "brightness": Series(4, np.full(len(at), 0.5)),
        "valence": Series(4, np.full(len(at), 0.4)),
        "arousal": Series(4, np.full(len(at), arousal)),
    }
    names = tuple(str(rng.choice(kinds)) for _ in times)
    return Facts(duration_s, Events(times, names, rng.random(len(times))), series)


def role(made, name):
    return [t.notes for t in made.score.tracks if made.roles.get(t.name) == name]


def tune(made):
    return [
        (int(onset), int(pitch))
        for notes in role(made, "melody")
        for onset, pitch in zip(notes.onset_tick, notes.pitch, strict=True)
    ]


def test_two_films_have_tunes_of_their_own_and_so_have_two_seeds():
    made = [compose(film(seed), 24.0) for seed in (1, 2, 3)]
    other = compose(film(1), 24.0, Brief(seed=5))

    assert len({tuple(tune(one)[:8]) for one in [*made, other]}) == 4
    assert len({one.key.tonic for one in [*made, other]}) > 1


def test_the_fingerprint_is_the_films_and_not_the_moments():
    one, again, other = film(1), film(1), film(2)

    assert measures.fingerprint(one) == measures.fingerprint(again)
    assert measures.fingerprint(one) != measures.fingerprint(other)


def test_dissolves_and_fades_fall_on_beats():
    facts = film(4, kinds=("dissolve", "fade"))

    beats = compose(facts, 25.0).grid.beats_s

    off = np.abs(beats[:, None] - facts.events.time_s).min(axis=0)
    assert np.mean(off <= 0.13) > 0.8


@pytest.mark.parametrize("style", styles.STYLES)
def test_every_style_plays_its_own_instruments_below_its_tune(style):
    made = compose(film(3, arousal=0.3), 24.0, Brief(style=style))
    own = styles.STYLES[style]

    known = {BY_NAME[n].name for n in (*own.melody, *own.pad, *own.arpeggio, *own.bass)}
    assert {t.name for t in made.score.tracks if len(t.notes)} <= known | {"Drums"}
    low, high = own.tempo_bpm
    assert 0.7 * low <= made.grid.tempo_bpm <= 1.15 * high
    for pad in role(made, "pad"):
        for melody in role(made, "melody"):
            for start, end, pitch in zip(
                melody.onset_tick, melody.offset_tick, melody.pitch, strict=True
            ):
                middle = (int(start) + int(end)) // 2
                under = pad.pitch[(pad.onset_tick <= middle) & (pad.offset_tick > middle)]
                assert (under < pitch).all()


def test_an_unknown_style_names_those_there_are():
    with pytest.raises(InputError, match="no style is called 'polka'; there are: orchestral"):
        compose(film(), 24.0, Brief(style="polka"))


def test_moods_reach_the_tempo():
    tempo = {
        mood: compose(film(), 24.0, Brief(mood=mood)).grid.tempo_bpm
        for mood in ("sad", "relaxing", "happy", "exciting")
    }

    assert all(tempo[a] * 1.08 < tempo[b] for a, b in pairwise(tempo))


def test_a_mood_by_time_begins_a_part_with_its_mode_and_tempo():
    brief = Brief(mood="0:00 calm, 0:30 tense", style="orchestral")

    made = compose(film(), 24.0, brief)

    starts = [float(made.grid.downbeats_s[part.first_bar]) for part in made.parts]
    (tense,) = [i for i, start in enumerate(starts) if abs(start - 30) < 0.1]
    assert [part.key.mode for part in made.parts[:tense]] == ["major"] * tense
    assert made.parts[tense].key == Key(made.key.tonic, "phrygian")
    beats = np.diff(made.grid.beats_s)
    before = made.grid.beats_s[:-1] < 29
    assert np.median(beats[~before]) < 0.85 * np.median(beats[before])


@pytest.mark.parametrize(
    ("text", "complaint"),
    [
        ("grumpy", "no mood is called 'grumpy'"),
        ("0:00 calm, tense", "'tense' is not a mood"),
        ("0:10 calm, 0:05 tense", "is not after the one before"),
    ],
)
def test_moods_that_cannot_be_read_are_one_line(text, complaint):
    with pytest.raises(InputError, match=complaint):
        parse_moods(text)


def test_moods_are_read_with_their_times():
    assert parse_moods("tense") == ((0.0, "tense"),)
    assert parse_moods("0:00 calm, 1:10.5 epic") == ((0.0, "relaxing"), (70.5, "epic"))
    assert len(MOODS) == 9


def test_one_part_is_written_anew_and_all_else_stays_to_the_bit():
    facts = film(6, duration_s=90.0)
    facts.series["arousal"].values[:] = np.where(np.arange(360) % 160 < 80, -0.7, 0.4)
    one = compose(facts, 24.0)
    label, per_beat = one.parts[1].label, one.grid.metre.ticks_per_beat
    other = compose(facts, 24.0, Brief(part_seeds=((label, 9),)))

    first = [made.grid.bars for made in (one, other)]
    np.testing.assert_array_equal(*first)
    spans = [
        (one.grid.bars[p.first_bar] * per_beat, one.grid.bars[p.bars.stop] * per_beat)
        for p in one.parts
        if p.label == label
    ]
    assert spans
    assert len(spans) < len(one.parts)

    def outside(made):
        found = []
        for track in made.score.tracks:
            notes = track.notes
            keep = np.ones(len(notes), dtype=bool)
            for start, end in spans:
                keep &= ~((notes.onset_tick >= start - 30) & (notes.onset_tick < end - 30))
            columns = (notes.onset_tick, notes.offset_tick, notes.pitch, notes.velocity)
            found.append((track.name, [c[keep].tolist() for c in columns]))
        return [row for row in found if row[1][0]]

    assert outside(one) == outside(other)
    assert tune(one) != tune(other)


def test_a_film_without_changes_has_one_tempo():
    facts = replace(film(), events=Events(np.zeros(0), (), np.zeros(0)))

    assert len(compose(facts, 24.0).score.tempo_map.tempi_bpm) == 1


def test_no_score_opens_with_an_odd_bar():
    for seed in range(6):
        made = compose(film(seed), 24.0)
        assert [bar.n_beats for bar in made.bars[:2]] == [made.grid.metre.beats] * 2


@pytest.mark.parametrize("name", METRES)
def test_bars_have_the_beats_of_their_metre(name):
    facts = film(2)
    points = anchors(facts.events.time_s, facts.events.strength, (), facts.duration_s)

    grid = fit(points, facts.duration_s, 1 / 24, metre=METRES[name])

    lengths = np.diff(grid.bars)
    assert np.mean(lengths == METRES[name].beats) > 0.6
    assert METRES[name].signature(METRES[name].beats) == tuple(map(int, name.split("/")))


def test_the_music_holds_its_breath_in_the_dark():
    facts = film(duration_s=60.0)
    facts.series["brightness"].values[120:130] = 0.0
    made = compose(facts, 24.0, Brief(instruments=("piano", "strings", "bass", "drums")))

    ((start, end),) = drama.silences(facts, made.grid)

    assert 29 < made.grid.seconds(start) < made.grid.seconds(end) < 33
    for track in made.score.tracks:
        onsets = made.score.onsets_s(track.notes)
        inside = (onsets > made.grid.seconds(start) + 0.1) & (onsets < made.grid.seconds(end) - 0.1)
        assert not inside.any()


def test_notes_end_where_a_silence_begins():
    line = [Played(0, 4, 60, 90), Played(5, 1, 62, 90), Played(8, 1, 64, 90)]

    assert drama.hushed(line, [(3.0, 6.0)]) == [Played(0, 3, 60, 90), Played(8, 1, 64, 90)]


def test_a_tune_has_range_rests_and_many_rhythms():
    made = compose(film(5, duration_s=120.0), 24.0, Brief(style="orchestral"))
    (notes, *_) = sorted(role(made, "melody"), key=len, reverse=True)

    pitch = notes.pitch.astype(int)
    gaps = notes.onset_tick[1:] - notes.offset_tick[:-1]
    leaps = [(a, b) for a, b in pairwise(np.diff(pitch).tolist()) if abs(a) > 4]
    assert np.ptp(pitch) >= 12
    assert (gaps > 0.4 * made.grid.metre.ticks_per_beat).sum() >= 4
    assert np.mean([a * b < 0 for a, b in leaps]) > 0.7

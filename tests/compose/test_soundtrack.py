"""A soundtrack has the film's length, obeys what is asked, and is music."""

from itertools import pairwise

import numpy as np
import pytest

from clavilux.compose.ensemble import BY_NAME
from clavilux.compose.harmony import Key, parse_primer
from clavilux.compose.lines import nearest
from clavilux.compose.soundtrack import Brief, compose
from clavilux.core.errors import InputError
from clavilux.core.values import Events, Facts, Series

DURATION_S = 75.0


@pytest.fixture(scope="module")
def facts():
    rng = np.random.default_rng(1)
    cuts = np.cumsum(rng.gamma(2.5, 1.6, 40) + 0.6)
    cuts = cuts[cuts < DURATION_S - 1]
    times = np.arange(0, DURATION_S, 0.25)
    series = {
        "motion": Series(4, 4 + 4 * np.sin(times / 6) + rng.random(len(times))),
        "valence": Series(4, np.sin(times / 30)),
        "arousal": Series(4, np.sin(times / 20)),
    }
    return Facts(DURATION_S, Events(cuts, ("cut",) * len(cuts), rng.random(len(cuts))), series)


def notes_of(track):
    return list(zip(track.notes.onset_tick, track.notes.pitch, strict=True))


def test_it_is_exactly_as_long_as_the_film(facts):
    score = compose(facts, 24.0).score

    assert score.duration_s == pytest.approx(DURATION_S, abs=1e-3)
    last = max(score.offsets_s(t.notes).max() for t in score.tracks if len(t.notes))
    assert DURATION_S - 3 < last < DURATION_S - 0.5


def test_the_same_seed_writes_the_same_and_another_does_not(facts):
    def written(seed):
        return [notes_of(t) for t in compose(facts, 24.0, Brief(seed=seed)).score.tracks]

    assert written(1) == written(1)
    assert written(1) != written(2)


def test_a_key_is_obeyed(facts):
    made = compose(facts, 24.0, Brief(key=Key(2, "major"), mood="relaxing"))

    pitches = np.concatenate([t.notes.pitch for t in made.score.tracks if t.name != "Drums"])
    inside = np.isin(pitches % 12, made.key.scale).mean()
    assert made.key == Key(2, "major")
    assert inside > 0.9


def test_named_instruments_play_and_no_others(facts):
    score = compose(facts, 24.0, Brief(instruments=("piano", "cello"))).score

    assert {t.name for t in score.tracks if len(t.notes)} == {"Piano", "Cello"}


def test_without_drums_there_are_none(facts):
    score = compose(facts, 24.0, Brief(mood="exciting", without=frozenset({"drums"}))).score

    assert all((t.notes.channel != 9).all() for t in score.tracks)


def test_a_primer_opens_the_piece(facts):
    made = compose(facts, 24.0, Brief(primer=parse_primer("C Am F G")))

    assert [str(bar.chords[0]) for bar in made.bars[:4]] == ["C:maj", "A:min", "F:maj", "G:maj"]


def test_notes_on_strong_beats_of_the_melody_belong_to_their_chords(facts):
    made = compose(facts, 24.0, Brief(instruments=("flute", "strings")))
    flute = next(t for t in made.score.tracks if t.name == "Flute")
    beats = flute.notes.onset_tick / 480

    fits = []
    for beat, pitch in zip(beats, flute.notes.pitch, strict=True):
        bar = next(b for b in made.bars if b.first_beat <= beat + 0.1 < b.first_beat + b.n_beats)
        if round(float(beat - bar.first_beat), 1) % 2 == 0:
            fits.append(pitch % 12 in bar.chord_at(beat).pitch_classes)
    assert np.mean(fits) >= 0.85


def test_loudness_and_density_follow_what_moves(facts):
    made = compose(facts, 24.0, Brief(instruments=("piano", "strings", "bass", "drums")))
    edges = made.grid.beats_s[made.grid.bars]
    motion = [facts.series["motion"].at(np.linspace(a, b, 9)).mean() for a, b in pairwise(edges)]
    onsets = np.concatenate([made.score.onsets_s(t.notes) for t in made.score.tracks])
    density = np.histogram(onsets, edges)[0] / np.diff(edges)

    assert np.corrcoef(motion, density)[0, 1] > 0.5


def test_a_film_of_a_second_has_a_soundtrack():
    empty = Facts(1.0, Events(np.zeros(0), (), np.zeros(0)))

    assert compose(empty, 25.0).score.duration_s == pytest.approx(1.0, abs=1e-3)


def test_nearest_keeps_to_its_range():
    assert nearest(100, (0,), 40, 70) == 60


def test_in_a_long_film_of_many_moods_everybody_plays_the_own_instrument():
    duration_s = 420.0
    cuts = np.arange(30.0, duration_s - 10, 30.0)
    times = np.arange(0, duration_s, 0.25)
    shot = np.searchsorted(cuts, times)
    series = {
        "motion": Series(4, 1.0 + shot % 5),
        "valence": Series(4, np.where(shot % 2, 0.8, -0.8)),
        "arousal": Series(4, np.choose(shot % 3, [-0.9, 0.0, 0.9])),
    }
    many = Facts(duration_s, Events(cuts, ("cut",) * len(cuts), np.ones(len(cuts))), series)

    tracks = [t for t in compose(many, 24.0).score.tracks if len(t.notes) and t.name != "Drums"]

    chosen = sorted(
        (change.tick, int(change.channel), change.value)
        for track in tracks
        for change in track.changes
        if change.kind == "program"
    )
    for track in tracks:
        own = {change.value for change in track.changes if change.kind == "program"}
        channel = int(track.notes.channel[0])
        for tick in track.notes.onset_tick:
            sounding = [value for at, where, value in chosen if where == channel and at <= tick]
            assert {sounding[-1]} == own


def test_more_instruments_than_channels_are_refused(facts):
    names = tuple(name for name in BY_NAME if name != "drums")

    with pytest.raises(InputError, match="MIDI has channels for 15"):
        compose(facts, 24.0, Brief(instruments=names))

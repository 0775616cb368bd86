"""Drums are present where several hits lie near each other, not once for a whole piece."""

from fractions import Fraction

import numpy as np

from clavilux.core.values import Events, Facts, Series
from clavilux.schedule import mapping as mappings
from clavilux.schedule.mapping.drummed import drummed, drummed_spans, near_hits
from clavilux.schedule.mapping.swell import passage, swell

BAR = 2.0


def test_one_cymbal_is_no_drumming():
    assert drummed_spans(np.array([10.0]), BAR) == []


def test_hits_far_apart_are_no_drumming():
    assert drummed_spans(np.arange(0.0, 100.0, 3.0), BAR) == []


def test_drums_that_rest_for_more_than_two_bars_are_two_spans():
    beat = np.arange(0.0, 8.0, 0.5)

    assert drummed_spans(np.concatenate([beat, beat + 30]), BAR) == [(0.0, 7.5), (30.0, 37.5)]
    assert drummed_spans(np.concatenate([beat, beat + 11]), BAR) == [(0.0, 18.5)]


def test_the_tune_comes_in_softly_a_bar_after_the_last_hit():
    share = drummed([(10.0, 20.0)], BAR, np.array([7.0, 9.0, 15.0, 22.0, 23.0, 24.0]))

    np.testing.assert_allclose(share, [0, 0.5, 1, 1, 0.5, 0])


def facts_of(counts):
    """Return a recording whose loudness swells, with falsely heard snares."""
    loud = Series(10.0, 0.5 - 0.5 * np.cos(np.arange(300) / 10))
    events = Events(np.array([5.0]), ("snare",), np.array([0.9]))
    series = {"loudness": loud, "drums": Series(10.0, counts)}
    return Facts(30.0, events, series)


def curves_of(facts):
    return mappings.apply(mappings.load("clavilux"), facts, frame_rate=Fraction(24), n_frames=720)


def test_a_falsely_heard_snare_leaves_the_picture_to_the_loudness():
    counts = np.zeros(300)
    counts[50] = 1

    strength = curves_of(facts_of(counts)).values["strength"]

    assert np.ptp(strength) > 0.15


def test_confident_drums_leave_strength_to_the_kicks():
    counts = np.zeros(300)
    counts[::5] = 1

    strength = curves_of(facts_of(counts)).values["strength"]

    assert np.ptp(strength[100:600]) < 0.01


def test_loudness_is_the_pace_in_any_music():
    facts = facts_of(np.zeros(300))

    flow = curves_of(facts).values["flow"]

    loud = facts.series["loudness"].at(np.arange(720) / 24)
    assert np.corrcoef(flow, loud)[0, 1] > 0.95


def test_a_quiet_verse_swells_as_far_as_a_loud_one():
    wave = np.sin(np.arange(600) / 10)
    loudness = Series(10.0, np.concatenate([0.3 + 0.1 * wave, 0.8 + 0.1 * wave]))

    values = swell(loudness).values

    assert np.ptp(values[100:400]) > 0.9
    assert np.ptp(values[800:1100]) > 0.9


def test_soft_passages_have_softer_hits():
    rules = """
format: clavilux.mapping/1
rules:
  - {source: snare, target: light, amount: 0.5, hold: 0.2, by: none, dynamics: 0.2}
"""
    quiet = Series(10.0, np.where(np.arange(300) < 150, 0.2, 0.9))
    hits = Events(np.array([14.0, 16.0]), ("snare", "snare"), np.ones(2))

    (part,) = mappings.pulses(mappings.read(rules, "test"), Facts(30.0, hits, {"loudness": quiet}))

    assert part.amplitude[0] < 0.4 * part.amplitude[1]


def test_all_else_is_calm_around_a_lone_hit():
    share = near_hits(np.array([10.0, 20.0]), np.array([9.0, 9.25, 9.6, 10.5, 15.0, 20.0]))

    np.testing.assert_allclose(share, [0, 0.5, 1, 1, 0, 1])
    assert not near_hits(np.zeros(0), np.arange(3.0)).any()


def test_hits_are_as_large_as_the_half_second_around_them_is_loud():
    counts = np.zeros(300)
    counts[::5] = 1  # kicks throughout, of one velocity
    kicks = Events(np.arange(0, 30, 0.5), ("kick",) * 60, np.full(60, 0.9))
    loud = facts_of(counts).series["loudness"]
    facts = Facts(30.0, kicks, {"loudness": loud, "drums": Series(10.0, counts)})

    strength = curves_of(facts).values["strength"][::12][2:-2]

    near = loud.at(np.arange(60) * 0.5)[2:-2]
    assert np.corrcoef(1 - strength, near)[0, 1] > 0.95
    assert strength.min() < 0.2 < 0.6 < strength.max()


def test_one_soft_stroke_in_a_loud_passage_is_no_soft_passage():
    values = np.full(600, 0.8)
    values[300:303] = 0.2  # 0.15 s
    values[350:] = 0.2
    loudness = Series(20.0, values)

    assert passage(loudness).values[301] > swell(loudness).values[301] + 0.3
    assert passage(loudness).values[500] < 0.1


def test_hits_heard_where_nobody_drums_are_passed_over():
    kicks = Events(np.array([5.0, 17.0]), ("kick", "kick"), np.array([0.9, 0.9]))
    alone = facts_of(np.zeros(300))
    struck = Facts(30.0, kicks, alone.series)

    np.testing.assert_allclose(curves_of(struck).values["glow"], curves_of(alone).values["glow"])

"""A mapping turns music into curves, in time and the same at any frame rate."""

import time
from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from clavilux.core.timeline import TempoMap
from clavilux.core.values import (
    Change,
    Events,
    Facts,
    Notes,
    Score,
    Section,
    Series,
    Text,
    Track,
)
from clavilux.schedule import mapping as mappings
from clavilux.schedule.mapping import curves
from clavilux.schedule.mapping.document import read
from clavilux.schedule.mapping.heard import Heard
from clavilux.schedule.mapping.pulses import Pulses
from clavilux.schedule.mapping.pulses import pulses as find_pulses
from clavilux.schedule.mapping.rules import Base, Duration, Rule, Source

RATES = [Fraction(24), Fraction(24000, 1001), Fraction(60)]


def drums(*hits: tuple[float, int, int], bpm: float = 120.0) -> Score:
    """A score of drum hits: seconds, note, velocity."""
    tempo_map = TempoMap.constant(bpm, 9600)
    return Score(tempo_map, (Track("Drums", notes(tempo_map, hits, channel=9)),))


def tune(*played: tuple[float, int, int], channel: int = 0) -> Score:
    """A score of notes of a quarter of a second each: seconds, pitch, velocity."""
    tempo_map = TempoMap.constant(120.0, 9600)
    return Score(tempo_map, (Track("Tune", notes(tempo_map, played, channel=channel)),))


def notes(tempo_map: TempoMap, played: tuple[tuple[float, int, int], ...], channel: int) -> Notes:
    columns = np.array(sorted(played), dtype=np.float64).reshape(-1, 3)
    onset = np.round(tempo_map.ticks(columns[:, 0])).astype(np.int64)
    return Notes(
        onset,
        onset + 4800,
        columns[:, 1].astype(np.uint8),
        columns[:, 2].astype(np.uint8),
        np.full(len(columns), channel, dtype=np.uint8),
    )


def facts(duration_s: float = 10.0, **others: object) -> Facts:
    given = {"events": Events(np.zeros(0), (), np.zeros(0)), **others}
    return Facts(
        duration_s,
        beats_s=np.arange(0.0, duration_s, 0.5),
        downbeats_s=np.arange(0.0, duration_s, 2.0),
        **given,  # type: ignore[arg-type]
    )


def rules(*lines: str, base: str = "{}") -> mappings.Mapping:
    listed = ", ".join(f"{{{line}}}" for line in lines)
    return read(f"format: clavilux.mapping/1\nbase: {base}\nrules: [{listed}]\n", "test")


def curve(
    mapping: mappings.Mapping,
    music: Score | Facts,
    parameter: str,
    *,
    rate: Fraction = Fraction(24),
    seconds: float = 4.0,
    start_s: float = 0.0,
    seed: int = 0,
    known: Facts | None = None,
) -> np.ndarray:
    made = mappings.apply(
        mapping,
        music,
        frame_rate=rate,
        n_frames=int(seconds * rate),
        start_s=start_s,
        seed=seed,
        facts=None if isinstance(music, Facts) else known or facts(),
    )
    return made.values[parameter]


SPACED = drums((0.5, 46, 127), (1.0, 44, 64), (1.5, 36, 100), (2.0, 38, 127), (2.5, 42, 127))


class TestV2midi:
    """The preset keeps V2MIDI's five correspondences, shapes and amounts."""

    mapping = mappings.load("v2midi")

    def test_open_hat_tilts_one_degree_in_each_of_five_frames(self):
        tilt = curve(self.mapping, SPACED, "rotation_3d_x")

        np.testing.assert_allclose(tilt[12:17], 1.0)
        assert np.count_nonzero(np.abs(tilt) > 1e-9) == 5

    def test_pedal_hat_turns_as_much_as_it_is_struck(self):
        turn = curve(self.mapping, SPACED, "rotation_3d_y")

        np.testing.assert_allclose(turn[24:29], 63 / 126)

    def test_kick_drops_strength_for_one_frame_whatever_its_velocity(self):
        strength = curve(self.mapping, SPACED, "strength")

        assert strength[36] == pytest.approx(0.3)
        np.testing.assert_allclose(np.delete(strength, 36), 0.8)

    def test_snare_goes_forward_a_fifth_of_its_velocity_a_frame(self):
        forward = curve(self.mapping, SPACED, "translation_z")

        np.testing.assert_allclose(forward[48:53], 127 / 5)
        assert np.count_nonzero(np.abs(forward) > 1e-9) == 5

    def test_closed_hat_rolls_ten_degrees_and_back_ten_frames_later(self):
        roll = curve(self.mapping, SPACED, "rotation_3d_z")

        assert roll[60] == pytest.approx(10)
        assert roll[70] == pytest.approx(-10)
        assert np.count_nonzero(np.abs(roll) > 1e-9) == 2

    def test_a_second_hit_within_the_first_never_steps_back(self):
        close = drums((1.0, 46, 100), (1.1, 46, 100))

        tilt = curve(self.mapping, close, "rotation_3d_x")

        assert tilt.min() >= 0
        assert tilt.sum() == pytest.approx(2 * 5 * 99 / 126)

    def test_tempo_is_followed(self):
        slow = drums((3.0, 38, 127), bpm=60.0)

        assert np.flatnonzero(curve(self.mapping, slow, "translation_z"))[0] == 72


@given(
    time_s=st.floats(0.5, 1.5),
    rate=st.sampled_from(RATES),
    shape=st.sampled_from(["exponential", "linear", "cosine"]),
)
@settings(max_examples=60, deadline=None)
def test_a_push_moves_by_its_amount_at_any_rate_and_any_place_in_a_frame(time_s, rate, shape):
    mapping = rules(
        f"source: snare, target: translation_z, amount: 30, attack: 0.02, hold: 0.05, "
        f"decay: 0.2, shape: {shape}"
    )

    moved = curve(mapping, drums((time_s, 38, 127)), "translation_z", rate=rate)

    assert moved.sum() == pytest.approx(30)


@given(time_s=st.floats(0.5, 1.5), rate=st.sampled_from(RATES))
@settings(max_examples=40, deadline=None)
def test_a_pulse_of_a_movement_comes_back_to_where_it_was(time_s, rate):
    mapping = rules("source: snare, target: rotation_3d_z, mode: pulse, amount: 8, decay: 0.2")

    moved = curve(mapping, drums((time_s, 38, 127)), "rotation_3d_z", rate=rate)

    assert moved.max() > 1
    assert moved.sum() == pytest.approx(0, abs=1e-9)


@given(time_s=st.floats(0.5, 1.5))
@settings(max_examples=40, deadline=None)
def test_new_matter_let_in_by_a_kick_is_the_same_at_any_rate(time_s):
    mapping = rules("source: kick, target: strength, to: 0.3, decay: 0.15", base="{strength: 0.9}")
    kick = drums((time_s, 36, 127))

    kept = [np.prod(curve(mapping, kick, "strength", rate=r, seconds=3)) for r in RATES[::2]]

    assert kept[0] == pytest.approx(kept[1])


@given(offset=st.floats(0.0, 1.0, exclude_max=True))
@settings(max_examples=40, deadline=None)
def test_the_share_of_the_first_frame_tells_where_in_it_a_hit_lies(offset):
    mapping = rules("source: snare, target: translation_z, amount: 24, hold: 0.5")
    begins = 24 - 0.5 + offset  # in frames; frame 24 begins half a frame before its time

    moved = curve(mapping, drums((begins / 24, 38, 127)), "translation_z")

    assert np.flatnonzero(moved > 1e-9)[0] in (24, 25)
    assert moved[24] == pytest.approx((1 - offset) * 2, abs=3e-3)  # half a tick


def test_a_level_is_averaged_over_the_frame():
    mapping = rules("source: snare, target: light, amount: 0.5, hold: 1/24 s")

    light = curve(mapping, drums((1.0, 38, 127)), "light")

    np.testing.assert_allclose(light[23:27], [0, 0.25, 0.25, 0], atol=1e-4)


def test_what_is_pushed_stays_pushed_and_what_is_set_stays_set():
    hits = drums((1.0, 38, 127), (2.0, 38, 127))
    pushed = rules("source: snare, target: hue, mode: accumulate, amount: 10, decay: 0.1")
    put = rules("source: snare, target: hue, mode: set, to: 25, decay: 0.1")

    assert curve(pushed, hits, "hue")[[20, 40, 90]] == pytest.approx([0, 10, 20])
    assert curve(put, hits, "hue")[[20, 40, 90]] == pytest.approx([0, 25, 25])


def test_the_same_music_from_a_later_start_is_the_later_part_of_the_whole():
    rng = np.random.default_rng(3)
    hits = [
        (t, n, v)
        for t, n, v in zip(
            rng.uniform(0, 9, 80),
            rng.choice([36, 38, 42, 44, 46, 41, 49], 80),
            rng.integers(1, 128, 80),
            strict=True,
        )
    ]
    music = drums(*hits)
    for name in mappings.names():
        mapping = mappings.load(name)
        whole = mappings.apply(
            mapping, music, frame_rate=Fraction(30), n_frames=270, seed=5, facts=facts()
        )

        part = mappings.apply(
            mapping,
            music,
            frame_rate=Fraction(30),
            n_frames=120,
            start_s=4.0,
            seed=5,
            facts=facts(),
        )

        for parameter in mapping.parameters:
            np.testing.assert_allclose(
                part.values[parameter],
                whole.values[parameter][120:240],
                atol=1e-6,
                err_msg=f"{name}: {parameter}",
            )


def test_a_strike_comes_at_once_and_the_rest_along_the_envelope():
    mapping = rules("source: snare, target: translation_z, amount: 10, strike: 0.8, decay: 0.2")
    level = rules(
        "source: snare, target: hue, mode: accumulate, amount: 10, strike: 0.8, decay: 0.2"
    )
    hit = drums((1.0, 38, 127))

    moved, stood = curve(mapping, hit, "translation_z"), curve(level, hit, "hue")

    assert moved.sum() == pytest.approx(10)
    assert 8 < moved[24] < 9.5
    assert 0 < moved[25] < 1
    np.testing.assert_allclose(stood[[20, 90]], [0, 10], atol=1e-9)
    assert 8 < stood[25] < 10


def test_velocity_follows_its_range_and_curve():
    mapping = rules(
        "source: snare, target: translation_z, amount: [4, 20], range: [27, 127], exponent: 2"
    )

    moved = [curve(mapping, drums((1.0, 38, v)), "translation_z").sum() for v in (1, 27, 77, 127)]

    assert moved == pytest.approx([4, 4, 4 + 16 * 0.25, 20])


def test_polarity_alternates_and_chance_is_drawn_by_seed():
    hits = drums(*[(0.25 * i + 0.25, 42, 127) for i in range(12)])
    alternate = rules("source: closed_hat, target: rotation_3d_z, amount: 3, polarity: alternate")
    rare = rules("source: closed_hat, target: rotation_3d_z, amount: 3, probability: 0.5")

    signs = curve(alternate, hits, "rotation_3d_z")
    some = [curve(rare, hits, "rotation_3d_z", seed=seed) for seed in (1, 1, 2)]

    np.testing.assert_allclose(signs[[6, 12, 18]], [3, -3, 3], atol=1e-3)
    assert 0 < some[0].sum() < 36
    np.testing.assert_array_equal(some[0], some[1])
    assert not np.array_equal(some[0], some[2])


def test_quantise_moves_hits_onto_the_grid():
    mapping = rules("source: snare, target: translation_z, amount: 10, quantise: 1, place: frame")

    moved = curve(mapping, drums((1.07, 38, 127)), "translation_z")

    assert moved[24] == pytest.approx(10)


def test_the_lowest_of_two_dips_holds_where_they_meet():
    mapping = rules(
        "source: kick, target: strength, to: 0.4, by: none, hold: 0.5",
        base="{strength: {value: 0.9, combine: min}}",
    )

    strength = curve(mapping, drums((1.0, 36, 90), (1.2, 36, 90)), "strength")

    assert strength.min() == pytest.approx(0.4)


def test_zoom_grows_by_its_amount_in_all():
    mapping = rules("source: snare, target: zoom, amount: 0.2, decay: 0.3", base="{zoom: 1}")

    growth = [np.prod(curve(mapping, drums((1.0, 38, 127)), "zoom", rate=r)) for r in RATES]

    assert growth == pytest.approx([1.2, 1.2, 1.2])


def test_a_base_of_a_movement_is_per_second_and_drifts_around_its_value():
    mapping = rules(base="{translation_z: {value: 6, drift: {amount: 2, period: 4}}}")

    moved = curve(mapping, drums((1.0, 38, 1)), "translation_z", rate=Fraction(60))

    assert moved.sum() == pytest.approx(24, rel=1e-3)
    assert np.ptp(moved * 60) == pytest.approx(4, rel=1e-2)


class TestSources:
    """Everything in a piece can move something."""

    def heard(self, source: str, music: Score | Facts, known: Facts | None = None) -> list[float]:
        mapping = rules(f"source: {source}, target: translation_z, amount: 1")
        given = None if isinstance(music, Facts) else known or facts()
        return mappings.pulses(mapping, music, facts=given)[0].time_s.round(6).tolist()

    def test_drums_by_name_by_number_and_together(self):
        assert self.heard("kick", SPACED) == [1.5]
        assert self.heard("{drum: 38}", SPACED) == [2.0]
        assert self.heard("{drum: [open_hat, pedal_hat]}", SPACED) == [0.5, 1.0]
        assert len(self.heard("{drum: any}", SPACED)) == 5

    def test_notes_by_name_range_velocity_channel_and_track(self):
        music = tune((0.5, 60, 50), (1.0, 64, 90), (1.5, 72, 120))

        assert self.heard("note", music) == [0.5, 1.0, 1.5]
        assert self.heard("{note: C4..E4}", music) == [0.5, 1.0]
        assert self.heard("{note: [60, 72]}", music) == [0.5, 1.5]
        assert self.heard("{note: any, velocity: [80, 100]}", music) == [1.0]
        assert self.heard("{note: any, channel: 2}", music) == []
        assert self.heard("{note: any, track: tun*}", music) == [0.5, 1.0, 1.5]
        assert self.heard("{note: any, track: 2}", music) == []

    def test_notes_leave_drums_alone_unless_their_channel_is_named(self):
        assert self.heard("note", SPACED) == []
        assert self.heard("{note: 38, channel: 10}", SPACED) == [2.0]

    def test_words_and_markers(self):
        texts = (Text(9600, "lyric", "Heart"), Text(19200, "lyric", "beat"), Text(0, "marker", "B"))
        music = Score(TempoMap.constant(60, 9600), (Track("Words", texts=texts),))

        assert self.heard("{lyric: heart}", music) == [1.0]
        assert self.heard("lyric", music) == [1.0, 2.0]
        assert self.heard("{marker: b}", music) == [0.0]

    def test_beats_bars_and_sections(self):
        known = facts(sections=(Section(0, 4, "A"), Section(4, 8, "B")))
        music = tune((0.5, 60, 50))

        assert self.heard("{beat: 4}", music, known) == [0, 2, 4, 6, 8]
        assert self.heard("{downbeat: 2}", music, known) == [0, 4, 8]
        assert self.heard("section", music, known) == [0, 4]
        assert self.heard("{section: B}", music, known) == [4]

    def test_a_phrase_starts_after_a_rest(self):
        played = [(0.25 * i, 60 + i % 5, 80) for i in range(20)]
        later = [(t + 6.0, p, v) for t, p, v in played]

        assert self.heard("phrase", tune(*played, *later)) == [0.0, 6.0]

    def test_chords_are_heard_when_they_change(self):
        chords = [(48, 52, 55), (48, 52, 55), (55, 59, 62), (53, 57, 60)]
        played = [(0.5 * i, p, 80) for i, chord in enumerate(chords) for p in chord]

        assert self.heard("chord", tune(*played)) == [0.0, 1.0, 1.5]

    def test_listened_events_by_kind_and_stem(self):
        events = Events(
            np.array([1.0, 2.0, 3.0]), ("onset", "kick", "drums/kick"), np.array([0.5, 1, 1])
        )
        heard = facts(events=events)

        assert self.heard("{event: onset}", heard) == [1.0]
        assert self.heard("kick", heard) == [2.0]
        assert self.heard("{drum: kick, stem: drums}", heard) == [3.0]
        assert self.heard("note", heard) == [1.0]

    def test_conditions_keep_a_rule_to_its_place(self):
        known = facts(sections=(Section(0, 1.2, "A"), Section(1.2, 9, "B")))
        mapping = rules(
            "source: {drum: any}, target: translation_z, amount: 1, when: {section: B}",
            "source: {drum: any}, target: translation_z, amount: 1, when: {bars: 2..2}",
            "source: {drum: any}, target: translation_z, amount: 1, when: {lacks: drums}",
        )

        found = mappings.pulses(mapping, SPACED, facts=known)

        assert [part.time_s.tolist() for part in found] == [[1.5, 2.0, 2.5], [2.0, 2.5], []]

    def test_a_controller_is_followed_and_averaged_over_each_frame(self):
        changes = (Change(0, 0, "control", 1, 0), Change(9600, 0, "control", 1, 127))
        music = Score(TempoMap.constant(60, 9600), (Track("", changes=changes),))
        mapping = rules("source: {controller: 1}, target: glow, to: [0.2, 0.8]")

        glow = curve(mapping, music, "glow")

        np.testing.assert_allclose(glow[[5, 24, 40]], [0.2, 0.5, 0.8])

    def test_a_bend_goes_both_ways_and_a_movement_follows_per_second(self):
        changes = (Change(0, 0, "bend", 0, 8191), Change(9600, 0, "bend", 0, -8192))
        music = Score(TempoMap.constant(60, 9600), (Track("", changes=changes),))
        mapping = rules("source: bend, target: rotation_3d_z, amount: 12")

        roll = curve(mapping, music, "rotation_3d_z", rate=Fraction(60))

        np.testing.assert_allclose(roll[[30, 90]] * 60, [12, -12])

    def test_a_series_is_followed_between_what_it_mostly_spans(self):
        loudness = Series(100.0, np.linspace(-60, -10, 400))
        mapping = rules("source: {series: loudness}, target: glow, to: [0, 1], smoothing: 0.1")

        glow = curve(mapping, facts(series={"loudness": loudness}), "glow")

        assert glow[0] == pytest.approx(0, abs=0.02)
        assert glow[-1] == pytest.approx(1, abs=0.02)
        assert np.all(np.diff(glow) >= -1e-9)


def test_the_default_preset_moves_without_drums():
    mapping = mappings.load("clavilux")
    music = tune(*[(0.5 * i, 48 + 5 * i % 36, 90) for i in range(8)])

    still = curve(mapping, tune((3.9, 60, 1)), "translation_z")
    moving = curve(mapping, music, "translation_z")

    assert moving.max() > 5 * still[:80].max()


def test_dense_music_is_mapped_in_a_moment():
    rng = np.random.default_rng(0)
    n = 12_000  # twenty hits a second for ten minutes
    times = np.sort(rng.uniform(0, 600, n))
    hits = zip(times, rng.choice([36, 38, 42, 44, 46], n), rng.integers(1, 128, n), strict=True)
    music = drums(*hits)

    before = time.process_time()
    made = mappings.apply(
        mappings.load("clavilux"), music, frame_rate=Fraction(60), n_frames=36_000, facts=facts(600)
    )

    assert time.process_time() - before < 1.0
    assert made.n_frames == 36_000


@pytest.mark.parametrize("combine", ["add", "min", "max"])
@pytest.mark.parametrize(
    ("target", "mode", "strike"),
    [
        ("rotation_3d_x", "accumulate", 0.0),
        ("rotation_3d_x", "accumulate", 0.4),
        ("rotation_3d_z", "pulse", 0.0),
        ("strength", "pulse", 0.0),
        ("hue", "pulse", 0.0),
    ],
)
def test_hits_that_fill_whole_frames_are_laid_at_once_like_one_by_one(
    target, mode, strike, combine
):
    times = np.array([-0.1, 0.0, 0.02, 1.0, 1.01, 2.5, 3.9, 5.0])
    rule = Rule(
        "any", Source("drum"), target, mode, 0.0, 0.5,
        hold=Duration(5 / 24), shape="linear", strike=strike, snap=True,
    )  # fmt: skip
    base = Base(0.8 if target == "strength" else 0.0, combine=combine)
    nothing = np.zeros(len(times))
    part = Pulses(rule, times, np.linspace(-0.3, 0.15, 8), nothing, nothing + 5 / 24, nothing)
    window = curves.Window(Fraction(24), 96, 0.0)

    kernel = curves._kernel(rule, window.frame_s)
    at_once = curves._struck(part, base, window, kernel)

    np.testing.assert_allclose(at_once, curves._placed(part, base, window), atol=1e-12)


def test_what_a_mapping_does_not_ask_for_is_not_found_out():
    heard = Heard.of(drums((0.5, 36, 100), (1.0, 38, 90)))

    find_pulses(mappings.load("v2midi"), heard)

    assert "facts" not in vars(heard)

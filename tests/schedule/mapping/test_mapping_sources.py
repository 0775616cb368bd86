"""Everything in a piece can move something."""

from fractions import Fraction

import numpy as np
import pytest
from mapped_music import SPACED, curve, facts, rules, tune

from clavilux.core.timeline import TempoMap
from clavilux.core.values import Change, Events, Facts, Score, Section, Series, Text, Track
from clavilux.schedule import mapping as mappings


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

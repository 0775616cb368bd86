"""The presets move what they say they move."""

import time
from fractions import Fraction

import numpy as np
import pytest
from mapped_music import SPACED, curve, drums, facts, tune

from clavilux.schedule import mapping as mappings


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

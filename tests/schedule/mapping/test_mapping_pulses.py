"""A hit moves its target as far as its rule says, and to that side."""

import numpy as np
import pytest
from mapped_music import curve, drums, rules

from clavilux.schedule import mapping as mappings
from clavilux.schedule.mapping.heard import Heard
from clavilux.schedule.mapping.pulses import pulses as find_pulses


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


def test_what_a_mapping_does_not_ask_for_is_not_found_out():
    heard = Heard.of(drums((0.5, 36, 100), (1.0, 38, 90)))

    find_pulses(mappings.load("v2midi"), heard)

    assert "facts" not in vars(heard)

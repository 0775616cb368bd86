"""A whole mapping is made stronger, weaker, faster or slower."""

import numpy as np
import pytest
from mapped_music import curve, drums, rules

from clavilux.schedule import mapping as mappings

KICKS = drums((1.0, 36, 127), (2.0, 36, 60))


def test_intensity_is_a_factor_of_what_rules_do():
    mapping = rules("source: kick, target: light, amount: 0.2, decay: 0.2")

    once, twice = (curve(mapping.scaled(intensity=by), KICKS, "light") for by in (1, 2))

    np.testing.assert_allclose(twice, 2 * once)


def test_a_value_to_reach_moves_away_from_its_base_and_stays_in_range():
    mapping = rules(
        "source: kick, target: strength, to: [0.9, 0.1], decay: 0.2", base="{strength: 0.9}"
    )

    assert mapping.scaled(intensity=0.5).rules[0].high == pytest.approx(0.5)
    assert mapping.scaled(intensity=4).rules[0].high == 0


def test_speed_is_a_factor_of_flow_and_of_how_the_camera_drifts():
    mapping = mappings.load("clavilux")

    slow = mapping.scaled(speed=0.5)

    assert slow.base_of("flow").value == mapping.base_of("flow").value / 2
    assert slow.base_of("translation_z").drift == mapping.base_of("translation_z").drift / 2
    assert slow.base_of("strength") == mapping.base_of("strength")
    pace = [next(r for r in m.rules if r.target == "flow") for m in (mapping, slow)]
    assert pace[1].high == pytest.approx(pace[0].high / 2)


def test_calm_halves_both_and_factors_of_one_change_nothing():
    mapping = mappings.load("clavilux")

    assert mapping.scaled(calm=True) == mapping.scaled(intensity=0.5, speed=0.5)
    assert mapping.scaled() is mapping

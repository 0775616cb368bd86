"""--intensity, --speed and --calm do what they say, seen in the film."""

from fractions import Fraction

import numpy as np
import pytest

from clavilux.core.values import Events, Facts, Series, Size
from clavilux.evaluation import answers
from clavilux.pipelines.looks import rgb_of
from clavilux.render import Request, pictures
from clavilux.schedule import mapping as mappings

N = 96


@pytest.fixture(scope="module")
def change():
    """Return how much the film of a swelling voice changes a frame, by factors of the mapping."""
    loud = 0.5 - 0.5 * np.cos(2 * np.pi * np.arange(80) / 40)
    facts = Facts(4.0, Events(np.zeros(0), (), np.zeros(0)), {"loudness": Series(20.0, loud)})

    def measured(**factors):
        curves = mappings.apply(
            mappings.load("clavilux").scaled(**factors), facts, frame_rate=Fraction(24), n_frames=N
        )
        film = (rgb_of(p) for p in pictures(Request(curves, Size(48, 48), 1, look="ink")))
        return answers.picture_change(film)[0]

    return measured


def test_more_intensity_changes_the_picture_more(change):
    quarter, one, four = (change(intensity=by).mean() for by in (0.25, 1, 4))

    assert quarter < 0.75 * one < 0.75 * 0.75 * four


def test_more_speed_changes_the_picture_more(change):
    quarter, one, four = (change(speed=by).mean() for by in (0.25, 1, 4))

    assert quarter < 0.85 * one < 0.85 * 0.85 * four


def test_calm_is_calmer_and_still_follows_the_voice(change):
    calm, usual = change(calm=True), change()
    loud = np.sin(np.pi * np.arange(1, N) / 48) ** 2 > 0.7

    assert calm.mean() < 0.75 * usual.mean()
    assert calm[loud].mean() > 1.5 * calm[~loud].mean()


def test_no_intensity_leaves_only_the_drift_of_the_scene(change):
    assert change(intensity=0).mean() < 0.35 * change().mean()

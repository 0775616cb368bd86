"""Curves for tests: a steady beat as a mapping would write it; looks to draw it in."""

from fractions import Fraction

import numpy as np
import pytest

from clavilux.core.values import Curves
from clavilux.matter import LOOKS

FRAME_RATE = Fraction(24)
QUICK = ("coral", "glass", "ink")
"""Looks that are tried each time: one of cells, of a rosette, of flow; all among the slow tests."""


def each_look():
    """Return every look as a parameter of a test."""
    return [
        pytest.param(name, marks=() if name in QUICK else pytest.mark.slow)
        for name in LOOKS.names()
    ]


def decaying(n_frames, first, every, *, peak, half_life):
    """Return a curve that jumps by `peak` at every hit and decays by half in `half_life` frames."""
    curve = np.zeros(n_frames)
    for hit in range(first, n_frames, every):
        after = np.arange(n_frames - hit)
        curve[hit:] += peak * 0.5 ** (after / half_life)
    return curve


def beat(n_frames=48, frame_rate=FRAME_RATE, **more):
    """Return a bar of kick, snare and hats over and over; `more` sets further parameters."""
    values = {
        "strength": 0.96 - np.minimum(0.6, decaying(n_frames, 12, 24, peak=0.6, half_life=1)),
        "translation_z": decaying(n_frames, 24, 24, peak=9, half_life=2),
        "rotation_3d_z": decaying(n_frames, 6, 12, peak=2, half_life=1),
    }
    values |= {name: np.full(n_frames, float(value)) for name, value in more.items()}
    return Curves(frame_rate, values)


def still(n_frames=48, **more):
    """Return curves in which nothing is played; `more` sets further parameters."""
    values = {"strength": np.full(n_frames, 0.96)}
    values |= {name: np.full(n_frames, float(value)) for name, value in more.items()}
    return Curves(FRAME_RATE, values)

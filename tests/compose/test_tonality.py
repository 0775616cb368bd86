"""What is composed in a key is heard in that key."""

import numpy as np
import pytest

from clavilux.compose.chords import ChordRequest
from clavilux.compose.harmony import MODES, Key
from clavilux.compose.parts import Part
from clavilux.compose.soundtrack import Brief, compose
from clavilux.compose.theory import TheoryChords
from clavilux.compose.tonality import clarity, held
from clavilux.core.values import Events, Facts, Series

C_MAJOR_TRIAD = np.isin(np.arange(12), (0, 4, 7)).astype(float)


def film(duration_s, seed=0):
    rng = np.random.default_rng(seed)
    times = np.arange(0, duration_s, 0.25)
    motion = Series(4, np.repeat(rng.random(len(times)), 8)[: len(times)])
    cuts = np.arange(2.3, duration_s - 1, 3.1)
    strengths = rng.random(len(cuts))
    return Facts(duration_s, Events(cuts, ("cut",) * len(cuts), strengths), {"motion": motion})


def test_a_triad_is_heard_in_its_own_key_only():
    assert clarity(C_MAJOR_TRIAD, Key(0, "major")) > 0
    assert all(clarity(C_MAJOR_TRIAD, Key(pc, "major")) < 0 for pc in range(1, 12))
    assert clarity(C_MAJOR_TRIAD, Key(9, "minor")) < 0


def test_a_mode_is_heard_by_its_tonic_and_third():
    assert clarity(C_MAJOR_TRIAD, Key(0, "lydian")) == clarity(C_MAJOR_TRIAD, Key(0, "major"))


def test_silence_has_no_key():
    assert clarity(np.zeros(12), Key(0, "major")) == 0
    assert clarity(np.ones(12), Key(0, "major")) == 0


@pytest.mark.parametrize("mode", MODES)
@pytest.mark.parametrize("instruments", [(), ("piano",)])
def test_every_mode_is_heard_at_home_whoever_plays(mode, instruments):
    for tonic in (2, 9):
        brief = Brief(key=Key(tonic, mode), mood="tense", instruments=instruments, seed=tonic)
        made = compose(film(20.0 + tonic, seed=tonic), 24.0, brief)

        assert clarity(held(made.score), Key(tonic, mode)) > 0


@pytest.mark.parametrize(
    ("mode", "colour", "instead"),
    [("dorian", 9, 8), ("phrygian", 1, 2), ("lydian", 6, 5), ("mixolydian", 10, 11)],
)
def test_a_mode_has_its_colour(mode, colour, instead):
    brief = Brief(key=Key(0, mode), mood="epic", instruments=("strings", "flute", "bass"))

    sounding = held(compose(film(60.0), 24.0, brief).score)

    assert sounding[colour] > 2 * sounding[instead]


@pytest.mark.parametrize("mode", MODES)
def test_phrases_leave_home_and_the_piece_ends_there(mode):
    key = Key(2, mode)
    parts = (Part(0, 8, "A", 0.9, 0.0, key, 4), Part(8, 4, "B", 0.2, 0.0, key, 4))
    flat = np.full(12, 0.5)

    chords = TheoryChords().write(ChordRequest(parts, flat, flat, flat, flat))

    home = key.degree(1)
    assert len(chords) == 12
    assert [chords[bar][0] for bar in (0, 4, 8, 11)] == [home] * 4

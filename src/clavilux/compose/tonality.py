"""Tonality: how clearly notes say in which key they are.

A composer hears what it wrote as a listener would, and writes again what leaves
home in doubt. What a listener hears is foretold from how long each pitch class
sounds; modes count as the major or minor key on their tonic that shares their third.

Source:
    C. L. Krumhansl, "Cognitive Foundations of Musical Pitch", 1990: the probe-tone
    profiles of Krumhansl and Kessler and the key-finding algorithm.
"""

from collections.abc import Iterable

import numpy as np
from numpy.typing import NDArray

from clavilux.compose.harmony import Key
from clavilux.compose.lines import Line
from clavilux.core.drums import drum_notes
from clavilux.core.values import Score

PROFILES = {
    "major": np.array([6.35, 2.23, 3.48, 2.33, 4.38, 4.09, 2.52, 5.19, 2.39, 3.66, 2.29, 2.88]),
    "minor": np.array([6.33, 2.68, 3.52, 5.38, 2.60, 3.53, 2.54, 4.75, 3.98, 2.69, 3.34, 3.17]),
}
"""How well each pitch class fits a key, from its tonic up."""


def held(score: Score) -> NDArray[np.float64]:
    """Add up how long each pitch class sounds, in seconds; drums have none. Shape (12,)."""
    total = np.zeros(12)
    for track in score.tracks:
        notes = track.notes.where(~drum_notes(track))
        lengths = score.offsets_s(notes) - score.onsets_s(notes)
        np.add.at(total, notes.pitch % 12, lengths)
    return total


def held_by(lines: Iterable[Line]) -> NDArray[np.float64]:
    """Add up how long each pitch class sounds in some lines, in beats. Shape (12,)."""
    total = np.zeros(12)
    for line in lines:
        for note in line:
            total[note.pitch % 12] += note.length
    return total


def clarity(durations: NDArray[np.float64], key: Key) -> float:
    """Return how much better the asked key fits than the best other one.

    Args:
        durations: How long each pitch class sounds. Shape (12,).
        key: The key that should be heard.

    Returns:
        A difference of correlations, -2 to 2: above 0 the key is heard. 0 if
        nothing sounds, or everything alike.
    """
    deviation = durations - durations.mean()
    length = float(np.linalg.norm(deviation))
    if length < 1e-9:
        return 0.0
    fits = {}
    for mode, profile in PROFILES.items():
        shape = (profile - profile.mean()) / np.linalg.norm(profile - profile.mean())
        for tonic in range(12):
            fits[tonic, mode] = float(np.roll(shape, tonic) @ deviation) / length
    own = fits.pop((key.tonic, "minor" if key.minor else "major"))
    return own - max(fits.values())

"""Drums: one set of names for what notes, ears and eyes find on the drum channel.

Conventions
-----------
- Notes are General MIDI's percussion keys, 27 to 87, and the edges of electronic
  hats (22, 26), on channel 9 counted from 0.
- A name is what a rule, a listened event and a report call it: ``closed_hat``.
"""

from types import MappingProxyType

import numpy as np
from numpy.typing import NDArray

from clavilux.core.values import Track

DRUM_CHANNEL = 9
"""The standard's tenth channel."""

_NOTES_OF = {
    "kick": (35, 36),
    "snare": (38, 40),
    "rim": (37,),
    "clap": (39,),
    "closed_hat": (42, 22),
    "pedal_hat": (44,),
    "open_hat": (46, 26),
    "tom": (41, 43, 45, 47, 48, 50),
    "crash": (49, 52, 55, 57),
    "ride": (51, 53, 59),
    "cowbell": (56,),
    "shaker": (54, 69, 70, 82),
    "hand_drum": (60, 61, 62, 63, 64, 65, 66, 78, 79),
}

DRUMS: tuple[str, ...] = (*_NOTES_OF, "percussion")
"""Every name; ``percussion`` is whatever no other name covers."""

FIVE: tuple[str, ...] = ("kick", "snare", "closed_hat", "pedal_hat", "open_hat")
"""The drums that films show and that are heard in films; claps and rims count as snares."""

NOTES_OF_DRUM = MappingProxyType(_NOTES_OF)
"""Name to the notes that play it; `percussion` has every other note."""

STANDARD_NOTE = MappingProxyType({22: 42, 26: 46})
"""Notes of electronic drums that General MIDI lacks, and those that sound the same drum there."""

_NAME_OF = {note: name for name, notes in _NOTES_OF.items() for note in notes}


def drum_name(note: int) -> str:
    """Name the drum that a note of the drum channel plays."""
    return _NAME_OF.get(note, "percussion")


def drum_notes(track: Track) -> NDArray[np.bool_]:
    """Return which notes of a track stand on the drum channel, shape (n_notes,).

    In a settled score these are the drums; see `clavilux.score.drums`.
    """
    return np.asarray(track.notes.channel == DRUM_CHANNEL)

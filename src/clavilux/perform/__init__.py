"""Perform: a score becomes sound, on a General MIDI synthesiser of our own.

`perform` does all of it; `synthesise`, `stems`, `mastering_gain`, `limit` and `normalise`
are its steps.
"""

from clavilux.perform.limiter import Limiter, limit
from clavilux.perform.mastering import LUFS, mastering_gain, normalise, perform
from clavilux.perform.soundfont import SoundFont
from clavilux.perform.synthesiser import stems, synthesise

__all__ = [
    "LUFS",
    "Limiter",
    "SoundFont",
    "limit",
    "mastering_gain",
    "normalise",
    "perform",
    "stems",
    "synthesise",
]

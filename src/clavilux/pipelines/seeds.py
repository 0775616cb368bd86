"""Seeds: what chance decides in a film's pictures, drawn from its music where none is named.

Another song gets other pictures; the same notes or the same sound always get the same ones.
"""

import hashlib

import numpy as np

from clavilux import media
from clavilux.core.notes import PlayedNotes
from clavilux.core.values import Score, Sound

_RATE = 16_000
_BYTES = 4


def of_score(score: Score) -> int:
    """Return 32 bits of the SHA-256 of a score's notes: their microseconds, pitches and velocities.

    How they are divided into tracks and what these are called doesn't count.
    """
    notes = PlayedNotes.of(score)
    times = [np.rint(column * 1e6) for column in (notes.onset_s, notes.offset_s)]
    rows = np.column_stack([*times, notes.pitch, notes.velocity]).astype("<i8")
    rows = rows[np.lexsort(rows.T[::-1])]
    return _first_bits(hashlib.sha256(rows.tobytes()))


def of_sound(sound: Sound) -> int:
    """Return 32 bits of the SHA-256 of a recording: 16-bit samples of one channel at 16 kHz."""
    digest = hashlib.sha256()
    for block in media.resample(media.mono(sound), _RATE):
        digest.update(np.rint(np.clip(block, -1, 1) * 32767).astype("<i2").tobytes())
    return _first_bits(digest)


def _first_bits(digest: "hashlib._Hash") -> int:
    return int.from_bytes(digest.digest()[:_BYTES], "big")

"""Words in time: lines that are known are laid under the voice that sings them."""

import re
from collections.abc import Sequence

import numpy as np

from clavilux.core.lyrics import Line, Lyrics
from clavilux.core.values import Series

_VOICED = 0.4
"""How likely a voice must be to count: below `speech.spoken`'s, since singing is less sure."""
_VOWELS = re.compile(r"[aeiouyáéíóúàèìòùâêîôûäëïöüœæ]+", re.IGNORECASE)


def align(lines: Sequence[str], voice: Series, duration_s: float) -> Lyrics:
    """Lay lines under the voice, each as long as its syllables take of the voiced time.

    Nothing of the words is heard: lines that are sung faster than others, or repeated, drift.

    Args:
        lines: In the order in which they are sung, none empty.
        voice: How likely a voice sounds; see `clavilux.listen.speech.likelihood`.
        duration_s: Of the piece; where no voice is heard, lines fill all of it.
    """
    voiced = np.asarray(voice.values >= _VOICED, dtype=np.float64)
    if not voiced.any():
        voiced = np.ones(max(1, int(duration_s * voice.rate)))
    sung = np.concatenate([[0.0], np.cumsum(voiced)])  # voiced frames up to each edge of one
    weights = np.array([syllables(line) for line in lines], dtype=np.float64)
    marks = np.concatenate([[0.0], np.cumsum(weights)]) / max(weights.sum(), 1) * sung[-1]
    found = []
    for text, start, end in zip(lines, marks[:-1], marks[1:], strict=True):
        # A line begins with the first voiced frame after the line before, and ends with its last.
        first = int(np.searchsorted(sung, start + 1e-6, side="left")) - 1
        last = int(np.searchsorted(sung, end - 1e-6, side="left"))
        found.append(Line(max(0, first) / voice.rate, max(first + 1, last) / voice.rate, text))
    return Lyrics(tuple(found))


def syllables(text: str) -> int:
    """Return about how many syllables a line has: its groups of vowels, at least one a word."""
    words = [word.strip(".,;:!?").removesuffix("e") for word in text.split()]
    return sum(max(1, len(_VOWELS.findall(word))) for word in words) or 1

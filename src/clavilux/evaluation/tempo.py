"""Tempo and meter: how often they are right, for recorded loops and for loops written by hand.

Recordings in, one answer a listener out, then shares with their number.

Conventions
-----------
- Acc1 is the share of tempi within 4 % of the truth; Acc2 forgives a factor of two or
  three (F. Gouyon et al., "An Experimental Comparison of Audio Tempo Induction
  Algorithms", IEEE TASLP 2006).
- A recorded loop is repeated, begun `BEGIN_S` into itself and cut at `LENGTH_S`, so
  that neither its length nor its beginning says how fast it is.
"""

import re
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from clavilux import media
from clavilux.core.values import Sound
from clavilux.evaluation.listen import ACC2_FACTORS, tempo_is_right
from clavilux.evaluation.tempo_loops import tempo_loops
from clavilux.perform import synthesise

BEGIN_S, LENGTH_S = 0.37, 24.0
_NAMED_BPM = re.compile(r"(\d+(?:\.\d+)?)[ _-]?bpm", re.IGNORECASE)
_SUFFIXES = (".ogg", ".wav", ".flac", ".mp3")


@dataclass(frozen=True, slots=True, eq=False)
class Example:
    """A recording whose tempo is known."""

    name: str
    bpm: float
    meter: str
    """Empty where nobody says."""
    sound: Sound
    file_s: float
    """How long the loop is by itself."""


Listener = Callable[[Example], float]
"""Returns the tempo of an example."""


def recorded_loops(folder: Path) -> Iterator[Example]:
    """Read loops whose names hold their tempo, such as ``house_142bpm.ogg`` or ``A 96 BPM.wav``."""
    for path in sorted(folder.rglob("*")):
        named = _NAMED_BPM.search(path.stem)
        if named is None or path.suffix.lower() not in _SUFFIXES:
            continue
        sound = media.open_sound(path)
        wave = sound.read()
        first, length = (round(s * sound.sample_rate) for s in (BEGIN_S, LENGTH_S))
        many = np.concatenate([wave] * (1 + -(-(first + length) // len(wave))))
        part = Sound.from_array(many[first : first + length], sound.sample_rate)
        yield Example(path.stem, float(named[1]), "", part, len(wave) / sound.sample_rate)


def written_loops() -> Iterator[Example]:
    """Play the loops of `clavilux.evaluation.tempo_loops`."""
    for name, bpm, meter, score in tempo_loops(duration_s=LENGTH_S + 2):
        wave = synthesise(score, start_s=BEGIN_S, duration_s=LENGTH_S).read()
        yield Example(f"{name} {meter}", bpm, meter, Sound.from_array(wave, 44_100), LENGTH_S)


def by_length_alone(example: Example) -> float:
    """Baseline: the tempo from 80 to 160 at which the file holds 4, 8, 16 … beats."""
    bpm = 60 * 4 / example.file_s
    return float(bpm * 2.0 ** np.ceil(np.log2(80 / bpm)))


def always_commonest(examples: Sequence[Example]) -> Listener:
    """Baseline: the commonest tempo of these examples, whatever is heard."""
    ((commonest, _),) = Counter(example.bpm for example in examples).most_common(1)
    return lambda example: commonest


def accuracies(
    answers: Mapping[str, Sequence[float]], examples: Sequence[Example]
) -> Iterator[tuple[str, float, float]]:
    """Yield each listener's name, Acc1 and Acc2."""
    for name, heard in answers.items():
        pairs = list(zip(heard, (example.bpm for example in examples), strict=True))
        acc1 = np.mean([tempo_is_right(bpm, true) for bpm, true in pairs])
        acc2 = np.mean([tempo_is_right(bpm, true, factors=ACC2_FACTORS) for bpm, true in pairs])
        yield name, float(acc1), float(acc2)

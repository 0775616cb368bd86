"""Instruments: which are heard in every window of a piece, and how surely.

A table of labels with their families, the value that says what was heard, and `hear`,
which `describe` asks of a recording. Of a score they are exact: see
`clavilux.listen.score_instruments`.

Conventions
-----------
- A window is `WINDOW_S` long; window ``i`` begins ``i * WINDOW_S`` seconds after the start,
  and the last may reach beyond the end.
- A confidence is 0 to 1 and of each label by itself: several instruments play at once.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType

import numpy as np
from numpy.typing import NDArray

from clavilux.core.values import Facts, Series, Sound

WINDOW_S = 1.0

FAMILY_OF: Mapping[str, str] = MappingProxyType(
    {
        "kick": "drums",
        "snare": "drums",
        "rimshot": "drums",
        "clap": "drums",
        "closed_hat": "drums",
        "open_hat": "drums",
        "pedal_hat": "drums",
        "crash": "drums",
        "splash": "drums",
        "ride": "drums",
        "tom": "drums",
        "percussion": "percussion",
        "bass": "bass",
        "guitar": "guitar",
        "distorted_guitar": "guitar",
        "piano": "piano",
        "keyboard": "keyboard",
        "organ": "organ",
        "accordion": "accordion",
        "plucked": "plucked",
        "violin": "strings",
        "cello": "strings",
        "strings": "strings",
        "brass": "brass",
        "woodwind": "woodwind",
        "mallets": "mallet",
        "synth": "synth",
        "voice": "voice",
    }
)
"""Every label and the family by which it is scored. ``plucked`` are harps, sitars and dulcimers,
``strings`` an ensemble, ``mallets`` struck bars and bells."""

LABELS: tuple[str, ...] = tuple(FAMILY_OF)
FAMILIES: tuple[str, ...] = tuple(sorted(set(FAMILY_OF.values())))

LABEL_OF_DRUM: Mapping[str, str] = MappingProxyType(
    {"rim": "rimshot", "cowbell": "percussion", "shaker": "percussion", "hand_drum": "percussion"}
)
"""Labels of the names in `clavilux.core.drums` that are not labels themselves."""

TAKEN_FOR: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {
        "kick": ("tom", "bass"),
        "snare": ("clap", "rimshot"),
        "rimshot": ("snare", "percussion"),
        "clap": ("snare", "percussion"),
        "closed_hat": ("pedal_hat", "percussion"),
        "open_hat": ("crash", "ride"),
        "pedal_hat": ("closed_hat", "percussion"),
        "crash": ("splash", "synth"),
        "splash": ("crash", "open_hat"),
        "ride": ("crash", "mallets"),
        "tom": ("kick", "percussion"),
        "percussion": ("tom", "rimshot"),
        "bass": ("synth", "cello"),
        "guitar": ("bass", "plucked"),
        "distorted_guitar": ("guitar", "synth"),
        "piano": ("keyboard", "mallets"),
        "keyboard": ("piano", "organ"),
        "organ": ("accordion", "synth"),
        "accordion": ("organ", "woodwind"),
        "plucked": ("guitar", "mallets"),
        "violin": ("cello", "woodwind"),
        "cello": ("violin", "brass"),
        "strings": ("violin", "synth"),
        "brass": ("woodwind", "strings"),
        "woodwind": ("brass", "violin"),
        "mallets": ("piano", "plucked"),
        "synth": ("organ", "strings"),
        "voice": ("strings", "woodwind"),
    }
)
"""What each is most easily taken for, likeliest first: its second and third guess where the
confidences of a window say nothing. Crash and guitar are AIMV's examples; the others by ear."""


@dataclass(frozen=True, slots=True, eq=False)
class Instruments:
    """How surely each instrument is heard in each window."""

    confidence: NDArray[np.float32]
    """0 to 1, shape (n_windows, n_labels)."""
    labels: tuple[str, ...] = LABELS
    window_s: float = WINDOW_S
    taken_for: Mapping[str, tuple[str, ...]] = field(default_factory=lambda: TAKEN_FOR)
    """What each label is easily taken for; of a net, what it confuses."""

    def __post_init__(self) -> None:
        if self.confidence.ndim != 2 or self.confidence.shape[1] != len(self.labels):
            raise ValueError(
                f"confidences have shape {self.confidence.shape}; expected (n_windows, "
                f"{len(self.labels)})"
            )

    @property
    def start_s(self) -> NDArray[np.float64]:
        """When each window begins, seconds, shape (n_windows,)."""
        return np.arange(len(self.confidence), dtype=np.float64) * self.window_s

    def at(self, window: int) -> dict[str, float]:
        """Return the labels of a window with their confidences, surest first."""
        row = self.confidence[window]
        order = np.argsort(-row, kind="stable")
        return {self.labels[i]: float(row[i]) for i in order}

    def guesses(self, window: int, label: str) -> tuple[str, ...]:
        """Return what else the sound taken for `label` may be, likeliest first."""
        heard = self.at(window)
        known = self.taken_for.get(label, ())
        rank = {other: i for i, other in enumerate(known)}
        others = [
            other for other in heard if other != label and (heard[other] > 0 or other in rank)
        ]
        return tuple(sorted(others, key=lambda o: (-round(heard[o], 2), rank.get(o, len(rank)))))


def n_windows(duration_s: float) -> int:
    """Return how many windows cover a piece."""
    return max(1, int(np.ceil(duration_s / WINDOW_S - 1e-9)))


def hear(sound: Sound, heard: Facts, voice: Series | None = None) -> Instruments:
    """Return the instruments of a recording.

    Args:
        sound: The recording.
        heard: Its facts, as `clavilux.listen.facts` returns them.
        voice: How likely a voice sounds, as `clavilux.listen.speech.likelihood` returns it;
            listened for if None.

    Until there is a net for the others, these are the drums of its facts, as sure as they are
    strong, and the voice.
    """
    from clavilux.listen import speech

    n = n_windows(heard.duration_s)
    confidence = np.zeros((n, len(LABELS)), dtype=np.float32)
    events = heard.events
    for time, kind, strength in zip(events.time_s, events.kind, events.strength, strict=True):
        label = LABEL_OF_DRUM.get(kind, kind)
        if label in FAMILY_OF:
            row, column = min(n - 1, int(time / WINDOW_S)), LABELS.index(label)
            sure = 0.6 + 0.4 * min(1.0, float(strength))
            confidence[row, column] = max(confidence[row, column], sure)
    likely = speech.likelihood(sound) if voice is None else voice
    per_window = likely.rate * WINDOW_S
    for row in range(n):
        part = likely.values[int(row * per_window) : int((row + 1) * per_window) + 1]
        if len(part):
            confidence[row, LABELS.index("voice")] = float(np.percentile(part, 75))
    return Instruments(confidence)

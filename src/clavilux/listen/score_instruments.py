"""Instruments of a score: exactly those its programs and drum notes name.

A score in, `Instruments` out: an instrument that sounds in a window is as sure as it can
be heard, from `SOUNDING` for the faintest to 1 for the one that fills it.
"""

import numpy as np

from clavilux.core.drums import DRUM_CHANNEL, drum_name
from clavilux.core.values import Score
from clavilux.listen.instruments import LABEL_OF_DRUM, LABELS, WINDOW_S, Instruments, n_windows
from clavilux.score.sections import programs_of
from clavilux.score.windows import add_notes

SOUNDING = 0.75
_DRUM_S = 0.25
"""A drum counts as sounding for so long."""
_SPLASH = 55

_BY_EIGHTS = (
    "piano", "mallets", "organ", "guitar", "bass", "strings", "strings", "brass",
    "woodwind", "woodwind", "synth", "synth", "synth", "plucked", "percussion", "synth",
)  # fmt: skip
"""General MIDI's families, eight programs each, and the labels of most of their programs."""
_APART = {
    4: "keyboard", 5: "keyboard", 6: "keyboard", 7: "keyboard",
    15: "plucked",
    21: "accordion", 22: "woodwind", 23: "accordion",
    29: "distorted_guitar", 30: "distorted_guitar",
    40: "violin", 41: "violin", 42: "cello", 43: "cello", 46: "plucked", 47: "percussion",
    50: "synth", 51: "synth", 52: "voice", 53: "voice", 54: "voice",
    62: "synth", 63: "synth",
    85: "voice", 91: "voice",
    108: "mallets", 109: "woodwind", 110: "violin", 111: "woodwind",
    112: "mallets", 114: "mallets", 119: "crash",
}  # fmt: skip
"""Programs that are something else than most of their family."""


def label_of_program(program: int) -> str:
    """Return the label of a General MIDI program, 0 to 127."""
    return _APART.get(program, _BY_EIGHTS[program // 8])


def label_of_drum(note: int) -> str:
    """Return the label of a note on the drum channel."""
    if note == _SPLASH:
        return "splash"
    name = drum_name(note)
    return LABEL_OF_DRUM.get(name, name)


_PROGRAM_LABEL = np.array([LABELS.index(label_of_program(p)) for p in range(128)])
_DRUM_LABEL = np.array([LABELS.index(label_of_drum(n)) for n in range(128)])


def of_score(score: Score, duration_s: float | None = None) -> Instruments:
    """Return the instruments of a score, window by window.

    Args:
        score: Settled: its drums are on the drum channel.
        duration_s: How far windows go; to the end of the score if None.
    """
    n = n_windows(score.duration_s if duration_s is None else duration_s)
    loudness = np.zeros((n, len(LABELS)))
    for track in score.tracks:
        notes = track.notes
        if not len(notes):
            continue
        onset_s = score.onsets_s(notes)
        drums = notes.channel == DRUM_CHANNEL
        offset_s = np.maximum(score.offsets_s(notes), onset_s + 0.05)
        offset_s = np.where(drums, onset_s + _DRUM_S, offset_s)
        programs = programs_of(score, notes, track.played_on)
        label = np.where(drums, _DRUM_LABEL[notes.pitch], _PROGRAM_LABEL[programs])
        add_notes(loudness, label, onset_s, offset_s, (notes.velocity / 127.0) ** 2, WINDOW_S)
    share = np.sqrt(loudness / np.maximum(loudness.max(axis=1, keepdims=True), 1e-9))
    heard = np.where(loudness > 1e-4, SOUNDING + (1 - SOUNDING) * share, 0)
    return Instruments(heard.astype(np.float32))

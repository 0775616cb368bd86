"""Sections of a score: those its markers name; else by who plays what, and how densely.

See `clavilux.core.sections` for how they are found. A cell holds how strongly every family
of instruments and every group of drums plays, in which register, how many notes begin, and
the pitch classes that sound.
"""

import math
import re

import numpy as np
from numpy.typing import NDArray
from scipy.ndimage import uniform_filter1d

from clavilux.core.changes import Changes
from clavilux.core.drums import DRUM_CHANNEL
from clavilux.core.sections import CELL_S, LONGEST_S, sections_of, unit
from clavilux.core.values import Notes, Score, Section
from clavilux.score.general_midi import FAMILIES
from clavilux.score.windows import add_notes

_N_FAMILIES = len(FAMILIES)
_N_DRUMS = 8
_DRUM_GROUP = np.array([_N_DRUMS - 1] * 35 + [0, 0, 1, 1, 1, 1, 4, 2, 4, 2, 4, 3, 4, 4, 5, 4, 6, 5]
                       + [6, 5, 7, 5, 7, 5, 7, 6] + [_N_DRUMS - 1] * 67)  # fmt: skip
"""By key: kick, snare, closed hat, open hat, toms, crash, ride, anything else."""
_OCTAVES = 11
_FLOOR = 0.02
"""Of sounding power: what is weaker counts as silence."""
_DRUM_LENGTH_S = 0.15
_SMOOTH = 4
"""Cells averaged: about a bar, within which an accompaniment's figures come round."""
_LEAST, _LEAST_HARMONY = 1.0, 0.2
"""Typical distances of what hardly varies, not to be blown up: log amplitude; shares of pitch
classes."""
_HARMONY = 1.0
"""How much pitch classes count beside who plays. These four were chosen on every other song of
the folder of real MIDI files, where sections agree with those of their own recordings."""
_LABEL = "A"
_NO_SECTION = re.compile(
    r"^\W|loop.?(start|end|begin)|^(start|end|setup|begin|fine|d\W?[cs]\W?( al.*)?)$", re.IGNORECASE
)
"""Markers for programs and for the eyes of players."""
_OF_FILMS = re.compile(r"^((cut|dissolve|fade|flash|hit|motion) \d+|chord [A-G]\S*)$")
"""Markers of our own soundtracks that name no part: what is seen, and chords."""
_OUR_PART = re.compile(r"^part ([A-Z]+)$")
_SHORTEST_NAMED_S = 2.5
"""Markers that come more often than this name chords or beats."""


def sections(
    score: Score, downbeats_s: NDArray[np.float64], duration_s: float
) -> tuple[Section, ...]:
    """Return the sections that markers name; without markers, those that are found."""
    labels = {
        text.tick: _OUR_PART.sub(r"\1", text.text)
        for track in score.tracks
        for text in track.texts
        if text.kind == "marker" and _names_section(text.text)
    }
    later = [tick for tick in labels if 0 < tick < score.end_tick]
    if later and duration_s >= _SHORTEST_NAMED_S * len(labels):
        return _marked(score, {0: _LABEL} | labels, duration_s)
    if duration_s > LONGEST_S:
        return (Section(0.0, duration_s, _LABEL),)
    return sections_of(_cells(score, duration_s), downbeats_s, duration_s=duration_s)


def _names_section(text: str) -> bool:
    return bool(text) and not _NO_SECTION.search(text) and not _OF_FILMS.search(text)


def _marked(score: Score, labels: dict[int, str], duration_s: float) -> tuple[Section, ...]:
    ticks = sorted(tick for tick in labels if tick < score.end_tick or tick == 0)
    starts = [*score.tempo_map.seconds(ticks).tolist(), duration_s]
    return tuple(Section(starts[i], starts[i + 1], labels[tick]) for i, tick in enumerate(ticks))


def _cells(score: Score, duration_s: float) -> NDArray[np.float64]:
    """Compute what is played in each cell, shape (n_cells, n_features)."""
    n = max(1, math.ceil(duration_s / CELL_S))
    players = np.zeros((n, _N_FAMILIES + _N_DRUMS + _OCTAVES))
    chroma, begun = np.zeros((n, 12)), np.zeros((n, 1))
    for track in score.tracks:
        notes = track.notes
        if not len(notes):
            continue
        is_drum = notes.channel == DRUM_CHANNEL
        onset_s, offset_s = score.onsets_s(notes), score.offsets_s(notes)
        offset_s = np.where(is_drum, onset_s + _DRUM_LENGTH_S, np.maximum(offset_s, onset_s + 0.05))
        power = (notes.velocity / 127.0) ** 2
        family = programs_of(score, track.notes, track.played_on) // 8
        player = np.where(is_drum, _N_FAMILIES + _DRUM_GROUP[notes.pitch], family)
        octave = _N_FAMILIES + _N_DRUMS + notes.pitch // 12
        add_notes(players, player, onset_s, offset_s, power, CELL_S)
        melodic = ~is_drum
        spans = onset_s[melodic], offset_s[melodic], power[melodic]
        add_notes(players, octave[melodic], *spans, CELL_S)
        add_notes(chroma, notes.pitch[melodic] % 12, *spans, CELL_S)
        first = np.minimum((onset_s / CELL_S).astype(np.int64), n - 1)
        begun[:, 0] += np.bincount(first, minlength=n)
    loudness = np.log(players + _FLOOR) - np.log(_FLOOR)
    colour = uniform_filter1d(np.hstack([loudness, np.log1p(begun)]), _SMOOTH, axis=0)
    harmony = uniform_filter1d(
        chroma / (chroma.sum(axis=1, keepdims=True) + _FLOOR), _SMOOTH, axis=0
    )
    return np.hstack([unit(colour, _LEAST), _HARMONY * unit(harmony, _LEAST_HARMONY)])


def programs_of(
    score: Score, notes: Notes, played_on: NDArray[np.uint8] | None
) -> NDArray[np.int64]:
    """Return the program with which each note is played, shape (n_notes,)."""
    channels = notes.channel if played_on is None else played_on
    programs = np.zeros(len(notes), dtype=np.int64)
    changes = [Changes.of(track.changes).of_kind("program") for track in score.tracks]
    for channel in np.unique(channels).tolist():
        ticks = np.concatenate([c.tick[c.channel == channel] for c in changes])
        values = np.concatenate([c.value[c.channel == channel] for c in changes])
        order = np.argsort(ticks, kind="stable")
        here = channels == channel
        place = np.searchsorted(ticks[order], notes.onset_tick[here], side="right")
        programs[here] = np.append(0, values[order])[place]
    return programs

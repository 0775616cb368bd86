"""Notes: from likelihoods of keys to notes with a beginning, an end and a force.

Activations in (see `clavilux.listen.pitch_model`), a list of notes out.

Source:
    The note creation of basic-pitch (Bittner et al. 2022), written anew: onsets
    are peaks of the onset likelihood, or sudden growth of a key's; a note lasts
    while its key sounds; what still sounds unexplained becomes notes without an
    onset of their own.
"""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from clavilux.listen.pitch_model import FRAME_RATE, LOWEST_KEY, Activations

_GAP_FRAMES = 11
"""A key may fall silent for so many frames, an eighth of a second, within a note."""


class HeardNote(NamedTuple):
    """A note, times in seconds."""

    onset_s: float
    offset_s: float
    pitch: int
    force: float
    """Mean likelihood, 0 to 1: louder and clearer notes have more."""


def create_notes(
    activations: Activations,
    *,
    onset_threshold: float = 0.5,
    note_threshold: float = 0.3,
    shortest_s: float = 0.12,
) -> list[HeardNote]:
    """Decide which notes were played; in order of onset.

    Args:
        activations: What the network heard.
        onset_threshold: How likely an onset must be; lower finds more notes.
        note_threshold: How likely a key must sound for its note to go on.
        shortest_s: Shorter notes are dropped, seconds.
    """
    left = activations.note.astype(np.float32, copy=True)
    n_frames = len(left)
    shortest = max(1, round(shortest_s * FRAME_RATE))
    spans: list[tuple[int, int, int]] = []
    for start, key in _onsets(activations, onset_threshold)[::-1]:
        end = _end_of(left[:, key], start, note_threshold)
        if end - start > shortest:
            _silence(left, start, end, key)
            spans.append((start, end, key))
    spans += _without_onset(left, note_threshold, shortest)
    notes = [
        HeardNote(
            start / FRAME_RATE,
            min(end, n_frames) / FRAME_RATE,
            LOWEST_KEY + key,
            float(activations.note[start:end, key].mean()),
        )
        for start, end, key in spans
    ]
    return sorted(notes)


def _onsets(activations: Activations, threshold: float) -> list[tuple[int, int]]:
    """Find peaks of the onset likelihood or of a key's growth over two frames."""
    note, onset = activations.note, activations.onset
    if len(note) < 3:
        return []
    growth = np.zeros_like(note)
    growth[2:] = np.maximum(0, np.minimum(note[2:] - note[1:-1], note[2:] - note[:-2]))
    if growth.max() > 0:
        growth *= onset.max() / growth.max()
    both = np.maximum(onset, growth)
    inner = both[1:-1]
    is_peak = (inner > both[:-2]) & (inner > both[2:]) & (inner >= threshold)
    frames, keys = np.nonzero(is_peak)
    return list(zip((frames + 1).tolist(), keys.tolist(), strict=True))


def _end_of(curve: NDArray[np.float32], start: int, threshold: float) -> int:
    """Return the frame after the last that sounds, before a gap that is too long."""
    sounding = np.flatnonzero(curve[start + 1 :] >= threshold)
    if not len(sounding) or sounding[0] >= _GAP_FRAMES:
        return start + 1
    gaps = np.flatnonzero(np.diff(sounding) > _GAP_FRAMES)
    last = sounding[gaps[0]] if len(gaps) else sounding[-1]
    return start + 2 + int(last)


def _silence(left: NDArray[np.float32], start: int, end: int, key: int) -> None:
    """Take a note away, and what it spills into its neighbours."""
    left[start:end, max(0, key - 1) : key + 2] = 0


def _without_onset(
    left: NDArray[np.float32], threshold: float, shortest: int
) -> list[tuple[int, int, int]]:
    """Make notes of what still sounds, the clearest first; consumes `left`."""
    spans = []
    order = np.argsort(left, axis=None)[::-1]
    for flat in order[: int(np.count_nonzero(left > threshold))].tolist():
        middle, key = divmod(flat, left.shape[1])
        if left[middle, key] <= threshold:  # taken away meanwhile
            continue
        end = _end_of(left[:, key], middle, threshold)
        backwards = left[: middle + 1, key][::-1]
        start = middle + 1 - _end_of(backwards, 0, threshold)
        _silence(left, start, end, key)
        if end - start > shortest:
            spans.append((start, end, key))
    return spans

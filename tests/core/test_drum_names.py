"""Drums have one set of names; in a score that was read they stand on one channel."""

import numpy as np

from clavilux.core.drums import DRUMS, NOTES_OF_DRUM, drum_name, drum_notes
from clavilux.core.values import Notes, Track


def track(name: str, *, channel: int) -> Track:
    tick = np.arange(3, dtype=np.int64)
    byte = np.full(3, 60, dtype=np.uint8)
    notes = Notes(tick, tick + 1, byte, byte, np.full(3, channel, dtype=np.uint8))
    return Track(name, notes)


def test_each_note_has_one_name_and_every_name_a_note():
    assert all(drum_name(note) == name for name, notes in NOTES_OF_DRUM.items() for note in notes)
    assert {drum_name(note) for note in range(128)} == set(DRUMS)


def test_the_drum_channel_holds_drums_whatever_the_track_is_called():
    assert drum_notes(track("Piano", channel=9)).all()
    assert not drum_notes(track("Piano", channel=0)).any()

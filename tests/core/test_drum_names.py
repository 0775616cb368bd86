"""Drums have one set of names, and are found where files put them."""

import numpy as np

from clavilux.core.drums import DRUMS, NOTES_OF_DRUM, drum_name, drum_notes
from clavilux.core.values import Change, Notes, Track


def track(name: str, *, channel: int, program: int = 0) -> Track:
    tick = np.arange(3, dtype=np.int64)
    byte = np.full(3, 60, dtype=np.uint8)
    notes = Notes(tick, tick + 1, byte, byte, np.full(3, channel, dtype=np.uint8))
    return Track(name, notes, changes=(Change(0, channel, "program", 0, program),))


def test_each_note_has_one_name_and_every_name_a_note():
    assert all(drum_name(note) == name for name, notes in NOTES_OF_DRUM.items() for note in notes)
    assert {drum_name(note) for note in range(128)} == set(DRUMS)


def test_the_drum_channel_holds_drums_whatever_the_track_is_called():
    assert drum_notes(track("Piano", channel=9)).all()
    assert not drum_notes(track("Piano", channel=0)).any()


def test_a_track_named_for_drums_holds_drums_on_any_channel():
    assert drum_notes(track("Midi Drums", channel=0)).all()


def test_steel_drums_and_drums_that_ask_for_an_instrument_are_no_kit():
    assert not drum_notes(track("Steel Drums", channel=2)).any()
    assert not drum_notes(track("Drum", channel=2, program=47)).any()

"""Chord writers: the family of back ends that give each bar its chords."""

from collections.abc import Sequence
from typing import Protocol

from clavilux.compose.form import Part
from clavilux.compose.harmony import Chord, Key
from clavilux.core.backends import Family

CHORD_WRITERS = Family(
    kind="chord writer",
    group="clavilux.compose.chords",
    built_in={"theory": "clavilux.compose.theory:TheoryChords"},
)


class ChordWriter(Protocol):
    """Gives each bar of a form its chords."""

    def write(
        self, parts: Sequence[Part], key: Key, *, primer: Sequence[Chord] = (), seed: int = 0
    ) -> list[tuple[Chord, ...]]:
        """Write the chords of every bar, one or two a bar; the same seed writes the same."""
        ...

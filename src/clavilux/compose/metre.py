"""Metres: how beats make bars and how a beat divides.

A beat is what a listener taps: a dotted quarter in 6/8.
"""

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Metre:
    """A metre."""

    name: str
    beats: int
    """Beats a bar."""
    division: int
    """Into how many a beat divides: 2, or 3 in a compound metre."""

    @property
    def ticks_per_beat(self) -> int:
        """MIDI ticks of a beat, at 480 a quarter note."""
        return 720 if self.division == 3 else 480

    def signature(self, n_beats: int) -> tuple[int, int]:
        """Return numerator and denominator of a bar of `n_beats` beats."""
        return (3 * n_beats, 8) if self.division == 3 else (n_beats, 4)

    def strong(self, beat: float) -> bool:
        """Return True if a place in the bar is a strong beat: the first, and the third of four."""
        return beat == 0 or (self.beats == 4 and beat == 2)


METRES: Mapping[str, Metre] = {
    "4/4": Metre("4/4", 4, 2),
    "3/4": Metre("3/4", 3, 2),
    "6/8": Metre("6/8", 2, 3),
    "12/8": Metre("12/8", 4, 3),
}

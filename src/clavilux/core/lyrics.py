"""Lyrics: the words of a song and when each is sung or said.

The value that whoever hears words, aligns them or reads them from a file gives to
whoever describes or draws them.

Conventions
-----------
- Times are seconds from the start of the music.
- Lines are in order of time and may leave gaps; within a line, words are too.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import NamedTuple


class Word(NamedTuple):
    """One word, with the punctuation that is written with it."""

    start_s: float
    end_s: float
    text: str


@dataclass(frozen=True, slots=True)
class Line:
    """Words that are shown together: a line of a song, a sentence."""

    start_s: float
    end_s: float
    text: str
    words: tuple[Word, ...] = ()
    """Each with its own time; empty where only the line's is known."""

    def timed_words(self) -> tuple[Word, ...]:
        """Return its words; where their times are not known, by the number of their letters."""
        if self.words:
            return self.words
        found = self.text.split()
        # A word of three letters takes less than twice the time of one of one: pauses count too.
        weights = [2.0 + len(word) for word in found]
        total, at, words = sum(weights), self.start_s, []
        for text, weight in zip(found, weights, strict=True):
            end = at + (self.end_s - self.start_s) * weight / total
            words.append(Word(at, end, text))
            at = end
        return tuple(words)


@dataclass(frozen=True, slots=True)
class Lyrics:
    """All that is sung or said in a piece."""

    lines: tuple[Line, ...] = ()

    def __post_init__(self) -> None:
        for earlier, later in zip(self.lines, self.lines[1:], strict=False):
            if later.start_s < earlier.start_s:
                raise ValueError(
                    f"the line {later.text!r} starts at {later.start_s:.3f} s, before the one "
                    f"above it, at {earlier.start_s:.3f} s"
                )

    @property
    def words(self) -> Iterator[Word]:
        """Every word in order."""
        return (word for line in self.lines for word in line.timed_words())

    def moved(self, by_s: float) -> "Lyrics":
        """Return the same lyrics earlier or later."""
        return Lyrics(
            tuple(
                Line(
                    line.start_s + by_s,
                    line.end_s + by_s,
                    line.text,
                    tuple(Word(w.start_s + by_s, w.end_s + by_s, w.text) for w in line.words),
                )
                for line in self.lines
            )
        )

    def cut(self, end_s: float) -> "Lyrics":
        """Return the lines that are sung between 0 and `end_s`, none of them beyond."""
        seen = (line for line in self.lines if line.end_s > 0 and line.start_s < end_s)
        return Lyrics(
            tuple(
                Line(
                    max(0.0, line.start_s),
                    min(end_s, line.end_s),
                    line.text,
                    tuple(
                        Word(max(0.0, w.start_s), max(0.0, min(end_s, w.end_s)), w.text)
                        for w in line.words
                    ),
                )
                for line in seen
            )
        )

    def between(self, start_s: float, end_s: float) -> str:
        """Return the words that begin from `start_s` to before `end_s`, as text."""
        return " ".join(w.text for w in self.words if start_s <= w.start_s < end_s)

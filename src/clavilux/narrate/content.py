"""The content tuple: what is in a window of music, as AIMV writes it down.

(loud, heart, crash, splash, synth, #00ffff, impact, wave, tech): volume relative to the
running average, what is said, the three most confident instruments, a colour, and what the
instruments become in words.

Source:
    AIMV's README, "Content Transcription"; where its rules and examples disagree is in
    docs/describe.md.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from clavilux.listen.instruments import Instruments

CONFIDENT = 0.7
"""AIMV's criterion: "say 70%"."""
N_INSTRUMENTS = 3
LOUD_DB = -0.5
"""Relative to the running average: as loud as it, but for rounding, is loud."""
NOTHING = "N/A"


@dataclass(frozen=True, slots=True)
class Content:
    """What is in a window."""

    volume: str
    """``loud`` or ``quiet``, relative to the running average."""
    words: str
    """What is said or sung; empty if nothing is."""
    instruments: tuple[str, ...]
    """Labels, surest first; three, or none where nothing is sure."""
    colour: str
    """``#rrggbb``."""
    colour_name: str
    abstractions: tuple[str, ...] = ()
    """A word for each instrument."""
    volume_db: float = 0.0
    """Louder than the running average by so much; -inf for silence."""

    def as_tuple(self) -> tuple[str, ...]:
        """Return it as AIMV writes it: (volume, words, instruments…, colour, abstractions…)."""
        return (
            self.volume,
            self.words or NOTHING,
            *self.instruments,
            self.colour,
            *self.abstractions,
        )


def volume_of(relative_db: float) -> str:
    """Return ``loud`` or ``quiet``."""
    return "loud" if relative_db >= LOUD_DB else "quiet"


def chosen(
    heard: Instruments, window: int, *, confident: float = CONFIDENT, n: int = N_INSTRUMENTS
) -> tuple[str, ...]:
    """Return the most confident instruments of a window, filled up from guesses.

    Those whose confidence is at least `confident` are taken, surest first. If they are fewer
    than `n`, the second guesses of those that passed follow, surest first, then their third
    guesses and so on: (crash) becomes (crash, splash, synth), (guitar, voice) becomes
    (guitar, voice, bass). If none passes there are none.
    """
    passed = [label for label, sure in heard.at(window).items() if sure >= confident][:n]
    return filled(passed, [heard.guesses(window, label) for label in passed], n)


def filled(
    passed: Sequence[str], guesses: Sequence[Sequence[str]], n: int = N_INSTRUMENTS
) -> tuple[str, ...]:
    """Return labels that passed, filled up to `n` from what else each may be, likeliest first."""
    found = list(passed[:n])
    for rank in range(max(map(len, guesses), default=0)):
        for others in guesses:
            if len(found) < n and rank < len(others) and others[rank] not in found:
                found.append(others[rank])
    return tuple(found)

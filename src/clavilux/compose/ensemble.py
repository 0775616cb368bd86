"""Ensemble: who plays, chosen by mood, or by the names a user gives."""

from collections.abc import Sequence
from dataclasses import dataclass

from clavilux.core.errors import InputError

ROLES = ("melody", "pad", "arpeggio", "bass", "drums")
"""What there is to play, loudest first."""


@dataclass(frozen=True, slots=True)
class Instrument:
    """A General MIDI instrument in a role."""

    name: str
    program: int
    """General MIDI program, 0 to 127; for drums the kit."""
    role: str
    register: int = 72
    """MIDI pitch around which it plays, where the role lets it choose."""


# Mood is (bright or dark) × (calm, moving, excited).
_BY_MOOD: dict[tuple[str, str], tuple[Instrument, ...]] = {
    ("bright", "calm"): (
        Instrument("Flute", 73, "melody", 79),
        Instrument("Warm Strings", 49, "pad"),
        Instrument("Nylon Guitar", 24, "arpeggio"),
        Instrument("Acoustic Bass", 32, "bass"),
    ),
    ("bright", "moving"): (
        Instrument("Violin", 40, "melody", 76),
        Instrument("Strings", 48, "pad"),
        Instrument("Piano", 0, "arpeggio"),
        Instrument("Fingered Bass", 33, "bass"),
        Instrument("Drums", 0, "drums"),
    ),
    ("bright", "excited"): (
        Instrument("Brass", 61, "melody", 69),
        Instrument("Strings", 48, "pad"),
        Instrument("Electric Piano", 4, "arpeggio"),
        Instrument("Fingered Bass", 33, "bass"),
        Instrument("Drums", 0, "drums"),
    ),
    ("dark", "calm"): (
        Instrument("Cello", 42, "melody", 60),
        Instrument("Choir", 52, "pad"),
        Instrument("Harp", 46, "arpeggio"),
        Instrument("Contrabass", 43, "bass"),
    ),
    ("dark", "moving"): (
        Instrument("Clarinet", 71, "melody", 67),
        Instrument("Slow Strings", 49, "pad"),
        Instrument("Piano", 0, "arpeggio"),
        Instrument("Contrabass", 43, "bass"),
        Instrument("Drums", 0, "drums"),
    ),
    ("dark", "excited"): (
        Instrument("French Horn", 60, "melody", 65),
        Instrument("Tremolo Strings", 44, "pad"),
        Instrument("Pizzicato", 45, "arpeggio"),
        Instrument("Synth Bass", 38, "bass"),
        Instrument("Drums", 0, "drums"),
    ),
}

BY_NAME: dict[str, Instrument] = {
    "piano": Instrument("Piano", 0, "arpeggio"),
    "electric-piano": Instrument("Electric Piano", 4, "arpeggio"),
    "guitar": Instrument("Nylon Guitar", 24, "arpeggio"),
    "harp": Instrument("Harp", 46, "arpeggio"),
    "pizzicato": Instrument("Pizzicato", 45, "arpeggio"),
    "marimba": Instrument("Marimba", 12, "arpeggio"),
    "strings": Instrument("Strings", 48, "pad"),
    "choir": Instrument("Choir", 52, "pad"),
    "organ": Instrument("Organ", 19, "pad"),
    "synth-pad": Instrument("Synth Pad", 89, "pad"),
    "flute": Instrument("Flute", 73, "melody", 79),
    "violin": Instrument("Violin", 40, "melody", 76),
    "cello": Instrument("Cello", 42, "melody", 60),
    "clarinet": Instrument("Clarinet", 71, "melody", 67),
    "oboe": Instrument("Oboe", 68, "melody", 74),
    "trumpet": Instrument("Trumpet", 56, "melody", 70),
    "brass": Instrument("Brass", 61, "melody", 69),
    "horn": Instrument("French Horn", 60, "melody", 65),
    "saxophone": Instrument("Alto Sax", 65, "melody", 68),
    "synth-lead": Instrument("Synth Lead", 81, "melody", 74),
    "bass": Instrument("Fingered Bass", 33, "bass"),
    "contrabass": Instrument("Contrabass", 43, "bass"),
    "synth-bass": Instrument("Synth Bass", 38, "bass"),
    "drums": Instrument("Drums", 0, "drums"),
}
"""Instruments a user may name, each in the role it takes."""

_MOST_PITCHED = 15


def by_mood(valence: float, tension: float) -> tuple[Instrument, ...]:
    """Choose who plays for a mood: valence -1 to 1, tension 0 to 1."""
    light = "bright" if valence >= 0 else "dark"
    energy = "calm" if tension < 0.33 else "moving" if tension < 0.66 else "excited"
    return _BY_MOOD[light, energy]


def chosen(names: Sequence[str]) -> tuple[Instrument, ...]:
    """Take exactly the instruments a user names.

    Roles that nobody has stay silent, but a melody is played by the first of
    them if no melody instrument is among them.

    Raises:
        InputError: A name is none we know; the message lists those we do.
    """
    unknown = [name for name in names if name not in BY_NAME]
    if unknown:
        raise InputError(f"no instrument is called {unknown[0]!r}; there are: {', '.join(BY_NAME)}")
    players = [BY_NAME[name] for name in names]
    pitched = [player for player in players if player.role != "drums"]
    if len(pitched) > _MOST_PITCHED:
        raise InputError(
            f"{len(pitched)} pitched instruments are named; MIDI has channels for {_MOST_PITCHED}"
        )
    if pitched and all(player.role != "melody" for player in players):
        first = pitched[0]
        players.append(Instrument(f"{first.name} Melody", first.program, "melody", 72))
    return tuple(players)

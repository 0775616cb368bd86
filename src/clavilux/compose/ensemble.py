"""Ensemble: the instruments there are, and those a user names.

Who plays when nobody is named is the style's choice: see `clavilux.compose.styles`.
"""

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


BY_NAME: dict[str, Instrument] = {
    "piano": Instrument("Piano", 0, "arpeggio"),
    "electric-piano": Instrument("Electric Piano", 4, "arpeggio"),
    "guitar": Instrument("Nylon Guitar", 24, "arpeggio"),
    "steel-guitar": Instrument("Steel Guitar", 25, "arpeggio"),
    "clean-guitar": Instrument("Clean Guitar", 27, "arpeggio"),
    "harp": Instrument("Harp", 46, "arpeggio"),
    "pizzicato": Instrument("Pizzicato", 45, "arpeggio"),
    "marimba": Instrument("Marimba", 12, "arpeggio"),
    "celesta": Instrument("Celesta", 8, "arpeggio"),
    "banjo": Instrument("Banjo", 105, "arpeggio"),
    "synth-pluck": Instrument("Synth Pluck", 84, "arpeggio"),
    "strings": Instrument("Strings", 48, "pad"),
    "slow-strings": Instrument("Slow Strings", 49, "pad"),
    "tremolo-strings": Instrument("Tremolo Strings", 44, "pad"),
    "choir": Instrument("Choir", 52, "pad"),
    "electric-piano-chords": Instrument("Electric Piano Chords", 4, "pad"),
    "organ": Instrument("Organ", 19, "pad"),
    "rock-organ": Instrument("Rock Organ", 18, "pad"),
    "accordion": Instrument("Accordion", 21, "pad"),
    "power-guitar": Instrument("Power Guitar", 29, "pad"),
    "synth-pad": Instrument("Synth Pad", 89, "pad"),
    "warm-pad": Instrument("Warm Pad", 91, "pad"),
    "synth-strings": Instrument("Synth Strings", 50, "pad"),
    "flute": Instrument("Flute", 73, "melody", 77),
    "whistle": Instrument("Whistle", 74, "melody", 77),
    "violin": Instrument("Violin", 40, "melody", 76),
    "fiddle": Instrument("Fiddle", 110, "melody", 74),
    "cello": Instrument("Cello", 42, "melody", 66),
    "clarinet": Instrument("Clarinet", 71, "melody", 70),
    "oboe": Instrument("Oboe", 68, "melody", 74),
    "trumpet": Instrument("Trumpet", 56, "melody", 71),
    "brass": Instrument("Brass", 61, "melody", 71),
    "horn": Instrument("French Horn", 60, "melody", 67),
    "saxophone": Instrument("Alto Sax", 65, "melody", 70),
    "vibraphone": Instrument("Vibraphone", 11, "melody", 74),
    "music-box": Instrument("Music Box", 10, "melody", 78),
    "lead-piano": Instrument("Piano Melody", 0, "melody", 76),
    "lead-guitar": Instrument("Lead Guitar", 30, "melody", 71),
    "jazz-guitar": Instrument("Jazz Guitar", 26, "melody", 70),
    "synth-lead": Instrument("Synth Lead", 81, "melody", 74),
    "square-lead": Instrument("Square Lead", 80, "melody", 76),
    "bass": Instrument("Fingered Bass", 33, "bass"),
    "picked-bass": Instrument("Picked Bass", 34, "bass"),
    "contrabass": Instrument("Contrabass", 43, "bass"),
    "acoustic-bass": Instrument("Acoustic Bass", 32, "bass"),
    "synth-bass": Instrument("Synth Bass", 38, "bass"),
    "piano-bass": Instrument("Piano Left Hand", 0, "bass"),
    "drums": Instrument("Drums", 0, "drums"),
}
"""Instruments a user may name, each in the role it takes."""

_MOST_PITCHED = 15


def is_called(player: Instrument, word: str) -> bool:
    """Return True if a word means a player: its role, its name or a word of that."""
    named = BY_NAME.get(word)
    names = {player.role, player.name.lower(), *player.name.lower().split()}
    return word in names or (named is not None and named.name.lower() in names)


def is_known(word: str) -> bool:
    """Return True if a word means a role or an instrument there is."""
    return any(is_called(player, word) for player in BY_NAME.values())


def chosen(names: Sequence[str]) -> tuple[Instrument, ...]:
    """Return exactly the instruments a user names.

    Roles that nobody has stay silent, but a melody is played by the first of
    them if no melody instrument is among them.

    Raises:
        InputError: A name is unknown; the message lists those we know.
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
        players.append(Instrument(f"{first.name} Melody", first.program, "melody", 74))
    return tuple(players)

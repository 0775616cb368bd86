"""Styles: instruments, patterns, harmony, tempo and mix of the kinds of music we write.

A style is named by the user, or the one whose place lies nearest to what was seen.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np

from clavilux.compose.ensemble import BY_NAME, Instrument, is_called
from clavilux.core.errors import InputError

Loops = tuple[tuple[int, ...], ...]


@dataclass(frozen=True, slots=True)
class Style:
    """How one kind of music is written."""

    name: str
    tempo_bpm: tuple[float, float]
    """Slowest and fastest."""
    place: tuple[float, float, float, float]
    """Of what was seen, 0 to 1: brightness of mood, tension, colour, how often it cuts."""
    melody: tuple[str, ...]
    """Instruments by name, those for bright parts first; `pad` and the rest likewise."""
    pad: tuple[str, ...]
    arpeggio: tuple[str, ...]
    bass: tuple[str, ...]
    kit: int | None
    """General MIDI drum kit; None for a style without drums."""
    grooves: str
    """A name in `clavilux.compose.beats.GROOVES`."""
    metres: Mapping[str, float]
    """Metre to how often it is chosen."""
    swing: float = 0.5
    """Where in a beat its second half begins: 0.5 straight, 0.67 swung."""
    chords_held: str = "hold"
    """How the pad plays: ``hold``, ``stabs``, ``strum`` or ``pulse``."""
    basslines: tuple[str, ...] = ("long", "two", "walk", "eighths")
    """Names in `clavilux.compose.bass.PATTERNS`, sparse to dense."""
    loops: Loops = ()
    """Degrees of four bars that a phrase may turn on."""
    looped: float = 0.0
    """Share of phrases that turn on a loop instead of leaving and coming home."""
    sevenths: float = 0.25
    """Share of chords with a seventh at rest."""
    changes: tuple[tuple[int, ...], ...] = ((1, 1, 1, 1), (1, 1, 1, 2), (1, 2, 1, 2), (1, 0, 1, 2))
    """Chords in each bar of a phrase, one row of which a part keeps to; 0 holds the last."""
    busy: float = 1.0
    """How many notes the tune has, beside other styles."""
    syncopation: float = 0.2
    joins: Mapping[str, float] = field(
        default_factory=lambda: {"pad": 0.0, "arpeggio": 0.12, "bass": 0.2, "drums": 0.42}
    )
    """Energy of a part, 0 to 1, from which a role plays."""
    builds: float = 0.5
    """How much a build rises before a drop."""
    volumes: Mapping[str, int] = field(
        default_factory=lambda: {
            "melody": 108, "pad": 74, "arpeggio": 82, "bass": 96, "drums": 90,
        }
    )  # fmt: skip
    reverb: int = 44
    """Of every channel, as a MIDI controller."""


_FOUR = {"4/4": 1.0}

STYLES: Mapping[str, Style] = {
    style.name: style
    for style in (
        Style(
            "orchestral", (62, 132), (0.6, 0.45, 0.5, 0.4),
            ("flute", "violin", "oboe", "clarinet", "horn", "cello"),
            ("strings", "slow-strings", "choir"), ("harp", "pizzicato"),
            ("contrabass",), 48, "orchestra",
            {"4/4": 0.55, "3/4": 0.3, "6/8": 0.15},
            basslines=("long", "two", "steps", "eighths"),
        ),
        Style(
            "piano", (60, 126), (0.45, 0.35, 0.05, 0.25),
            ("lead-piano",), (), ("piano",), ("piano-bass",), None, "none",
            {"4/4": 0.45, "3/4": 0.35, "6/8": 0.2},
            basslines=("long", "two", "broken", "stride"), sevenths=0.35,
            joins={"pad": 0.0, "arpeggio": 0.0, "bass": 0.0, "drums": 2.0}, reverb=36,
        ),
        Style(
            "lofi", (70, 92), (0.55, 0.2, 0.2, 0.15),
            ("vibraphone", "jazz-guitar", "saxophone"), ("electric-piano-chords",), ("guitar",),
            ("acoustic-bass", "bass"), 32, "lofi", _FOUR, swing=0.62, chords_held="stabs",
            basslines=("long", "two", "syncopated"),
            loops=((2, 5, 1, 6), (4, 3, 2, 1), (1, 6, 2, 5), (4, 5, 3, 6)), looped=0.8,
            sevenths=0.95, changes=((1, 1, 1, 1), (1, 1, 1, 2), (1, 0, 1, 1)),
            busy=0.8, syncopation=0.45,
            joins={"pad": 0.0, "arpeggio": 0.3, "bass": 0.0, "drums": 0.15}, builds=0.2,
        ),
        Style(
            "electronic", (112, 132), (0.6, 0.7, 0.8, 0.75),
            ("synth-lead", "square-lead"), ("synth-pad", "synth-strings"), ("synth-pluck",),
            ("synth-bass",), 24, "electronic", _FOUR, chords_held="pulse",
            basslines=("long", "offbeat", "octaves", "sixteenths"),
            loops=((6, 4, 1, 5), (1, 5, 6, 4), (4, 5, 6, 6), (1, 3, 4, 6)), looped=0.85,
            sevenths=0.15, changes=((1, 1, 1, 1), (1, 0, 1, 1), (1, 1, 1, 2)),
            syncopation=0.45,
            joins={"pad": 0.0, "arpeggio": 0.1, "bass": 0.15, "drums": 0.25}, builds=1.0,
            reverb=36,
        ),
        Style(
            "ambient", (60, 78), (0.4, 0.05, 0.35, 0.0),
            ("flute", "vibraphone", "cello"), ("warm-pad", "choir", "synth-pad"),
            ("celesta", "harp"), ("contrabass",), None, "none", {"4/4": 0.6, "6/8": 0.4},
            basslines=("long", "two"), loops=((1, 4, 1, 4), (1, 6, 4, 4), (4, 1, 6, 1)),
            looped=0.8, sevenths=0.6, changes=((1, 0, 1, 0), (1, 0, 0, 1), (1, 1, 1, 0)),
            busy=0.45, syncopation=0.1,
            joins={"pad": 0.0, "arpeggio": 0.15, "bass": 0.1, "drums": 2.0}, builds=0.1,
            reverb=90,
        ),
        Style(
            "rock", (100, 144), (0.45, 0.85, 0.45, 0.8),
            ("lead-guitar", "synth-lead"), ("power-guitar", "rock-organ"), ("clean-guitar",),
            ("picked-bass",), 16, "rock", _FOUR, chords_held="stabs",
            basslines=("long", "syncopated", "eighths", "eighths"),
            loops=((1, 7, 4, 1), (1, 4, 5, 4), (6, 4, 1, 5), (1, 3, 4, 4)), looped=0.75,
            sevenths=0.05, syncopation=0.4,
            joins={"pad": 0.05, "arpeggio": 0.3, "bass": 0.05, "drums": 0.15}, builds=0.6,
            volumes={"melody": 110, "pad": 66, "arpeggio": 76, "bass": 100, "drums": 100},
            reverb=24,
        ),
        Style(
            "trailer", (76, 120), (0.2, 0.85, 0.3, 0.6),
            ("brass", "horn", "violin"), ("tremolo-strings", "choir", "strings"),
            ("pizzicato",), ("contrabass",), 48, "trailer", {"4/4": 0.75, "6/8": 0.25},
            chords_held="hold", basslines=("long", "pulse", "ostinato", "ostinato"),
            loops=((1, 6, 3, 7), (1, 1, 6, 7), (1, 4, 6, 5)), looped=0.7, sevenths=0.05,
            changes=((1, 1, 1, 1), (1, 0, 1, 1), (1, 1, 2, 2)), busy=0.8,
            joins={"pad": 0.0, "arpeggio": 0.25, "bass": 0.05, "drums": 0.25}, builds=1.0,
            volumes={"melody": 110, "pad": 80, "arpeggio": 84, "bass": 104, "drums": 104},
            reverb=70,
        ),
        Style(
            "folk", (84, 126), (0.8, 0.4, 0.6, 0.2),
            ("whistle", "fiddle", "clarinet"), ("accordion",), ("steel-guitar", "banjo"),
            ("acoustic-bass",), 40, "folk",
            {"4/4": 0.4, "3/4": 0.25, "6/8": 0.35},
            basslines=("two", "two", "steps", "walk"),
            loops=((1, 4, 1, 5), (1, 5, 4, 1), (1, 4, 5, 1), (1, 6, 4, 5)), looped=0.6,
            sevenths=0.05, busy=1.15,
            joins={"pad": 0.2, "arpeggio": 0.0, "bass": 0.1, "drums": 0.6}, builds=0.2,
        ),
    )
}  # fmt: skip
"""Styles a user may name."""


def find(name: str) -> Style:
    """Return the style of a name.

    Raises:
        InputError: There is none; the message lists those there are.
    """
    plain = name.strip().lower().replace("lo-fi", "lofi")
    if plain not in STYLES:
        raise InputError(f"no style is called {name!r}; there are: {', '.join(STYLES)}")
    return STYLES[plain]


def suited(
    valence: float, tension: float, colour: float, cuts_per_s: float, rng: np.random.Generator
) -> Style:
    """Return a style that suits what was seen: the nearest, if chance doesn't prefer the next.

    Args:
        valence: Mean over the film, -1 to 1.
        tension: Mean over the film, 0 to 1.
        colour: Colourfulness, 0 to 1.
        cuts_per_s: Cuts, dissolves and fades a second.
        rng: Decides between styles that suit about as well.
    """
    seen = np.array([0.5 + 0.5 * valence, tension, min(1.0, 4 * colour), min(1.0, 3 * cuts_per_s)])
    gaps = {
        style.name: float(np.linalg.norm(seen - np.array(style.place))) + 0.17 * rng.gumbel()
        for style in STYLES.values()
    }
    return STYLES[min(gaps, key=lambda name: gaps[name])]


def may_play(style: Style, word: str) -> bool:
    """Return True if a word means an instrument or a role that a style can have."""
    names = (*style.melody, *style.pad, *style.arpeggio, *style.bass)
    return any(is_called(BY_NAME[name], word) for name in names) or (
        style.kit is not None and is_called(BY_NAME["drums"], word)
    )


def players(style: Style, valence: float, rng: np.random.Generator) -> tuple[Instrument, ...]:
    """Return who plays in a part: brighter instruments where the mood is brighter."""
    found = []
    for names in (style.melody, style.pad, style.arpeggio, style.bass):
        if names:
            dark = np.clip(0.5 - 0.5 * valence + rng.normal(0, 0.2), 0, 0.999)
            player = BY_NAME[names[int(dark * len(names))]]
            found.append(player)
    if style.kit is not None:
        found.append(Instrument("Drums", style.kit, "drums"))
    return tuple(found)

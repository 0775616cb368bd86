"""Keys asked for, and whether they are heard: three key finders of the literature.

Scores in, the shares of those heard in the key that was asked for out. The
composer knows Krumhansl's profiles, and judges its drafts by them; the other two
are witnesses that it never consults.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from itertools import cycle, islice

import numpy as np
from numpy.typing import NDArray

from clavilux.compose.harmony import Key
from clavilux.compose.soundtrack import MOODS, Brief, compose
from clavilux.core.drums import DRUM_CHANNEL
from clavilux.core.metrics import correlation
from clavilux.core.values import Events, Facts, Score

_KRUMHANSL = (
    (6.35, 2.23, 3.48, 2.33, 4.38, 4.09, 2.52, 5.19, 2.39, 3.66, 2.29, 2.88),
    (6.33, 2.68, 3.52, 5.38, 2.60, 3.53, 2.54, 4.75, 3.98, 2.69, 3.34, 3.17),
)
_TEMPERLEY = (
    (0.748, 0.060, 0.488, 0.082, 0.670, 0.460, 0.096, 0.715, 0.104, 0.366, 0.057, 0.400),
    (0.712, 0.084, 0.474, 0.618, 0.049, 0.460, 0.105, 0.747, 0.404, 0.067, 0.133, 0.330),
)
_ALBRECHT_SHANAHAN = (
    (0.238, 0.006, 0.111, 0.006, 0.137, 0.094, 0.016, 0.214, 0.009, 0.080, 0.008, 0.081),
    (0.220, 0.006, 0.104, 0.123, 0.019, 0.103, 0.012, 0.214, 0.062, 0.022, 0.061, 0.052),
)
_Profile = tuple[float, ...]


def _distance(profile: NDArray[np.float64], held: NDArray[np.float64]) -> float:
    return -float(np.linalg.norm(profile - held / max(held.sum(), 1e-9)))


FINDERS: Mapping[str, tuple[tuple[_Profile, _Profile], Callable[..., float]]] = {
    "Krumhansl 1990": (_KRUMHANSL, correlation),
    "Temperley 2001": (_TEMPERLEY, correlation),
    "Albrecht and Shanahan 2013": (_ALBRECHT_SHANAHAN, _distance),
}
"""Profiles of major and minor, and how a finder compares them with what sounds.

Source:
    C. L. Krumhansl, "Cognitive Foundations of Musical Pitch", 1990; D. Temperley, "The
    Cognition of Basic Musical Structures", 2001 (from the Kostka-Payne corpus); J. Albrecht
    and D. Shanahan, "The use of large corpora to train a new type of key-finding
    algorithm", Music Perception 31, 2013.
"""

_COLOURS = {"dorian": (9, 8), "phrygian": (1, 2), "lydian": (6, 5), "mixolydian": (10, 11)}
"""Semitones of the note by which a mode is known, and of the one that it stands for."""
_ENSEMBLES: tuple[tuple[str, ...], ...] = (
    (),
    ("piano",),
    ("piano", "cello", "bass"),
    ("strings", "flute"),
)
_ENSEMBLES += (("guitar", "violin", "bass", "drums"), ("harp", "clarinet", "contrabass"))
_SHORT_S = 20.0


def sounding(score: Score) -> NDArray[np.float64]:
    """Add up how long each pitch class sounds, in seconds; drums have no pitch. Shape (12,)."""
    held = np.zeros(12)
    for track in score.tracks:
        if not len(track.notes) or (track.notes.channel == DRUM_CHANNEL).all():
            continue
        lengths = score.offsets_s(track.notes) - score.onsets_s(track.notes)
        np.add.at(held, track.notes.pitch % 12, lengths)
    return held


def heard_key(held: NDArray[np.float64], finder: str = "Krumhansl 1990") -> Key:
    """Find the major or minor key that fits best what sounds."""
    (major, minor), fit = FINDERS[finder]
    fits = {
        Key(tonic, mode): fit(np.roll(profile, tonic), held)
        for mode, profile in (("major", major), ("minor", minor))
        for tonic in range(12)
    }
    return max(fits, key=lambda key: fits[key])


def print_keys(seen: Sequence[Facts], frame_rate: float) -> None:
    """Ask for every key in every film, by turns in every mood and of every ensemble."""
    keys = [Key(tonic, mode) for mode in ("major", "minor") for tonic in range(12)]
    briefs = _briefs()
    right: dict[str, list[bool]] = {name: [] for name in FINDERS}
    for facts in seen:
        for number, key in enumerate(keys):
            film = _shortened(facts) if number % 2 else facts
            held = sounding(compose(film, frame_rate, replace(next(briefs), key=key)).score)
            for name, found in right.items():
                found.append(heard_key(held, name) == key)
    n_pieces = len(seen) * len(keys)
    print(f"\nkeys heard as asked, {n_pieces} pieces (24 keys, every second of {_SHORT_S:g} s):")
    for name, found in right.items():
        print(f"  {name:28} {np.mean(found):8.2%}")


def print_modes(seen: Sequence[Facts], frame_rate: float) -> None:
    """Ask for the modes on every tonic: the tonic and its third, and the mode's own colour."""
    briefs = _briefs()
    print("\nmodes heard as asked              tonic and third   colour")
    for mode, (colour, instead) in _COLOURS.items():
        home, own = [], []
        films = islice(cycle(seen), 3 * 12)
        for number, facts in enumerate(films):
            key = Key(number % 12, mode)
            film = _shortened(facts) if number % 2 else facts
            held = sounding(compose(film, frame_rate, replace(next(briefs), key=key)).score)
            home.append(heard_key(held) == Key(key.tonic, "minor" if key.minor else "major"))
            there = np.roll(held, -key.tonic)
            own.append(bool(there[colour] > there[instead]))
        print(f"  {mode + f', {len(home)} pieces':32} {np.mean(home):14.0%} {np.mean(own):8.0%}")


def _briefs() -> "cycle[Brief]":
    moods = (None, *MOODS)
    return cycle(
        Brief(mood=moods[i % len(moods)], instruments=_ENSEMBLES[i % len(_ENSEMBLES)], seed=i)
        for i in range(61)  # prime, so that keys, moods and ensembles don't keep in step
    )


def _shortened(facts: Facts) -> Facts:
    """The first seconds of a film: there is little time to say where home is."""
    keep = facts.events.time_s < _SHORT_S - 0.5
    kinds = tuple(k for k, kept in zip(facts.events.kind, keep, strict=True) if kept)
    events = Events(facts.events.time_s[keep], kinds, facts.events.strength[keep])
    return Facts(_SHORT_S, events, facts.series)

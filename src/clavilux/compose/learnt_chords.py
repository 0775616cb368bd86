"""Chords by learnt nets: what comes next is sampled, half a bar at a time.

A net is a function of the chords so far (`clavilux.compose.chord_nets`): this module holds
the loop around it. A step is half a bar, which the net takes for one of its seconds; it
thinks in C major or A minor. What is asked for
reweights its answer: the mode's scale, the mood, the style's chords, how often chords
change, the cuts. The primer, the first chord and the close are set.

Each label is written by itself, from its own seed; what returns has the same chords.
The songs learnt from are in major or minor: the other modes are left to theory.
"""

from itertools import groupby
from os import PathLike

import numpy as np
from numpy.typing import NDArray

from clavilux.compose import chord_nets, styles, theory
from clavilux.compose.chord_nets import Net, Prefix
from clavilux.compose.chords import ChordRequest, Progression
from clavilux.compose.harmony import QUALITIES, Chord, Key
from clavilux.compose.parts import PHRASE_BARS, Part
from clavilux.compose.styles import Style
from clavilux.compose.vocabulary import (
    N_CHORDS,
    NO_CHORD,
    QUALITY_ORDER,
    chord_of,
    index_of,
    normalising_shift,
    transpose,
)
from clavilux.watch.affect import six_words

STEPS_A_BAR = 2
"""A chord lasts half a bar or more; about as many seconds as songs of the data set have."""
_TAUGHT = ("major", "minor")
"""Modes that MuVi-Sync has."""
_MOST_STEPS = 256
"""Steps that a net looks back at."""
_TASTE = 1.15
"""Temperature of which chord comes. This and the next four: chosen so that what is written
for a film that asks for nothing is like 64 seconds of MuVi-Sync's validation songs in length
of chords, kinds, repetition and notes outside the scale (decision 0051)."""
_OUTSIDE = 1.5
"""Nats that each note outside the scale costs."""
_HOME = 0.3
"""Nats in favour of the tonic's chord, so that a listener hears where home is."""
_ON_BAR, _IN_BAR = 1.2, 0.0
"""Added to the log-odds of a change on a bar's first beat, and in its middle."""
_HELD_BARS = 2
"""After so many bars of one chord it changes, except in styles that hold longer."""
_HOME_AT_END = 2.0
"""The same as `_HOME` in the last bar of every second phrase, by ear."""
_BY_DENSITY = 2.0
"""Log-odds of a change between the film's stillest bars and its fullest; .46 in MuVi-Sync's
training songs, between their stillest and fullest tenths: more, so that it can be heard."""
_BY_CUT = 2.0
"""The same for a bar that begins with the strongest of cuts; .21 in those songs."""
_MOTION = ((0.0, 0.5, 1.0), (0.74, 4.7, 17.6))
"""Density to motion of 255: the tenth, middle and ninetieth percentile of those songs' films."""
_FIFTHS = (0, -5, 2, -3, 4, -1, -6, 1, -4, 3, -2, 5)
"""Where each interval lies on the line of fifths: to the right is brighter. D. Temperley,
"The Cognition of Basic Musical Structures", 2001, chapter 5."""
_SEVENTHS = ("maj7", "min7", "7", "maj6", "min6")
_HARSH = ("dim", "dim7", "hdim7", "aug")
"""Qualities too sharp for a background; 2 nats off, by ear."""


def form(weights: str | PathLike[str] | None = None) -> "LearntChords":
    """Return the writer that copies from what was written before."""
    return LearntChords(chord_nets.form(weights))


def amt(weights: str | PathLike[str] | None = None) -> "LearntChords":
    """Return the writer of Video2Music: its affective multimodal transformer."""
    return LearntChords(chord_nets.amt(weights))


class LearntChords:
    """Writes chords by sampling from a net; the same request writes the same."""

    def __init__(self, net: Net) -> None:
        self._net = net

    def write(self, request: ChordRequest) -> Progression:
        """Write the chords of every bar, one or two a bar."""
        if any(part.key.mode not in _TAUGHT for part in request.parts):
            return theory.TheoryChords().write(request)
        style = styles.find(request.style)
        first = np.cumsum([0, *(part.n_bars for part in request.parts)])
        written: dict[tuple[str, int, Key], list[int]] = {}
        for i in sorted(range(len(request.parts)), key=lambda i: -request.parts[i].n_bars):
            part = request.parts[i]
            if _same(part) not in written:
                own = slice(int(first[i]), int(first[i + 1]))
                written[_same(part)] = self._sample(request, part, own, style)
        progression: Progression = []
        for i, part in enumerate(request.parts):
            steps = written[_same(part)][: STEPS_A_BAR * part.n_bars]
            chords = [_sounding(index, part.key) for index in steps]
            bars = [
                tuple(chord for chord, _ in groupby(chords[k : k + STEPS_A_BAR]))
                for k in range(0, len(chords), STEPS_A_BAR)
            ]
            if request.closes and i == len(request.parts) - 1:
                last = theory.ending(part.key, part.n_bars)
                n_free = max(_n_primed(request, part), part.n_bars - len(last))
                kept = last[len(last) - (part.n_bars - n_free) :] if n_free < part.n_bars else []
                bars[n_free:] = [(chord,) for chord in kept]
            progression += bars
        return progression

    def _sample(self, request: ChordRequest, part: Part, bars: slice, style: Style) -> list[int]:
        """Sample the steps of one part, in the normalised key."""
        shift = normalising_shift(part.key)
        tonic = transpose(index_of(part.key.degree(1)), shift)
        given = [
            transpose(index_of(chord), shift)
            for chord in request.primer[: _n_primed(request, part)]
            for _ in range(STEPS_A_BAR)
        ] or [tonic]
        rng = np.random.default_rng([part.seed, 31])
        wished = _wished(part.key, style)
        emotion, motion, scene_offset = _film(request, bars)
        closing = {phrase[-1] - part.first_bar for phrase in part.phrases()[1::2]}
        held = _HELD_BARS + any(0 in row for row in style.changes)
        while len(given) < STEPS_A_BAR * part.n_bars:
            step = len(given)
            bar, on_bar = step // STEPS_A_BAR, step % STEPS_A_BAR == 0
            since = max(0, step - _MOST_STEPS)
            scores = self._net(
                Prefix(
                    np.array(given[since:]), emotion[since:], motion[since:],
                    scene_offset[since:], part.key.minor,
                )
            )[-1]  # fmt: skip
            here = given[-1]
            stay = float(np.exp(scores[here]))
            odds = np.log1p(-min(stay, 1 - 1e-6)) - np.log(max(stay, 1e-6))
            odds += _ON_BAR if on_bar else _IN_BAR
            odds += _BY_DENSITY * (request.density[bars][bar] - 0.5)
            odds += _BY_CUT * request.cuts[bars][bar] * on_bar
            age = len(given) - _began(given)
            changes = rng.random() < 1 / (1 + np.exp(-odds)) or age >= held * STEPS_A_BAR
            taste = scores + wished + _mood(request.valence[bars][bar])
            taste[tonic] += _HOME_AT_END if bar in closing else 0.0
            taste[[here, NO_CHORD]] = -np.inf
            weights = np.exp((taste - taste.max()) / _TASTE)
            chosen = int(rng.choice(N_CHORDS, p=weights / weights.sum()))
            given.append(chosen if changes else here)
        return given


def _same(part: Part) -> tuple[str, int, Key]:
    """Return what parts with the same chords have in common."""
    return part.label, part.seed, part.key


def _n_primed(request: ChordRequest, part: Part) -> int:
    """Return how many bars of a part the primer takes, a bar a chord."""
    opens = request.opens and part.label == request.parts[0].label
    return min(len(request.primer), part.n_bars, PHRASE_BARS) if opens else 0


def _began(given: list[int]) -> int:
    """Return the step at which the last chord began."""
    at = len(given) - 1
    while at > 0 and given[at - 1] == given[-1]:
        at -= 1
    return at


def _sounding(index: int, key: Key) -> Chord:
    chord = chord_of(transpose(index, -normalising_shift(key)))
    assert chord is not None  # "no chord" is never sampled
    return chord


def _wished(key: Key, style: Style) -> NDArray[np.float64]:
    """Return what the mode and the style add to each chord's log-probability, normalised key."""
    shift = normalising_shift(key)
    scale = {(pc + shift) % 12 for pc in key.scale}
    dominant = key.degree(5) if key.mode == "minor" else None
    looped = {key.degree(degree).root for loop in style.loops for degree in loop}
    added = np.zeros(N_CHORDS)
    for index in range(1, N_CHORDS):
        chord = _sounding(index, key)
        outside = sum((pc + shift) % 12 not in scale for pc in chord.pitch_classes)
        if dominant and chord.root == dominant.root and chord.quality in ("maj", "7"):
            outside = 0  # the leading note of minor
        added[index] -= _OUTSIDE * outside
        if chord.quality in _SEVENTHS:
            added[index] += 3.0 * (style.sevenths - 0.3)
        if chord.quality in _HARSH:
            added[index] -= 2.0
        if chord.root in looped:
            added[index] += 0.5 * style.looped
    added[transpose(index_of(key.degree(1)), shift)] += _HOME
    return added


def _mood(valence: float) -> NDArray[np.float64]:
    """Return what brightness or darkness adds to each chord's log-probability."""
    by_quality = valence * np.array([_brightness(quality) for quality in QUALITY_ORDER])
    return np.concatenate([[0.0], np.tile(by_quality, 12)])


def _brightness(quality: str) -> float:
    """Return how bright a chord is by its place on the line of fifths: minor -1 to major 1."""

    def place(name: str) -> float:
        return float(np.mean([_FIFTHS[step % 12] for step in QUALITIES[name]]))

    middle, reach = (place("maj") + place("min")) / 2, (place("maj") - place("min")) / 2
    return float(np.clip((place(quality) - middle) / reach, -1, 1))


def _film(
    request: ChordRequest, bars: slice
) -> tuple[NDArray[np.float32], NDArray[np.float32], NDArray[np.float32]]:
    """Return emotions, motion and steps since a cut as the data set has them, a row a step."""
    emotion = six_words(request.valence[bars], 2 * request.tension[bars] - 1)
    motion = np.interp(request.density[bars], *_MOTION)
    starts = np.repeat(request.cuts[bars] > 0, STEPS_A_BAR)
    starts[1::STEPS_A_BAR] = False
    starts[0] = True
    steps = np.arange(len(starts))
    offset = steps - np.maximum.accumulate(np.where(starts, steps, 0))
    return (
        np.repeat(emotion, STEPS_A_BAR, axis=0).astype(np.float32),
        np.repeat(motion, STEPS_A_BAR).astype(np.float32),
        offset.astype(np.float32),
    )

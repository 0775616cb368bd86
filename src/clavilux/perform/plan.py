"""Plan: what each part of a score plays, in samples, before any of it sounds.

A score in, parts out: the notes of one track on one channel with their
programs, lengthened by the sustain pedal, with the channel's gain and bend
over time.

Conventions
-----------
- Positions are output samples from the start of the score, int64.
- A channel's controllers hold for all tracks that play on it.
- The edges of electronic hats are played as the hats that General MIDI has.

Source:
    General MIDI Level 1 and RP-015 (what a reset leaves alone); volume and
    expression are 40 log10 of their value, as the General MIDI guidelines say.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field, replace

import numpy as np
from numpy.typing import NDArray

from clavilux.core.drums import STANDARD_NOTE, drum_notes
from clavilux.core.values import Change, Notes, Score, Track
from clavilux.perform.soundfont import DRUM_BANK

RAMP_S = 0.01
"""How long a gain takes to change, so that it doesn't crackle."""
NEVER = np.int64(1) << 62
_MOST_AT_ONCE = 4
"""Notes of one key that one part plays at one sample; more are not heard apart."""
_SHORTEST_S = {False: 0.005, True: 0.05}
_KEY_OF_DRUM = np.array([STANDARD_NOTE.get(note, note) for note in range(256)], dtype=np.uint8)

_BANK, _DATA, _VOLUME, _PAN, _EXPRESSION, _DATA_FINE, _SUSTAIN = 0, 6, 7, 10, 11, 38, 64
_REVERB, _RPN_FINE, _RPN_COARSE = 91, 100, 101
_ALL_SOUND_OFF, _RESET, _ALL_NOTES_OFF = 120, 121, 123


@dataclass(frozen=True, slots=True, eq=False)
class Steps:
    """A value that holds from one instant to the next."""

    at: NDArray[np.int64]
    """Samples from which each value holds, not decreasing. Shape (n,)."""
    values: NDArray[np.float64]
    """The value before the first instant, then each one's. Shape (n + 1, k)."""

    def held(self, start: int, stop: int) -> NDArray[np.float64]:
        """Return the values at samples `start` to `stop - 1`, shape (stop - start, k)."""
        first, last = np.searchsorted(self.at, [start, stop], side="right")
        edges = np.clip(self.at[first:last], start, stop) - start
        lengths = np.diff(np.concatenate([[0], edges, [stop - start]]))
        return np.repeat(self.values[first : last + 1], lengths, axis=0)

    def anything(self, start: int, stop: int) -> bool:
        """Return whether any value from sample `start` to `stop` is not 0."""
        first, last = np.searchsorted(self.at, [start, stop], side="right")
        return bool(self.values[first : last + 1].any())

    def ramped(self, start: int, stop: int, ramp: int) -> NDArray[np.float32]:
        """Return the values at samples `start` to `stop - 1`, each reached by a ramp before it.

        Returns:
            Shape (k, stop - start), or (k, 1) where they don't change.
        """
        first, last = np.searchsorted(self.at, [start, stop + ramp], side="right")
        if first == last:
            return np.asarray(self.values[first][:, None], dtype=np.float32)
        steps = self.held(start, stop + ramp)
        total = np.concatenate([np.zeros((1, steps.shape[1])), np.cumsum(steps, axis=0)])
        return np.asarray(((total[ramp:-1] - total[: -ramp - 1]) / ramp).T, dtype=np.float32)


@dataclass(frozen=True, slots=True, eq=False)
class Part:
    """What one track plays on one channel. Columns have shape (n_notes,)."""

    name: str
    on: NDArray[np.int64]
    """Onsets, not decreasing."""
    off: NDArray[np.int64]
    """When each is let go, by hand or by pedal."""
    cut: NDArray[np.int64]
    """When each is silenced at once, or `NEVER`."""
    pitch: NDArray[np.uint8]
    velocity: NDArray[np.uint8]
    bank: NDArray[np.int64]
    program: NDArray[np.int64]
    gain: Steps
    """Left gain, right gain and how much goes to the reverberation."""
    bend: Steps
    """Cents by which the channel is bent."""


@dataclass(slots=True)
class _Channel:
    """A channel's controllers as they change; ticks and values side by side."""

    programs: list[tuple[int, int]] = field(default_factory=lambda: [(-1, 0)])
    banks: list[tuple[int, int]] = field(default_factory=lambda: [(-1, 0)])
    gains: list[tuple[int, tuple[float, ...]]] = field(default_factory=list)
    bends: list[tuple[int, float]] = field(default_factory=list)
    pedals: list[tuple[int, bool]] = field(default_factory=list)
    silences: list[int] = field(default_factory=list)
    releases: list[int] = field(default_factory=list)
    volume: int = 100
    expression: int = 127
    pan: int = 64
    reverb: int = 40
    wheel: int = 0
    bend_range: float = 200.0
    rpn: tuple[int, int] = (127, 127)

    def take(self, change: Change) -> None:
        """Take note of one change."""
        if change.kind == "program":
            self.programs.append((change.tick, change.value))
        elif change.kind == "bend":
            self._bend(change.tick, change.value)
        elif change.kind == "control":
            self._control(change.tick, change.number, change.value)

    def _control(self, tick: int, number: int, value: int) -> None:
        named = {_VOLUME: "volume", _EXPRESSION: "expression", _PAN: "pan", _REVERB: "reverb"}
        if number in named:
            setattr(self, named[number], value)
            self.gains.append((tick, self.gain()))
        elif number == _SUSTAIN:
            self.pedals.append((tick, value >= 64))
        elif number == _BANK:
            self.banks.append((tick, value))
        elif number in (_RPN_COARSE, _RPN_FINE):
            coarse, fine = self.rpn
            self.rpn = (value, fine) if number == _RPN_COARSE else (coarse, value)
        elif number in (_DATA, _DATA_FINE) and self.rpn == (0, 0):
            semitones, cents = divmod(self.bend_range, 100)
            if number == _DATA:
                semitones = min(value, 48)
            else:
                cents = min(value, 99)
            self.bend_range = 100 * semitones + cents
            self._bend(tick, self.wheel)
        elif number == _ALL_SOUND_OFF:
            self.silences.append(tick)
        elif number >= _ALL_NOTES_OFF:
            self.releases.append(tick)
        elif number == _RESET:
            self.expression = 127
            self.gains.append((tick, self.gain()))
            self.pedals.append((tick, False))
            self._bend(tick, 0)

    def _bend(self, tick: int, value: int) -> None:
        self.wheel = value
        self.bends.append((tick, value / 8192 * self.bend_range))

    def gain(self) -> tuple[float, ...]:
        """Return the left and right gain and the send: constant power, 1 in the middle."""
        level = (self.volume * self.expression / (127 * 127)) ** 2
        angle = np.pi / 2 * np.clip((self.pan - 1) / 126, 0.0, 1.0)
        root = np.sqrt(2.0)
        return level * root * np.cos(angle), level * root * np.sin(angle), self.reverb / 127


def plan(score: Score, sample_rate: int) -> list[Part]:
    """Lay out every part of `score`, in order of tracks and channels."""
    channels = _channels(score.tracks)
    parts: list[Part] = []
    for number, track in enumerate(score.tracks):
        is_drum = drum_notes(track)
        played_on = track.notes.channel if track.played_on is None else track.played_on
        present = sorted(set(zip(played_on.tolist(), is_drum.tolist(), strict=True)))
        for channel, drums in present:
            state = channels.setdefault(channel, _Channel())
            here = (played_on == channel) & (is_drum == drums)
            here &= _heard_apart(track.notes)
            name = _name(track, number, channel, drums=drums, alone=len(present) == 1)
            parts.append(_part(name, track.notes.where(here), drums, state, score, sample_rate))
    return _with_unique_names(parts)


def _channels(tracks: Iterable[Track]) -> dict[int, _Channel]:
    """Follow the controllers of every channel through all tracks."""
    channels: dict[int, _Channel] = {}
    for change in sorted((c for t in tracks for c in t.changes), key=lambda c: c.tick):
        channels.setdefault(change.channel, _Channel()).take(change)
    return channels


def _part(
    name: str, notes: Notes, drums: bool, state: _Channel, score: Score, sample_rate: int
) -> Part:
    def samples(ticks: Iterable[int] | NDArray[np.int64]) -> NDArray[np.int64]:
        seconds = score.tempo_map.seconds(np.asarray(ticks, dtype=np.int64))
        return np.round(seconds * sample_rate).astype(np.int64)

    end_tick = max(score.end_tick, *(tick for tick, _ in state.pedals), 0)
    off_tick = _pedalled(notes, state, end_tick)
    cut_tick = _next_after(notes.onset_tick, np.array(state.silences, dtype=np.int64))
    cut = np.where(cut_tick < NEVER, samples(np.minimum(cut_tick, score.end_tick)), NEVER)
    on = samples(notes.onset_tick)
    program = _at(state.programs, notes.onset_tick)
    bank = _at(state.banks, notes.onset_tick)
    return Part(
        name=name,
        on=on,
        off=np.maximum(samples(off_tick), on + int(_SHORTEST_S[drums] * sample_rate)),
        cut=cut,
        pitch=_KEY_OF_DRUM[notes.pitch] if drums else notes.pitch,
        velocity=notes.velocity,
        bank=np.full(len(notes), DRUM_BANK) if drums else bank,
        program=program,
        gain=Steps(
            samples([tick for tick, _ in state.gains]),
            np.array([_Channel().gain(), *(gain for _, gain in state.gains)]),
        ),
        bend=Steps(
            samples([tick for tick, _ in state.bends]),
            np.array([[0.0], *([cents] for _, cents in state.bends)]),
        ),
    )


def _heard_apart(notes: Notes) -> NDArray[np.bool_]:
    """Return which notes to play where a key is struck very often at one tick: the first few."""
    order = np.lexsort((notes.pitch, notes.channel, notes.onset_tick))
    columns = [c[order].astype(np.int64) for c in (notes.onset_tick, notes.channel, notes.pitch)]
    is_first = np.ones(len(notes), dtype=bool)
    is_first[1:] = np.any([column[1:] != column[:-1] for column in columns], axis=0)
    place = np.arange(len(notes))
    nth = place - np.maximum.accumulate(np.where(is_first, place, 0))
    keep = np.empty(len(notes), dtype=bool)
    keep[order] = nth < _MOST_AT_ONCE
    return keep


def _pedalled(notes: Notes, state: _Channel, end_tick: int) -> NDArray[np.int64]:
    """Return the ticks at which notes are let go, hand and pedal both."""
    off = notes.offset_tick
    if state.releases:
        releases = _next_after(notes.onset_tick, np.array(state.releases, dtype=np.int64))
        off = np.minimum(off, releases)
    if not state.pedals:
        return off
    at = np.array([tick for tick, _ in state.pedals], dtype=np.int64)
    down = np.array([False, *(is_down for _, is_down in state.pedals)])
    ups = at[~down[1:]]
    held = down[np.searchsorted(at, off, side="right")]
    up = np.minimum(_next_after(off, ups), end_tick)
    return np.where(held, np.maximum(up, off), off)


def _next_after(ticks: NDArray[np.int64], events: NDArray[np.int64]) -> NDArray[np.int64]:
    """Return the first event after each tick, or `NEVER`."""
    padded = np.append(events, NEVER)
    return padded[np.searchsorted(events, ticks, side="right")]


def _at(changes: list[tuple[int, int]], ticks: NDArray[np.int64]) -> NDArray[np.int64]:
    at = np.array([tick for tick, _ in changes])
    values = np.array([value for _, value in changes])
    return values[np.searchsorted(at, ticks, side="right") - 1]


def _name(track: Track, number: int, channel: int, *, drums: bool, alone: bool) -> str:
    """Name a part: by its track, and by its channel where the track has several."""
    name = track.name.strip() or ("" if not alone else f"track {number + 1}")
    where = "drums" if drums else f"channel {channel + 1}"
    if alone:
        return name
    return f"{name} ({where})" if name else where


def _with_unique_names(parts: list[Part]) -> list[Part]:
    taken: set[str] = set()
    named = []
    for part in parts:
        name, count = part.name, 2
        while name in taken:
            name, count = f"{part.name} {count}", count + 1
        taken.add(name)
        named.append(replace(part, name=name))
    return named

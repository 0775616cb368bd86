"""Drums: which notes of a score are drums, by one rule, and why.

In this order, the first that knows decides:

1. *A person* (`--drums`).
2. *What the file says*: channel 10, system exclusive messages and banks (`rhythm_parts`).
3. *What a track is called* (`drum_words`), if its notes don't contradict it.
4. *What the notes look like*, in files where nothing else is drums: a kit's keys, and
   kicks with snares or hats among them.

Conventions
-----------
- A *part* is the notes of one track on one channel.
- A settled score has its drums, and nothing else, on the drum channel; a track keeps in
  `played_on` the channels its notes came from, whose controllers they obey.
"""

import re
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from clavilux.core.changes import Changes
from clavilux.core.drums import DRUM_CHANNEL
from clavilux.core.errors import ArgumentError
from clavilux.core.values import Notes, Score, Track
from clavilux.score.drum_words import Says, says
from clavilux.score.rhythm_parts import RhythmParts, rhythm_parts

Mask = NDArray[np.bool_]

_KICKS, _SNARES, _HATS = (35, 36), (37, 38, 39, 40), (42, 44, 46)
_RIMS = (22, 26)
_CYMBALS = (49, 51, 52, 53, 55, 57, 59)
_KIT = (*range(35, 60), *_RIMS)
_LOWEST, _HIGHEST = 22, 87
"""Keys of General MIDI's percussion and of electronic kits."""
_IN_KIT = 0.9
"""Share of notes on a kit's keys from which a part looks like a kit."""
_MELODIC_KEYS, _MELODIC_SHARE = 4, 0.3
"""A part with this many pitches, and no more than this share on a kit's keys, is a melody."""
_PIECE_KEYS = 6
"""Most pitches of a part that is named for one drum."""
_LEAST_SHARE, _CORE = 0.1, 0.75
"""Least share of kicks and snares, and of hats and cymbals; and of all these together."""
_CLOSE = 16
"""Notes within this part of a beat are struck together."""
_MEETING = 0.2
"""Share of notes struck together with others from which a part is played as a kit.
These, like the shares above, were chosen on the files of the sample folder, where bass
lines reach 0.05, kits 0.25 or more."""


@dataclass(frozen=True, slots=True)
class DrumPart:
    """A part that is drums, and why."""

    track: int
    """Index of its track."""
    name: str
    channel: int
    """0 to 15, as in the file."""
    reason: str

    def __str__(self) -> str:
        name = f" {self.name!r}" if self.name else ""
        return f"track {self.track + 1}{name}, channel {self.channel + 1}: {self.reason}"


@dataclass(frozen=True, slots=True, eq=False)
class Drums:
    """Which notes of a score are drums."""

    masks: tuple[Mask, ...]
    """One for each track, shape (n_notes,)."""
    parts: tuple[DrumPart, ...]


def find_drums(score: Score, drums: str | None = None) -> Drums:
    """Decide which notes are drums.

    Args:
        score: As it was read.
        drums: What a person says: names of tracks, channels from 1 to 16, ``track N``,
            or ``none``; several are divided by commas. None to leave it to the rule.

    Raises:
        ArgumentError: `drums` names nothing that is there.
    """
    if drums is not None:
        return _chosen(score, drums)
    stated = rhythm_parts(score.tracks)
    masks = [np.zeros(len(track.notes), dtype=np.bool_) for track in score.tracks]
    parts: list[DrumPart] = []
    left: list[tuple[int, int]] = []
    for i, track in enumerate(score.tracks):
        for channel in np.unique(track.notes.channel).tolist():
            here = track.notes.channel == channel
            is_drums, reason = _as_stated(stated, track.notes, channel)
            masks[i] |= here & is_drums
            if (here & is_drums).any():
                parts.append(DrumPart(i, track.name, channel, reason))
            elif not reason:
                left.append((i, channel))
    single = len([track for track in score.tracks if len(track.notes)]) == 1
    others = [_Part(score, i, channel, single) for i, channel in left]
    named = [(part, reason) for part in others if (reason := part.named())]
    looking = [] if parts or named else [(p, "its notes are a kit's") for p in others if p.looks()]
    for part, reason in named or looking:
        masks[part.index] |= part.here
        parts.append(DrumPart(part.index, part.track.name, part.channel, reason))
    return Drums(tuple(masks), tuple(sorted(parts, key=lambda p: (p.track, p.channel))))


def settle_drums(score: Score, drums: str | None = None) -> Score:
    """Move drums, and nothing else, to the drum channel.

    Each part that is moved leaves a line in the warnings. A score whose drums are where
    they belong comes back as it is.

    Raises:
        ArgumentError: `drums` names nothing that is there; see `find_drums`.
    """
    if any(track.played_on is not None for track in score.tracks):
        return score
    found = find_drums(score, drums)
    used = {int(channel) for track in score.tracks for channel in np.unique(track.notes.channel)}
    free = next((c for c in range(15, -1, -1) if c not in used and c != DRUM_CHANNEL), 0)
    tracks = tuple(
        _settled(track, mask, free) for track, mask in zip(score.tracks, found.masks, strict=True)
    )
    if all(track.played_on is None for track in tracks):
        return score
    lines = [f"{part} - read as drums" for part in found.parts if part.channel != DRUM_CHANNEL]
    lines += [
        f"track {i + 1} {track.name!r} is on channel 10, but was read as notes"
        for i, track in enumerate(score.tracks)
        if ((track.notes.channel == DRUM_CHANNEL) & ~found.masks[i]).any()
    ]
    return replace(score, tracks=tracks, warnings=(*score.warnings, *lines))


def _settled(track: Track, mask: Mask, free: int) -> Track:
    channel = track.notes.channel
    settled = np.where(mask, DRUM_CHANNEL, np.where(channel == DRUM_CHANNEL, free, channel))
    if np.array_equal(settled, channel):
        return track
    notes = replace(track.notes, channel=settled.astype(np.uint8))
    return replace(track, notes=notes, played_on=channel)


def _as_stated(stated: RhythmParts, notes: Notes, channel: int) -> tuple[Mask, str]:
    """Return which notes the file makes drums on a channel, and why; no reason if it is silent."""
    said = stated.of_channel[channel]
    flags = np.array([channel == DRUM_CHANNEL, *(s.is_drums for s in said)])
    holds = stated.at(channel, notes.onset_tick) + 1
    is_drums: Mask = flags[holds]
    here = notes.channel == channel
    reasons = Counter(holds[here & is_drums].tolist() or holds[here].tolist())
    which = reasons.most_common(1)[0][0]
    if which:
        return is_drums, said[which - 1].reason
    return is_drums, "channel 10" if channel == DRUM_CHANNEL else ""


class _Part:
    """A part of which the file does not say whether it is drums."""

    def __init__(self, score: Score, index: int, channel: int, single: bool) -> None:
        self.index, self.channel, self.single = index, channel, single
        self.track = score.tracks[index]
        self.here: Mask = self.track.notes.channel == channel
        self.notes = self.track.notes.where(self.here)
        self.program = _program(score, channel)
        self.ticks_per_beat = float(score.tempo_map.ticks_per_beat)

    def named(self) -> str:
        """Return why it is drums by the names of its track; empty if it isn't."""
        if not self.here.all():  # of several channels, which one is named?
            return ""
        texts = [text.text for text in self.track.texts if text.kind == "instrument"]
        for name in (self.track.name, *texts):
            said = says(name)
            if said is Says.OTHER:
                return ""
            if self._fits(said) and _in_range(self.notes):
                return f"named {name!r}"
        return ""

    def _fits(self, said: Says) -> bool:
        """Return whether its notes and program don't contradict what a name says."""
        if self.single and _is_melodic(self.notes):
            return False  # the name is the title
        if said is Says.KIT:
            return not self.program or _is_kit(self.notes)
        if said is Says.PIECE:
            return not self.program and len(np.unique(self.notes.pitch)) <= _PIECE_KEYS
        return said is Says.MENTION and not self.program and _is_kit(self.notes)

    def looks(self) -> bool:
        """Return whether it is drums by its notes."""
        is_named = says(self.track.name) is Says.OTHER
        return (
            not is_named and not self.program and _is_played_as_kit(self.notes, self.ticks_per_beat)
        )


def _program(score: Score, channel: int) -> int:
    """Return the first program asked for on a channel that isn't 0; 0 if there is none."""
    for track in score.tracks:
        programs = Changes.of(track.changes).of_kind("program")
        values = programs.value[(programs.channel == channel) & (programs.value != 0)]
        if len(values):
            return int(values[0])
    return 0


def _in_range(notes: Notes) -> bool:
    return bool(((notes.pitch >= _LOWEST) & (notes.pitch <= _HIGHEST)).mean() >= _IN_KIT)


def _is_melodic(notes: Notes) -> bool:
    """Return whether notes have a melody's many pitches, most of them no key of a kit."""
    many = len(np.unique(notes.pitch)) >= _MELODIC_KEYS
    return many and bool(np.isin(notes.pitch, _KIT).mean() <= _MELODIC_SHARE)


def _is_kit(notes: Notes) -> bool:
    """Return whether most notes are a kit's, a kick with a snare or hats among them."""
    has = [np.isin(notes.pitch, keys).any() for keys in (_KICKS, _SNARES, _HATS + _CYMBALS)]
    return bool(np.isin(notes.pitch, _KIT).mean() >= _IN_KIT and has[0] and (has[1] or has[2]))


def _is_played_as_kit(notes: Notes, ticks_per_beat: float) -> bool:
    """Return whether notes are a kit's and played as one, which no bass line is."""
    pitch = notes.pitch
    has_kick_and_snare = np.isin(pitch, _KICKS).any() and np.isin(pitch, _SNARES).any()
    if np.isin(pitch, _RIMS).any() and pitch.max() <= max(_KIT) and has_kick_and_snare:
        return True
    beaten = np.isin(pitch, _KICKS + _SNARES).mean()
    kept = np.isin(pitch, _HATS + _CYMBALS + _RIMS).mean()
    if not _is_kit(notes) or min(beaten, kept) < _LEAST_SHARE or beaten + kept < _CORE:
        return False
    close = np.diff(notes.onset_tick) <= ticks_per_beat / _CLOSE
    meets = np.append(close, False) | np.insert(close, 0, False)
    return bool(meets.mean() >= _MEETING)


def _chosen(score: Score, drums: str) -> Drums:
    """Take what a person says for drums."""
    masks = [np.zeros(len(track.notes), dtype=np.bool_) for track in score.tracks]
    wanted = [part.strip() for part in drums.split(",") if part.strip()]
    if not wanted:
        raise ArgumentError(
            "`drums` is empty; give a track's name, a channel from 1 to 16, or none"
        )
    for word in wanted if [w.lower() for w in wanted] != ["none"] else []:
        found = list(_matching(score, word))
        if not found:
            raise ArgumentError(f"`drums` {word!r} names nothing that plays; {_offer(score)}")
        for i, mask in found:
            masks[i] |= mask
    parts = [
        DrumPart(i, track.name, channel, "asked for")
        for i, track in enumerate(score.tracks)
        for channel in np.unique(track.notes.channel[masks[i]]).tolist()
    ]
    return Drums(tuple(masks), tuple(parts))


def _matching(score: Score, word: str) -> Iterable[tuple[int, Mask]]:
    """Yield the tracks, each with its notes, that a word of ``--drums`` names."""
    numbered = re.fullmatch(r"(track|channel|ch)?\s*(\d+)", word, re.IGNORECASE)
    kind = (numbered[1] or "").lower() if numbered else ""
    for i, track in enumerate(score.tracks):
        if track.name.strip().casefold() == word.casefold():
            mask = np.ones(len(track.notes), dtype=np.bool_)
        elif numbered and kind == "track":
            mask = np.full(len(track.notes), i + 1 == int(numbered[2]))
        elif numbered:
            mask = track.notes.channel == int(numbered[2]) - 1
        else:
            continue
        if mask.any():
            yield i, mask


def _offer(score: Score) -> str:
    """Name what could be drums."""
    names = [f"{t.name.strip()!r}" for t in score.tracks if t.name.strip() and len(t.notes)]
    channels = sorted({int(c) + 1 for t in score.tracks for c in np.unique(t.notes.channel)})
    shown = f"; tracks: {', '.join(names[:12])}" if names else ""
    return f"channels: {', '.join(map(str, channels))}{shown}; or none"

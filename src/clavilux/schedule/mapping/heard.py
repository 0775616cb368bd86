"""What is heard: the events of a score or a recording, as a rule asks for them.

A `Score` or `Facts` in, `Hits` or a `Flow` out: every instant (or stretch) that a
rule's source names, with what its amount may depend on.
"""

from dataclasses import dataclass
from fnmatch import fnmatchcase
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from clavilux import score as scores
from clavilux.core.drums import DRUMS, drum_name
from clavilux.core.values import Change, Facts, Score, Section, Series
from clavilux.schedule.mapping.drummed import Span, drummed, drummed_spans, near_hits
from clavilux.schedule.mapping.form import chord_changes, phrase_starts
from clavilux.schedule.mapping.played import Flow, Hits, Played, instants, played_of, playing
from clavilux.schedule.mapping.rules import CONTINUOUS, Condition, Rule, Source
from clavilux.schedule.mapping.swell import BESIDE

Array = NDArray[np.float64]

BEAT_S = 0.5
"""A beat where none was found: 120 a minute, as MIDI has it."""

_BY_TIME = {"drums", "drumming"}
"""What music has at some times and lacks at others."""
LONG_AGO_S = 1e4
"""From when the first value of a series holds."""


@dataclass(frozen=True, eq=False)
class Heard:
    """A piece of music, ready to be asked for its events."""

    score: Score | None
    known: Facts | None = None
    """What was heard, or is known of the score besides its notes."""
    given: Played | None = None
    """The notes to hear in place of the score's own."""

    @classmethod
    def of(cls, music: Score | Facts, facts: Facts | None = None) -> "Heard":
        """Take a score or what was heard in a recording.

        Args:
            music: The music.
            facts: What is known of a score besides: sections, series. Found if absent.
        """
        if isinstance(music, Facts):
            return cls(None, music)
        return cls(music, facts)

    @cached_property
    def facts(self) -> Facts:
        """What was heard; of a score, found where a rule first asks for it."""
        if self.known is not None:
            return self.known
        assert self.score is not None
        return scores.facts(self.score)

    def hits(self, rule: Rule) -> Hits:
        """Return the instants at which a rule's source happens while the rule holds."""
        if not self._holds(rule.when):
            return instants([])
        hits = self._instants_of(rule.source)
        if rule.when == Condition():
            return hits
        return hits.where(self._during(rule.when, hits.time_s) > 0)

    def flow(self, source: Source) -> Flow:
        """Return the values of a continuous source over time."""
        if source.kind == "series":
            return self._series(source)
        assert source.kind in CONTINUOUS
        return self._changes(source)

    def during(self, when: Condition, time_s: Array) -> Array:
        """Return how far a condition holds at each time, 0 to 1."""
        if not self._holds(when):
            return np.zeros(len(time_s))
        return self._during(when, time_s)

    def loudness(self, time_s: Array) -> Array:
        """Return how loud the music is around times, beside the seconds before and after, 0 to 1.

        Where no loudness is known, all is loud.
        """
        series = self._beside("passage")
        if series is None or not len(series.values):
            return np.ones(len(time_s))
        return series.at(time_s)

    def _beside(self, name: str) -> Series | None:
        """Return a series of ours of loudness beside what is around it; None if it is no such."""
        loudness = self.facts.series.get("loudness")
        if loudness is None or name not in BESIDE:
            return None
        if name not in self._made:
            self._made[name] = BESIDE[name](loudness)
        return self._made[name]

    @cached_property
    def _made(self) -> dict[str, Series]:
        return {}

    def marks(self) -> dict[str, Array]:
        """Return the instants worth marking on a plot, by name: drums, notes, sections."""
        found = {}
        for name in DRUMS:
            found[name] = self._drums(Source("drum", drums=frozenset({name}))).time_s
        found["notes"] = self._pitched(Source("note")).time_s
        found["sections"] = np.array([s.start_s for s in self.facts.sections])
        return {name: times for name, times in found.items() if len(times)}

    def beats(self, time_s: Array) -> Array:
        """Return the position in beats at `time_s`."""
        if self.score is not None:
            return self.score.tempo_map.beats(time_s)
        grid = self._grid
        index = np.arange(len(grid), dtype=np.float64)
        before = (time_s - grid[0]) / (grid[1] - grid[0])
        after = index[-1] + (time_s - grid[-1]) / (grid[-1] - grid[-2])
        inside = np.interp(time_s, grid, index)
        return np.where(time_s < grid[0], before, np.where(time_s > grid[-1], after, inside))

    def seconds(self, beats: Array) -> Array:
        """Return the seconds at which `beats` pass; the inverse of `beats`."""
        if self.score is not None:
            return self.score.tempo_map.beat_seconds(np.maximum(beats, 0.0))
        grid = self._grid
        index = np.arange(len(grid), dtype=np.float64)
        before = grid[0] + beats * (grid[1] - grid[0])
        after = grid[-1] + (beats - index[-1]) * (grid[-1] - grid[-2])
        inside = np.interp(beats, index, grid)
        return np.where(beats < 0, before, np.where(beats > index[-1], after, inside))

    @cached_property
    def _grid(self) -> Array:
        beats = self.facts.beats_s
        return beats if len(beats) >= 2 else np.array([0.0, BEAT_S])

    @cached_property
    def played(self) -> Played:
        """Every note of the score."""
        if self.given is not None:
            return self.given
        assert self.score is not None
        return played_of(self.score)

    @cached_property
    def _what_there_is(self) -> frozenset[str]:
        found = {"sections"} if len(self.facts.sections) > 1 else set()
        found |= {"beats"} if len(self.facts.beats_s) else set()
        if self.score is not None and (~self.played.drums).any():
            found |= {"notes"}
        return frozenset(found)

    def _holds(self, when: Condition) -> bool:
        """Whether a condition can hold anywhere; drums come and go, all else is the piece's."""
        has, lacks = set(when.has) - _BY_TIME, set(when.lacks) - _BY_TIME
        if not has and not lacks:
            return True
        return self._what_there_is.issuperset(has) and self._what_there_is.isdisjoint(lacks)

    def _drummed(self, time_s: Array) -> Array:
        """Return how far drums are present at each time: drumming, or a score's lone hit."""
        share = self._drumming(time_s)
        if self.score is None:
            return share
        return np.maximum(share, near_hits(self._confident_hits(), time_s))

    def _drumming(self, time_s: Array) -> Array:
        """Return how far several hits come near each time."""
        return drummed(self._drummed_spans[0], self._drummed_spans[1], time_s)

    @cached_property
    def _drummed_spans(self) -> tuple[list[Span], float]:
        bars = np.diff(self._bar_starts())
        bar_s = float(np.median(bars)) if len(bars) else 4 * BEAT_S
        return drummed_spans(self._confident_hits(), bar_s), bar_s

    def _confident_hits(self) -> Array:
        """Return when drums are struck: in a recording, those that were heard with confidence."""
        if self.score is not None:
            return self.played.time_s[self.played.drums]
        counts = self.facts.series.get("drums")
        if counts is None:
            return self._drums(Source("drum")).time_s
        at = np.arange(len(counts.values)) / counts.rate
        return np.repeat(at, np.round(counts.values).astype(np.int64))

    def _during(self, when: Condition, time_s: Array) -> Array:
        keep = np.ones(len(time_s))
        for word, share in (("drums", self._drummed), ("drumming", self._drumming)):
            if word in when.has:
                keep *= share(time_s)
            if word in when.lacks:
                keep *= 1 - share(time_s)
        if when.sections:
            labels = [_matches_any(s.label, when.sections) for s in self.facts.sections]
            starts = np.array([s.start_s for s in self.facts.sections])
            index = np.searchsorted(starts, time_s + 1e-6, side="right") - 1
            keep *= np.array([False, *labels], dtype=bool)[index + 1]
        if when.bars is not None:
            bars = self._bar_starts()
            bar = np.maximum(np.searchsorted(bars, time_s + 1e-6, side="right"), 1)
            keep *= (bar >= when.bars[0]) & (bar <= when.bars[1])
        return keep

    def _bar_starts(self) -> Array:
        if len(self.facts.downbeats_s):
            return self.facts.downbeats_s
        beats = np.arange(0.0, self.beats(np.array([self.facts.duration_s]))[0] + 1, 4.0)
        return self.seconds(beats)

    def _instants_of(self, source: Source) -> Hits:
        match source.kind:
            case "drum":
                return self._drums(source)
            case "note":
                return self._pitched(source)
            case "event":
                return self._events(source, (source.pattern,))
            case "beat":
                return instants(self.facts.beats_s[:: max(1, source.number)])
            case "downbeat":
                return instants(self._bar_starts()[:: max(1, source.number)])
            case "section":
                return instants(_starts(self.facts.sections, source))
            case "chord":
                return self._chords(source)
            case "phrase":
                return self._phrases(source)
            case _:
                return self._words(source)

    def _drums(self, source: Source) -> Hits:
        if self.score is None:
            names = source.drums | {drum_name(n) for low, _ in source.notes for n in (low,)}
            kinds = tuple(names) or ("kick", "snare", "hat", "*_hat", "tom", "crash", "ride")
            if any(name.endswith("_hat") for name in names):
                kinds = (*kinds, "hat") if "closed_hat" in names else kinds
            return self._events(source, kinds)
        notes = self.played
        sounding = playing(source.drums, source.notes)
        return self._kept(source, sounding[notes.pitch] & notes.drums)

    def _pitched(self, source: Source) -> Hits:
        if self.score is None:
            return self._events(source, ("note", "onset"))
        sounding = np.zeros(128, dtype=bool)
        for low, high in source.notes or ((0, 127),):
            sounding[low : high + 1] = True
        notes = self.played
        keep = sounding[notes.pitch]
        if source.channel is None:
            keep &= ~notes.drums
        return self._kept(source, keep)

    def _kept(self, source: Source, keep: NDArray[np.bool_]) -> Hits:
        notes = self.played
        low, high = source.velocity
        if low > 1:
            keep = keep & (notes.velocity >= low)
        if high < 127:
            keep = keep & (notes.velocity <= high)
        if source.channel is not None:
            keep = keep & (notes.channel == source.channel)
        if source.track is not None:
            keep = keep & np.isin(notes.track, self._tracks(source))
        rows = keep.nonzero()[0]
        time_s = notes.time_s[rows]
        return Hits(
            time_s,
            notes.velocity[rows].astype(np.float64),
            notes.pitch[rows].astype(np.float64),
            notes.end_s[rows] - time_s,
        )

    def _tracks(self, source: Source) -> list[int]:
        """Numbers, from 1, of the tracks that a source means."""
        assert self.score is not None
        tracks = list(enumerate(self.score.tracks, start=1))
        if source.track is None:
            return [number for number, _ in tracks]
        if isinstance(source.track, int):
            return [source.track]
        return [number for number, track in tracks if _matches(track.name, source.track)]

    def _events(self, source: Source, kinds: tuple[str, ...]) -> Hits:
        events = self.facts.events
        stem = f"{source.stem}/" if source.stem else ""
        wanted = {k for k in set(events.kind) if _matches_any(k, [stem + p for p in kinds])}
        chosen = events.of(*wanted)
        velocity = np.clip(np.round(chosen.strength * 127), 1, 127)
        keep = (velocity >= source.velocity[0]) & (velocity <= source.velocity[1])
        none = np.full(len(velocity), np.nan)
        return Hits(chosen.time_s, velocity, none, np.zeros(len(velocity))).where(keep)

    def _words(self, source: Source) -> Hits:
        if self.score is None:
            return self._events(source, (source.kind,))
        kinds = ("lyric",) if source.kind == "lyric" else ("marker", "cue")
        ticks = [
            text.tick
            for number, track in enumerate(self.score.tracks, start=1)
            for text in track.texts
            if text.kind in kinds
            and number in self._tracks(source)
            and _matches(text.text.strip(), source.pattern)
        ]
        return instants(self.score.tempo_map.seconds(np.array(sorted(ticks), dtype=np.int64)))

    def _phrases(self, source: Source) -> Hits:
        if self.score is None:
            return instants(_starts(self.facts.sections, source))
        hits = self._pitched(source)
        end_s = hits.time_s + hits.length_s
        bars = self.beats(self._bar_starts())
        return hits.where(phrase_starts(self.beats(hits.time_s), self.beats(end_s), bars))

    def _chords(self, source: Source) -> Hits:
        """Changes of harmony; the pitch is what names it."""
        if self.score is None:
            return self._events(source, ("chord",))
        hits = self._pitched(source)
        end_s = hits.time_s + hits.length_s
        beat, root = chord_changes(self.beats(hits.time_s), self.beats(end_s), hits.pitch)
        changes = instants(self.seconds(beat.astype(np.float64)))
        return changes._replace(pitch=root.astype(np.float64) + 60)

    def _series(self, source: Source) -> Flow:
        stem = f"{source.stem}/" if source.stem else ""
        series = self.facts.series.get(stem + source.pattern)
        if series is None:
            series = self._beside(source.pattern)
        if series is None or not len(series.values):
            return Flow(np.zeros(0), np.zeros(0))
        # Value i is a sample at i / rate: it holds half a step to either side.
        time = (np.arange(len(series.values)) - 0.5) / series.rate
        time[0] = -LONG_AGO_S
        return Flow(np.asarray(time, dtype=np.float64), series.values)

    def _changes(self, source: Source) -> Flow:
        if self.score is None:
            return Flow(np.zeros(0), np.zeros(0))
        kind = "bend" if source.kind == "bend" else "control"

        def is_meant(change: Change) -> bool:
            right_channel = source.channel is None or change.channel == source.channel
            right_number = kind == "bend" or change.number == source.number
            return change.kind == kind and right_channel and right_number

        wanted = set(self._tracks(source))
        changes = sorted(
            (change.tick, change.value)
            for number, track in enumerate(self.score.tracks, start=1)
            if number in wanted
            for change in track.changes
            if is_meant(change)
        )
        ticks = np.array([tick for tick, _ in changes], dtype=np.int64)
        values = np.array([value for _, value in changes], dtype=np.float64)
        return Flow(self.score.tempo_map.seconds(ticks), values)


def _starts(sections: tuple[Section, ...], source: Source) -> list[float]:
    starts = [s.start_s for s in sections if _matches(s.label, source.pattern)]
    return starts[:: max(1, source.number)]


def _matches(text: str, pattern: str) -> bool:
    return fnmatchcase(text.lower(), pattern.lower())


def _matches_any(text: str, patterns: tuple[str, ...] | list[str]) -> bool:
    return any(_matches(text, pattern) for pattern in patterns)

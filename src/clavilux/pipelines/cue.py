"""Cues: music for a stretch of a film, laid at its place in the whole.

Facts of the whole film in, those of the stretch out; the score composed for the stretch
comes back with silence before it, as long as the film goes before.
"""

from dataclasses import replace

import numpy as np

from clavilux.compose.soundtrack import Brief
from clavilux.core.errors import ArgumentError
from clavilux.core.timeline import MICROSECONDS, TempoMap
from clavilux.core.values import Events, Facts, Meter, Notes, Score, Series, Text, Track

_SHORTEST_S = 1.0


def check(in_s: float, out_s: float | None, duration_s: float) -> tuple[float, float]:
    """Return where a cue begins and ends in a film.

    Raises:
        ArgumentError: It is less than a second long, or not inside the film.
    """
    if in_s == 0 and out_s is None:
        return 0.0, duration_s
    end = duration_s if out_s is None else out_s
    if not 0 <= in_s < end or end > duration_s + 0.05:
        raise ArgumentError(
            f"`start` {in_s:g} and `end` {end:g} don't lie in order "
            f"inside a film of {duration_s:.2f} s"
        )
    end = min(end, duration_s)
    if end - in_s < _SHORTEST_S:
        raise ArgumentError(f"`start` {in_s:g} to `end` {end:g} is less than a second")
    return in_s, end


def cut_facts(facts: Facts, start_s: float, end_s: float) -> Facts:
    """Return what was seen between two times, counted from the first."""
    inside = (facts.events.time_s >= start_s) & (facts.events.time_s < end_s)
    kinds = tuple(k for k, kept in zip(facts.events.kind, inside, strict=True) if kept)
    events = Events(facts.events.time_s[inside] - start_s, kinds, facts.events.strength[inside])
    series = {
        name: Series(one.rate, one.values[int(start_s * one.rate) : int(end_s * one.rate) + 1])
        for name, one in facts.series.items()
    }
    kept_series = {name: one for name, one in series.items() if len(one.values)}
    return Facts(end_s - start_s, events, kept_series)


def cut_brief(brief: Brief, start_s: float, end_s: float) -> Brief:
    """Return a brief with its times counted from a cue's start."""
    hits = tuple(time - start_s for time in brief.hits_s if start_s < time < end_s)
    return replace(brief, hits_s=hits)


def delayed(score: Score, by_s: float, until_s: float) -> Score:
    """Return a score that begins later, after bars of silence of exactly that length.

    Args:
        score: In ticks, with a metre from its beginning on.
        by_s: How long the silence is.
        until_s: Where its tracks end, seconds.
    """
    if by_s <= 0 and until_s <= score.duration_s:
        return score
    shift, tempi = 0, _tempi(score.tempo_map)
    if by_s > 0:
        per_quarter = float(score.tempo_map.ticks_per_beat)
        first = score.meters[0] if score.meters else Meter(0, 4, 4)
        bar = round(4 * per_quarter * first.numerator / first.denominator)
        bar_s = float(score.tempo_map.seconds(bar))
        shift = max(1, round(by_s / bar_s)) * bar
        slow = round(by_s * MICROSECONDS / (shift / per_quarter))
        tempi = [(0, slow), *((tick + shift, us) for tick, us in tempi)]
    tempo_map = TempoMap.from_tempi(tempi, int(score.tempo_map.ticks_per_beat))
    end = max(int(np.round(tempo_map.ticks(until_s))), score.end_tick + shift)
    meters = tuple(m._replace(tick=m.tick + shift if m.tick else 0) for m in score.meters)
    keys = tuple(k._replace(tick=k.tick + shift if k.tick else 0) for k in score.keys)
    tracks = tuple(_shifted(track, shift, end) for track in score.tracks)
    return replace(score, tempo_map=tempo_map, tracks=tracks, meters=meters, keys=keys)


def _tempi(tempo_map: TempoMap) -> list[tuple[int, int]]:
    quarter = 60 * MICROSECONDS / tempo_map.tempi_bpm
    return [
        (tick, round(us))
        for tick, us in zip(tempo_map.start_tick.tolist(), quarter.tolist(), strict=True)
    ]


def _shifted(track: Track, shift: int, end: int) -> Track:
    notes = track.notes
    moved = Notes(
        notes.onset_tick + shift, notes.offset_tick + shift, notes.pitch, notes.velocity,
        notes.channel,
    )  # fmt: skip
    # Programs and levels of the beginning stay there; what comes later moves.
    changes = [c._replace(tick=c.tick + shift if c.tick else 0) for c in track.changes]
    texts = tuple(Text(text.tick + shift, text.kind, text.text) for text in track.texts)
    return replace(track, notes=moved, changes=changes, texts=texts, end_tick=end)

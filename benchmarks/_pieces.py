"""The pieces that `benchmarks.sync` makes films of: our own, the samples, one of ten minutes."""

import argparse
from collections.abc import Iterator
from dataclasses import dataclass, replace
from fractions import Fraction
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from clavilux import score as scores
from clavilux.core.drums import DRUM_CHANNEL
from clavilux.core.errors import ClaviluxError
from clavilux.core.timeline import TempoMap, parse_frame_rate
from clavilux.core.values import Notes, Score, Track
from clavilux.schedule.mapping import example

SHARED = Path(__file__).resolve().parents[2] / "shared" / "samples" / "midi"


@dataclass(frozen=True)
class Piece:
    """A film to be tested."""

    name: str
    score: Score
    frame_rate: Fraction
    seconds: float


def drums(track: Track) -> NDArray[np.bool_]:
    """Return which notes of a track are on the drum channel."""
    return np.asarray(track.notes.channel == DRUM_CHANNEL)


def pieces(options: argparse.Namespace) -> Iterator[Piece]:
    """Every film to test: our own, the samples, ten minutes of changing tempo."""
    rates = [parse_frame_rate(text) for text in options.fps.split(",")]
    if not options.only:
        own = looped(_own(), 40.0)
        for rate in rates:
            yield Piece("our own, tempo changes", own, rate, 40.0)
        if not options.quick:
            long = looped(_own(), 600.0)
            yield Piece("our own, ten minutes, tempo changes", long, rates[0], 600.0)
    if not SHARED.is_dir():
        print("  (the sample files are not beside this checkout: only our own pieces)")
        return
    for i, (name, score) in enumerate(_samples()):
        left_out = options.only not in name if options.only else options.quick and i % 3
        if not left_out:
            seconds = min(score.duration_s, 20.0 if options.quick else options.seconds)
            yield Piece(name, score, rates[i % len(rates)], seconds)


def _samples() -> Iterator[tuple[str, Score]]:
    """The sample files which hold drums."""
    for path in sorted(SHARED.glob("*.mid*")):
        try:
            score = scores.settle_drums(scores.read(path))
        except ClaviluxError:
            continue
        if sum(int(drums(track).sum()) for track in score.tracks) >= 20:
            yield path.stem, score


def _own() -> Score:
    """Our demonstration piece if the composer has one, else two bars of a beat."""
    try:
        from clavilux.compose.demo import demo_score
    except ImportError:
        return example.beat()
    return demo_score()


def looped(score: Score, seconds: float) -> Score:
    """Play a score again and again, each time at another tempo, for at least `seconds`."""
    length = max(score.end_tick, 1)
    per_beat = int(score.tempo_map.ticks_per_beat)
    paces = (1.0, 0.83, 1.21, 0.94, 1.37)
    tempi: list[tuple[int, int]] = []
    turns, total_s = 0, 0.0
    bpm = score.tempo_map.tempi_bpm
    while total_s < seconds + 2:
        pace = paces[turns % len(paces)]
        for start, tempo in zip(score.tempo_map.start_tick.tolist(), bpm.tolist(), strict=True):
            if start < length:
                tempi.append((turns * length + start, round(60e6 / (tempo * pace))))
        total_s += score.duration_s / pace
        turns += 1
    tracks = tuple(replace(t, notes=_repeated(t, length, turns), changes=()) for t in score.tracks)
    return replace(score, tempo_map=TempoMap.from_tempi(tempi, per_beat), tracks=tracks)


def _repeated(track: Track, length: int, turns: int) -> Notes:
    notes = track.notes
    shift = np.repeat(np.arange(turns, dtype=np.int64) * length, len(notes))
    return Notes(
        np.tile(notes.onset_tick, turns) + shift,
        np.tile(notes.offset_tick, turns) + shift,
        np.tile(notes.pitch, turns),
        np.tile(notes.velocity, turns),
        np.tile(notes.channel, turns),
    )

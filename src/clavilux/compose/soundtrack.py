"""Soundtrack: what was seen in a film becomes music for it.

Facts about a film in, a score of exactly its length out: bars laid so that cuts
fall on beats, harmony with form, a theme that returns, an ensemble chosen by
mood and changed where the film changes, dynamics that follow what moves.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace

import numpy as np
from numpy.typing import NDArray

from clavilux.compose import accompaniment, ensemble
from clavilux.compose.chords import CHORD_WRITERS, ChordRequest
from clavilux.compose.ensemble import Instrument
from clavilux.compose.grid import Grid, anchors, fit
from clavilux.compose.harmony import Chord, Key, key_of
from clavilux.compose.lines import Bar, Line, bars_of
from clavilux.compose.melody import melody
from clavilux.compose.parts import Part, divide
from clavilux.compose.tonality import clarity, held
from clavilux.core.values import Facts, Score

MOODS: Mapping[str, tuple[float, float]] = {
    "exciting": (0.7, 0.9),
    "happy": (0.8, 0.6),
    "relaxing": (0.6, 0.15),
    "neutral": (0.1, 0.4),
    "sad": (-0.6, 0.2),
    "tense": (-0.5, 0.75),
    "fearful": (-0.8, 0.9),
    "dreamy": (0.3, 0.2),
    "epic": (0.2, 1.0),
}
"""Moods a user may name: valence -1 to 1, tension 0 to 1."""

_CLEAR = 0.03  # how much better than any other its key must fit
_MOST_DRAFTS = 12
_NEXT_DRAFT = 7919  # a seed so far away is no user's next take


@dataclass(frozen=True, slots=True)
class Brief:
    """What is asked of a soundtrack; what is left out follows the film."""

    key: Key | None = None
    """Tonic and mode; from the film's mood if None."""
    tempo_bpm: float | None = None
    mood: str | None = None
    """A name in `MOODS`."""
    primer: tuple[Chord, ...] = ()
    """Chords to begin with."""
    instruments: tuple[str, ...] = ()
    """Exactly these; by mood if empty."""
    without: frozenset[str] = field(default=frozenset())
    """Roles or instruments to leave out."""
    hits_s: tuple[float, ...] = ()
    """Instants that must be hit, seconds."""
    chord_writer: str = "theory"
    seed: int = 0


@dataclass(frozen=True, slots=True, eq=False)
class Soundtrack:
    """A composed soundtrack, with the reasons for it."""

    score: Score
    grid: Grid
    parts: tuple[Part, ...]
    key: Key
    bars: tuple[Bar, ...]
    roles: Mapping[str, str]
    """Name of each track that plays to its role: ``melody``, ``pad`` …"""


def compose(facts: Facts, frame_rate: float, brief: Brief | None = None) -> Soundtrack:
    """Compose a soundtrack of exactly the film's length.

    Args:
        facts: What was seen: events ``cut``; series ``motion``, ``valence``,
            ``arousal`` and others that are there.
        frame_rate: Video frames per second: what counts as on time.
        brief: What is asked for.

    Returns:
        The score, of format 1 with a tempo map, named tracks and markers at cuts.
    """
    from clavilux.compose.writing import write_score

    asked = brief or Brief()
    cuts = facts.events.of("cut")
    valence, tension = _mood(facts, asked.mood)
    points = anchors(cuts.time_s, cuts.strength, asked.hits_s, facts.duration_s)
    overall = float(np.mean(tension.values_all))
    grid = fit(
        points,
        facts.duration_s,
        1 / frame_rate,
        tempo_bpm=asked.tempo_bpm,
        around_bpm=70 + 60 * overall,
    )
    bar_tension, bar_valence = tension.of_bars(grid), valence.of_bars(grid)
    great = [point.time_s for point in points if point.great]
    parts = divide(grid, great, bar_tension, bar_valence)
    key = _key(asked, float(bar_valence.mean()))
    motion = _Measure.of(facts, "motion", bar_tension, grid)
    shots = np.interp(cuts.time_s, grid.beats_s, np.arange(len(grid.beats_s)))

    roles: dict[str, str] = {}

    def draft(seed: int) -> tuple[Score, list[Bar]]:
        request = ChordRequest(
            [replace(part, key=key, seed=seed) for part in parts],
            bar_tension, bar_valence, motion, np.zeros(len(motion)), primer=asked.primer,
        )  # fmt: skip
        progression = CHORD_WRITERS.make(asked.chord_writer).write(request)
        bars = bars_of(
            grid,
            progression,
            [part.first_bar for part in parts],
            density=0.25 * bar_tension + 0.75 * motion,
            loudness=0.3 * bar_tension + 0.7 * motion,
            tension=bar_tension,
        )
        tracks = _arrange(bars, parts, key, list(shots), replace(asked, seed=seed))
        roles.update({player.name: player.role for player in tracks})
        return write_score(grid, tracks, bars, cuts.time_s, key, seed=seed), bars

    score, bars = _clearest(draft, key, asked.seed)
    return Soundtrack(score, grid, parts, key, tuple(bars), roles)


def _clearest(
    draft: Callable[[int], tuple[Score, list[Bar]]], key: Key, seed: int
) -> tuple[Score, list[Bar]]:
    """Write again from another seed until the key is heard; keep the clearest draft."""
    best: tuple[float, tuple[Score, list[Bar]]] | None = None
    for number in range(_MOST_DRAFTS):
        written = draft(seed + number * _NEXT_DRAFT)
        found = clarity(held(written[0]), key)
        if best is None or found > best[0]:
            best = found, written
        if found > _CLEAR:
            break
    assert best is not None
    return best[1]


@dataclass(frozen=True, slots=True, eq=False)
class _Measure:
    """A measure over the film, averaged over bars."""

    times_s: NDArray[np.float64]
    values_all: NDArray[np.float64]

    def of_bars(self, grid: Grid) -> NDArray[np.float64]:
        """Average within each bar. Shape (n_bars,)."""
        edges = grid.beats_s[grid.bars]
        total = np.concatenate([[0.0], np.cumsum(self.values_all)])
        step = self.times_s[1] - self.times_s[0] if len(self.times_s) > 1 else 1.0
        ends = np.clip(np.round((edges - self.times_s[0]) / step), 0, len(self.values_all))
        a, b = ends[:-1].astype(int), np.maximum(ends[1:], ends[:-1] + 1).astype(int)
        a, b = np.minimum(a, len(self.values_all) - 1), np.minimum(b, len(self.values_all))
        return np.asarray((total[b] - total[a]) / np.maximum(b - a, 1), dtype=np.float64)

    @staticmethod
    def of(
        facts: Facts, name: str, default: NDArray[np.float64], grid: Grid
    ) -> NDArray[np.float64]:
        """Rank the bars by a series: 0 the least of the film, 1 the most."""
        if name not in facts.series:
            return default
        series = facts.series[name]
        times = np.arange(len(series.values)) / series.rate
        means = _Measure(times, series.values).of_bars(grid)
        low, high = np.percentile(means, [5, 95])
        if high - low < 1e-9:
            return np.full(len(means), 0.4)
        return np.asarray(np.clip((means - low) / (high - low), 0, 1), dtype=np.float64)


def _mood(facts: Facts, name: str | None) -> tuple[_Measure, _Measure]:
    """Give valence (-1 to 1) and tension (0 to 1) over the film, four times a second."""
    times = np.arange(0, max(facts.duration_s, 0.25), 0.25)
    zero = np.zeros(len(times))
    valence = facts.series["valence"].at(times) if "valence" in facts.series else zero
    arousal = facts.series["arousal"].at(times) if "arousal" in facts.series else zero
    tension = np.clip(0.5 + 0.5 * arousal, 0, 1)
    if name is not None:
        named_valence, named_tension = MOODS[name]
        valence = np.clip(named_valence + 0.2 * (valence - valence.mean()), -1, 1)
        tension = np.clip(named_tension + 0.5 * (tension - tension.mean()), 0, 1)
    return _Measure(times, valence), _Measure(times, tension)


def _key(asked: Brief, valence: float) -> Key:
    if asked.key is not None:
        return asked.key
    if asked.primer:
        return key_of(asked.primer)
    tonic = int(np.random.default_rng([asked.seed, 3]).integers(12))
    mode = "minor" if valence < -0.15 else "dorian" if valence < 0.05 else "major"
    return Key(tonic, mode)


def _arrange(
    bars: Sequence[Bar], parts: Sequence[Part], key: Key, shots: list[float], asked: Brief
) -> dict[Instrument, Line]:
    """Let each part's ensemble play its bars; one track an instrument."""
    registers: dict[int, Line] = {}
    named = ensemble.chosen(asked.instruments)
    roles = {player.role for player in named} or set(ensemble.ROLES)
    roles -= asked.without

    def tune(register: int) -> Line:
        if register not in registers:
            full = not asked.instruments
            registers[register] = melody(
                bars, parts, key, register=register, seed=asked.seed, rests=full
            )
        return registers[register]

    play: dict[str, Callable[[Instrument], Line]] = {
        "melody": lambda player: tune(player.register),
        "pad": lambda player: accompaniment.pad(bars),
        "arpeggio": lambda player: [
            *accompaniment.arpeggio(bars, shots, alone="pad" not in roles, seed=asked.seed),
            *([] if "bass" in roles else accompaniment.left_hand(bars)),
        ],
        "bass": lambda player: accompaniment.bass(bars, key),
        "drums": lambda player: accompaniment.drums(bars, seed=asked.seed),
    }
    lines: dict[str, Line] = {}
    tracks: dict[Instrument, Line] = {}
    for part in parts:
        first = bars[part.bars.start].first_beat
        last = bars[part.bars.stop - 1].first_beat + bars[part.bars.stop - 1].n_beats
        players = named if asked.instruments else ensemble.by_mood(part.valence, part.tension)
        for player in players:
            if {player.role, player.name.lower()} & asked.without:
                continue
            name = f"{player.role} {player.register}"
            if name not in lines:
                lines[name] = play[player.role](player)
            tracks.setdefault(player, []).extend(
                note for note in lines[name] if first <= note.beat < last
            )
    return {player: line for player, line in tracks.items() if line}

"""Soundtrack: what was seen in a film becomes music for it.

Facts about a film in, a score of exactly its length out: bars laid so that cuts fall on
beats, harmony with form, a theme that returns, a style and an ensemble that suit what
was seen, dynamics that follow what moves. What is left to chance hangs on the film
itself, and on the user's seed on top.
"""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

import numpy as np
from numpy.typing import NDArray

from clavilux.compose import drama, measures, styles
from clavilux.compose.arrangement import Lines, arranged, written_parts
from clavilux.compose.grid import Anchor, Grid, anchors, fit
from clavilux.compose.harmony import Chord, Key, key_of
from clavilux.compose.lines import Bar
from clavilux.compose.metre import METRES, Metre
from clavilux.compose.moods import MOODS as MOODS
from clavilux.compose.moods import MoodCourse, parse_moods
from clavilux.compose.parts import Part, divide
from clavilux.compose.styles import Style
from clavilux.compose.writing import Marks, write_score
from clavilux.core.values import Events, Facts, Score

_TEMPO_REACH = 0.13
"""How far the tempo may lie from the one that the mood would like, as a share."""
_NAMED_REACH = 0.07
"""The same where the user names the mood."""
_COMPOUND_TEMPO = 0.8
"""A dotted quarter is slower than a quarter under the same mood."""
_BUSY_CUTTING = 0.25
"""Cuts a second from which there are no metres of long beats."""


@dataclass(frozen=True, slots=True)
class Brief:
    """What is asked of a soundtrack; what is left out follows the film."""

    key: Key | None = None
    """Tonic and mode; from the film's mood if None."""
    tempo_bpm: float | None = None
    mood: str | None = None
    """A name in `MOODS`, or several by time: ``0:00 calm, 0:40 tense``."""
    style: str | None = None
    """A name in `clavilux.compose.styles.STYLES`; what suits the film if None."""
    primer: tuple[Chord, ...] = ()
    """Chords to begin with."""
    instruments: tuple[str, ...] = ()
    """Exactly these; by style and mood if empty."""
    without: frozenset[str] = field(default=frozenset())
    """Roles or instruments to leave out."""
    hits_s: tuple[float, ...] = ()
    """Instants that must be hit, seconds."""
    chord_writer: str = "theory"
    """A name in `clavilux.compose.chords.CHORD_WRITERS`."""
    chord_weights: str | None = None
    """A model for it, by folder or file; that which ships if None."""
    seed: int = 0
    part_seeds: tuple[tuple[str, int], ...] = ()
    """Labels of parts that are written from another seed, with that seed."""


@dataclass(frozen=True, slots=True, eq=False)
class Soundtrack:
    """A composed soundtrack, with the reasons for it."""

    score: Score
    grid: Grid
    parts: tuple[Part, ...]
    key: Key
    """The home key; a part under another mood may have another mode."""
    bars: tuple[Bar, ...]
    style: Style
    roles: Mapping[str, str]
    """Name of each track that plays to its role: ``melody``, ``pad`` …"""


def compose(facts: Facts, frame_rate: float, brief: Brief | None = None) -> Soundtrack:
    """Compose a soundtrack of exactly the film's length.

    Args:
        facts: What was seen: events ``cut``, ``dissolve`` and ``fade``; series ``motion``,
            ``brightness``, ``valence``, ``arousal`` and others that are there.
        frame_rate: Video frames per second: what counts as on time.
        brief: What is asked for.

    Returns:
        The score, of format 1 with a tempo map, named tracks and markers.

    Raises:
        InputError: A mood, style, instrument or chord writer is unknown.
    """
    asked = brief or Brief()
    seen = measures.fingerprint(facts)
    by_film = np.random.default_rng([seen, 3])  # what the film alone decides
    rng = np.random.default_rng([seen, asked.seed, 3])
    mood = measures.mood_course(facts, parse_moods(asked.mood) if asked.mood else ())
    found = facts.events.of("cut", "dissolve", "fade")
    n_changes = len(found.kind)
    style = styles.find(asked.style) if asked.style else _suited(facts, mood, n_changes, by_film)
    metre = _metre(style, n_changes / max(facts.duration_s, 1.0), by_film)
    points = _points(found, asked.hits_s, mood, facts.duration_s)
    grid = _grid(points, facts.duration_s, frame_rate, asked, style, metre, mood, rng)
    level = measures.of_bars(facts, mood, grid)
    great = [point.time_s for point in points if point.great]
    form = divide(grid, great, level.tension, level.valence)
    home = _key(asked, mood, rng)
    parts = tuple(
        replace(part, key=_key_of(part, home, grid, mood, asked), seed=_seed(part, seen, asked))
        for part in form
    )
    build, drop = drama.builds(parts, 0.5 * (level.density + level.tension))
    bars = _bars(grid, parts, level, build * (style.builds > 0.15), drop, style)
    shots = grid.beats(found.time_s).tolist()
    lines = Lines(asked, style, shots, seen)
    bars, by_part = written_parts(bars, parts, level, _cuts_of(found, grid), lines)
    quiet = drama.silences(facts, grid)
    tracks = arranged(by_part, quiet, style)
    marks = _marks(found, asked.hits_s, grid, parts, bars)
    keys = [
        (part.first_bar, part.key)
        for i, part in enumerate(parts)
        if i == 0 or part.key != parts[i - 1].key
    ]
    score = write_score(grid, tracks, bars, marks, keys, style)
    roles = {player.name: player.role for player in tracks}
    return Soundtrack(score, grid, parts, home, tuple(bars), style, roles)


def _points(
    found: Events, hits_s: Sequence[float], mood: MoodCourse, duration_s: float
) -> list[Anchor]:
    soft = np.array([kind != "cut" for kind in found.kind], dtype=bool)
    points = anchors(found.time_s, found.strength, hits_s, duration_s, soft=soft)
    asked = [time for time in mood.changes_s if 0 < time < duration_s]
    kept = [
        replace(point, great=point.great and (point.weight > 1 or _far(point.time_s, asked, 8.0)))
        for point in points
        if point.weight > 1 or _far(point.time_s, asked, 0.3)
    ]
    # A mood asked for begins a part; cuts nearby don't.
    kept += [
        Anchor(time, 1.0, True)
        for time in asked
        if _far(time, [point.time_s for point in kept if point.weight > 1], 0.3)
    ]
    return sorted(kept, key=lambda point: point.time_s)


def _far(time_s: float, others: Sequence[float], reach_s: float) -> bool:
    return all(abs(time_s - other) > reach_s for other in others)


def _suited(facts: Facts, mood: MoodCourse, n_changes: int, rng: np.random.Generator) -> Style:
    colour = facts.series["colourfulness"].values if "colourfulness" in facts.series else None
    return styles.suited(
        float(mood.valence.mean()),
        float(mood.tension.mean()),
        0.12 if colour is None else float(colour.mean()),
        n_changes / max(facts.duration_s, 1.0),
        rng,
    )


def _metre(style: Style, cuts_per_s: float, rng: np.random.Generator) -> Metre:
    """Choose a metre of the style; where cuts are many, one of short beats."""
    names = list(style.metres)
    weights = np.array([style.metres[name] for name in names])
    drawn = METRES[names[int(rng.choice(len(names), p=weights / weights.sum()))]]
    return METRES["4/4"] if drawn.division == 3 and cuts_per_s > _BUSY_CUTTING else drawn


def _grid(
    points: Sequence[Anchor],
    duration_s: float,
    frame_rate: float,
    asked: Brief,
    style: Style,
    metre: Metre,
    mood: MoodCourse,
    rng: np.random.Generator,
) -> Grid:
    """Choose a tempo between what the mood and the style would like, and lay the bars."""
    low, high = style.tempo_bpm
    reach = _NAMED_REACH if mood.named else _TEMPO_REACH
    liked = mood.tempo_bpm * (1 + 0.25 * reach * float(np.clip(rng.normal(), -1, 1)))
    if asked.style or not mood.named:
        liked = low + (high - low) * np.clip((liked - 60) / 76, 0, 1)
    if metre.division == 3:
        liked = np.maximum(_COMPOUND_TEMPO * liked, 46)
    target = float(liked[0] if mood.named else liked.mean())
    pace = None
    if len(mood.named) > 1:
        starts = np.array([0.0, *mood.changes_s])
        index = np.minimum((starts * 4).round().astype(int), len(liked) - 1)
        pace = starts, liked[index] / target
    return fit(
        points,
        duration_s,
        1 / frame_rate,
        tempo_bpm=asked.tempo_bpm,
        around_bpm=target,
        range_bpm=(target * (1 - reach), target * (1 + reach)),
        metre=metre,
        pace=pace,
    )


def _key(asked: Brief, mood: MoodCourse, rng: np.random.Generator) -> Key:
    tonic, chance = int(rng.integers(12)), float(rng.random())
    if asked.key is not None:
        return asked.key
    if asked.primer:
        return key_of(asked.primer)
    named = mood.mode_at(0.0)
    mean = float(mood.valence.mean())
    return Key(tonic, named or _mode(mean, float(mood.tension.mean()), chance))


def _mode(valence: float, tension: float, chance: float) -> str:
    """Choose a mode by mood: the brighter the one, the brighter the other."""
    if valence < -0.35:
        return "phrygian" if tension > 0.5 and chance < 0.4 else "minor"
    if valence < -0.1:
        return "dorian" if chance < 0.6 else "mixolydian"
    if valence < 0.1:
        return "mixolydian" if chance < 0.4 else "dorian" if chance < 0.7 else "major"
    if tension < 0.3 and chance < 0.2:
        return "lydian"
    return "mixolydian" if chance > 0.85 else "major"


def _key_of(part: Part, home: Key, grid: Grid, mood: MoodCourse, asked: Brief) -> Key:
    """Keep the tonic; where another mood is named, take its mode."""
    if asked.key is not None or asked.primer:
        return home
    middle = float(grid.downbeats_s[part.bars[len(part.bars) // 2]])
    return Key(home.tonic, mood.mode_at(middle) or home.mode)


def _seed(part: Part, seen: int, asked: Brief) -> int:
    own = dict(asked.part_seeds).get(part.label, asked.seed)
    digest = hashlib.sha256(f"{seen} {own} {part.label}".encode()).digest()
    return int.from_bytes(digest[:6], "big")


def _bars(
    grid: Grid,
    parts: Sequence[Part],
    level: "measures.BarLevels",
    build: NDArray[np.float64],
    drop: NDArray[np.bool_],
    style: Style,
) -> list[Bar]:
    """Lay out the bars, with no chord yet but home."""
    n_bars = len(grid.bars) - 1
    starts = {part.first_bar for part in parts}
    home = [part.key.degree(1) for part in parts for _ in part.bars]
    return [
        Bar(
            index=i,
            first_beat=int(grid.bars[i]),
            n_beats=int(grid.bars[i + 1] - grid.bars[i]),
            chords=(home[i],),
            density=float(level.density[i]),
            loudness=float(
                np.clip(level.loudness[i] + style.builds * (0.2 * build[i] + 0.2 * drop[i]), 0, 1)
            ),
            tension=float(level.tension[i]),
            busy=float(level.busy[i]),
            register=float(level.register[i]),
            metre=grid.metre,
            opens_part=i in starts,
            closes_part=i + 1 in starts or i == n_bars - 1,
            last=i == n_bars - 1,
            build=float(build[i]),
            drop=bool(drop[i]),
        )
        for i in range(n_bars)
    ]


def _cuts_of(found: Events, grid: Grid) -> NDArray[np.float64]:
    """Return the strength of the strongest change in each bar. Shape (n_bars,)."""
    strongest = np.zeros(len(grid.bars) - 1)
    bar = np.searchsorted(grid.downbeats_s, found.time_s + 0.05, side="right") - 1
    np.maximum.at(strongest, np.clip(bar, 0, len(strongest) - 1), found.strength)
    return strongest


def _marks(
    found: Events, hits_s: Sequence[float], grid: Grid, parts: Sequence[Part], bars: Sequence[Bar]
) -> Marks:
    numbers: dict[str, int] = {}
    changes = []
    everything = [
        *zip(found.time_s.tolist(), found.kind, strict=True),
        *((t, "hit") for t in hits_s),
    ]
    for time, kind in sorted(everything):
        numbers[kind] = numbers.get(kind, 0) + 1
        changes.append((time, f"{kind} {numbers[kind]}"))
    starts = [(float(grid.downbeats_s[part.first_bar]), f"part {part.label}") for part in parts]
    chords: list[tuple[float, str]] = []
    for bar in bars:
        for chord, beat, _ in bar.spans:
            words = f"chord {chord.short}"
            if not chords or chords[-1][1] != words:
                chords.append((float(grid.seconds(beat)), words))
    return Marks(changes, starts, chords)

"""Several soundtracks of one film, side by side: ours by any chord writer, and any file.

A film and soundtracks in, records out. Beats and notes are read from a MIDI file as it is
written, from a recording as it is heard; loudness, chords and change from the sound of all.
"""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from fractions import Fraction
from itertools import combinations
from os import PathLike
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from clavilux import listen, media, perform, score, watch
from clavilux.compose import tonality
from clavilux.compose.chords import CHORD_WRITERS
from clavilux.compose.soundtrack import Brief, compose
from clavilux.core.errors import InputError
from clavilux.core.files import write_text
from clavilux.core.progress import Progress, silent
from clavilux.core.values import Facts, Score, Sound
from clavilux.dataset.song_key import key_of_classes
from clavilux.evaluation import event_curves, soundtrack
from clavilux.evaluation.answers import music
from clavilux.listen.chords import HeardChords, template_chords
from clavilux.listen.measure import Measures, measure
from clavilux.pipelines.music import is_midi

_SOFT_S = 0.12
"""A dissolve or fade is met if a beat lies so near its middle, as in `benchmarks.answers`."""


@dataclass(frozen=True, slots=True)
class Compared:
    """What one soundtrack is like."""

    name: str
    kind: str
    """``written``, ``midi`` or ``recording``."""
    cuts: soundtrack.CutFit
    soft_met: float
    """Share of dissolves and fades met; 1 if there are none."""
    loudness: music.Beside
    """How loudness follows motion as optical flow has it, second by second."""
    onsets: float
    """How beginnings of notes go with changes of the picture: `event_curves.alike`."""
    turns: float
    """How turns of harmony do."""
    key: str
    """As Temperley's profiles hear it."""
    n_chords: int
    """Different major and minor chords heard."""
    changes_a_minute: float
    musicality: soundtrack.Musicality | None
    """Of notes; None for a recording."""


@dataclass(frozen=True, slots=True)
class Pair:
    """How alike two soundtracks are."""

    a: str
    b: str
    chords: float
    """Share of the time in which the same chord is heard."""
    tune: float | None
    """Overlap of place and degree over the first two bars of melody; None with a recording."""


@dataclass(frozen=True, slots=True)
class Comparison:
    """Soundtracks of one film."""

    film: str
    n_cuts: int
    n_soft: int
    """Dissolves and fades."""
    metronome_met: float
    """Share of the cuts that the best steady beat meets: brute force over tempo and phase."""
    soundtracks: tuple[Compared, ...]
    pairs: tuple[Pair, ...]


@dataclass(frozen=True, slots=True, eq=False)
class _Heard:
    name: str
    kind: str
    notes: Score | None
    grid: Facts
    measures: Measures
    chords: HeardChords
    tonic: int
    key: str


def compare(
    film: str | PathLike[str], others: Sequence[str], progress: Progress = silent
) -> Comparison:
    """Compare soundtracks of a film.

    Args:
        film: The film.
        others: Each a MIDI file, a recording, a film with sound, or the name of a chord
            writer, by which a soundtrack is composed.
        progress: Progress callback.

    Raises:
        InputError: Something cannot be read, or is neither a file nor a writer.
    """
    kinds = [_kind(other) for other in others]
    opened = media.open_film(film)
    rate = opened.frame_rate
    facts = watch.facts(opened, progress=progress)
    flow = music.motion_by_flow(media.open_film(film, pixels="luma", size=128))
    change = event_curves.film_change(media.open_film(film, pixels="luma", size=64))
    heard = []
    for number, (other, kind) in enumerate(zip(others, kinds, strict=True)):
        progress(number, len(others), "listening")
        heard.append(_listen(other, kind, facts, float(rate)))
    progress(len(others), len(others), "listening")
    cuts = facts.events.of("cut").time_s
    return Comparison(
        Path(film).name,
        len(cuts),
        len(facts.events.of("dissolve", "fade").time_s),
        music.metronome_met(cuts, float(1 / rate)),
        tuple(_compared(one, facts, rate, flow, change) for one in heard),
        tuple(_pair(a, b, facts.duration_s) for a, b in combinations(heard, 2)),
    )


def lines(found: Comparison) -> list[str]:
    """Return a table of a comparison."""
    table = [
        f"{found.film}: {found.n_cuts} cuts, best metronome meets {found.metronome_met:.2f}; "
        f"{found.n_soft} dissolves and fades",
        f"{'soundtrack':24} {'cuts':>5} {'soft':>5} {'loudness~motion':>16} {'onsets':>7} "
        f"{'turns':>6} {'key':>9} {'chords':>7} {'a minute':>9}",
    ]
    for one in found.soundtracks:
        follows = f"{one.loudness.value:.2f} ({one.loudness.chance:.2f})"
        table.append(
            f"{one.name[-24:]:24} {one.cuts.met:5.2f} {one.soft_met:5.2f} {follows:>16} "
            f"{one.onsets:7.2f} {one.turns:6.2f} {one.key:>9} {one.n_chords:7} "
            f"{one.changes_a_minute:9.1f}"
        )
    for pair in found.pairs:
        tune = "" if pair.tune is None else f", tunes overlap {pair.tune:.2f}"
        table.append(f"{pair.a} and {pair.b}: the same chord {pair.chords:.2f} of the time{tune}")
    return table


def write_json(found: Comparison, target: str | PathLike[str]) -> None:
    """Write every figure; what is not a number is null."""
    import orjson

    document = {"format": "clavilux.evaluation.soundtrack-comparison/1", **asdict(found)}
    write_text(target, orjson.dumps(document, option=orjson.OPT_INDENT_2).decode() + "\n")


def _kind(name: str) -> str:
    path = Path(name)
    if path.is_file():
        return "midi" if is_midi(path) else "recording"
    if name in CHORD_WRITERS.names():
        return "written"
    known = ", ".join(CHORD_WRITERS.names())
    raise InputError(
        f"there is no file {name}, nor a chord writer of that name; there are: {known}"
    )


def _listen(name: str, kind: str, facts: Facts, frame_rate: float) -> _Heard:
    notes: Score | None = None
    if kind == "written":
        notes = compose(facts, frame_rate, Brief(chord_writer=name)).score
    elif kind == "midi":
        notes = score.read(name)
    sound = _sound(notes, name, facts.duration_s)
    grid = listen.facts(sound) if notes is None else score.facts(notes)
    measures = measure(sound)
    held = measures.chroma.sum(axis=0) if notes is None else tonality.held(notes)
    key = key_of_classes(np.asarray(held, np.float64))
    return _Heard(
        Path(name).name, kind, notes, grid, measures, template_chords(measures), key.tonic, str(key)
    )


def _sound(notes: Score | None, name: str, duration_s: float) -> Sound:
    if notes is None:
        return media.cut(media.open_sound(name), 0.0, duration_s)
    return perform.synthesise(notes, duration_s=duration_s)


def _compared(
    one: _Heard, facts: Facts, rate: Fraction, flow: Any, change: NDArray[np.float64]
) -> Compared:
    soft = facts.events.of("dissolve", "fade").time_s
    flux, turns = event_curves.sound_change(one.measures)
    minutes = max(facts.duration_s, 1e-9) / 60
    sounding = [label for label in one.chords.labels if label != "N"]
    return Compared(
        one.name,
        one.kind,
        soundtrack.cut_fit(facts, one.grid, rate),
        float(music.met(soft, one.grid.beats_s, _SOFT_S).mean()) if len(soft) else 1.0,
        music.follows(_loudness(one.measures, facts.duration_s), flow),
        event_curves.alike(change, flux),
        event_curves.alike(change, turns),
        one.key,
        len(set(sounding)),
        len(sounding) / minutes,
        None if one.notes is None else soundtrack.musicality(one.notes),
    )


def _loudness(measures: Measures, duration_s: float) -> NDArray[np.float64]:
    """Return the level of each whole second, dB of full scale. Shape (n_seconds,)."""
    n = max(1, int(duration_s))
    rms = np.asarray(measures.rms, np.float64)[: 100 * n]
    power = np.pad(rms**2, (0, 100 * n - len(rms))).reshape(n, 100).mean(axis=1)
    return np.asarray(20 * np.log10(np.sqrt(power) + 1e-4))


def _pair(a: _Heard, b: _Heard, duration_s: float) -> Pair:
    times = np.arange(0.05, duration_s, 0.1)
    same = [x == y for x, y in zip(a.chords.at(times), b.chords.at(times), strict=True)]
    tune = None
    if a.notes is not None and b.notes is not None:
        figures = [
            music.opening(one.notes, soundtrack.melody_of(one.notes), one.tonic)
            for one in (a, b)
            if one.notes is not None
        ]
        tune = music.overlap(*figures)
    return Pair(a.name, b.name, float(np.mean(same)) if same else 1.0, tune)

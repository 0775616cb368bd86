"""The music part of `benchmarks.answers`: soundtracks of films that nobody tuned to.

Real clips as they are, and films joined from them by cuts, dissolves and fades at
known times. Every soundtrack is composed from what was seen alone.
"""

import argparse
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from benchmarks._joined_films import FRAME_RATE, JoinedFilm, clips, join_film
from clavilux import media, perform, score, watch
from clavilux.compose.soundtrack import MOODS, Brief, Soundtrack, compose
from clavilux.core.values import Facts, Notes, Series
from clavilux.evaluation.answers import music

N_SEEDS = 8
_SOFT_S = 0.12
"""A dissolve or fade is met if a beat lies so near its middle: three video frames."""


@dataclass(frozen=True, slots=True, eq=False)
class Case:
    """A film, what was seen in it and how it moves."""

    path: Path
    facts: Facts
    frame_rate: float
    motion: Series


def main(options: argparse.Namespace) -> None:
    """Print every figure of the music part."""
    half, n_films = options.half, options.films
    cases = [watched(path) for path in clips(half)]
    made = [compose(case.facts, case.frame_rate) for case in cases]
    print(f"music for {len(cases)} clips, half {half!r} of the sources")
    print_overlap(cases, made)
    print_tunes(made)
    print_moods(cases)
    with tempfile.TemporaryDirectory() as folder:
        joined = [join_film(Path(folder) / f"{i}.mp4", half=half, seed=i) for i in range(n_films)]
        seen = [watched(film.path) for film in joined]
        print_transitions(joined, seen)
        print_following(seen)


def watched(path: Path) -> Case:
    """Watch one film, with our eyes and with optical flow."""
    film = media.open_film(path)
    motion = music.motion_by_flow(media.open_film(path, pixels="luma", size=128))
    return Case(path, watch.facts(film), float(film.frame_rate), motion)


def notes_of(made: Soundtrack, role: str) -> Notes:
    """Return all notes of a role, in order of onset."""
    columns = [t.notes for t in made.score.tracks if made.roles.get(t.name) == role]
    if not columns:
        return Notes.empty()
    joined = [np.concatenate([getattr(n, name) for n in columns]) for name in Notes.__slots__]
    order = np.argsort(joined[0], kind="stable")
    return Notes(*(column[order] for column in joined))


def figure_of(made: Soundtrack) -> music.Figure:
    """Return the figure of a soundtrack's first two bars of melody."""
    return music.opening(made.score, notes_of(made, "melody"), made.key.tonic)


def print_overlap(cases: Sequence[Case], made: Sequence[Soundtrack]) -> None:
    """Print how alike the tunes of films are, and those of seeds."""
    films = [figure_of(one) for one in made]
    seeds = [
        [figure_of(compose(c.facts, c.frame_rate, Brief(seed=s))) for s in range(N_SEEDS)]
        for c in cases
    ]
    between = music.mean_overlap([f for f in films if f])
    own = float(np.mean([music.mean_overlap([f for f in row if f]) for row in seeds]))
    print(f"tunes alike: films {between:.3f}, seeds of one film {own:.3f}")
    keys = {str(one.key) for one in made}
    print(f"keys: {len(keys)} of {len(made)}; open regularly: "
          f"{np.mean([music.opens_regularly(one.score) for one in made]):.2f}")  # fmt: skip
    print(f"metres {sorted({m[1:] for one in made for m in one.score.meters[:1]})}")


def print_tunes(made: Sequence[Soundtrack]) -> None:
    """Print what the melodies are like."""
    above = [music.above(notes_of(one, "melody"), notes_of(one, "pad")) for one in made]
    rhythms = [music.bar_rhythms(one.score, notes_of(one, "melody")) for one in made]
    moves = [
        music.parallels(one.score, notes_of(one, "melody"), notes_of(one, "bass")) for one in made
    ]
    spans = [np.ptp(m.pitch.astype(int)) for one in made if len(m := notes_of(one, "melody"))]
    print(f"melody above the pad {np.mean(above):.3f} (least {min(above):.3f})")
    share = np.sum([r[0] for r in rhythms]) / np.sum([r[1] for r in rhythms])
    print(f"different bar rhythms, of a piece's bars {share:.2f}; range {np.mean(spans):.1f} st")
    print(f"parallels {np.mean([m.value for m in moves]):.3f}, "
          f"shuffled {np.mean([m.chance for m in moves]):.3f}")  # fmt: skip


def print_moods(cases: Sequence[Case], n_films: int = 6) -> None:
    """Print whether moods are told apart by tempo, mode, register and density."""
    rows, labels = [], []
    for case in cases[:n_films]:
        for mood in MOODS:
            one = compose(case.facts, case.frame_rate, Brief(mood=mood))
            rows.append(character(one))
            labels.append(mood)
    table = np.array(rows)
    found = music.told_apart(table, labels)
    print(f"moods told apart {found.value:.2f} of {len(labels)} (shuffled {found.chance:.2f})")
    for mood in MOODS:
        tempo, bright, high, dense = table[[name == mood for name in labels]].mean(axis=0)
        print(f"  {mood:10} {tempo:6.1f} bpm, mode {bright:5.2f}, melody {high:5.1f}, "
              f"{dense:5.2f} onsets/s")  # fmt: skip


def character(made: Soundtrack) -> NDArray[np.float64]:
    """Return tempo, brightness of mode, register and density. Shape (4,)."""
    beats = score.facts(made.score).beats_s
    tempo = 60 / float(np.median(np.diff(beats))) if len(beats) > 1 else 0.0
    return np.array(
        [
            tempo,
            music.brightness_of_mode(made.score, made.key.tonic),
            music.register(notes_of(made, "melody")),
            music.density(made.score),
        ]
    )


def print_transitions(films: Sequence[JoinedFilm], seen: Sequence[Case]) -> None:
    """Print how many cuts, dissolves and fades fall on beats; a metronome beside."""
    print(f"\n{len(films)} joined films, {sum(f.duration_s for f in films) / 60:.1f} min")
    made = [compose(case.facts, case.frame_rate) for case in seen]
    soft = {"cut": 1 / float(FRAME_RATE), "dissolve": _SOFT_S, "fade": _SOFT_S}
    for kind, tolerance in soft.items():
        ours, best, found, n = [], [], [], 0
        for film, case, one in zip(films, seen, made, strict=True):
            times = film.times_s(kind)
            if not len(times):
                continue
            n += len(times)
            ours += music.met(times, score.facts(one.score).beats_s, tolerance).tolist()
            best.append(music.metronome_met(times, tolerance) * len(times))
            events = case.facts.events.of("cut", "dissolve", "fade").time_s
            found += music.met(times, events, max(tolerance, 0.2)).tolist()
        print(f"{kind:9} met {np.mean(ours):.3f}, best metronome {sum(best) / max(n, 1):.3f}, "
              f"seen {np.mean(found):.3f}, n {n}")  # fmt: skip


def print_following(seen: Sequence[Case], n_films: int = 6) -> None:
    """Print how loudness follows motion as optical flow has it."""
    rows = []
    for case in seen[:n_films]:
        made = compose(case.facts, case.frame_rate)
        rows.append(music.follows(loudness(made), case.motion))
    print(f"loudness follows motion {np.mean([r.value for r in rows]):.3f}, "
          f"film moved {np.mean([r.chance for r in rows]):.3f}, n {len(rows)}")  # fmt: skip


def loudness(made: Soundtrack) -> NDArray[np.float64]:
    """Return the RMS of each second of the performance, in decibels."""
    sound = perform.synthesise(made.score, duration_s=made.score.duration_s)
    samples = sound.read().mean(axis=1)
    rate = sound.sample_rate
    seconds = samples[: len(samples) // rate * rate].reshape(-1, rate)
    return np.asarray(20 * np.log10(np.sqrt((seconds**2).mean(axis=1)) + 1e-4))

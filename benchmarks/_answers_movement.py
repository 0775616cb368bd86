"""Movement: films of real songs, encoded; does what is seen follow what is heard?

For every look: the correlation of picture change with loudness beside that with another
song's loudness; change with onsets beside shuffled ones; how unlike the opening frames are.

Every song is heard once, then drawn in each look at the size at which change is measured
(`--size` for larger ones), as `see` does without options. Songs are taken by turns from the
kinds in `KINDS`, so that a few are of all kinds.
"""

import argparse
import tempfile
import time
import warnings
from dataclasses import dataclass
from itertools import chain, pairwise, zip_longest
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from benchmarks._songs import Song, songs
from clavilux import media
from clavilux.core.errors import ClaviluxError
from clavilux.core.values import Size
from clavilux.evaluation import answers
from clavilux.matter import LOOKS
from clavilux.pipelines.music import Music, as_it_sounds, open_music
from clavilux.pipelines.production import Production, production_of_music
from clavilux.pipelines.settings import SeeOptions
from clavilux.render import Request, pictures
from clavilux.schedule import mapping as mappings

GOAL_MEDIAN, GOAL_TENTH, GOAL_OPENING = 0.5, 0.2, 12.0
KINDS = (
    ("voice", ("voice", "song")),
    ("piano", ("piano", "entertainer", "claire", "prelude", "pop909")),
    ("strings", ("strings", "orchest", "wind", "medieval")),
    ("band", ("band", "rock", "blues", "metal", "folk")),
    ("drums", ("drum", "techno")),
    ("electronic", ("electronic", "ambient", "chiptune", "tracker")),
)
"""Kinds of music, each with parts of the kinds and names of songs that are of it."""


@dataclass(frozen=True)
class Heard:
    """A song that was heard, and what all its films show."""

    song: Song
    production: Production
    onsets_s: NDArray[np.float64]


@dataclass(frozen=True)
class Answer:
    """What one film of one song shows."""

    song: Song
    film: answers.FilmMeasures
    correlation: float
    onsets: float
    """Change with onsets over that of the rest."""
    onsets_shuffled: float


def main(options: argparse.Namespace) -> None:
    """Print, look by look, what the films of the songs come to."""
    chosen = songs(options.half)
    if options.folder:
        chosen = [
            Song(path, options.folder, (), None)
            for path in sorted(Path(options.folder).iterdir())
            if path.suffix in (".ogg", ".mid", ".wav", ".mp3", ".flac")
        ]
    chosen = [song for song in by_kinds(chosen) if options.only in song.name][: options.songs]
    if not chosen:
        print("movement: the songs are not beside this checkout; nothing to measure")
        return
    looks = options.looks.split(",") if options.looks else LOOKS.names()
    heard = [one for song in chosen if (one := _heard(song, options)) is not None]
    print(
        f"movement: {len(heard)} songs ({options.half} half of the sources), "
        f"{options.seconds:g} s from {options.start:g} s, {options.size}×{options.size}, encoded"
    )
    print(
        f"  {'look':<10}{'median':>8}{'tenth':>8}{'other':>8}{'onsets':>8}{'shuffled':>10}"
        f"{'opening':>9}{'least':>7}{'change':>8}{'CPU s':>8}"
    )
    for look in looks:
        before = time.process_time()
        found = [_answer(one, look, options) for one in heard]
        _print_look(look, found, time.process_time() - before, options.verbose)


def by_kinds(chosen: list[Song]) -> list[Song]:
    """Return songs by turns of their kinds; those of none of `KINDS` come last."""
    left, groups = list(chosen), []
    for _, words in KINDS:
        group = [s for s in left if any(w in k for w in words for k in (*s.kinds, s.name))]
        left = [song for song in left if song not in group]
        groups.append(group)
    turns = chain.from_iterable(zip_longest(*groups))
    return [song for song in turns if song is not None] + left


def _heard(song: Song, options: argparse.Namespace) -> Heard | None:
    """Hear a song once, and lay its curves."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            piece: Music = open_music(song.path)
            seed = piece.own_seed()
            if song.is_midi:
                piece = as_it_sounds(piece)
            asked = SeeOptions(
                size=Size(options.size, options.size), fps=24, seed=seed, start=options.start,
                duration=options.seconds,
            )  # fmt: skip
            mapping = mappings.load(options.mapping).scaled(
                intensity=options.intensity, speed=options.speed
            )
            production = production_of_music(piece, mapping, asked)
        except ClaviluxError as error:
            print(f"  ({song.name}: {error})")
            return None
    kinds = set(piece.facts.events.kind) if song.is_midi else {"onset"}
    onsets = np.unique(piece.facts.events.of(*kinds).time_s) - options.start
    return Heard(song, production, onsets[(onsets >= 0) & (onsets < options.seconds)])


def _answer(heard: Heard, look: str, options: argparse.Namespace) -> Answer:
    made, rate = heard.production, heard.production.curves.frame_rate
    request = Request(made.curves, made.size, made.seed, look=look)
    with tempfile.TemporaryDirectory() as folder:
        film = Path(folder) / "film.mp4"
        media.write_film(pictures(request), film, frame_rate=rate, size=made.size, sound=made.sound)
        measured = answers.measure_film(film)
    shuffled = answers.shuffled_onsets(heard.onsets_s, options.seconds, np.random.default_rng(0))
    return Answer(
        heard.song,
        measured,
        answers.change_with_loudness(measured.change, measured.loudness, rate),
        answers.change_with_onsets(measured.change, heard.onsets_s, rate),
        answers.change_with_onsets(measured.change, shuffled, rate),
    )


def _print_look(look: str, found: list[Answer], cpu_s: float, verbose: bool) -> None:
    if len(found) < 2:
        print(f"  {look:<10} too few songs")
        return
    own = np.array([answer.correlation for answer in found])
    others = [
        answers.change_with_loudness(one.film.change, other.film.loudness, one.film.frame_rate)
        for one, other in pairwise([*found, found[0]])
    ]
    openings = answers.opening_distances([answer.film.opening for answer in found])
    change = np.array([answer.film.change.mean() for answer in found])
    print(
        f"  {look:<10}{np.median(own):>8.2f}{np.quantile(own, 0.1):>8.2f}{np.median(others):>8.2f}"
        f"{np.nanmedian([a.onsets for a in found]):>8.2f}"
        f"{np.nanmedian([a.onsets_shuffled for a in found]):>10.2f}"
        f"{np.median(openings):>9.1f}{openings.min():>7.1f}{change.mean():>8.1f}{cpu_s:>8.0f}",
        flush=True,
    )
    if verbose:
        for answer in sorted(found, key=lambda a: a.correlation):
            print(f"    {answer.correlation:>6.2f} {answer.onsets:>6.2f}  {answer.song.name}")

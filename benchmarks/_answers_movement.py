"""Movement: films of real songs, encoded; does what is seen follow what is heard?

For every look: the correlation of picture change with loudness beside that with another
song's loudness; change with onsets beside shuffled ones; how unlike the opening frames are.
"""

import argparse
import tempfile
import time
import warnings
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path

import numpy as np

from benchmarks._songs import Song, songs
from clavilux.core.errors import ClaviluxError
from clavilux.core.values import Size
from clavilux.evaluation import answers
from clavilux.matter import LOOKS
from clavilux.pipelines.music import open_music
from clavilux.pipelines.see import see_with
from clavilux.pipelines.settings import SeeOptions

GOAL_MEDIAN, GOAL_TENTH, GOAL_OPENING = 0.5, 0.2, 12.0


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
    chosen = [song for song in chosen if options.only in song.name][: options.songs]
    if not chosen:
        print("movement: the songs are not beside this checkout; nothing to measure")
        return
    looks = options.looks.split(",") if options.looks else LOOKS.names()
    print(
        f"movement: {len(chosen)} songs ({options.half} half of the sources), "
        f"{options.seconds:g} s from {options.start:g} s, {options.size}×{options.size}, encoded"
    )
    print(
        f"  {'look':<10}{'median':>8}{'tenth':>8}{'other':>8}{'onsets':>8}{'shuffled':>10}"
        f"{'opening':>9}{'least':>7}{'CPU s':>8}"
    )
    for look in looks:
        before = time.process_time()
        found = [found for song in chosen if (found := _answer(song, look, options)) is not None]
        _print_look(look, found, time.process_time() - before, options.verbose)


def _answer(song: Song, look: str, options: argparse.Namespace) -> Answer | None:
    asked = SeeOptions(
        look=look,
        size=Size(options.size, options.size),
        fps=24,
        start=options.start,
        duration=options.seconds,
        mapping=options.mapping,
    )
    with tempfile.TemporaryDirectory() as folder, warnings.catch_warnings():
        warnings.simplefilter("ignore")
        film = Path(folder) / "film.mp4"
        try:
            see_with(asked, song.path, film)
            facts = open_music(song.path).facts
        except ClaviluxError as error:
            print(f"  ({song.name}: {error})")
            return None
        measured = answers.measure_film(film)
    kinds = set(facts.events.kind) if song.is_midi else {"onset"}
    onsets = np.unique(facts.events.of(*kinds).time_s) - options.start
    onsets = onsets[(onsets >= 0) & (onsets < options.seconds)]
    shuffled = answers.shuffled_onsets(onsets, options.seconds, np.random.default_rng(0))
    return Answer(
        song,
        measured,
        answers.change_with_loudness(measured.change, measured.loudness, measured.frame_rate),
        answers.change_with_onsets(measured.change, onsets, measured.frame_rate),
        answers.change_with_onsets(measured.change, shuffled, measured.frame_rate),
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
    print(
        f"  {look:<10}{np.median(own):>8.2f}{np.quantile(own, 0.1):>8.2f}{np.median(others):>8.2f}"
        f"{np.nanmedian([a.onsets for a in found]):>8.2f}"
        f"{np.nanmedian([a.onsets_shuffled for a in found]):>10.2f}"
        f"{np.median(openings):>9.1f}{openings.min():>7.1f}{cpu_s:>8.0f}",
        flush=True,
    )
    if verbose:
        for answer in sorted(found, key=lambda a: a.correlation):
            print(f"    {answer.correlation:>6.2f} {answer.onsets:>6.2f}  {answer.song.name}")

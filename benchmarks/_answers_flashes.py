"""The part ``flashes``: does a film of real music flash too often, once it is encoded?

Films of songs in every look at 24 fps and in the first two at 60 too, encoded, read back and
judged by `clavilux.evaluation.flashes`, which shares nothing with the limiter. Beside them the
same with ``--flashing``: where these are safe too, nothing is shown of the limiter. Goal: no
film with a hazard, thus no field of which a quarter flashes more than three times a second.
"""

import argparse
import tempfile
from fractions import Fraction
from pathlib import Path

from benchmarks._songs import songs
from clavilux import media
from clavilux.core.values import Size
from clavilux.evaluation.flashes import FlashReport, find_flashes
from clavilux.matter import LOOKS
from clavilux.pipelines.music import open_music
from clavilux.render import Request, pictures
from clavilux.schedule import mapping as mappings

_RATES = ((24, None), (60, 2))
"""Frame rates, and of how many looks; None for all."""
_LONGEST_S = 8.0


def main(options: argparse.Namespace) -> None:
    """Print a row for every look and frame rate."""
    looks = options.looks.split(",") if options.looks else LOOKS.names()
    chosen = [song for song in songs(options.half) if options.only in song.name][: options.songs]
    if not chosen:
        print("flashes: the songs are not beside this checkout; nothing to measure")
        return
    seconds = min(options.seconds, _LONGEST_S)
    print(
        f"flashes: {len(chosen)} songs ({options.half} half of the sources), {seconds:g} s from "
        f"{options.start:g} s, {options.size}×{options.size}, encoded"
    )
    print(
        f"  {'look':<10}{'fps':>4}{'films':>7}{'hazards':>9}{'general':>9}{'red':>6}"
        f"   with --flashing:{'hazards':>9}{'general':>9}{'red':>6}"
    )
    size = Size(options.size, options.size)
    mapping = mappings.load(options.mapping)
    pieces = [open_music(song.path) for song in chosen]
    for fps, n_looks in _RATES:
        first, last = round(options.start * fps), round((options.start + seconds) * fps)
        curves = [
            mappings.apply(
                mapping, piece.heard, frame_rate=Fraction(fps), n_frames=last, seed=0
            ).cut(first, last)
            for piece in pieces
        ]
        for look in looks[:n_looks]:
            ours, theirs = (
                [_judged(Request(each, size, look=look, flashing=flashing)) for each in curves]
                for flashing in (False, True)
            )
            print(
                f"  {look:<10}{fps:>4}{len(ours):>7}{_row(ours)}{'':19}{_row(theirs)}", flush=True
            )


def _row(reports: list[FlashReport]) -> str:
    """Return how many films have a hazard, and the largest shares of a field by kind."""
    hazards = sum(not report.is_safe for report in reports)
    general = max(report.general_area for report in reports)
    return f"{hazards:>9}{general:>9.2f}{max(report.red_area for report in reports):>6.2f}"


def _judged(request: Request) -> FlashReport:
    """Return what is found in an encoded film."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "film.mp4"
        rate = request.curves.frame_rate
        with media.FilmWriter(path, frame_rate=rate, size=request.size) as film:
            for picture in pictures(request):
                film.write(picture)
        return find_flashes(media.open_film(path, pixels="rgb", threads=1))

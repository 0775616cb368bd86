"""The part ``surface``: do a film's colours, contrast and borders stay what they promise?

Films of real songs in every look. Contrast and sharpness after 3, 10 and 45 s (or as long as the
film is) over those of the first second, goal .75; the share of coloured pixels within 30 degrees
of a palette that is given, goal .9; seams against the same film with its camera held still, of
curves whose camera never rests, goal within .02; and flashes, by a measure that shares nothing
with the limiter.
"""

import argparse
from fractions import Fraction

import numpy as np

from benchmarks._songs import songs
from clavilux.core.values import Curves, FilmFrame, Size
from clavilux.evaluation.answers import surface
from clavilux.evaluation.flashes import find_flashes
from clavilux.matter import LOOKS, palettes
from clavilux.pipelines.looks import rgb_of
from clavilux.pipelines.music import open_music
from clavilux.render import Request, pictures
from clavilux.render.frame_parameters import steps
from clavilux.schedule import mapping as mappings

RATE = Fraction(24)
_AT_S = (3.0, 10.0, 45.0)
_GIVEN = "#101830, #c04020, #f0e8d0"


def main(options: argparse.Namespace) -> None:
    """Print a row a look."""
    looks = options.looks.split(",") if options.looks else LOOKS.names()
    chosen = songs(options.half)[: options.songs]
    size = Size(options.size * 16 // 9 // 2 * 2, options.size)
    print(f"surface: {len(chosen)} songs, {size}, 24 fps, not encoded; medians, least in brackets")
    print("  look      contrast 3/10/45 s   sharpness 3/10/45 s   palette  flashes (area)")
    for look in looks:
        kept: dict[tuple[str, float], list[float]] = {}
        shares, areas = [], []
        for song in chosen:
            piece = open_music(song.path)
            seconds = min(options.seconds, piece.duration_s)
            curves = mappings.apply(
                mappings.load(options.mapping), piece.heard, frame_rate=RATE,
                n_frames=int(seconds * 24), seed=0,
            )  # fmt: skip
            contrast, sharp = [], []
            frames = []
            for i, picture in enumerate(pictures(Request(curves, size, look=look))):
                luma = picture.luma.astype(np.float64)
                contrast.append(surface.contrast(luma))
                sharp.append(surface.sharpness(luma))
                frames.append(FilmFrame(Fraction(i, 24), rgb_of(picture)))
            for at in (t for t in _AT_S if t < seconds):
                kept.setdefault(("contrast", at), []).append(surface.kept(contrast, 24, at))
                kept.setdefault(("sharpness", at), []).append(surface.kept(sharp, 24, at))
            areas.append(find_flashes(frames).general_area)
            given = palettes.find(_GIVEN)
            coloured = [
                rgb_of(picture)
                for i, picture in enumerate(pictures(Request(curves.cut(0, 97), size, look=look,
                                                             palette=given)))
                if i % 24 == 0
            ]  # fmt: skip
            shares.append(surface.palette_share(np.stack(coloured), np.array(given.stops)))
        cells = [
            " ".join(f"{np.median(v):.2f} ({min(v):.2f})" for (n, _), v in kept.items() if n == m)
            for m in ("contrast", "sharpness")
        ]
        print(f"  {look:8}  {cells[0]}   {cells[1]}   {min(shares):.2f}   {max(areas):.2f}")
    _seams(looks, size)


def _seams(looks: list[str], size: Size) -> None:
    """Print the share of frames with a seam, beside those of a camera held still."""
    n = 120
    t = np.arange(n) / 24
    columns = {
        "rotation_3d_z": 2 * np.sin(2 * t), "rotation_3d_x": 0.8 * np.sin(3 * t),
        "rotation_3d_y": 1.2 * np.cos(2 * t), "translation_z": -14 * np.cos(t) ** 2,
    }  # fmt: skip
    still = {"strength": np.full(n, 0.97)}
    moving = Curves(RATE, still | columns)
    movements = np.stack([step.homography for step in steps(moving, size, 0, n)])
    print("seams: look, moving camera, held still")
    for look in looks:
        lumas = [
            np.stack([p.luma.copy() for p in pictures(Request(curves, size, look=look))])
            for curves in (moving, Curves(RATE, still))
        ]
        found = [surface.seam_share(each, movements) for each in lumas]
        print(f"  {look:8} {found[0]:.3f} {found[1]:.3f}")

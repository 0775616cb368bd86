"""The gallery: every look on the same music, and three short films, made by one command.

    python -m benchmarks.gallery            # writes docs/gallery
    python -m benchmarks.gallery -o /tmp/g --quick
    python -m benchmarks.gallery --only-songs

The music is our own demonstration piece, twice over: its break lies at second 25, its
second time through at second 60. Prints the size of all it wrote.
"""

import argparse
from collections.abc import Sequence
from fractions import Fraction
from pathlib import Path
from typing import Any

import numpy as np

from benchmarks._songs import songs
from clavilux import score as scores
from clavilux.compose.demo import demo_score
from clavilux.core.values import Curves, Rgb, Size
from clavilux.draw.sheet import Row, draw_sheet
from clavilux.matter import LOOKS
from clavilux.pipelines.looks import rgb_of
from clavilux.pipelines.music import open_music
from clavilux.pipelines.production import production_of_music
from clavilux.pipelines.see import see_with
from clavilux.pipelines.settings import SeeOptions
from clavilux.render import Request, pictures
from clavilux.schedule import mapping as mappings

RATE = Fraction(24)
MOMENTS = (("second 1", 1.0), ("second 10", 10.0), ("the break, 25", 25.0), ("second 60", 60.0))
LIVELY_S = 16.9
"""An instant at which drums and theme play: what the README shows."""
PROMPTS = (
    "a red whale in fog",
    "a blue whale in fog",
    "northern lights above frozen mountains",
    "a golden cathedral at night",
    "neon city in the rain",
    "moss and fern after spring rain",
    "a dragon of smoke and ember",
    "porcelain, blue on white",
)
FILMS: tuple[tuple[str, dict[str, Any]], ...] = (
    ("ink", {"look": "ink", "start": 8.5, "duration": 14.0}),
    ("words", {"prompt": "a golden cathedral at night", "start": 8.5, "duration": 14.0}),
    ("loop", {"look": "glass", "start": 28.0, "loop": 4}),
)
SONGS = (
    ("voice", "data_let_s_go_fishin"),
    ("piano", "sfzinstruments_github_io_concert_grand_demo"),
    ("strings", "data_brahms_hungarian_dance_no_5"),
    ("band", "webaudio_examples_outfoxing_the_fox"),
    ("drums", "sfzinstruments_github_io_naked_drums_demo"),
)
"""Songs beside this checkout by what is heard in them; nothing of them is committed."""
SECONDS = (1, 3, 10, 45)
SONGS_RATE = 12
"""Half the usual frame rate: films go the same way, at half the cost."""
LIMIT_MB = 25


def main() -> None:
    """Write the gallery."""
    parser = argparse.ArgumentParser(description="write the gallery")
    parser.add_argument("-o", "--output", default="docs/gallery", help="the folder")
    parser.add_argument("--only-songs", nargs="?", const="all", help="only sheets of songs: which")
    parser.add_argument("--quick", action="store_true", help="small pictures, no films")
    chosen = parser.parse_args()
    folder = Path(chosen.output)
    small = Size(160, 90) if chosen.quick else Size(384, 216)
    wanted = chosen.only_songs or "all"
    named = [name for name, _ in SONGS] if wanted == "all" else wanted.split(",")
    sheets_of_songs(folder, Size(128, 72), named)
    if chosen.only_songs:
        return
    curves = curves_twice()
    sheet_of_moments(folder / "moments.jpg", curves, small)
    sheet_of_looks(folder / "looks.png", curves, small if chosen.quick else Size(480, 270))
    sheet_of_words(folder / "words.jpg", small)
    if not chosen.quick:
        films(folder)
    total = 0
    for path in sorted(path for path in folder.rglob("*") if path.is_file()):
        total += path.stat().st_size
        print(f"{path.stat().st_size / 1e6:6.2f} MB  {path.relative_to(folder)}")
    print(f"{total / 1e6:6.2f} MB  in all; at most {LIMIT_MB}")


def curves_twice() -> Curves:
    """Return the curves of the demonstration, played two times."""
    piece = demo_score()
    once = mappings.apply(
        mappings.load("clavilux"),
        piece,
        frame_rate=RATE,
        n_frames=round(piece.duration_s * RATE),
        facts=scores.facts(piece),
    )
    twice = {name: np.concatenate([c, c]) for name, c in once.values.items()}
    if "scene" in twice:
        twice["scene"][once.n_frames :] += once.values["scene"].max() + 1
    return Curves(RATE, twice)


def stills(
    look: str, curves: Curves, size: Size, times_s: Sequence[float], seed: int = 0
) -> list[Rgb]:
    """Draw a film of one look and keep the pictures at some times."""
    wanted = [round(time * RATE) for time in times_s]
    run = pictures(Request(curves.cut(0, max(wanted) + 1), size, seed, look=look))
    return [rgb_of(picture) for frame, picture in enumerate(run) if frame in wanted]


def sheet_of_moments(path: Path, curves: Curves, size: Size) -> None:
    """Every look at four moments of the same music."""
    rows = []
    for look in LOOKS.names():
        shown = stills(look, curves, size, [time for _, time in MOMENTS])
        rows.append(Row(look, LOOKS.make(look).palette, shown))
    draw_sheet(rows, path, columns=[name for name, _ in MOMENTS])


def sheet_of_looks(path: Path, curves: Curves, size: Size) -> None:
    """Every look at one moment, with its name; what the README shows."""
    from PIL import Image, ImageDraw, ImageFont

    from clavilux.core.files import atomic_output

    looks, gap, per_row = LOOKS.names(), 8, 4
    n_rows = -(-len(looks) // per_row)
    page = Image.new(
        "RGB",
        (per_row * (size.width + gap) - gap, n_rows * (size.height + gap) - gap),
        "#101114",
    )
    for i, look in enumerate(looks):
        picture = Image.fromarray(stills(look, curves, size, [LIVELY_S])[0])
        draw = ImageDraw.Draw(picture)
        font = ImageFont.load_default(max(10, size.height // 12))
        at = (size.height // 14, size.height - size.height // 14)
        draw.text(at, look, fill="#ffffff", font=font, anchor="ls", stroke_width=2,
                  stroke_fill="#101114")  # fmt: skip
        page.paste(picture, (i % per_row * (size.width + gap), i // per_row * (size.height + gap)))
    with atomic_output(path) as partial:
        page.save(partial, optimize=True)


def sheet_of_words(path: Path, size: Size) -> None:
    """What some prompts make of the same music: look, colours and matter are theirs."""
    from clavilux.narrate.steering import steering

    curves = curves_twice()
    rows = []
    for prompt in PROMPTS:
        look = steering(prompt).look or "ink"
        worded = Curves(curves.frame_rate, curves.values, ((0, prompt),))
        rows.append(Row(prompt, look, stills(look, worded, size, [t for _, t in MOMENTS[:3]])))
    draw_sheet(rows, path, columns=[name for name, _ in MOMENTS[:3]], names_width=380)


def sheets_of_songs(folder: Path, size: Size, named: Sequence[str]) -> None:
    """Every look at seconds 1, 3, 10 and 45, or the last, of songs; a sheet a song."""
    listed = {song.name: song for song in songs()}
    if not listed:
        print("the songs are not beside this checkout: no sheets of them")
        return
    for name, of in SONGS:
        if name not in named:
            continue
        piece = open_music(listed[of].path)
        seconds = [min(second, int(piece.duration_s) - 1) for second in SECONDS]
        asked = SeeOptions(
            size=size, fps=SONGS_RATE, duration=max(seconds) + 1, seed=piece.own_seed()
        )
        made = production_of_music(piece, mappings.load("clavilux"), asked)
        rows = []
        for look in LOOKS.names():
            wanted = [round(second * SONGS_RATE) for second in seconds]
            run = pictures(Request(made.curves.cut(0, max(wanted) + 1), size, made.seed, look=look))
            shown = [rgb_of(picture) for frame, picture in enumerate(run) if frame in wanted]
            rows.append(Row(look, "", shown))
        draw_sheet(rows, folder / f"song-{name}.jpg", columns=[f"second {s}" for s in seconds])


def films(folder: Path) -> None:
    """Three short films: a look, words, a loop."""
    music = folder / ".first-light.mid"
    scores.write(demo_score(), music)
    try:
        for name, changes in FILMS:
            options = SeeOptions(**{"size": Size(640, 360), "quality": 25, **changes})
            see_with(options, music, folder / f"{name}.mp4")
    finally:
        music.unlink(missing_ok=True)


if __name__ == "__main__":
    main()

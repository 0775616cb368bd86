"""Six small examples of music and film, remade by one command.

    python examples/make.py [NAME …] [--into FOLDER]

Each is a folder with a MIDI file, its sound as MP3, a Parseq document and a film.
They cover three sizes and six looks; the same command gives the same bytes again.
"""

import argparse
from collections.abc import Callable
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path

from clavilux import media, perform, score
from clavilux.compose.demo import demo_score
from clavilux.core.files import write_bytes, write_text
from clavilux.core.values import Score, Size
from clavilux.dataset import patterns
from clavilux.pipelines.see import see
from clavilux.schedule import from_music
from clavilux.schedule import mapping as mappings

HERE = Path(__file__).resolve().parent
RATE = Fraction(24)
SMALL, MIDDLE, LARGE = Size(256, 256), Size(480, 270), Size(854, 480)


@dataclass(frozen=True)
class Made:
    """One example."""

    music: Callable[[], Score]
    words: str
    look: str
    size: Size
    mapping: str = "clavilux"
    seconds: int = 8
    quality: int = 30


EXAMPLES = {
    "house-ink": Made(
        lambda: patterns.house(7, duration_s=8), "four on the floor, V2MIDI's size and rules",
        "ink", SMALL, mapping="v2midi",
    ),
    "free-stained": Made(
        lambda: patterns.metre_free(4, duration_s=8), "drums without metre", "stained", SMALL,
    ),
    "house-woodcut": Made(
        lambda: patterns.house(21, duration_s=8, tempo_bpm=124), "house with fills", "woodcut",
        MIDDLE,
    ),
    "free-coral": Made(
        lambda: patterns.metre_free(12, duration_s=8, per_s=0.5), "few hits, far apart", "coral",
        MIDDLE,
    ),
    "slow-aurora": Made(
        lambda: patterns.house(3, duration_s=8, tempo_bpm=84), "house, slowly", "aurora", LARGE,
    ),
    "piece-glass": Made(
        demo_score, "the demonstration piece: drums, bass, chords and a tune", "glass", LARGE,
        seconds=18, quality=33,
    ),
}  # fmt: skip
"""Every example by the name of its folder."""


def make(name: str, into: Path) -> Path:
    """Make one example; gives its folder."""
    about, folder = EXAMPLES[name], into / name
    notes = about.music()
    midi, film = folder / f"{name}.mid", folder / f"{name}.mp4"
    write_bytes(midi, score.to_bytes(notes))
    notes = score.read(midi)
    played = perform.perform(notes, duration_s=float(about.seconds))
    media.write_sound(played, folder / f"{name}.mp3")
    document = from_music.from_music(
        notes,
        mappings.load(about.mapping),
        frame_rate=RATE,
        n_frames=round(about.seconds * RATE),
        heading=from_music.heading_of(notes, name=name),
    )
    write_bytes(folder / f"{name}.json", from_music.to_bytes(document))
    see(
        midi,
        film,
        look=about.look,
        mapping=about.mapping,
        size=about.size,
        fps=RATE,
        duration=float(about.seconds),
        quality=about.quality,
    )
    return folder


def table() -> str:
    """Describe the examples in Markdown."""
    rows = [
        f"| [{name}]({name}) | {about.words} | {about.look} | {about.size} | {about.mapping} |"
        for name, about in EXAMPLES.items()
    ]
    return "\n".join(
        [
            "# Examples",
            "",
            "Each folder holds a MIDI file, its sound, a Parseq document and the film;",
            "`python examples/make.py` remakes them all, byte for byte.",
            "",
            "| example | music | look | size | mapping |",
            "|---|---|---|---|---|",
            *rows,
            "",
        ]
    )


def main() -> None:
    """Make all examples, or those that are named."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("names", nargs="*", metavar="NAME", help=", ".join(EXAMPLES))
    parser.add_argument("--into", type=Path, default=HERE, metavar="FOLDER")
    options = parser.parse_args()
    unknown = sorted(set(options.names) - set(EXAMPLES))
    if unknown:
        parser.error(f"no example is called {unknown[0]!r}; there are: {', '.join(EXAMPLES)}")
    for name in options.names or EXAMPLES:
        print(make(name, options.into))
    write_text(options.into / "README.md", table())


if __name__ == "__main__":
    main()

"""Does the picture answer to any music, and the music to any film? Nobody tuned to these.

    python -m benchmarks.answers
    python -m benchmarks.answers --part movement --half choose --looks ink,glass --songs 10

The measures are `clavilux.evaluation.answers`'; each part only drives some of them over the
songs and films beside this checkout, of which one half of the sources is for building and the
other for choosing (`benchmarks._songs`). Goals of ``movement``: a median correlation of .5 and
a tenth percentile of .2, another song's about 0; opening frames that differ by 12 of 255.
``words`` needs no songs.
"""

import argparse
from importlib import import_module

PARTS = {
    "movement": "benchmarks._answers_movement",
    "surface": "benchmarks._answers_surface",
    "flashes": "benchmarks._answers_flashes",
    "music": "benchmarks._answers_music",
    "words": "benchmarks._answers_words",
}
"""Each part by name: a module whose `main` takes the options."""


def main() -> None:
    """Run one part, or all."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.answers", description=__doc__)
    parser.add_argument("--part", choices=sorted(PARTS), help="only this one")
    parser.add_argument("--half", choices=("build", "choose", "all"), default="choose")
    parser.add_argument("--folder", default="", help="measure the music of this folder instead")
    parser.add_argument("--looks", default="", help="names of looks, with commas; all if absent")
    parser.add_argument("--songs", type=int, default=12, help="songs at most")
    parser.add_argument("--films", type=int, default=12, help="joined films, for music")
    parser.add_argument("--only", default="", help="a part of the names of the songs")
    parser.add_argument("--seconds", type=float, default=20.0, help="of each song")
    parser.add_argument("--start", type=float, default=8.0, help="where in each song, seconds")
    parser.add_argument("--size", type=int, help="of the films, pixels: 64 for movement, else 128")
    parser.add_argument("--intensity", type=float, default=1.0, help="as of `see`, for movement")
    parser.add_argument("--speed", type=float, default=1.0, help="as of `see`, for movement")
    parser.add_argument("--mapping", default="clavilux", help="a preset or a file")
    parser.add_argument("--verbose", action="store_true", help="also song by song")
    options = parser.parse_args()
    size = options.size
    for name in [options.part] if options.part else PARTS:
        options.size = size or (64 if name == "movement" else 128)
        import_module(PARTS[name]).main(options)


if __name__ == "__main__":
    main()

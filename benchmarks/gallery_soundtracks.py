"""Three soundtracks for films of our own, each with the report of its reasons.

    python -m benchmarks.gallery_soundtracks [FOLDER]

The films are cut by seed from our looks, so that nothing of others' is shown.
"""

import sys
import tempfile
from pathlib import Path

from benchmarks.films import cut_film
from clavilux.pipelines.hear import hear_with
from clavilux.pipelines.hear_options import HearOptions

_TAKES = (
    ("as-seen", 47, {"seed": 1}),
    ("tense", 52, {"seed": 2, "mood": "tense"}),
    ("relaxing-piano", 45, {"seed": 3, "mood": "relaxing", "instruments": "piano,strings"}),
)


def main() -> None:
    """Make films and reports."""
    folder = Path(sys.argv[1] if len(sys.argv) > 1 else "docs/gallery/soundtracks")
    with tempfile.TemporaryDirectory() as scratch:
        for name, seed, asked in _TAKES:
            silent, length_s = Path(scratch) / f"{name}.mp4", (36.0, 44.0)
            cut_film(silent, seed=seed, own=True, duration_s=length_s, quality=27, preset="slow")
            options = HearOptions(**asked, report=folder / f"{name}.png")
            print(hear_with(options, silent, folder / f"{name}.mp4"))


if __name__ == "__main__":
    main()

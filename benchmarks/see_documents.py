"""Parseq documents seen by our own renderer: is the camera on screen the one that is written?

    python -m benchmarks.see_documents [--looks ink stained]

Data: the conformance documents beside the checkout, none of them used to build
the renderer. Each document's film is encoded with H.264 and the camera is
recovered from its pixels; the figure is the correlation of each moving field
with its recovered counterpart. Control: the film turned round in time.
"""

import argparse
import gzip
import json
import tempfile
from pathlib import Path

import numpy as np

from clavilux import media, render
from clavilux.core.metrics import correlation
from clavilux.core.values import Curves, Size
from clavilux.schedule import parse
from clavilux.schedule.document import curves_of_parseq
from clavilux.watch import motion

DOCUMENTS = Path(__file__).resolve().parents[1] / "../shared/conformance/parseq_documents.json.gz"
MEASURE_OF = {
    "rotation_3d_z": "roll",
    "angle": "roll",
    "translation_z": "zoom",
    "zoom": "zoom",
    "rotation_3d_y": "pan_x",
    "translation_x": "pan_x",
    "rotation_3d_x": "pan_y",
    "translation_y": "pan_y",
}
"""Which recovered measure shows each field."""
_MOST_FRAMES = 600
_SIZE = Size(256, 256)


def main() -> None:
    """Print a row a moving field of each document."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--looks", nargs="+", default=["ink", "nebula", "stained"])
    print(f"{_SIZE}, seed 0, H.264 CRF 18")
    for look in parser.parse_args().looks:
        _print_look(look)


def _print_look(look: str) -> None:
    worst = 1.0
    print(f"\nlook {look}\ndocument field            recovered  control")
    for number, entry in enumerate(json.loads(gzip.decompress(DOCUMENTS.read_bytes()))):
        curves = curves_of_parseq(parse(entry["input"])).cut(0, _MOST_FRAMES)
        moving = [
            name
            for name in MEASURE_OF
            if name in curves.values and np.ptp(curves.values[name][1:]) > 1e-9
        ]
        if not moving:
            continue
        measured = _recovered(curves, look)
        for name in moving:
            wanted = curves.values[name][1:]
            seen = measured.column(MEASURE_OF[name])[1 : curves.n_frames].astype(np.float64)
            found = abs(correlation(wanted, seen))
            worst = min(worst, found)
            print(f"{number:8} {name:16} {found:9.3f} {abs(correlation(wanted, seen[::-1])):9.3f}")
    print(f"lowest {worst:.3f}")


def _recovered(curves: Curves, look: str) -> motion.MotionFeatures:
    renderer = render.RENDERERS.make("procedural", look=look)
    with tempfile.TemporaryDirectory() as folder:
        film = Path(folder) / "film.mp4"
        pictures = renderer.render(curves, _SIZE, 0)
        media.write_film(pictures, film, frame_rate=curves.frame_rate, size=_SIZE)
        return motion.features(media.open_film(film, pixels="luma"))


if __name__ == "__main__":
    main()

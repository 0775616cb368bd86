"""Fast: how many frames a second does a whole film take, and what share of it is encoding?

First, whole films at equal likeness: see `benchmarks.encoders`. Then the share: one fixed
reference film, the default look on our own piece under the default mapping, is encoded from
memory by libx264 at CRF 18 on one thread; then films are rendered and encoded, a few pictures at
a time, on the same thread. The ratio of the two CPU times is the figure: 1 would be a renderer
that costs nothing. Passes alternate, and the median of their ratios counts, for machines are
noisy.

With two threads, one rendering and one encoding, the ratio is of wall times and
means something on an idle machine only: the load is printed beside it.

    python -m benchmarks.render
    python -m benchmarks.render --share
    python -m benchmarks.render --looks all --sizes 256x256
    python -m benchmarks.render --effects
    python -m benchmarks.render --memory
"""

import argparse
import os
import queue
import resource
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from fractions import Fraction
from functools import lru_cache, partial
from itertools import islice
from pathlib import Path

import numpy as np

from benchmarks import encoders
from clavilux import matter, media, score
from clavilux.compose.demo import demo_score
from clavilux.core.parameters import PARAMETERS
from clavilux.core.values import Curves, Score, Size, Yuv
from clavilux.pipelines.spool import queue_length
from clavilux.render import Request, pictures
from clavilux.schedule import mapping
from clavilux.score import ScoreBuilder

DEFAULT_LOOK = "ink"
FRAME_RATE = Fraction(24)
FIRST_FRAME = 96
"""The reference film begins where the drums have come in."""
SIZES = (Size(256, 256), Size(512, 512), Size(1280, 720))
GOALS = {"ultrafast": 0.45, "veryfast": 0.75, "medium": 0.85}
GOAL_DEAREST, GOAL_THREADS, GOAL_MEMORY = 0.5, 0.95, 1.1
MINUTES = (1, 20)


@dataclass(frozen=True, slots=True)
class Ratio:
    """What one look at one size and preset came to."""

    ratio: float
    """Encode-only time by the time of rendering and encoding."""
    reference_ms: float
    """Encoding one picture of the reference film."""
    render_ms: float
    """What rendering adds to a picture."""
    bits_per_pixel: float


def main() -> None:
    """Print what was asked for."""
    options = _options()
    if options.child:
        _child(Path(options.child), options.minutes)
    elif options.memory:
        print_memory()
    elif options.effects:
        print_effects()
    else:
        if not options.share:
            options.sizes = options.sizes or ",".join(map(str, SIZES[:1]))
            encoders.print_table(options)
        print_speed(options)


def print_speed(options: argparse.Namespace) -> None:
    """Print the ratios of every look, size and preset."""
    looks = matter.LOOKS.names() if options.looks == "all" else options.looks.split(",")
    print(
        f"reference film: look {DEFAULT_LOOK}, our own piece from its bar of drums, mapping "
        f"clavilux, {FRAME_RATE} fps, seed 0; libx264 CRF 18, 1 thread; CPU time, median of "
        f"{options.passes} alternating passes; load {os.getloadavg()[0]:.1f}"
    )
    print(f"{'size':<10} {'look':<9} {'preset':<10} {'ratio':>6} {'goal':>5}", end="")
    print(f" {'encode ms':>10} {'render ms':>10} {'bits/pixel':>11}")
    for size in [_size(text) for text in options.sizes.split(",")] if options.sizes else SIZES:
        reference = list(islice(_run(DEFAULT_LOOK, size), _n_frames(size)))
        for look in looks:
            for preset in GOALS if look == DEFAULT_LOOK else ("veryfast",):
                found = measure(look, reference, preset, options.passes)
                goal = GOALS[preset] if look == DEFAULT_LOOK else GOAL_DEAREST
                print(
                    f"{size!s:<10} {look:<9} {preset:<10} {found.ratio:>6.2f} {goal:>5.2f} "
                    f"{found.reference_ms:>10.2f} {found.render_ms:>10.2f} "
                    f"{found.bits_per_pixel:>11.3f}"
                )
        if options.threads:
            ratio = measure_threads(reference, options.passes)
            load = os.getloadavg()[0]
            print(
                f"{size!s:<10} {DEFAULT_LOOK:<9} veryfast   {ratio:>6.2f} {GOAL_THREADS:>5.2f} "
                f"two threads, wall time; load {load:.1f} on {os.cpu_count()} cores"
            )


def measure(look: str, reference: list[Yuv], preset: str, passes: int) -> Ratio:
    """Compare encoding the reference film with rendering and encoding `look`."""
    size, n = reference[0].size, len(reference)
    ratios, alone, together, bits = [], [], [], 0.0
    with tempfile.TemporaryDirectory() as folder:
        for _ in range(passes):
            path = Path(folder) / "reference.mp4"
            alone.append(_timed(partial(_encode, reference, path, size, preset)))
            bits = path.stat().st_size * 8 / n / (size.width * size.height)
            run = _run(look, size)
            film = Path(folder) / "film.mp4"
            pictures = _in_batches(islice(run, n), queue_length(size))
            together.append(_timed(partial(_encode, pictures, film, size, preset)))
            ratios.append(alone[-1] / together[-1])
    lone, both = float(np.median(alone)), float(np.median(together))
    return Ratio(float(np.median(ratios)), lone / n * 1e3, (both - lone) / n * 1e3, bits)


def measure_threads(reference: list[Yuv], passes: int) -> float:
    """Compare, in wall time, encoding alone with rendering in another thread meanwhile."""
    size, n = reference[0].size, len(reference)
    ratios = []
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "film.mp4"
        for _ in range(passes):
            begin = time.perf_counter()
            _encode(reference, path, size, "veryfast")
            alone = time.perf_counter() - begin
            run = _run(DEFAULT_LOOK, size)
            begin = time.perf_counter()
            _encode(_ahead(islice(run, n), queue_length(size)), path, size, "veryfast")
            ratios.append(alone / (time.perf_counter() - begin))
    return float(np.median(ratios))


def print_effects() -> None:
    """Print what every parameter changes in every look, in grey levels."""
    looks = matter.LOOKS.names()
    print("mean absolute change of luma and chroma, 24 frames, 256x144, seed 0; none may be 0")
    print(f"{'parameter':<20}" + "".join(f"{look:>10}" for look in looks))
    least = np.inf
    for name, values in _effects().items():
        row = [_effect(look, values) for look in looks]
        least = min(least, *row)
        print(f"{name:<20}" + "".join(f"{value:>10.2f}" for value in row))
    print(f"least: {least:.2f}")


def _effects() -> dict[str, dict[str, float]]:
    """Give, for every parameter, what to set beside resting values to see it act."""
    high = {
        "rotation_3d_x": 2, "rotation_3d_y": 2, "rotation_3d_z": 3, "translation_x": 8,
        "translation_y": 8, "translation_z": 8, "angle": 3, "zoom": 1.05, "fov": 70,
        "transform_center_x": 0.9, "transform_center_y": 0.1, "strength": 0.3, "noise": 0.1,
        "contrast": 1.4, "hue": 60, "chroma": 0.2, "light": 0.4, "glow": 1, "palette": 1,
        "scene": 3, "flow": 8, "detail": 1, "height": 0.4,
    }  # fmt: skip
    beside: dict[str, dict[str, float]] = {
        "fov": {"rotation_3d_x": 2}, "transform_center_x": {"zoom": 1.05},
        "transform_center_y": {"zoom": 1.05},
    }  # fmt: skip
    return {name: {**beside.get(name, {}), name: high[name]} for name in PARAMETERS}


def _effect(look: str, values: dict[str, float]) -> float:
    *_, changed = values
    without = {name: value for name, value in values.items() if name != changed}
    ends = [_last_picture(look, tuple(chosen.items())) for chosen in (values, without)]
    return float(np.abs(ends[0].planes.astype(float) - ends[1].planes).mean())


@lru_cache(maxsize=64)
def _last_picture(look: str, values: tuple[tuple[str, float], ...]) -> Yuv:
    columns = {
        name: np.full(24, value) for name, value in ({"strength": 0.96} | dict(values)).items()
    }
    *_, last = pictures(Request(Curves(FRAME_RATE, columns), Size(256, 144), look=look))
    return last


def print_memory() -> None:
    """Print the peak memory of the whole way from MIDI to film, short and long."""
    peaks = []
    for minutes in MINUTES:
        with tempfile.TemporaryDirectory() as folder:
            command = [sys.executable, "-m", "benchmarks.render", "--child", folder]
            done = subprocess.run(
                [*command, "--minutes", str(minutes)], capture_output=True, text=True, check=True
            )
        peaks.append(float(done.stdout.split()[-1]))
        print(f"film of {minutes:>2} min, 256x256, veryfast, with sound: peak {peaks[-1]:.0f} MiB")
    print(f"ratio {peaks[-1] / peaks[0]:.3f} (goal {GOAL_MEMORY})")


def _child(folder: Path, minutes: int) -> None:
    """Make a film of `minutes` and print this process's peak memory in MiB."""
    from clavilux.pipelines.see import see

    music = folder / "long.mid"
    score.write(_long_score(minutes), music)
    see(music, folder / "film.mp4", size=Size(256, 256), duration=float(minutes * 60))
    print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024)


def _long_score(minutes: int) -> Score:
    """Compose drums and a bass that last so long, at 120 beats a minute."""
    builder = ScoreBuilder(120)
    drums, bass = builder.track("Drums", channel=9), builder.track("Bass", program=33)
    for beat in range(minutes * 120):
        builder.note(drums, beat, 0.2, 38 if beat % 2 else 36, 100)
        builder.note(drums, beat + 0.5, 0.2, 42, 80)
        builder.note(bass, beat, 0.9, 36 + beat // 4 % 5 * 2, 90)
    return builder.build()


def _run(look: str, size: Size) -> Iterator[Yuv]:
    """Start a look's film where the reference film begins."""
    curves = _curves()
    run = pictures(Request(curves, size, look=look))
    next(run)  # what is prepared once is not a picture's cost
    return run


@lru_cache(maxsize=1)
def _curves() -> Curves:
    piece = demo_score()
    n_frames = int(piece.duration_s * FRAME_RATE)
    curves = mapping.apply(
        mapping.load("clavilux"), piece, frame_rate=FRAME_RATE, n_frames=n_frames
    )
    return curves.cut(FIRST_FRAME, n_frames)


def _n_frames(size: Size) -> int:
    """Return how many pictures of the reference film are held in memory at once."""
    return min(240, max(72, 80_000_000 // (size.width * size.height * 3 // 2)))


def _encode(pictures: Iterable[Yuv], path: Path, size: Size, preset: str) -> None:
    with media.FilmWriter(path, frame_rate=FRAME_RATE, size=size, preset=preset) as film:
        for picture in pictures:
            film.write(picture)


def _in_batches(pictures: Iterator[Yuv], n: int) -> Iterator[Yuv]:
    """Draw `n` pictures at a time, as many as the pipeline's queue holds."""
    while batch := list(islice(pictures, n)):
        yield from batch


def _ahead(pictures: Iterator[Yuv], n: int) -> Iterator[Yuv]:
    """Draw pictures in another thread, `n` ahead."""
    waiting: queue.Queue[Yuv | None] = queue.Queue(n)

    def draw() -> None:
        for picture in pictures:
            waiting.put(picture)
        waiting.put(None)

    threading.Thread(target=draw, daemon=True).start()
    while (picture := waiting.get()) is not None:
        yield picture


def _timed(work: Callable[[], None]) -> float:
    begin = time.process_time()
    work()
    return time.process_time() - begin


def _size(text: str) -> Size:
    width, height = text.split("x")
    return Size(int(width), int(height))


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.render", description=__doc__)
    parser.add_argument("--looks", default=DEFAULT_LOOK, help="names with commas, or all")
    parser.add_argument("--sizes", default="", help="such as 256x256, with commas")
    parser.add_argument("--passes", type=int, default=5, help="alternating passes")
    parser.add_argument("--share", action="store_true", help="the share alone")
    encoders.add_options(parser)
    parser.add_argument("--threads", action="store_true", help="two threads as well")
    parser.add_argument("--effects", action="store_true", help="parameter × look, nothing else")
    parser.add_argument("--memory", action="store_true", help="peak memory, nothing else")
    parser.add_argument("--child", default="", help=argparse.SUPPRESS)
    parser.add_argument("--minutes", type=int, default=1, help=argparse.SUPPRESS)
    return parser.parse_args()


if __name__ == "__main__":
    main()

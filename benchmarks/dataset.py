"""Data sets: how many examples an hour, where the time goes, and what 40,000 would take.

    python -m benchmarks.dataset [--examples N] [--rounds N] [--quick]

The same examples are made with one process and with two, in turn; the ratio is the median
over the rounds, with the machine's load beside each. The parts are processor seconds of
one example of the usual kind (16 s, 24 frames a second, 256x256), median and sum.

The reckoning says what `docs/scale.md` says, from the figures just measured: nodes have
32 processors, four fifths of which are busy (stragglers, restarts, a shared file system).
"""

import argparse
import os
import statistics
import tempfile
import time
from collections.abc import Sequence

from clavilux import score
from clavilux.dataset import patterns
from clavilux.dataset.layout import NAMES
from clavilux.dataset.making import make
from clavilux.dataset.recipe import Recipe
from clavilux.dataset.store import LOG, Store
from clavilux.schedule import from_music
from clavilux.schedule import mapping as mappings

USUAL = Recipe(seed=1)
PROCESSORS, BUSY = 32, 0.8
NODES = (1, 20, 1000)
TARGET = 40_000
SHARD_BYTES = 500e6


def main() -> None:
    """Print every figure."""
    options = _options()
    recipe = USUAL
    if options.quick:
        recipe = recipe.model_copy(update={"duration_s": 2.0})
    parts, n_bytes = _parts(recipe, options.examples)
    _print_parts(recipe, parts, n_bytes)
    _alternate(recipe, options.examples, options.rounds)
    _print_scale(sum(parts.values()), n_bytes)
    _documents()


def _parts(recipe: Recipe, n: int) -> tuple[dict[str, float], float]:
    """Give median processor seconds of each part of an example, and its mean bytes."""
    with tempfile.TemporaryDirectory() as folder:
        make(recipe, folder, count=n)
        lines = Store(folder).lines(LOG)
    names = list(lines[0]["cpu_seconds"])
    parts = {name: statistics.median(line["cpu_seconds"][name] for line in lines) for name in names}
    return parts, statistics.mean(line["bytes"] for line in lines)


def _print_parts(recipe: Recipe, parts: dict[str, float], n_bytes: float) -> None:
    print(f"one example: {recipe.duration_s:g} s, {recipe.frame_rate} frames a second, "
          f"{recipe.width}x{recipe.height}, mapping {recipe.mapping}, "
          f"recipe seed {recipe.seed}")  # fmt: skip
    total = sum(parts.values())
    for name, seconds in parts.items():
        print(f"  {name:<14}{seconds:8.3f} CPU s  {seconds / total:6.1%}")
    print(f"  {'all':<14}{total:8.3f} CPU s; {n_bytes / 1e6:.2f} MB in {len(NAMES) + 1} files")


def _alternate(recipe: Recipe, n: int, rounds: int) -> None:
    """Make the same examples with one process and with two, in turn."""
    print(f"one process against two, {n} examples each, {rounds} rounds, "
          f"{os.cpu_count()} processors")  # fmt: skip
    ratios = []
    for number in range(rounds):
        rates = {}
        for workers in (1, 2) if number % 2 == 0 else (2, 1):
            load = os.getloadavg()[0]
            with tempfile.TemporaryDirectory() as folder:
                began = time.perf_counter()
                make(recipe, folder, count=n, workers=workers)
                rates[workers] = n / (time.perf_counter() - began) * 3600
            print(f"  round {number + 1}, {workers} at work: {rates[workers]:7.0f} an hour "
                  f"(load before {load:.1f})")  # fmt: skip
        ratios.append(rates[2] / rates[1])
    shown = ", ".join(f"{ratio:.2f}" for ratio in ratios)
    print(f"  ratios {shown}; median {statistics.median(ratios):.2f} (goal 1.70)")


def _print_scale(cpu_s: float, n_bytes: float) -> None:
    print(f"{TARGET} examples on nodes of {PROCESSORS} processors, {BUSY:.0%} busy")
    for nodes in NODES:
        rate = nodes * PROCESSORS * BUSY / cpu_s
        files = rate * (len(NAMES) + 1)
        print(f"  {nodes:>5} nodes: {TARGET / rate / 3600:8.2f} h, {rate:9.1f} examples/s, "
              f"{rate * n_bytes / 1e6:9.1f} MB/s, {files:9.0f} files/s")  # fmt: skip
    total = TARGET * n_bytes
    print(f"  storage {total / 1e9:.0f} GB, {TARGET * (len(NAMES) + 1)} files, "
          f"{total / SHARD_BYTES:.0f} shards of {SHARD_BYTES / 1e6:.0f} MB")  # fmt: skip


def _documents() -> None:
    """Print how fast documents are written, and how small the compact ones are."""
    files = [score.to_bytes(patterns.house(seed)) for seed in range(20)]
    files += [score.to_bytes(patterns.metre_free(seed)) for seed in range(20)]
    mapping = mappings.load("v2midi")
    sizes = {True: 0, False: 0}
    began = time.process_time()
    for content in files:
        sizes[True] += _document(content, mapping, is_dense=True)
    seconds = time.process_time() - began
    for content in files:
        sizes[False] += _document(content, mapping, is_dense=False)
    print(f"documents from {len(files)} MIDI files of 16 s, mapping v2midi: "
          f"{len(files) / seconds:.0f} dense with what renders from them a CPU second; "
          f"compact in {sizes[False] / sizes[True]:.1%} of the bytes (goal 20 %)")  # fmt: skip


def _document(content: bytes, mapping: mappings.Mapping, *, is_dense: bool) -> int:
    notes = score.read(content)
    document = from_music.from_music(
        notes, mapping, frame_rate=USUAL.rate, n_frames=USUAL.n_frames, is_dense=is_dense
    )
    if is_dense:
        from_music.to_bytes(from_music.dense_rendered(document))
    return len(from_music.to_bytes(document))


def _options(arguments: Sequence[str] | None = None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--examples", type=int, default=8, help="a round")
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--quick", action="store_true", help="examples of 2 s")
    return parser.parse_args(arguments)


if __name__ == "__main__":
    main()

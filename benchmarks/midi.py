"""MIDI: how quickly and how safely scores are read.

    python -m benchmarks.midi [FOLDER] [--rounds N]
    python -m benchmarks.midi [FOLDER] --fuzz 100000 [--seed N]

FOLDER holds MIDI files; by default the samples beside the checkout. The first
form reads all of them again and again, in turns with mido, and prints files a
second of processor time, by size of file and together. The second mutates files
of FOLDER and reads those: anything but a score or a `ScoreError` is a failure.
"""

import argparse
import random
import sys
import time
from collections import Counter
from collections.abc import Callable
from pathlib import Path

import mido

from clavilux import score
from clavilux.core.errors import ScoreError

SAMPLES = Path(__file__).resolve().parents[2] / "shared" / "samples" / "midi"
SIZES = ((0, 2_000), (2_000, 20_000), (20_000, 1 << 40))
"""Classes of file size, bytes: from and below."""
LARGEST_MUTATED = 20_000
LONGEST_S = 2.0
"""A mutated file that takes longer than this to read is a failure."""
TELLING = bytes([0, 0x2F, 0x51, 0x7F, 0x80, 0x90, 0xB0, 0xC0, 0xD0, 0xE0, 0xF0, 0xF7, 0xFF])


def main() -> int:
    """Run one of the two benchmarks."""
    parser = argparse.ArgumentParser(description="Measure the MIDI reader.")
    parser.add_argument("folder", nargs="?", type=Path, default=SAMPLES)
    parser.add_argument("--rounds", type=int, default=5, help="readings of each file")
    parser.add_argument("--fuzz", type=int, metavar="N", help="read N mutated files instead")
    parser.add_argument("--seed", type=int, default=0, help="of the mutations")
    options = parser.parse_args()
    files = [p for p in sorted(options.folder.glob("*")) if p.suffix in (".mid", ".midi")]
    if not files:
        print(f"no MIDI files in {options.folder}", file=sys.stderr)
        return 2
    if options.fuzz:
        return fuzz(files, options.fuzz, options.seed)
    return speed(files, options.rounds)


def speed(files: list[Path], rounds: int) -> int:
    """Print how many files a second are read, beside mido."""
    taken: dict[str, dict[Path, float]] = {"clavilux": {}, "mido": {}}
    readers: dict[str, Callable[[Path], object]] = {"clavilux": score.read, "mido": mido.MidiFile}
    for _ in range(rounds):
        for name, reader in readers.items():
            for path in files:
                best = taken[name].get(path, float("inf"))
                taken[name][path] = min(best, cpu_seconds(reader, path))
    print(f"{len(files)} files; best of {rounds} readings in turns; processor time")
    print(f"{'bytes a file':>22} {'files':>6} {'clavilux/s':>11} {'mido/s':>9} {'ratio':>7}")
    for low, high in (*SIZES, (0, 1 << 40)):
        chosen = [path for path in files if low <= path.stat().st_size < high]
        if not chosen:
            continue
        ours, theirs = (len(chosen) / sum(taken[name][path] for path in chosen) for name in readers)
        label = f"{low} to {high}" if high < 1 << 40 else f"{low} and more"
        print(f"{label:>22} {len(chosen):6} {ours:11.0f} {theirs:9.1f} {ours / theirs:6.1f}x")
    return 0


def cpu_seconds(reader: Callable[[Path], object], path: Path) -> float:
    """Measure one reading."""
    start = time.process_time()
    reader(path)
    return time.process_time() - start


def fuzz(files: list[Path], n: int, seed: int) -> int:
    """Read `n` mutated files; print what came of them."""
    rng = random.Random(seed)
    contents = [p.read_bytes() for p in files if p.stat().st_size < LARGEST_MUTATED]
    outcomes: Counter[str] = Counter()
    slowest_s = 0.0
    for i in range(n):
        data = mutated(rng.choice(contents), rng)
        start = time.process_time()
        outcomes[outcome(data)] += 1
        slowest_s = max(slowest_s, time.process_time() - start)
        if (i + 1) % 10_000 == 0:
            print(f"{i + 1} of {n}", file=sys.stderr)
    failures = sum(count for what, count in outcomes.items() if what.startswith("failed"))
    print(f"{n} mutated files, seed {seed}, of {len(contents)} files below {LARGEST_MUTATED} bytes")
    for what, count in outcomes.most_common():
        print(f"{count:8}  {what}")
    print(f"slowest: {slowest_s * 1000:.0f} ms; exceptions but ours: {failures}")
    return 1 if failures or slowest_s > LONGEST_S else 0


def outcome(data: bytes) -> str:
    """Read `data` and say in a word what came of it."""
    try:
        read = score.read(data)
    except ScoreError:
        return "refused in one line"
    except Exception as error:
        return f"failed: {type(error).__name__}: {error}"
    return "read with warnings" if read.warnings else "read"


def mutated(data: bytes, rng: random.Random) -> bytes:
    """Change some bytes of `data`: put, insert, remove, repeat or cut, one to eight times."""
    for _ in range(rng.choice((1, 1, 2, 4, 8))):
        at = rng.randrange(len(data) + 1) if rng.random() < 0.7 else rng.randrange(60)
        some = bytes(rng.choice(TELLING) for _ in range(rng.randint(1, 4)))
        match rng.randrange(6):
            case 0:
                data = data[:at] + bytes([rng.randrange(256)]) + data[at + 1 :]
            case 1:
                data = data[:at] + some + data[at + len(some) :]
            case 2:
                data = data[:at] + some + data[at:]
            case 3:
                data = data[:at] + data[at + rng.choice((1, 2, 5, 50)) :]
            case 4:
                start = rng.randrange(len(data) + 1)
                data = data[:at] + data[start : start + rng.choice((4, 8, 30))] + data[at:]
            case _:
                data = data[:at]
    return data


if __name__ == "__main__":
    sys.exit(main())

"""Data sets: how many examples an hour, where the time goes, and what 40,000 would take.

    python -m benchmarks.dataset [--examples N] [--rounds N] [--quick] [--original DIR]

The same examples are made with one process and with two, in turn; the ratio is the median
over the rounds, with the machine's load beside each. The parts are processor seconds of
one example of the usual kind (16 s, 24 frames a second, 256x256), median and sum.

Documents are written for the same folder of MIDI files by us (`clavilux schedule from-music
FOLDER --dense`) and, where ``--original`` names a folder with V2MIDI's ``MIDI_to_parseq.py`` and
``parseq_to_rendered.py``, by its scripts, in turn, two files for each on the same disk. What is
written is kept until all is measured: an ext4 without a journal, whenever it makes a file, looks
at those removed in the last minutes, so that an empty one takes 10 us where none were and 500 us
after some thousand. So that is measured too, and the ratio printed with it and without.

The reckoning says what `docs/scale.md` says, from the figures just measured: nodes have
32 processors, four fifths of which are busy (stragglers, restarts, a shared file system).
"""

import argparse
import io
import json
import os
import statistics
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from importlib import import_module
from pathlib import Path
from typing import Any

import mido

from clavilux import score
from clavilux.core.values import Score
from clavilux.dataset import patterns
from clavilux.dataset.layout import NAMES
from clavilux.dataset.making import make
from clavilux.dataset.recipe import Recipe
from clavilux.dataset.store import LOG, Store
from clavilux.pipelines.documents import dense_documents
from clavilux.schedule import from_music
from clavilux.schedule import mapping as mappings

USUAL = Recipe(seed=1)
PROCESSORS, BUSY = 32, 0.8
NODES = (1, 20, 1000)
TARGET = 40_000
SHARD_BYTES = 500e6
Run = tuple[str, Callable[[Path], None]]
_EMPTY = "two empty files"


def main() -> None:
    """Print every figure."""
    options = _options()
    recipe = USUAL
    if options.documents:
        _documents(options.original, options.rounds)
        return
    if options.quick:
        recipe = recipe.model_copy(update={"duration_s": 2.0})
    parts, n_bytes = _parts(recipe, options.examples)
    _print_parts(recipe, parts, n_bytes)
    _alternate(recipe, options.examples, options.rounds)
    _print_scale(sum(parts.values()), n_bytes)
    _documents(options.original, options.rounds)


def _parts(recipe: Recipe, n: int) -> tuple[dict[str, float], float]:
    """Return median processor seconds of each part of an example, and its mean bytes."""
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


def _documents(original: Path | None, rounds: int) -> None:
    """Print how fast documents are written, and how small the compact ones are."""
    scores = [patterns.house(seed) for seed in range(20)]
    scores += [patterns.metre_free(seed) for seed in range(20)]
    mapping = mappings.load("v2midi")
    with tempfile.TemporaryDirectory() as name:
        files = [Path(name) / f"{i}.mid" for i in range(len(scores))]
        for file, made in zip(files, scores, strict=True):
            _write_with_note_offs(made, file)
        runs: list[Run] = [
            ("ours", lambda folder: _write_ours(Path(name), folder, mapping)),
            (_EMPTY, lambda folder: _write_nothing(files, folder)),
        ]
        if original is not None:
            scripts = _Scripts(original, Path(name))
            runs.append(("theirs", lambda folder: scripts.write(files, folder)))
        spent = _spent(runs, len(files), rounds, Path(name))
        dense = sum(len(_document(file, mapping, is_dense=True)) for file in files)
        compact = sum(len(_document(file, mapping, is_dense=False)) for file in files)
    print(f"documents from {len(files)} MIDI files of 16 s (seeds 0 to 19, house and metre-free), "
          f"mapping v2midi,\n  dense and what renders from it, {rounds} rounds in turn, "
          f"median CPU seconds")  # fmt: skip
    for name, seconds in spent.items():
        print(f"  {name:<17}{seconds * 1e3:8.3f} ms a file, {1 / seconds:7.1f} files a second")
    if original is not None:
        empty, ours, theirs = spent[_EMPTY], spent["ours"], spent["theirs"]
        print(f"  ratio {theirs / ours:.1f} (goal 30); less what two empty files take, "
              f"{(theirs - empty) / (ours - empty):.1f}")  # fmt: skip
    print(f"  compact in {compact / dense:.1%} of the bytes of dense, neither indented (goal 20 %)")


def _write_with_note_offs(made: Score, file: Path) -> None:
    """Write a score with note-offs in words: V2MIDI's scripts take velocity 0 for a mistake."""
    midi = mido.MidiFile(file=io.BytesIO(score.to_bytes(made)))
    for track in midi.tracks:
        for i, message in enumerate(track):
            if message.type == "note_on" and message.velocity == 0:
                track[i] = mido.Message.from_dict(message.dict() | {"type": "note_off"})
    midi.save(file)


def _spent(runs: Sequence[Run], n: int, rounds: int, folder: Path) -> dict[str, float]:
    """Return seconds of processor time a file; each round writes new ones and keeps the last's."""
    seconds: dict[str, list[float]] = {name: [] for name, _ in runs}
    for number in range(rounds):
        for name, run in runs:
            began = time.process_time()
            run(folder / f"{name}{number}")
            seconds[name].append(time.process_time() - began)
    return {name: statistics.median(times) / n for name, times in seconds.items()}


def _write_ours(files: Path, folder: Path, mapping: mappings.Mapping) -> None:
    dense_documents(files, folder, mapping, frame_rate=USUAL.rate, duration_s=USUAL.duration_s)


def _write_nothing(files: list[Path], folder: Path) -> None:
    folder.mkdir()
    for file in files:
        for name in ("config", "rendered"):
            (folder / f"{file.stem}_{name}.json").touch()


def _made(file: Path, mapping: mappings.Mapping, *, is_dense: bool) -> dict[str, Any]:
    return from_music.from_music(
        score.read(file),
        mapping,
        frame_rate=USUAL.rate,
        n_frames=USUAL.n_frames,
        is_dense=is_dense,
    )


def _document(file: Path, mapping: mappings.Mapping, *, is_dense: bool) -> bytes:
    return from_music.to_bytes(_made(file, mapping, is_dense=is_dense))


class _Scripts:
    """V2MIDI's own scripts, from a folder that holds them."""

    def __init__(self, scripts: Path, folder: Path) -> None:
        sys.path.insert(0, str(scripts))
        self._reading, self._rendering = map(
            import_module, ("MIDI_to_parseq", "parseq_to_rendered")
        )
        self._prompts = folder / "prompts"
        (self._prompts / "theme").mkdir(parents=True)
        (self._prompts / "theme" / "prompt_1.txt").write_text("a dark lake")

    def write(self, files: list[Path], folder: Path) -> None:
        """Write what its data set's maker writes for each file."""
        folder.mkdir()
        for file in files:
            events, n_frames = self._reading.midi_to_frame_events(str(file), 24)
            config = self._reading.midi_to_parseq_config(
                events, n_frames, 24, rotation_3d_x_note=46, rotation_3d_y_note=44,
                strength_note=36, translation_z_note=38, rotation_3d_z_note=42,
                prompts_directory=str(self._prompts),
            )  # fmt: skip
            path = folder / f"{file.stem}_config.json"
            with path.open("w") as written:
                json.dump(config, written, indent=4)
            rendered = folder / f"{file.stem}_rendered.json"
            self._rendering.save_converted_config(str(path), str(rendered))


def _options(arguments: Sequence[str] | None = None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--examples", type=int, default=8, help="a round")
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--original", type=Path, metavar="DIR", help="V2MIDI's own scripts")
    parser.add_argument("--documents", action="store_true", help="only the documents")
    parser.add_argument("--quick", action="store_true", help="examples of 2 s")
    return parser.parse_args(arguments)


if __name__ == "__main__":
    main()

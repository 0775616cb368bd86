"""Data for the drum reader: films are made, measured and kept as features.

A seed in, a clip out: motion features of a film and the hits it was made from.
Films are the training film maker's, our own renderer's, or our mappings' in other matter;
drumming is in metre or free of it, half and half. Nothing but features is kept, in a cache
folder that is named by the code which makes them: what other code made is never learnt from.

Conventions
-----------
- Splits never share a pattern's seed, a picture's seed or, for the test split, a look.
"""

import ast
import hashlib
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction
from functools import cache
from os import PathLike
from pathlib import Path

import cv2
import numpy as np
from numpy.typing import NDArray

import clavilux
from clavilux import media, render, score
from clavilux.core.drums import FIVE
from clavilux.core.files import atomic_output
from clavilux.core.progress import Progress, silent
from clavilux.core.values import Score, Size
from clavilux.dataset import patterns
from clavilux.dataset.layout import is_data_set
from clavilux.evaluation.drum_films import pairs_of
from clavilux.evaluation.drums import Hits, hits_of
from clavilux.matter import palettes
from clavilux.schedule import mapping as mappings
from clavilux.training.drums_film_maker import Maker
from clavilux.training.drums_gestures import Clock
from clavilux.training.drums_mapped import mapped_film
from clavilux.training.drums_textures import TRAINING_LOOKS, Luma
from clavilux.watch import motion

TEST_LOOKS = ("glass", "paper", "woodcut")
"""Never seen in training."""
OFFSETS = {"train": 0, "validation": 1_000_000, "test": 2_000_000}
"""What is added to a clip's number to seed everything in it."""
_STRIPED_LOOK = "coral"
"""Dark and light stripes, of whose hits the limit of flashes lets fewest pass as they are."""
_MEASURED = 256
"""Longest side of a data set's pictures when measured, pixels."""
_CODED = {"own": 0.8, "mapped": 0.8, "made": 0.55}
"""How often films go through H.264: ours are hardly ever seen otherwise."""
DURATION_S = 16.0
CACHE = Path(".cache") / "drums"
_RATES = (24, 24, 24, 24, 24, 30, 30, 25, 25, 20, 15, 12)


_MAKERS = (
    "training/drums_data.py", "training/drums_film_maker.py", "training/drums_gestures.py",
    "training/drums_lenses.py", "training/drums_mapped.py", "training/drums_textures.py",
    "dataset/patterns.py",
    "watch/motion.py", "watch/planar.py",
    "matter/**/*.py", "render/**/*.py", "schedule/mapping/*.py", "schedule/presets/clavilux.yaml",
    "schedule/presets/v2midi.yaml",
)  # fmt: skip
"""All that decides what a clip is like."""


@dataclass(frozen=True, slots=True, eq=False)
class Clip:
    """One film's features and what was played."""

    features: NDArray[np.float32]
    """Shape (n_frames, n_features); columns as in `clavilux.watch.motion.NAMES`."""
    hits: dict[str, NDArray[np.float64]]
    """As `clavilux.evaluation.drums.hits_of` gives them."""
    first: dict[str, NDArray[np.intp]]
    """The first frame that shows each hit, shape (n_hits,) for each drum."""
    frame_rate: float
    kind: str
    """``own/…`` with the mapping for our renderer's films, ``mapped/…`` for those in other
    matter, ``made/…`` for the film maker's."""


def make_clip(split: str, number: int) -> Clip:
    """Make clip `number` of a split, always the same."""
    cv2.setNumThreads(1)
    seed = OFFSETS[split] + number
    rng = np.random.default_rng([seed, 7])
    source = str(rng.choice(["own", "mapped", "made"], p=[0.3, 0.25, 0.45]))
    own = source != "made"
    free = rng.random() < 0.5
    claps = own and rng.random() < 0.3
    if free:
        played = patterns.metre_free(seed, duration_s=DURATION_S)
    elif rng.random() < 0.6:
        played = patterns.house(seed, duration_s=DURATION_S, claps=claps)
    else:
        played = patterns.groove(seed, duration_s=DURATION_S, claps=claps)
    metre = "free" if free else "metre"
    if own:
        return _own_clip(rng, split, seed, played, f"{source}/{{}}/{metre}")
    return _made_clip(rng, played, f"made/-/{metre}")


def _own_clip(rng: np.random.Generator, split: str, seed: int, played: Score, kind: str) -> Clip:
    """Make a clip as one of our mappings has it; `kind` leaves a place for the mapping's name."""
    mapping = "v2midi" if rng.random() < 0.4 else "clavilux"
    if mapping == "v2midi":
        played = _without_claps(played)
    rate = Fraction(int(rng.choice([24, 24, 24, 30, 25])))
    sizes = ((160, 160), (160, 96), (224, 128), (256, 256), (256, 256))
    size = Size(*sizes[int(rng.integers(len(sizes)))])
    looks = TEST_LOOKS if split == "test" else TRAINING_LOOKS
    curves = mappings.apply(
        mappings.load(mapping), played, frame_rate=rate, n_frames=int(DURATION_S * rate), seed=seed
    )
    if kind.startswith("mapped"):
        frames = mapped_film(rng, curves, size)
    else:
        palette = str(rng.choice(sorted(palettes.PALETTES))) if rng.random() < 0.6 else None
        look = _STRIPED_LOOK if split != "test" and rng.random() < 0.3 else str(rng.choice(looks))
        chosen = palettes.PALETTES[palette] if palette else None
        request = render.Request(curves, size, seed, look=look, palette=chosen)
        frames = (picture.luma for picture in render.pictures(request))
    features = _measured(rng, frames, size, rate, _CODED[kind.split("/")[0]])
    hits, clock = hits_of(played), Clock(float(rate), None, 0.5)
    return Clip(features, hits, _first(hits, clock), float(rate), kind.format(mapping))


def _made_clip(rng: np.random.Generator, played: Score, kind: str) -> Clip:
    rate = Fraction(int(rng.choice(_RATES)))
    size = Size(*((128, 128), (160, 96), (128, 96), (96, 160), (96, 96))[int(rng.integers(5))])
    clock = Clock.draw(rng, float(rate))
    hits = hits_of(played)
    frames = Maker(rng, clock, size, int(DURATION_S * rate)).film(hits)
    features = _measured(rng, frames, size, rate, _CODED["made"])
    return Clip(features, hits, _first(hits, clock), float(rate), kind)


def _first(hits: Hits, clock: Clock) -> dict[str, NDArray[np.intp]]:
    return {drum: clock.frame(rows[:, 0]) for drum, rows in hits.items()}


def _without_claps(played: Score) -> Score:
    for track in played.tracks:
        track.notes.pitch[track.notes.pitch == patterns.CLAP] = patterns.NOTE_OF["snare"]
    return played


def _measured(
    rng: np.random.Generator, frames: Iterator[Luma], size: Size, rate: Fraction, coded: float
) -> NDArray[np.float32]:
    """Measure frames, after H.264, as often as `coded` says, or JPEG or nothing."""
    way = float(rng.random())
    if way < coded:
        frames = _after_h264(frames, size, rate, rng)
    elif way < (1 + coded) / 2:
        quality = int(rng.integers(25, 95))
        frames = (_after_jpeg(frame, quality) for frame in frames)
    rows = list(motion.stream(frames, aspect=size.width / size.height))
    return np.concatenate(rows)


def _after_jpeg(frame: Luma, quality: int) -> Luma:
    coded = cv2.imencode(".jpg", frame, [cv2.IMWRITE_JPEG_QUALITY, quality])[1]
    return np.asarray(cv2.imdecode(coded, cv2.IMREAD_GRAYSCALE), dtype=np.uint8)


def _after_h264(
    frames: Iterator[Luma], size: Size, rate: Fraction, rng: np.random.Generator
) -> Iterator[Luma]:
    crf = int(rng.integers(16, 34))
    preset = str(rng.choice(["ultrafast", "superfast", "veryfast"]))
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "clip.mp4"
        pictures = (cv2.cvtColor(frame, cv2.COLOR_GRAY2RGB) for frame in frames)
        media.write_film(
            (np.asarray(p, dtype=np.uint8) for p in pictures), path,
            frame_rate=rate, size=size, quality=crf, preset=preset,
        )  # fmt: skip
        for frame in media.open_film(path, pixels="luma", threads=1):
            assert isinstance(frame.picture, np.ndarray)
            yield frame.picture


def save(clip: Clip, path: Path) -> None:
    """Keep a clip."""
    with atomic_output(path) as partial, partial.open("wb") as file:
        arrays: dict[str, NDArray[np.generic]] = {f"hits_{d}": clip.hits[d] for d in FIVE}
        arrays |= {f"first_{drum}": clip.first[drum] for drum in FIVE}
        np.savez(
            file, features=clip.features, frame_rate=clip.frame_rate, kind=clip.kind,
            **arrays,  # type: ignore[arg-type]  # savez takes any arrays by name
        )  # fmt: skip


def load(path: Path) -> Clip:
    """Read a clip that was kept."""
    with np.load(path) as kept:
        hits = {drum: kept[f"hits_{drum}"] for drum in FIVE}
        first = {drum: kept[f"first_{drum}"] for drum in FIVE}
        return Clip(kept["features"], hits, first, float(kept["frame_rate"]), str(kept["kind"]))


@cache
def fingerprint() -> str:
    """Tell the code that makes clips from what it was before, whatever comments say."""
    root, digest = Path(clavilux.__file__).parent, hashlib.sha256()
    for pattern in _MAKERS:
        for path in sorted(root.glob(pattern)):
            text = path.read_text(encoding="utf-8")
            digest.update((_without_words(text) if path.suffix == ".py" else text).encode())
    return digest.hexdigest()[:12]


def _without_words(source: str) -> str:
    """Return a module's tree, without comments and docstrings."""
    tree = ast.parse(source)
    for node in ast.walk(tree):
        body = getattr(node, "body", None)
        if isinstance(body, list):
            node.body = [part for part in body if not _is_text(part)]  # type: ignore[attr-defined]
    return ast.dump(tree)


def _is_text(node: ast.AST) -> bool:
    return isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)


def clips_of(
    data: str | PathLike[str], split: str | None = None, progress: Progress = silent
) -> list[Clip]:
    """Measure the films of a data set of any layout, or of a folder with MIDI files beside.

    Args:
        data: The data set or folder.
        split: Of a data set, which to take; its training split if None.
        progress: Progress callback.

    Raises:
        InputError: It holds no film with a MIDI file, or one cannot be read.
        ArgumentError: It has no such split.
    """
    folder = Path(data)
    if split is None and is_data_set(folder):
        split = "train"
    pairs, found = pairs_of(folder, split), []
    for number, (_, path, midi, _) in enumerate(pairs):
        progress(number, len(pairs), "measuring films")
        film = media.open_film(path, pixels="luma", size=_MEASURED)
        rows = np.concatenate(list(motion.stream(f.picture for f in film)))
        rate = float(film.frame_rate)
        played = hits_of(score.settle_drums(score.read(midi)))
        hits = {drum: of[of[:, 0] < len(rows) / rate] for drum, of in played.items()}
        found.append(Clip(rows, hits, _first(hits, Clock(rate, None, 0.5)), rate, "own/data"))
    return found


def fingerprint_of(learnt: list[Clip]) -> str:
    """Return a name for what clips hold, so that no checkpoint goes on with other ones."""
    digest = hashlib.sha256()
    for clip in learnt:
        digest.update(clip.features.tobytes())
        for drum in FIVE:
            digest.update(clip.hits[drum].tobytes())
    return digest.hexdigest()[:12]


def drums_cache(folder: Path = CACHE) -> Path:
    """Return the folder for what today's code makes."""
    return folder / fingerprint()


def clips(split: str, n: int, folder: Path = CACHE, progress: Progress = silent) -> list[Clip]:
    """Return the first `n` clips of a split, making and keeping those that are missing."""
    found = []
    for number in range(n):
        progress(number, n, "making clips")
        path = drums_cache(folder) / split / f"{number:05}.npz"
        if not path.exists():
            save(make_clip(split, number), path)
        found.append(load(path))
    return found

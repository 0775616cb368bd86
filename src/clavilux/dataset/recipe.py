"""Recipe: what a data set is made of, as saved in its ``dataset.json``.

A recipe decides every example but not how many there are: a data set may grow.
`plan` draws the examples; each knows all that its files hang on, and its name is
a hash of that. The same recipe gives the same examples, anywhere and in any order.

Conventions
-----------
- Splits never share a MIDI file, a look or a seed; where there are fewer than
  three files or looks, all examples are for training.
- Example number ``i`` is drawn from the recipe's seed, 0 if None, and ``i`` alone; only the
  film's own seed is that of a file's notes where the recipe names none, as in `see`.
"""

import hashlib
import json
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from fractions import Fraction
from functools import lru_cache
from os import PathLike
from pathlib import Path
from typing import Any, Literal

import numpy as np
from pydantic import BaseModel, ConfigDict, Field, ValidationError, field_validator

from clavilux.core.errors import DocumentError, InputError
from clavilux.core.timeline import FrameClock, parse_frame_rate
from clavilux.core.values import Size
from clavilux.dataset.prompts import Prompt, draw
from clavilux.matter import LOOKS
from clavilux.matter.palettes import PALETTES
from clavilux.pipelines.music import MIDI_SUFFIXES
from clavilux.schedule import mapping as mappings

FORMAT: Literal["clavilux.dataset/1"] = "clavilux.dataset/1"
VERSION = 1
"""Counts up whenever the same recipe would give other files: part of every name."""
SPLITS = ("train", "validation", "test")
SHARES = (0.8, 0.1, 0.1)

Split = Literal["train", "validation", "test"]


class Recipe(BaseModel):
    """What the examples of a data set are made of."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    format: Literal["clavilux.dataset/1"] = FORMAT
    version: int = VERSION
    seed: int | None = Field(None, ge=0)
    midi: str | None = Field(None, description="A folder of MIDI files; made-up drums if null.")
    metre_free: float = Field(0.5, ge=0, le=1, description="Share of made-up drums without metre.")
    duration_s: float = Field(16.0, gt=0, le=3600)
    frame_rate: str = "24"
    width: int = Field(256, ge=16, le=8192)
    height: int = Field(256, ge=16, le=8192)
    looks: tuple[str, ...] = tuple(sorted(LOOKS.built_in))
    palettes: tuple[str, ...] = tuple(sorted(PALETTES))
    mapping: str = "clavilux"
    themes: str | None = Field(None, description="A folder of themes; our own if null.")
    renderer: str = "procedural"
    quality: int = Field(18, ge=0, le=51)
    layout: Literal["clavilux", "v2midi"] = "clavilux"

    @field_validator("looks", "palettes")
    @classmethod
    def _some(cls, names: tuple[str, ...]) -> tuple[str, ...]:
        if not names:
            raise ValueError("name one or more")
        return tuple(sorted(set(names)))

    @property
    def rate(self) -> Fraction:
        """Video frames per second."""
        return parse_frame_rate(self.frame_rate)

    @property
    def n_frames(self) -> int:
        """Video frames of each example."""
        return max(2, FrameClock(self.rate).n_frames(self.duration_s))

    @classmethod
    def read(cls, path: str | PathLike[str]) -> "Recipe":
        """Read a recipe.

        Raises:
            DocumentError: It is none; the message names the place.
        """
        try:
            return cls.model_validate_json(Path(path).read_bytes())
        except (OSError, ValidationError) as error:
            raise DocumentError(f"{path} is no data set's recipe: {_first(error)}") from error


def _first(error: Exception) -> str:
    if isinstance(error, ValidationError):
        found = error.errors()[0]
        return f"{'.'.join(str(p) for p in found['loc'])}: {found['msg'].lower()}"
    return "it cannot be read"


@dataclass(frozen=True, slots=True)
class Source:
    """Where the notes of an example come from."""

    kind: str
    """``house`` or ``metre-free``: made up; ``file``: read."""
    seed: int = 0
    """Of what is made up."""
    path: str = ""
    sha256: str = ""
    """Of a file's bytes: the same file under two names is the same source."""


@dataclass(frozen=True, slots=True)
class Example:
    """One example: everything its files hang on."""

    number: int
    split: str
    source: Source
    duration_s: float
    frame_rate: str
    width: int
    height: int
    look: str
    palette: str | None
    mapping: str
    mapping_sha256: str
    """Of its document: a mapping file that is changed gives other examples."""
    theme: str
    prompt: str
    seed: int | None
    """Of the film and its sound; that of the notes, see `clavilux.pipelines.seeds`, if None."""
    renderer: str
    quality: int
    version: int = VERSION

    @property
    def name(self) -> str:
        """A hash that differs whenever the files could."""
        about = asdict(self)
        del about["number"]
        about["source"]["path"] = about["mapping"] = ""
        text = json.dumps(about, sort_keys=True)
        return hashlib.sha256(text.encode()).hexdigest()[:20]

    @property
    def size(self) -> Size:
        """Width and height of the film."""
        return Size(self.width + self.width % 2, self.height + self.height % 2)

    @property
    def rate(self) -> Fraction:
        """Video frames per second."""
        return parse_frame_rate(self.frame_rate)

    @property
    def n_frames(self) -> int:
        """Video frames of the film."""
        return max(2, FrameClock(self.rate).n_frames(self.duration_s))

    def to_dict(self) -> dict[str, Any]:
        """Return it as JSON values."""
        return asdict(self)

    @classmethod
    def from_dict(cls, content: dict[str, Any]) -> "Example":
        """Take it from JSON values, as `to_dict` gave them."""
        return cls(**{**content, "source": Source(**content["source"])})


def plan(recipe: Recipe, count: int) -> list[Example]:
    """Draw the first `count` examples of a recipe.

    Raises:
        InputError: Its folder of MIDI files or of themes, or its frame rate, cannot be used.
        DocumentError: Its mapping cannot be used.
        UnknownBackEnd: There is no such look.
    """
    parse_frame_rate(recipe.frame_rate)
    for look in recipe.looks:
        if look not in LOOKS.names():
            LOOKS.make(look)
    looks = _shared_out(recipe.looks, np.random.default_rng([recipe.seed or 0, 11]))
    files = None
    if recipe.midi is not None:
        found = list(_midi_files(Path(recipe.midi)))
        files = _shared_out(found, np.random.default_rng([recipe.seed or 0, 12]))
    return [_draw(recipe, number, looks, files) for number in range(count)]


def _draw(
    recipe: Recipe,
    number: int,
    looks: dict[str, list[str]],
    files: dict[str, list[Source]] | None,
) -> Example:
    rng = np.random.default_rng([recipe.seed or 0, number, 1])
    split = str(rng.choice(SPLITS, p=SHARES))
    if split not in looks or (files is not None and split not in files):
        split = "train"
    look = str(rng.choice(looks[split]))
    metre_free = bool(rng.random() < recipe.metre_free)
    pick = rng.random()
    # Seeds of two numbers never meet, so neither do those of two splits.
    seed = ((recipe.seed or 0) * 1_000_003 + number) % 2**31
    source = Source("metre-free" if metre_free else "house", seed=seed)
    if files is not None:
        source = files[split][int(pick * len(files[split]))]
    palette = str(rng.choice(recipe.palettes)) if rng.random() < 0.5 else None
    words: Prompt = draw(rng, recipe.themes)
    return Example(
        number=number,
        split=split,
        source=source,
        duration_s=recipe.duration_s,
        frame_rate=recipe.frame_rate,
        width=recipe.width,
        height=recipe.height,
        look=look,
        palette=palette,
        mapping=recipe.mapping,
        mapping_sha256=_mapping_hash(recipe.mapping),
        theme=words.theme,
        prompt=words.text,
        seed=None if recipe.seed is None and files is not None else seed,
        renderer=recipe.renderer,
        quality=recipe.quality,
    )


@lru_cache(maxsize=8)
def _mapping_hash(name_or_path: str) -> str:
    mappings.load(name_or_path)  # which says what is wrong with it
    if name_or_path in mappings.names():
        return hashlib.sha256(mappings.preset_text(name_or_path).encode()).hexdigest()
    return hashlib.sha256(Path(name_or_path).read_bytes()).hexdigest()


def _shared_out(things: Sequence[Any], rng: np.random.Generator) -> dict[str, list[Any]]:
    """Share things out among the splits; of fewer than three all are for training."""
    order = [things[i] for i in rng.permutation(len(things)).tolist()]
    if len(order) < len(SPLITS):
        return {"train": order}
    n_held = max(1, round(len(order) * SHARES[1]))
    return {
        "validation": order[:n_held],
        "test": order[n_held : 2 * n_held],
        "train": order[2 * n_held :],
    }


def _midi_files(folder: Path) -> Iterator[Source]:
    if not folder.is_dir():
        raise InputError(f"there is no folder {folder} of MIDI files")
    seen: dict[str, Source] = {}
    for path in sorted(folder.rglob("*")):
        if path.suffix.lower() in MIDI_SUFFIXES and path.is_file():
            digest = hashlib.sha256(path.read_bytes()).hexdigest()
            seen.setdefault(digest, Source("file", path=str(path.resolve()), sha256=digest))
    if not seen:
        raise InputError(f"{folder} holds no MIDI files; expected some ending in .mid")
    yield from (seen[digest] for digest in sorted(seen))

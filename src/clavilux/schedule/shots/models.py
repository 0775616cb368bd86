"""Models: what clips a generator can make, as a table (``models.yaml``).

A model makes clips of certain numbers of frames only, at a frame rate of its own.
"""

import os
from fractions import Fraction
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import Any

import yaml
from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator

from clavilux.core.errors import DocumentError, UnknownBackEnd
from clavilux.core.text import decode, read_bytes

_LARGEST_BYTES = 1 << 20


class ClipModel(BaseModel):
    """What clips a model can make."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    name: str = Field(min_length=1)
    shortest: int = Field(ge=1, description="Frames of its shortest clip.")
    longest: int = Field(le=1_000_000, description="Frames of its longest clip.")
    step: int = Field(ge=1, description="By how many frames legal clips differ.")
    frame_rate: int | None = Field(
        default=None, ge=1, le=240, description="Frames a second; null where it makes any."
    )
    sizes: tuple[str, ...] = Field(default=(), description="Such as 832x480, the usual first.")
    source: str = Field(default="", description="Where this is said.")

    @model_validator(mode="after")
    def _check(self) -> "ClipModel":
        if self.longest < self.shortest or (self.longest - self.shortest) % self.step:
            raise ValueError("`longest` is not `shortest` plus whole steps")
        return self

    def is_legal(self, count: int) -> bool:
        """Return True if it can make a clip of `count` frames."""
        return self.shortest <= count <= self.longest and not (count - self.shortest) % self.step

    def smallest(self, count: int) -> int:
        """Return the smallest legal number of frames that is at least `count`.

        Raises:
            ValueError: None is.
        """
        if count > self.longest:
            raise ValueError(f"{self.name} makes at most {self.longest} frames; asked {count}")
        return self.shortest + max(0, -(-(count - self.shortest) // self.step)) * self.step

    def rate(self, frame_rate: Fraction) -> Fraction:
        """Return the rate of its clips in a film of `frame_rate`."""
        return frame_rate if self.frame_rate is None else Fraction(self.frame_rate)


def names() -> list[str]:
    """Return the names of the table, in its order."""
    return list(_table())


def find(name: str | os.PathLike[str]) -> ClipModel:
    """Return a model of the table, or that of a YAML file of one's own.

    Raises:
        UnknownBackEnd: The table has none of that name.
        DocumentError: The file cannot be read, or is no such row.
    """
    text = os.fspath(name)
    if text.lower().endswith((".yaml", ".yml")):
        return _read(Path(text))
    if text not in _table():
        raise UnknownBackEnd(f"no model is called {text!r}; there are: {', '.join(names())}")
    return _table()[text]


@cache
def _table() -> dict[str, ClipModel]:
    rows = yaml.safe_load(files(__package__).joinpath("models.yaml").read_text("utf-8"))
    return {name: ClipModel(name=name, **row) for name, row in rows.items()}


def _read(path: Path) -> ClipModel:
    """Read the row of a model from a file."""
    try:
        row: Any = yaml.safe_load(
            decode(read_bytes(path, largest=_LARGEST_BYTES, what="a model's row"))
        )
    except yaml.YAMLError as error:
        raise DocumentError(f"{path} is not YAML: {' '.join(str(error).split())}") from error
    if not isinstance(row, dict):
        raise DocumentError(f"{path} is no row of a model; expected shortest, longest, step …")
    try:
        return ClipModel(**{"name": path.stem, **{str(key): row[key] for key in row}})
    except ValidationError as error:
        first = error.errors()[0]
        place = ".".join(map(str, first["loc"])) or "the row"
        raise DocumentError(f"{path}: {place}: {first['msg'].lower()}") from error

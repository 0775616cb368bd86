"""Rendered documents: every field's value and the prompt at every frame.

Conventions
-----------
- Columns have one value a frame, shape (n_frames,), and are read-only.
- A delta is the change since the frame before; at frame 0 it is the value itself, and
  zoom's is 1 plus the change. A percentage is of the largest absolute value.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

if TYPE_CHECKING:
    from clavilux.schedule.parseq.document.document import ParseqDocument


Column = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Extent:
    """How far a field reaches."""

    highest: float
    """The largest absolute value."""
    lowest: float
    """The smallest value."""

    @property
    def is_flat(self) -> bool:
        """As the original says it: so a field at -1 throughout is not flat."""
        return self.lowest == self.highest


@dataclass(frozen=True, eq=False)
class RenderedDocument:
    """A document evaluated at every frame."""

    document: "ParseqDocument"
    fields: dict[str, Column]
    """The value of each managed field, in the document's order."""
    prompts: list[str] | None
    """The prompt of each frame; None if the document leaves prompts to Deforum."""
    is_reversed: bool = False
    """Whether frames go from last to first, with deltas turned round."""

    @property
    def n_frames(self) -> int:
        return self.document.n_frames

    def extent(self, name: str) -> Extent:
        """Return the extent of a managed field."""
        return self._extents[name]

    def column(self, name: str) -> Column:
        """Return a column by the name that Deforum would look up: a field, or one derived from it.

        Raises:
            KeyError: There is no such column.
        """
        if name in self.fields:
            return self._turned(self.fields[name])
        if name == "frame":
            return np.arange(self.n_frames, dtype=np.float64)
        return self._turned(self._derived[name])

    @property
    def names(self) -> list[str]:
        """Every column's name, in the order of the original's frames, without the prompt."""
        seeds = ["subseed", "subseed_strength"] if "seed" in self.fields else []
        derived = [f"{name}{ending}" for name in self.fields for ending in ("_delta", "_pc")]
        return ["frame", *self.fields, *seeds, *derived]

    def reversed(self) -> "RenderedDocument":
        """Return the same frames from last to first, as the original hands them to Deforum.

        Fields and prompts change places; deltas change their sign too, and zoom's its power.
        """
        return replace(self, is_reversed=not self.is_reversed)

    def _turned(self, column: Column) -> Column:
        return column[::-1] if self.is_reversed else column

    # All fields are one table here: numpy takes as long for ten short columns as for one.

    @cached_property
    def _table(self) -> Column:
        """Every field, shape (n_fields, n_frames)."""
        return np.array(list(self.fields.values())).reshape(len(self.fields), self.n_frames)

    @cached_property
    def _extents(self) -> dict[str, Extent]:
        highest = np.maximum.reduce(self._table, axis=1).tolist()
        lowest = np.minimum.reduce(self._table, axis=1).tolist()
        return {
            name: Extent(abs(max(high, -low)), low)
            for name, high, low in zip(self.fields, highest, lowest, strict=True)
        }

    @cached_property
    def _derived(self) -> dict[str, Column]:
        """Seeds in parts, deltas and percentages by name, from the first frame to the last."""
        columns = {}
        with np.errstate(all="ignore"):
            if "seed" in self.fields:
                seed = self.fields["seed"]
                columns = {"subseed": np.ceil(seed), "subseed_strength": np.fmod(seed, 1)}
            rows = zip(self.fields, self._deltas(), self._percentages(), strict=True)
            for name, delta, percentage in rows:
                columns[f"{name}_delta"] = delta
                columns[f"{name}_pc"] = percentage
        return columns

    def _deltas(self) -> Column:
        zooms = [row for row, name in enumerate(self.fields) if name == "zoom"]
        delta = self._table.copy()
        delta[:, 1:] -= self._table[:, :-1]
        for row in zooms:
            delta[row, 1:] += 1
        if not self.is_reversed:
            return delta
        turned = -delta
        for row in zooms:
            turned[row] = 1 / delta[row]
        return turned

    def _percentages(self) -> Column:
        highest = np.array([extent.highest or 1.0 for extent in self._extents.values()])
        return np.asarray(self._table / highest[:, None] * 100)

    def frames(self) -> list[dict[str, Any]]:
        """Return the original's ``rendered_frames``; what is no number is None, as in JSON."""
        names = self.names
        columns: list[Sequence[Any]] = [numbers(self.column(name)) for name in names]
        if self.prompts is not None:
            at = 1 + len(self.fields)
            names.insert(at, "deforum_prompt")
            columns.insert(at, self.prompts[::-1] if self.is_reversed else self.prompts)
        return [dict(zip(names, row, strict=True)) for row in zip(*columns, strict=True)]

    def meta(self) -> dict[str, Any] | list[Any]:
        """Return the original's ``rendered_frames_meta``, which is an empty list without fields."""
        meta = {
            name: {
                "max": number(extent.highest),
                "min": number(extent.lowest),
                "isFlat": extent.is_flat,
            }
            for name, extent in self._extents.items()
        }
        return meta or []

    def to_dict(self) -> dict[str, Any]:
        """Return the document with ``rendered_frames`` and their meta, as uploaded."""
        return {
            **self.document.to_dict(),
            "options": dict(self.document.options),
            "managedFields": self.document.managed_fields,
            "rendered_frames": self.frames(),
            "rendered_frames_meta": self.meta(),
        }


def numbers(column: Column) -> list[float | int | None]:
    """Return a column's values as JSON has them: whole numbers as such, None for no number."""
    values = column.tolist()
    if not np.all(np.isfinite(column)):
        return [number(value) for value in values]
    if np.all(column == np.trunc(column)) and np.all(np.abs(column) < 2**53):
        return np.asarray(column, dtype=np.int64).tolist()  # type: ignore[no-any-return]
    return [number(value) for value in values]


def number(value: float) -> float | int | None:
    """Return one value as JSON has it: whole numbers as int up to 2**53, the rest as float."""
    if not math.isfinite(value):
        return None
    return int(value) if value.is_integer() and abs(value) < 2**53 else value

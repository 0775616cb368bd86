"""Changes: what a channel is told besides its notes, held as columns.

A piano's pedal alone can send ten thousand messages. As columns they cost ten
bytes each and can be worked on whole; as a sequence they give one `Change`
after the other, made when it is asked for.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import NamedTuple, overload

import numpy as np
from numpy.typing import NDArray

CHANGE_KINDS = ("key_pressure", "control", "program", "pressure", "bend")
"""In the order of MIDI's status bytes, from 0xA0 on."""


class Change(NamedTuple):
    """A channel message other than a note: a controller, bend, program or pressure."""

    tick: int
    channel: int
    kind: str
    """``control``, ``bend``, ``program``, ``pressure`` or ``key_pressure``."""
    number: int
    """Controller number or key; 0 where there is none."""
    value: int
    """0 to 127; for ``bend`` -8192 to 8191."""


@dataclass(frozen=True, slots=True, eq=False)
class Changes(Sequence[Change]):
    """Channel messages of one track in order of time. All shapes (n_changes,)."""

    tick: NDArray[np.int64]
    channel: NDArray[np.uint8]
    kind: NDArray[np.uint8]
    """Index into `CHANGE_KINDS`."""
    number: NDArray[np.uint8]
    value: NDArray[np.int16]

    @classmethod
    def of(cls, changes: Iterable[Change]) -> "Changes":
        """Hold `changes` as columns, in the order given."""
        if isinstance(changes, Changes):
            return changes
        listed = list(changes)
        return cls(
            np.array([c.tick for c in listed], dtype=np.int64),
            np.array([c.channel for c in listed], dtype=np.uint8),
            np.array([CHANGE_KINDS.index(c.kind) for c in listed], dtype=np.uint8),
            np.array([c.number for c in listed], dtype=np.uint8),
            np.array([c.value for c in listed], dtype=np.int16),
        )

    def where(self, keep: NDArray[np.bool_] | slice) -> "Changes":
        """Keep the changes for which `keep` is true."""
        return Changes(
            self.tick[keep],
            self.channel[keep],
            self.kind[keep],
            self.number[keep],
            self.value[keep],
        )

    def of_kind(self, kind: str, number: int | None = None) -> "Changes":
        """Keep those of one kind, and of one controller number if it is given."""
        keep = self.kind == CHANGE_KINDS.index(kind)
        return self.where(keep if number is None else keep & (self.number == number))

    def __len__(self) -> int:
        return len(self.tick)

    def __iter__(self) -> Iterator[Change]:
        kinds = (CHANGE_KINDS[kind] for kind in self.kind.tolist())
        columns = (self.tick, self.channel, self.number, self.value)
        tick, channel, number, value = (column.tolist() for column in columns)
        return map(Change, tick, channel, kinds, number, value)

    @overload
    def __getitem__(self, index: int) -> Change: ...
    @overload
    def __getitem__(self, index: slice) -> "Changes": ...
    def __getitem__(self, index: int | slice) -> "Change | Changes":
        if isinstance(index, slice):
            return self.where(index)
        return Change(
            int(self.tick[index]),
            int(self.channel[index]),
            CHANGE_KINDS[self.kind[index]],
            int(self.number[index]),
            int(self.value[index]),
        )

"""Parts: what a run is made of, each with a state of its own that it can resume.

A run that stops writes one mapping of arrays; every part finds its own again under
its name.
"""

from collections.abc import Mapping
from typing import Any, Protocol

from numpy.typing import NDArray

State = Mapping[str, NDArray[Any]]
"""What a run or a part needs to go on, as arrays."""


class Part(Protocol):
    """Something that changes from picture to picture."""

    def state(self) -> dict[str, NDArray[Any]]:
        """Return what is needed to go on after the last picture, exactly."""
        ...

    def resume(self, state: State) -> None:
        """Go on from what `state` returned."""
        ...


def state_of(parts: Mapping[str, Part | None]) -> dict[str, NDArray[Any]]:
    """Return the states of parts as one, each key after its part's name."""
    return {
        f"{name}.{key}": array
        for name, part in parts.items()
        if part is not None
        for key, array in part.state().items()
    }


def resume(parts: Mapping[str, Part | None], state: State) -> None:
    """Resume each part from its share of what `state_of` returned."""
    for name, part in parts.items():
        if part is not None:
            part.resume(part_of(state, name))


def part_of(state: State, name: str) -> State:
    """Return the share of one part."""
    prefix = f"{name}."
    return {key.removeprefix(prefix): a for key, a in state.items() if key.startswith(prefix)}

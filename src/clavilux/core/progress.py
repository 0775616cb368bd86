"""Progress: how a long task tells whoever waits for it how far it has come.

A task takes a `Progress` and calls it with what is done and what there is to
do, in one unit of its choice (video frames, seconds). Drawing the bar belongs
to the command line; a library call is silent unless it is given one.
"""

from typing import Protocol


class Progress(Protocol):
    """Hears how far a task has come."""

    def __call__(self, done: float, total: float, stage: str = "") -> None:
        """Take note that `done` of `total` units of `stage` are finished."""
        ...


def silent(done: float, total: float, stage: str = "") -> None:
    """Take note of nothing."""

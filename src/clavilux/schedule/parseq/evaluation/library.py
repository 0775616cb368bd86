"""The library: every function of the language, with its arguments.

Each function takes a view and its arguments in the order of their definition, as
numbers, strings or columns, and gives a column or a number.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np

from clavilux.schedule.parseq.evaluation.scene import View

Argument = Any
"""A float, a str or a column; which, is checked before a function sees it."""
Default = float | str | Callable[[View], Argument]


@dataclass(frozen=True, slots=True)
class Parameter:
    """One argument of a function."""

    names: tuple[str, ...]
    default: Default | None
    """Its value when it is not given; None when it must be."""
    type: str = "number"


@dataclass(frozen=True, slots=True)
class Function:
    """A function of the language."""

    description: str
    """As the original describes it: its error texts quote this."""
    parameters: tuple[Parameter, ...]
    apply: Callable[..., Argument]


def required(*names: str, type: str = "number") -> Parameter:
    """An argument that must be given."""
    return Parameter(names, None, type)


def optional(*names: str, default: Default, type: str = "number") -> Parameter:
    """An argument that has a default."""
    return Parameter(names, default, type)


MISSING = Function(
    "invoked when function is not found",
    tuple(optional(name, default=0.0) for name in "abcdefg"),
    lambda view, *args: np.nan,
)
"""Stands for a name that is no function: perhaps a time series."""

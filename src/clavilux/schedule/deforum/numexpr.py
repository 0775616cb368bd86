"""Expressions of Deforum's schedules: numexpr's arithmetic of t, s and max_f, safely.

Text in, one number a frame out. Nothing is handed to Python: a grammar reads what is
allowed, and numpy computes it over all frames at once.

Conventions
-----------
- ``t`` is the frame, ``s`` the seed, ``max_f`` the last frame. Whole numbers stay
  whole until a division or a function makes them otherwise, as in numexpr.
"""

from collections.abc import Callable
from functools import cache, lru_cache
from importlib.resources import files
from typing import Any

import numpy as np
from lark import Lark, LarkError, Tree
from numpy.typing import NDArray

from clavilux.core.errors import DocumentError

MAX_LENGTH = 4_000
MAX_BRACKETS = 50
MAX_OPERATORS = 400

_FUNCTIONS: dict[str, tuple[int, Callable[..., Any]]] = {
    **{
        name: (1, getattr(np, name))
        for name in [
            "sin",
            "cos",
            "tan",
            "arcsin",
            "arccos",
            "arctan",
            "sinh",
            "cosh",
            "tanh",
            "arcsinh",
            "arccosh",
            "arctanh",
            "log",
            "log10",
            "log1p",
            "log2",
            "exp",
            "expm1",
            "sqrt",
            "floor",
            "ceil",
            "sign",
        ]
    },
    "abs": (1, np.abs),
    "round": (1, np.round),
    "trunc": (1, np.trunc),
    "arctan2": (2, np.arctan2),
    "fmod": (2, np.fmod),
    "where": (3, np.where),
}
_OPERATIONS: dict[str, Callable[..., Any]] = {
    "bit_or": np.bitwise_or, "bit_xor": np.bitwise_xor, "bit_and": np.bitwise_and,
    "less": np.less, "less_equal": np.less_equal, "greater": np.greater,
    "greater_equal": np.greater_equal, "equal": np.equal, "not_equal": np.not_equal,
    "add": np.add, "subtract": np.subtract, "multiply": np.multiply, "divide": np.true_divide,
    "floor_divide": np.floor_divide, "negative": np.negative, "positive": np.positive,
    "invert": np.invert,
}  # fmt: skip


@cache
def _grammar() -> Lark:
    return Lark((files(__package__) / "numexpr.lark").read_text(encoding="utf-8"), parser="lalr")


@lru_cache(maxsize=1024)
def parse(text: str) -> Tree[Any]:
    """Read an expression.

    Raises:
        DocumentError: It is not one, or is absurdly long or deep.
    """
    depth = deepest = 0
    for character in text[: MAX_LENGTH + 1]:
        depth += (character == "(") - (character == ")")
        deepest = max(deepest, depth)
    n_operators = sum(text.count(c) for c in "+-*/%~^&|<>=")
    if len(text) > MAX_LENGTH or deepest > MAX_BRACKETS or n_operators > MAX_OPERATORS:
        raise DocumentError(f"the expression {text[:40]!r}… is too long or nests too deeply")
    try:
        tree = _grammar().parse(text)
    except LarkError as error:
        column = getattr(error, "column", 0)
        where = f" at column {column}" if isinstance(column, int) and column > 0 else ""
        raise DocumentError(
            f"{text!r} cannot be read{where}; a schedule may use numbers, t, s, max_f, "
            "+ - * / % **, comparisons and functions of one argument such as sin(t)"
        ) from None
    return tree if isinstance(tree, Tree) else Tree("bracket", [tree])


def evaluate(text: str, frames: NDArray[np.int64], *, seed: int, max_f: int) -> NDArray[np.float64]:
    """Evaluate an expression at every frame.

    Raises:
        DocumentError: It cannot be read, names something unknown, or is not finite.
    """
    variables = {"t": frames, "s": np.int64(seed), "max_f": np.int64(max_f)}
    with np.errstate(all="ignore"):
        try:
            result = _value(parse(text), variables, text)
        except TypeError:
            raise DocumentError(f"{text!r} combines truths with numbers bit by bit") from None
    column = np.broadcast_to(np.asarray(result, dtype=np.float64), frames.shape)
    if not np.all(np.isfinite(column)):
        bad = int(frames[np.argmin(np.isfinite(column))])
        raise DocumentError(f"{text!r} is not a finite number at frame {bad}")
    return column


def _value(node: Any, variables: dict[str, Any], text: str) -> Any:
    kind, parts = node.data, node.children
    if kind == "number":
        return (
            np.int64(parts[0])
            if parts[0].isdigit() and len(parts[0]) < 19
            else np.float64(parts[0])
        )
    if kind == "name":
        if parts[0] not in variables:
            raise DocumentError(f"{text!r} names {str(parts[0])!r}; there are t, s and max_f")
        return variables[parts[0]]
    if kind == "call":
        return _call(str(parts[0]), [_value(part, variables, text) for part in parts[1:]], text)
    values = [_value(part, variables, text) for part in parts]
    if kind == "bracket":
        return values[0]
    if kind == "modulo":
        whole = all(np.issubdtype(np.asarray(value).dtype, np.integer) for value in values)
        return np.mod(*values) if whole else np.fmod(*values)
    if kind == "raised":
        base, exponent = values
        if np.any(np.asarray(exponent) < 0):
            base = np.asarray(base, dtype=np.float64)
        return np.power(base, exponent)
    return _OPERATIONS[kind](
        *(np.asarray(value) * 1 if kind == "negative" else value for value in values)
    )


def _call(name: str, arguments: list[Any], text: str) -> Any:
    if name not in _FUNCTIONS:
        known = ", ".join(sorted(_FUNCTIONS))
        raise DocumentError(f"{text!r} calls {name!r}; the functions are {known}")
    count, function = _FUNCTIONS[name]
    if len(arguments) != count:
        raise DocumentError(f"{text!r}: {name} takes {count} arguments, not {len(arguments)}")
    return function(*arguments)

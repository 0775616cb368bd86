"""Themes: prompts to draw from by chance, for data sets and for those without words.

A theme is a text file, one prompt a line; a folder of them is a collection. Ours lie
beside this file. Empty lines and those that begin with ``#`` are passed over.
"""

from importlib.resources import files
from os import PathLike
from pathlib import Path
from typing import Protocol

import numpy as np

from clavilux.core.errors import DocumentError

_LARGEST_BYTES = 1 << 22


class _File(Protocol):
    @property
    def name(self) -> str: ...

    def read_bytes(self) -> bytes: ...


def draw(
    rng: np.random.Generator, folder: str | PathLike[str] | None = None, theme: str | None = None
) -> str:
    """Draw a prompt: a theme by chance, then one of its lines.

    Args:
        rng: Draws.
        folder: A collection of one's own; ours if None.
        theme: Only from this one.

    Raises:
        DocumentError: The folder has no themes, or none of that name.
    """
    found = load(folder)
    if theme is not None and theme not in found:
        raise DocumentError(f"no theme is called {theme!r}; there are: {', '.join(sorted(found))}")
    names = [theme] if theme is not None else sorted(found)
    prompts = found[names[int(rng.integers(len(names)))]]
    return prompts[int(rng.integers(len(prompts)))]


def load(folder: str | PathLike[str] | None = None) -> dict[str, tuple[str, ...]]:
    """Return every theme of a collection by name, with its prompts.

    Raises:
        DocumentError: There is no such folder, or no theme in it.
    """
    sources: list[_File]
    if folder is None:
        sources = [file for file in files(__name__).iterdir() if file.name.endswith(".txt")]
    else:
        path = Path(folder)
        if not path.is_dir():
            raise DocumentError(f"there is no folder of themes {str(folder)!r}")
        sources = [file for file in path.iterdir() if file.name.endswith(".txt")]
    themes = {file.name.removesuffix(".txt"): _lines(file) for file in sources}
    themes = {name: themes[name] for name in sorted(themes) if themes[name]}
    if not themes:
        raise DocumentError(
            f"the folder {str(folder)!r} holds no themes; expected .txt files, one prompt a line"
        )
    return themes


def _lines(file: _File) -> tuple[str, ...]:
    content = file.read_bytes()
    if len(content) > _LARGEST_BYTES:
        raise DocumentError(f"theme {file.name} is larger than 4 MB; it cannot be meant as one")
    try:
        lines = [line.strip() for line in content.decode("utf-8-sig").splitlines()]
    except UnicodeDecodeError as error:
        raise DocumentError(f"theme {file.name} is not text in UTF-8") from error
    return tuple(line for line in lines if line and not line.startswith("#"))

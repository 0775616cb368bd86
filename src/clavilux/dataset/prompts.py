"""Prompts: words for pictures, drawn at random with the theme they belong to.

A collection of themes is a folder as `clavilux.narrate.themes` has them, a text file a
theme; or as V2MIDI has them, a folder a theme with one prompt in each of its text files.
"""

from functools import lru_cache
from os import PathLike
from pathlib import Path
from typing import NamedTuple

import numpy as np

from clavilux.narrate import themes


class Prompt(NamedTuple):
    """Words for pictures."""

    theme: str
    text: str


def draw(rng: np.random.Generator, folder: str | PathLike[str] | None = None) -> Prompt:
    """Draw a theme and one of its prompts.

    Args:
        rng: Decides.
        folder: A collection of themes; our own if None.

    Raises:
        DocumentError: The folder holds no themes.
    """
    found = _collection(None if folder is None else str(folder))
    theme = sorted(found)[int(rng.integers(len(found)))]
    return Prompt(theme, found[theme][int(rng.integers(len(found[theme])))])


@lru_cache(maxsize=8)
def _collection(folder: str | None) -> dict[str, tuple[str, ...]]:
    if folder is None:
        return themes.load()
    found = {}
    for path in sorted(Path(folder).glob("*/")):
        texts = [p.read_text("utf-8", errors="replace").split() for p in sorted(path.glob("*.txt"))]
        if kept := tuple(" ".join(words) for words in texts if words):
            found[path.name] = kept
    if not found or any(Path(folder).glob("*.txt")):
        found |= themes.load(folder)
    return found

"""Prompts: words for pictures, drawn at random from folders of themes.

A folder of themes holds a folder a theme, with one prompt in each of its text
files, as V2MIDI has them; or a text file a theme, with a prompt a line.
"""

from functools import lru_cache
from os import PathLike
from pathlib import Path
from typing import NamedTuple

import numpy as np

from clavilux.core.errors import InputError

_OWN: dict[str, tuple[str, ...]] = {
    "water": ("slow ink in clear water, deep blue", "rain on a dark lake at dusk, silver rings"),
    "fire": ("embers drifting over black stone", "a low sun through smoke, orange and violet"),
    "forest": ("moss and fern in morning fog", "light between tall pines, green and gold"),
    "stone": ("veined marble, cold and pale", "folded slate with lines of quartz"),
    "sky": ("northern lights over snow", "high clouds at sunrise, pink and grey"),
    "city": ("neon on wet asphalt at night", "glass towers in evening light, cyan and amber"),
}


class Prompt(NamedTuple):
    """Words for pictures."""

    theme: str
    text: str


def draw(rng: np.random.Generator, folder: str | PathLike[str] | None = None) -> Prompt:
    """Draw a theme and one of its prompts.

    Args:
        rng: Decides.
        folder: A folder of themes; our own themes if None.

    Raises:
        InputError: The folder holds no themes.
    """
    themes = _themes(None if folder is None else str(folder))
    theme = sorted(themes)[int(rng.integers(len(themes)))]
    return Prompt(theme, themes[theme][int(rng.integers(len(themes[theme])))])


@lru_cache(maxsize=8)
def _themes(folder: str | None) -> dict[str, tuple[str, ...]]:
    if folder is None:
        return _OWN
    root, found = Path(folder), {}
    for path in sorted(root.iterdir()) if root.is_dir() else []:
        if path.is_dir():
            texts = [_text(p) for p in sorted(path.glob("*.txt"))]
        elif path.suffix == ".txt":
            texts = [line.strip() for line in _text(path).splitlines()]
        else:
            continue
        if kept := tuple(" ".join(text.split()) for text in texts if text):
            found[path.stem] = kept
    if not found:
        raise InputError(
            f"{folder} holds no themes; expected a folder a theme with text files, "
            "or a text file a theme with a prompt a line"
        )
    return found


def _text(path: Path) -> str:
    return path.read_text("utf-8", errors="replace").strip()

"""A picture of two drum parts, one above the other: what was played and what was heard.

Each drum has a line; strokes are the taller the harder. In the upper part strokes
that nothing heard are red, in the lower those that nobody played.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from os import PathLike

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw, ImageFont

from clavilux.core.files import atomic_output

_PAPER, _INK, _FAINT, _GRID, _WRONG = "#ffffff", "#22262b", "#8a929b", "#e4e7ea", "#d0342c"
_COLOURS = ("#2f6db5", "#b5542f", "#3d8b4f", "#8a4fa8", "#a8862a")
_LEFT, _RIGHT, _TOP, _LINE, _GAP = 110, 24, 44, 26, 34


@dataclass(frozen=True, slots=True, eq=False)
class DrumRolls:
    """What the picture shows."""

    title: str
    start_s: float
    end_s: float
    drums: Sequence[str]
    played: Mapping[str, NDArray[np.float64]]
    """Drum to seconds, velocities and whether each was heard; shape (n_hits, 3)."""
    heard: Mapping[str, NDArray[np.float64]]
    """The same, and whether each was played."""


def draw_drum_rolls(rolls: DrumRolls, path: str | PathLike[str], *, width: int = 1400) -> None:
    """Draw both rolls and write them to `path` as PNG.

    Raises:
        OutputError: The picture cannot be written.
    """
    high = len(rolls.drums) * _LINE
    image = Image.new("RGB", (width, _TOP + 2 * high + _GAP + 34), _PAPER)
    pen, font = ImageDraw.Draw(image), ImageFont.load_default(13)
    pen.text((_LEFT, 12), rolls.title, fill=_INK, font=ImageFont.load_default(15))
    for name, hits, top in (
        ("played", rolls.played, _TOP),
        ("heard", rolls.heard, _TOP + high + _GAP),
    ):
        pen.text((12, top - 17), name, fill=_FAINT, font=font)
        for number, drum in enumerate(rolls.drums):
            base = top + (number + 1) * _LINE - 4
            pen.line((_LEFT, base, width - _RIGHT, base), fill=_GRID)
            pen.text((12, base - 14), drum.replace("_", " "), fill=_INK, font=font)
            _draw_hits(pen, rolls, hits[drum], base, _COLOURS[number % len(_COLOURS)], width)
    _draw_seconds(pen, rolls, width, _TOP + 2 * high + _GAP + 4)
    with atomic_output(path) as partial:
        image.save(partial, format="PNG", optimize=True)


def _draw_hits(
    pen: ImageDraw.ImageDraw,
    rolls: DrumRolls,
    hits: NDArray[np.float64],
    base: int,
    colour: str,
    width: int,
) -> None:
    for time_s, velocity, met in hits.tolist():
        if rolls.start_s <= time_s < rolls.end_s:
            x = _x(rolls, time_s, width)
            tall = 4 + (_LINE - 8) * velocity / 127
            pen.rectangle((x, base - tall, x + 3, base - 1), fill=colour if met else _WRONG)


def _draw_seconds(pen: ImageDraw.ImageDraw, rolls: DrumRolls, width: int, top: int) -> None:
    step = max(1, round((rolls.end_s - rolls.start_s) / 16))
    for second in range(int(np.ceil(rolls.start_s)), int(rolls.end_s) + 1, step):
        x = _x(rolls, second, width)
        pen.line((x, top, x, top + 5), fill=_FAINT)
        pen.text((x - 6, top + 8), f"{second} s", fill=_FAINT, font=ImageFont.load_default(11))


def _x(rolls: DrumRolls, time_s: float, width: int) -> float:
    share = (time_s - rolls.start_s) / max(rolls.end_s - rolls.start_s, 1e-9)
    return _LEFT + share * (width - _LEFT - _RIGHT)

"""Palettes: the few colours that make up a picture, and those of a whole shot.

Colours are grouped in OKLab, where equal distances look alike.
"""

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from clavilux.core.colour import oklab_from_srgb, srgb_from_oklab

_N_SWATCH = 6
_ROUNDS = 6


class Swatch(NamedTuple):
    """The dominant colours of one picture."""

    time_s: float
    lab: NDArray[np.float64]
    """OKLab, most common first. Shape (n_colours, 3)."""
    share: NDArray[np.float64]
    """Shares of the picture, summing to 1. Shape (n_colours,)."""


def swatch(time_s: float, rgb: NDArray[np.float32]) -> Swatch:
    """Find the dominant colours of a small picture, 8-bit RGB of shape (height, width, 3)."""
    lab = oklab_from_srgb(rgb.reshape(-1, 3) / 255)
    return Swatch(time_s, *grouped(lab, np.full(len(lab), 1 / len(lab)), _N_SWATCH))


def palette(swatches: Sequence[Swatch], n_colours: int = 5) -> tuple[str, ...]:
    """Give the dominant colours of several pictures together, as ``#rrggbb``."""
    if not swatches:
        return ()
    lab = np.concatenate([s.lab for s in swatches])
    share = np.concatenate([s.share for s in swatches]) / len(swatches)
    colours, _ = grouped(lab, share, n_colours)
    codes = np.rint(srgb_from_oklab(colours) * 255).astype(int)
    return tuple("#{:02x}{:02x}{:02x}".format(*code) for code in codes.tolist())


def distance(first: Sequence[Swatch], second: Sequence[Swatch]) -> float:
    """Give how differently coloured two sets of pictures are: 0 alike, 1 black against white.

    Every colour travels to the nearest one of the other side, and the longer of
    the two ways counts.
    """
    sides = [
        (np.concatenate([s.lab for s in side]), np.concatenate([s.share for s in side]) / len(side))
        for side in (first, second)
    ]
    (a, share_a), (b, share_b) = sides
    gaps = np.linalg.norm(a[:, None] - b[None], axis=-1)
    return float(max(share_a @ gaps.min(axis=1), share_b @ gaps.min(axis=0)))


def grouped(
    lab: NDArray[np.float64], weight: NDArray[np.float64], n_groups: int
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Group colours by k-means, starting from those that lie far apart.

    Returns:
        Centres (n, 3) and their shares (n,), largest first; n is at most `n_groups`.
    """
    centres = _far_apart(lab, weight, n_groups)
    for _ in range(_ROUNDS):
        nearest = ((lab[:, None] - centres[None]) ** 2).sum(axis=-1).argmin(axis=1)
        member = (nearest[:, None] == np.arange(len(centres))) * weight[:, None]
        total = member.sum(axis=0)
        centres = np.where(
            total[:, None] > 0, member.T @ lab / np.maximum(total, 1e-12)[:, None], centres
        )
    order = [i for i in np.argsort(-total, kind="stable") if total[i] > 0]
    return centres[order], total[order] / total.sum()


def _far_apart(
    lab: NDArray[np.float64], weight: NDArray[np.float64], n_groups: int
) -> NDArray[np.float64]:
    chosen = [lab[int(np.argmax(weight))]]
    for _ in range(min(n_groups, len(lab)) - 1):
        gap = np.min([((lab - centre) ** 2).sum(axis=1) for centre in chosen], axis=0)
        chosen.append(lab[int(np.argmax(gap * weight))])
    return np.stack(chosen)

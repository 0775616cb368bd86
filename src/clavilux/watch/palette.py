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


def merged(swatches: Sequence[Swatch], n_colours: int = _N_SWATCH) -> Swatch:
    """Find the dominant colours of several pictures together."""
    lab = np.concatenate([s.lab for s in swatches])
    share = np.concatenate([s.share for s in swatches]) / len(swatches)
    return Swatch(swatches[0].time_s, *grouped(lab, share, n_colours))


def codes(colours: Swatch, n_colours: int = 5) -> tuple[str, ...]:
    """Write colours as ``#rrggbb``, most common first."""
    rgb = np.rint(srgb_from_oklab(colours.lab[:n_colours]) * 255).astype(int)
    return tuple("#{:02x}{:02x}{:02x}".format(*code) for code in rgb.tolist())


def distance(a: Swatch, b: Swatch) -> float:
    """Return how differently coloured two pictures are: 0 alike, 1 black against white.

    It is the earth mover's distance, the nearest colours served first.
    """
    gaps = np.linalg.norm(a.lab[:, None] - b.lab[None], axis=-1)
    left_a, left_b = a.share.copy(), b.share.copy()
    total = 0.0
    for i, j in zip(*np.unravel_index(np.argsort(gaps, axis=None), gaps.shape), strict=True):
        moved = min(left_a[i], left_b[j])
        left_a[i], left_b[j] = left_a[i] - moved, left_b[j] - moved
        total += float(moved * gaps[i, j])
    return total


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

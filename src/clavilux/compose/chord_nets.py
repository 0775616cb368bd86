"""Nets that write chords, as one kind of function: a prefix in, the next chord's likelihood out.

Each net has its own view of a song; what it is asked and what it answers are the same. Row
``s`` of an answer is about the chord of second ``s + 1`` and hangs on the chords up to
second ``s`` and on the film.
"""

from collections.abc import Callable
from dataclasses import dataclass
from os import PathLike

import numpy as np
from numpy.typing import NDArray

from clavilux import models
from clavilux.compose.chord_features import film_rows, prepare, video2music_rows
from clavilux.compose.vocabulary import N_CHORDS
from clavilux.core.errors import InputError
from clavilux.models import Model

_INPUTS = {"form": ("runs", "times", "film", "minor"), "amt": ("chords", "film", "minor")}
AMT_SECONDS = 300
"""The longest film and song that Video2Music's transformer knows."""


@dataclass(frozen=True, slots=True, eq=False)
class Prefix:
    """The chords of a song so far, in the normalised key, and its film."""

    chords: NDArray[np.int64]
    """Indices of `clavilux.compose.vocabulary`, (n,), one a second."""
    emotion: NDArray[np.float32]
    """Probabilities of six emotions; of n seconds or more, as the two that follow."""
    motion: NDArray[np.float32]
    scene_offset: NDArray[np.float32]
    minor: bool
    change_s: NDArray[np.float64] | None = None
    """When chords begin, where that is known better than by the second."""
    semantic: NDArray[np.float32] | None = None
    """CLIP image features, where there are any."""


Net = Callable[[Prefix], NDArray[np.float64]]
"""Log-probabilities of the chord of the next second, (n, N_CHORDS)."""


def form(weights: str | PathLike[str] | None = None) -> Net:
    """Return the net that copies from the song itself.

    Args:
        weights: A folder that ``train chords`` wrote, or its ONNX file; that which ships if None.

    Raises:
        InputError: There is no such model, or it is of another kind.
    """
    return _form(_loaded("form", weights))


def amt(weights: str | PathLike[str] | None = None) -> Net:
    """Return Video2Music's affective multimodal transformer; see `form`.

    It looks at no more than `AMT_SECONDS`.
    """
    return _amt(_loaded("amt", weights))


def load(weights: str | PathLike[str]) -> Net:
    """Return the net in a folder that ``train chords`` wrote, of either kind.

    Raises:
        InputError: There is none.
    """
    model = models.load("chords", weights=models.file_in(weights))
    for name, build in (("form", _form), ("amt", _amt)):
        if _inputs(model) == _INPUTS[name]:
            return build(model)
    raise InputError(f"{weights} is no net of chords: its inputs are {', '.join(_inputs(model))}")


def _form(model: Model) -> Net:
    def scores(prefix: Prefix) -> NDArray[np.float64]:
        n = len(prefix.chords)
        rows = prepare(prefix.chords, prefix.change_s)
        seen = film_rows(prefix.emotion, prefix.motion, prefix.scene_offset)[1 : n + 1]
        film = np.pad(seen, ((0, n - len(seen)), (0, 0)))
        minor = np.array([int(prefix.minor)])
        (found,) = model(rows.runs[None], rows.times[None], film[None], minor)
        return np.asarray(found[0], np.float64)

    return scores


def _amt(model: Model) -> Net:
    def scores(prefix: Prefix) -> NDArray[np.float64]:
        film = amt_film(prefix.emotion, prefix.motion, prefix.scene_offset, prefix.semantic)
        minor = np.array([int(prefix.minor)])
        (found,) = model(prefix.chords[None, :AMT_SECONDS], film[None], minor)
        logits = np.asarray(found[0, :, :N_CHORDS], np.float64)
        return np.asarray(logits - np.logaddexp.reduce(logits, axis=1, keepdims=True))

    return scores


def amt_film(
    emotion: NDArray[np.float32],
    motion: NDArray[np.float32],
    scene_offset: NDArray[np.float32],
    semantic: NDArray[np.float32] | None,
) -> NDArray[np.float32]:
    """Return a film as Video2Music's transformer sees it: `AMT_SECONDS` rows, zeros at the end."""
    rows = video2music_rows(emotion, motion, scene_offset, semantic)[:AMT_SECONDS]
    return np.pad(rows, ((0, AMT_SECONDS - len(rows)), (0, 0)))


def _loaded(name: str, weights: str | PathLike[str] | None) -> Model:
    model = models.load(name, weights=models.file_in(weights))
    if _inputs(model) != _INPUTS[name]:
        raise InputError(
            f"{weights} is not a model of the kind {name}: its inputs are "
            f"{', '.join(_inputs(model))}; expected {', '.join(_INPUTS[name])}"
        )
    return model


def _inputs(model: Model) -> tuple[str, ...]:
    return tuple(node.name for node in model.session.get_inputs())

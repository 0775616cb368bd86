"""Drum kits made of the sample one-shots: sounds that no part of Clavilux has heard before."""

from collections.abc import Mapping
from pathlib import Path

import numpy as np
import soundfile
import soxr
from numpy.typing import NDArray

from clavilux.core.drums import DRUM_CHANNEL, drum_name
from clavilux.core.values import Score

RATE = 44_100
KITS: Mapping[str, Mapping[str, str]] = {
    "rock one-shots": {
        "kick": "h2rock_KickHard.wav", "snare": "h2rock_SnareHard.wav",
        "rim": "h2rock_SideStickMed.wav", "clap": "h2rock_HandClap.wav",
        "closed_hat": "h2rock_HatClosedHard.wav", "pedal_hat": "h2rock_HatPedalHard.wav",
        "open_hat": "h2rock_HatOpenHard.wav", "tom": "h2rock_Tom2Med.wav",
        "crash": "h2rock_CrashMed.wav", "ride": "h2rock_RideMed.wav",
        "cowbell": "h2rock_CowbellMed.wav",
    },
    "dry one-shots": {
        "kick": "h2gmkit_kick_Dry_b.flac", "snare": "h2gmkit_sn_Wet_b.flac",
        "rim": "h2gmkit_stick_Woody.flac", "closed_hat": "h2gmkit_hhc_Rock_b.flac",
        "pedal_hat": "h2gmkit_hhp_Dry_a.flac", "open_hat": "sonicpi_drum_cymbal_open.flac",
        "tom": "h2gmkit_tom_Rock_lo.flac", "crash": "h2gmkit_cra_Rock_a.flac",
        "ride": "h2gmkit_cym_Jazz.flac", "cowbell": "h2gmkit_misc_Cowbell.flac",
    },
    "electronic one-shots": {
        "kick": "sonicpi_drum_heavy_kick.flac", "snare": "sonicpi_drum_snare_hard.flac",
        "rim": "sonicpi_drum_snare_soft.flac", "closed_hat": "sonicpi_drum_cymbal_closed.flac",
        "pedal_hat": "sonicpi_drum_cymbal_pedal.flac",
        "open_hat": "sonicpi_drum_cymbal_open.flac", "tom": "sonicpi_drum_tom_lo_hard.flac",
        "crash": "sonicpi_drum_splash_hard.flac", "ride": "h2rock_RideMed.wav",
        "cowbell": "sonicpi_drum_cowbell.flac",
    },
}  # fmt: skip
"""Kit to the file that plays each kind of drum; kinds that are missing stay silent."""


def play_kit(score: Score, folder: Path, kit: Mapping[str, str]) -> NDArray[np.float32]:
    """Play the drums of a score on one-shots, each as loud as its velocity; shape (n, 1)."""
    shots = {kind: _shot(folder / name) for kind, name in kit.items()}
    out = np.zeros(round((score.duration_s + 2) * RATE), dtype=np.float32)
    for track in score.tracks:
        notes = track.notes.where(track.notes.channel == DRUM_CHANNEL)
        for time_s, pitch, velocity in zip(
            score.onsets_s(notes), notes.pitch, notes.velocity, strict=True
        ):
            shot = shots.get(drum_name(int(pitch)))
            if shot is not None:
                start = round(float(time_s) * RATE)
                part = shot[: len(out) - start]
                out[start : start + len(part)] += part * np.float32((velocity / 127) ** 1.5)
    return (out * np.float32(0.9 / max(float(np.abs(out).max()), 1e-6)))[:, None]


def _shot(path: Path) -> NDArray[np.float32]:
    """Read a one-shot from where it begins to sound."""
    wave, rate = soundfile.read(path, dtype="float32", always_2d=True)
    line = soxr.resample(wave.mean(axis=1), rate, RATE)
    loud = np.flatnonzero(np.abs(line) > 0.05 * np.abs(line).max())
    begun: NDArray[np.float32] = line[max(0, int(loud[0]) - 20) :]
    return begun

"""Writing sound files: WAV, FLAC, MP3, Ogg Vorbis, Opus and M4A, told by the suffix.

The same sound gives the same bytes: no dates, versions or random numbers get
into the file. What is louder than full scale is clipped.
"""

import os
from collections.abc import Iterator
from pathlib import Path
from typing import Literal

import av
import numpy as np
import soundfile
from av.container import OutputContainer
from numpy.typing import NDArray

from clavilux.core.errors import MediaError
from clavilux.core.files import atomic_output
from clavilux.core.progress import Progress, silent
from clavilux.core.values import Sound
from clavilux.media.encoding import FILM_SUFFIXES, SOUND_SUFFIXES
from clavilux.media.ogg import renumber
from clavilux.media.sound_track import SoundTrack, coded_rate
from clavilux.media.waveforms import BlockReader

Depth = Literal[16, 24, 32]

_CODECS = {
    ".flac": "flac",
    ".mp3": "libmp3lame",
    ".opus": "libopus",
    ".m4a": "aac",
}
_WAV = {16: "pcm_s16le", 24: "pcm_s24le", 32: "pcm_f32le"}
_FLAC = {16: "s16", 24: "s32"}
_CONTAINERS = {".wav": "wav", ".flac": "flac", ".mp3": "mp3", ".opus": "opus", ".m4a": "ipod"}
_VORBIS_BLOCK = 1 << 14
"""libsndfile crashes on long one-shot writes of Vorbis."""
_VORBIS_QUALITY = 0.4
"""libsndfile's compression level: about 160 kbit/s in stereo."""


def write_sound(
    sound: Sound,
    path: str | os.PathLike[str],
    *,
    bit_depth: Depth = 16,
    progress: Progress = silent,
) -> None:
    """Write a sound to a file; the suffix says which kind.

    Args:
        sound: What to write.
        path: Ends in .wav, .flac, .mp3, .ogg, .opus or .m4a.
        bit_depth: 16, 24, or 32 for floating point; of WAV (all) and FLAC (16, 24).
        progress: Hears of seconds done, of seconds there are.

    Raises:
        MediaError: No sound can be written under that name, or there is none.
        OutputError: The file cannot be written.
    """
    path = Path(path)
    suffix = check_sound_target(path)
    if bit_depth == 32 and suffix == ".flac":
        raise MediaError(f"cannot write {path} as 32-bit float; FLAC holds 16 or 24 bit")
    heard = _heard(sound, progress)
    with atomic_output(path) as partial:
        if suffix == ".ogg":
            _write_vorbis(heard, partial)
            return
        codec = _WAV[bit_depth] if suffix == ".wav" else _CODECS[suffix]
        form = _FLAC[bit_depth] if suffix == ".flac" else None
        ticks = coded_rate(codec, sound.sample_rate)
        with open_output(partial, _CONTAINERS[suffix], ticks=ticks) as container:
            SoundTrack(container, heard, codec, sample_format=form).drain()


def check_sound_target(path: str | os.PathLike[str]) -> str:
    """Return the suffix of a sound file to be written.

    Raises:
        MediaError: No sound can be written under that name.
    """
    suffix = Path(path).suffix.lower()
    if suffix in SOUND_SUFFIXES:
        return suffix
    film = "; that is a name for a film" if suffix in FILM_SUFFIXES else ""
    raise MediaError(
        f"cannot write sound as {path}{film}; expected one of {', '.join(SOUND_SUFFIXES)}"
    )


def open_output(path: Path, container: str, *, ticks: int = 1000) -> OutputContainer:
    """Open a container for writing, one whose bytes depend on nothing but its content.

    Args:
        path: The file.
        container: As libav calls it.
        ticks: A second's parts in which an MP4 gives lengths: the sample rate, if it has sound.
    """
    options = {"fflags": "+bitexact"}
    if container in ("mp4", "mov", "ipod"):
        options |= {"movflags": "+faststart", "movie_timescale": str(ticks)}
    if container == "wav":
        options["rf64"] = "auto"
    return av.open(str(path.absolute()), "w", format=container, container_options=options)


def _heard(sound: Sound, progress: Progress) -> Sound:
    def blocks() -> Iterator[NDArray[np.float32]]:
        done = 0
        for block in sound:
            yield block
            done += len(block)
            seconds = done / sound.sample_rate
            progress(seconds, max(seconds, sound.duration_s or 0.0), "writing sound")
        if not done:
            raise MediaError("there is no sound to write; expected one sample or more")

    return Sound(sound.sample_rate, sound.n_channels, sound.n_samples, blocks)


def _write_vorbis(sound: Sound, path: Path) -> None:
    try:
        _encode_vorbis(sound, path)
    except soundfile.LibsndfileError as error:
        # libsndfile says no more than "system error": ask the system itself.
        with path.open("ab") as file:
            file.write(bytes(_VORBIS_BLOCK))
        raise OSError(str(error)) from error
    renumber(path)


def _encode_vorbis(sound: Sound, path: Path) -> None:
    reader = BlockReader(sound)
    with soundfile.SoundFile(
        path,
        "w",
        samplerate=sound.sample_rate,
        channels=sound.n_channels,
        format="OGG",
        subtype="VORBIS",
        compression_level=_VORBIS_QUALITY,
    ) as file:
        while len(block := reader.read(_VORBIS_BLOCK)):
            file.write(block)

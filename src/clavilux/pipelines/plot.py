"""Plot: a piece of music and what a mapping makes of it, on one page."""

import warnings
from collections.abc import Callable, Sequence
from os import PathLike
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from clavilux.core import arguments
from clavilux.core.arguments import FrameRateLike, TimeLike
from clavilux.core.drums import drum_notes
from clavilux.core.errors import ArgumentError
from clavilux.core.progress import Progress, silent
from clavilux.core.timeline import FrameClock
from clavilux.core.values import Score, Sound
from clavilux.draw.music import MusicPlot, NoteTrack, plot_music
from clavilux.pipelines.music import Music, check_length, open_music
from clavilux.schedule import mapping as mappings

_PEAKS = 1200


def plot(
    music: str | PathLike[str],
    output: str | PathLike[str],
    *,
    mapping: str = "clavilux",
    fps: FrameRateLike = 24,
    seed: int | None = None,
    start: TimeLike = 0.0,
    duration: TimeLike | None = None,
    soundfont: str | None = None,
    drums: str | None = None,
    to_end: bool = False,
    tempo: float | None = None,
    meter: str | None = None,
    beats: arguments.PathLike | Sequence[float] | None = None,
    progress: Progress = silent,
    tell: Callable[[str], None] = lambda line: None,
) -> Path:
    """Draw `music`: waveform, notes or onsets, sections, beats and the curves of a mapping.

    Args:
        music: A MIDI file or a recording.
        output: The PNG to write.
        mapping: Which notes move what: a preset's name or a mapping file.
        fps: Video frames per second, of the curves.
        seed: Draws what the mapping leaves to chance; that of the music if None.
        start: Where to begin.
        duration: How much; the rest if None.
        soundfont: What MIDI is played with.
        drums: What of a MIDI file is drums; see `clavilux.score.find_drums`.
        to_end: Keep the silence after a MIDI file's last note.
        tempo: A recording's tempo, where it is known; quarter notes a minute.
        meter: A recording's time signature, where it is known, such as ``3/4``.
        beats: A recording's beats, where they are known: their seconds, or a file.
        progress: Progress callback, called with (done, total, stage).
        tell: Called with a line on the seed and for each part of a MIDI file that is drums, and
            why; of a recording, with its tempo and meter.

    Raises:
        InputError: The music or the mapping cannot be used.
        OutputError: The picture cannot be written.
    """
    frame_rate, start_s = arguments.frame_rate(fps), arguments.seconds(start, "start")
    duration_s = None if duration is None else arguments.length(duration)
    seed = None if seed is None else arguments.seed(seed)
    target = arguments.target(output, (".png",), music)
    rules = mappings.load(mapping)
    progress(0, 3, "listening")
    piece = open_music(
        music,
        soundfont=soundfont,
        drums=drums,
        to_end=to_end,
        tempo=tempo,
        meter=meter,
        beats=beats,
    )
    left_s = piece.duration_s - start_s
    if left_s <= 0:
        raise ArgumentError(
            f"`start` is {start_s:g} s, but {piece.path} ends at {piece.duration_s:.1f} s"
        )
    length_s = min(left_s, duration_s or left_s)
    check_length(piece.path, length_s)
    for line in piece.warnings:
        warnings.warn(f"{piece.path.name}: {line}", stacklevel=2)
    if isinstance(piece.heard, Score):
        for line in piece.drums or ("none",):
            tell(f"drums: {line}")
    elif len(piece.facts.beats_s) > 1:
        bpm = float(np.median(piece.facts.series["tempo"].values))
        tell(f"tempo: {bpm:.1f}, meter: {piece.facts.meter}")
    if seed is None:
        seed = piece.own_seed()
        tell(f"seed: {seed}, from the music")
    progress(1, 3, "curves")
    curves = mappings.apply(
        rules,
        piece.heard,
        frame_rate=frame_rate,
        n_frames=max(1, FrameClock(frame_rate).n_frames(length_s)),
        start_s=start_s,
        seed=seed,
        facts=piece.facts,
    )
    progress(2, 3, "sound")
    marks = mappings.marks(piece.heard, facts=piece.facts)
    hidden = {"notes", "sections"}  # the roll and the band show them
    page = MusicPlot(
        title=f"{piece.path.name}: {rules.name}",
        start_s=start_s,
        duration_s=length_s,
        peaks=peaks(piece.sound(start_s, length_s), length_s),
        tracks=_tracks(piece),
        hits={name: times for name, times in marks.items() if name not in hidden},
        sections=piece.facts.sections,
        beats_s=piece.facts.beats_s,
        downbeats_s=piece.facts.downbeats_s,
        curves=curves,
    )
    plot_music(page, target)
    progress(3, 3, "plot")
    return target


def peaks(sound: Sound, length_s: float, n: int = _PEAKS) -> NDArray[np.float32]:
    """Return the lowest and highest sample in each of `n` stretches, shape (n, 2)."""
    found = np.zeros((n, 2), dtype=np.float32)
    per_sample = n / (length_s * sound.sample_rate)
    at = 0
    for block in sound:
        mono = block.mean(axis=1)
        place = np.minimum(((at + np.arange(len(mono))) * per_sample).astype(np.intp), n - 1)
        np.minimum.at(found[:, 0], place, mono)
        np.maximum.at(found[:, 1], place, mono)
        at += len(mono)
    return found


def _tracks(piece: Music) -> list[NoteTrack]:
    score = piece.heard
    if not isinstance(score, Score):
        return []
    tracks = []
    for track in score.tracks:
        notes = track.notes.where(~drum_notes(track))
        if len(notes):
            tracks.append(
                NoteTrack(track.name, score.onsets_s(notes), score.offsets_s(notes), notes.pitch)
            )
    return tracks

"""Music as the pipelines take it: whatever the file is, its facts and its sound."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from os import PathLike
from pathlib import Path
from typing import TYPE_CHECKING

from clavilux import media, perform, score
from clavilux.core.errors import ArgumentError, InputError
from clavilux.core.values import Facts, Score, Sound
from clavilux.pipelines import seeds

if TYPE_CHECKING:
    from clavilux.listen.windows import Windows

MIDI_SUFFIXES = score.SUFFIXES
SOUND_SUFFIXES = {".wav", ".flac", ".mp3", ".ogg", ".m4a", ".opus", ".aac"}
LONGEST_S = 12 * 3600.0
"""The most of a piece that becomes a film or a document."""
TAIL_S = 1.5
"""How long a film goes on after the last note of a MIDI file, for it to ring out."""


@dataclass(frozen=True, slots=True, eq=False)
class Music:
    """A piece of music, ready to be seen."""

    path: Path
    heard: Score | Facts
    """Its notes if it was MIDI; what was heard in it if it was a recording."""
    facts: Facts
    """Beats, sections and events, whichever it was."""
    sound: Callable[[float, float], Sound]
    """Gives its sound from a start for a duration, both in seconds."""
    duration_s: float
    warnings: tuple[str, ...] = ()
    drums: tuple[str, ...] = ()
    """Which parts of a MIDI file are drums and why, one line each."""
    recording: Sound | None = None
    """The recording itself, if it was one, whatever mix is heard instead."""
    windows: "Windows | None" = None
    """What every second of a recording is like."""

    def own_seed(self) -> int:
        """Return the seed that these notes or samples give; see `clavilux.pipelines.seeds`."""
        if isinstance(self.heard, Score):
            return seeds.of_score(self.heard)
        return seeds.of_sound(self.recording or self.sound(0.0, self.duration_s))


def open_music(
    path: str | PathLike[str],
    *,
    soundfont: str | None = None,
    bounce: str | PathLike[str] | None = None,
    offset_s: float = 0.0,
    stems: str | PathLike[str] | None = None,
    drums: str | None = None,
    to_end: bool = False,
    tempo: float | None = None,
    meter: str | None = None,
    beats: str | PathLike[str] | Sequence[float] | None = None,
) -> Music:
    """Open a MIDI file or a recording; what it is is told by its content.

    Args:
        path: The file.
        soundfont: Soundfont to play MIDI with; the embedded one if absent.
        bounce: The musician's own mix, heard instead of our performance.
        offset_s: The second of the music at which the mix begins; below 0 if the mix
            begins before the music does.
        stems: A folder of separate recordings of the same piece, for a recording.
        drums: Which part of a MIDI file is drums, where the rule is wrong: see
            `clavilux.score.find_drums`.
        to_end: Keep the silence after a MIDI file's last note.
        tempo: A recording's tempo, where it is known; see `clavilux.listen.known`.
        meter: A recording's time signature, where it is known.
        beats: A recording's beats, where they are known: their seconds, or a file.

    Raises:
        InputError: The file is neither, or holds nothing that sounds.
    """
    path = Path(path)
    _check_file(path)
    if is_midi(path):
        for name, value in (("tempo", tempo), ("meter", meter), ("beats", beats)):
            if value is not None:
                raise ArgumentError(f"`{name}` is for recordings, and {path} is MIDI; leave it out")
        music = _open_midi(path, soundfont, drums, to_end)
    elif drums is not None or to_end:
        option = "drums" if drums is not None else "to_end"
        raise ArgumentError(
            f"`{option}` is for MIDI files, and {path} is a recording; leave it out"
        )
    elif soundfont is not None:
        raise ArgumentError(f"`soundfont` plays MIDI files, and {path} is a recording")
    else:
        music = _open_recording(path, stems, tempo, meter, beats)
    if bounce is None:
        return music
    mix = media.delay(media.open_sound(bounce), offset_s)
    return replace(
        music,
        sound=lambda start_s, duration_s: media.cut(mix, start_s, duration_s),
        duration_s=max(music.duration_s, media.length_s(mix)),
    )


def as_it_sounds(music: Music) -> Music:
    """Return `music` with the loudness, bands and brightness of its sound among its facts."""
    from clavilux import listen

    sound = music.sound(0.0, music.duration_s)
    return replace(music, facts=listen.as_it_sounds(music.facts, sound))


def check_length(path: Path, length_s: float) -> None:
    """Refuse to make a film or a document of more than `LONGEST_S` seconds.

    Raises:
        ArgumentError: It would be longer.
    """
    if length_s > LONGEST_S:
        raise ArgumentError(
            f"{path} would fill {length_s / 3600:.1f} hours; expected {LONGEST_S / 3600:.0f} at "
            "most: give `duration`"
        )


def is_document(path: Path) -> bool:
    """Return whether a file is a document (JSON) rather than music.

    Raises:
        InputError: There is no such file.
    """
    _check_file(path)
    with path.open("rb") as file:
        return path.suffix.lower() in (".json", ".txt") or file.read(64).lstrip()[:1] == b"{"


def _check_file(path: Path) -> None:
    if path.is_dir():
        raise InputError(f"{path} is a folder; expected a MIDI file or a recording")
    if not path.exists():
        raise InputError(f"there is no file {path}")


def music_files(folder: Path, without: Path | None = None) -> list[Path]:
    """List the files in a folder and its subfolders that look like music, by name.

    Args:
        folder: Where to look. Hidden files and folders are passed over.
        without: A folder that is passed over too.
    """
    known = MIDI_SUFFIXES | SOUND_SUFFIXES
    apart = None if without is None or without == folder else without.resolve()
    found = []
    for path in folder.rglob("*"):
        inside = path.relative_to(folder).parts
        if path.suffix.lower() not in known or any(part.startswith(".") for part in inside):
            continue
        if path.is_file() and (apart is None or apart not in path.resolve().parents):
            found.append(path)
    return sorted(found)


def is_midi(path: Path) -> bool:
    """Return True if a file is MIDI, by its content or its name."""
    with path.open("rb") as file:
        head = file.read(12)
    return (
        head[:4] == b"MThd"
        or (head[:4] == b"RIFF" and head[8:12] == b"RMID")
        or path.suffix.lower() in MIDI_SUFFIXES
    )


def _open_midi(path: Path, soundfont: str | None, drums: str | None, to_end: bool) -> Music:
    written = score.read(path)
    if soundfont is not None:
        perform.SoundFont.load(soundfont)  # what is wrong with it is said before any work
    if not any(len(track.notes) for track in written.tracks):
        raise InputError(f"{path} holds no notes")
    notes = score.settle_drums(written, drums)
    if not to_end:
        notes = score.without_silence_at_end(notes)

    def sound(start_s: float, duration_s: float) -> Sound:
        return perform.perform(notes, soundfont=soundfont, start_s=start_s, duration_s=duration_s)

    return Music(
        path=path,
        heard=notes,
        facts=score.facts(notes),
        sound=sound,
        duration_s=notes.duration_s + TAIL_S,
        warnings=notes.warnings,
        drums=tuple(map(str, score.find_drums(written, drums).parts)),
    )


def _open_recording(
    path: Path,
    stems: str | PathLike[str] | None,
    tempo: float | None,
    meter: str | None,
    beats: str | PathLike[str] | Sequence[float] | None,
) -> Music:
    from clavilux import listen  # loads what only recordings need

    known = listen.known_from(tempo=tempo, meter=meter, beats=beats)
    recording = media.open_sound(path)
    if stems is not None and not Path(stems).is_dir():
        raise ArgumentError(f"`stems`: there is no folder {stems}; expected separate recordings")
    parts = (
        {p.stem: media.open_sound(p) for p in music_files(Path(stems)) if p.parent == Path(stems)}
        if stems
        else None
    )
    whole = listen.listen_to(recording, stems=parts, known=known)
    heard = whole.facts
    if heard.duration_s <= 0:
        raise InputError(f"{path} holds no sound")
    return Music(
        path=path,
        heard=heard,
        facts=heard,
        sound=lambda start_s, duration_s: media.cut(recording, start_s, duration_s),
        duration_s=heard.duration_s,
        recording=recording,
        windows=whole.windows,
    )

"""Hear: a film becomes music in time with what is seen.

A film goes in. Out comes a soundtrack composed for it, the drums that were seen
in it, or both: as a MIDI file, as sound, or as the film with its new sound.
"""

import warnings
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from os import PathLike
from pathlib import Path
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from clavilux import media, perform, score, watch
from clavilux.compose.soundtrack import Brief, compose
from clavilux.core.errors import InputError
from clavilux.core.files import check_writable
from clavilux.core.memory import give_back
from clavilux.core.progress import Progress, silent
from clavilux.core.values import Facts, Score, Sound
from clavilux.pipelines.drums import DrumSettings, hear_drums, with_drums, write_hits

MIDI_SUFFIXES = (".mid", ".midi")
_FADE_S = 0.4
_DUCK_DB = -9.0


@dataclass(frozen=True, slots=True)
class Settings:
    """What is to be heard; every field has the default of the command line."""

    what: Literal["soundtrack", "drums", "both"] = "soundtrack"
    brief: Brief = field(default_factory=Brief)
    """Key, tempo, mood and all else that is asked of a soundtrack."""
    drums: DrumSettings = field(default_factory=DrumSettings)
    """How drums are heard, where they are."""
    clip: str | None = None
    """A CLIP model, by folder or name in the hub cache, which reads the film's mood."""
    soundfont: str | None = None
    keep_sound: bool = False
    """Whether the film's own sound stays, under the music."""
    duck: bool = False
    """Whether the music steps back while the film's own sound is loud."""
    stems: str | None = None
    """A folder for the sound of each instrument."""
    report: str | None = None
    """A picture (``.png``) or page (``.html``) that shows why the music is as it is."""


def hear(
    film: str | PathLike[str],
    output: str | PathLike[str],
    *,
    settings: Settings | None = None,
    progress: Progress = silent,
    **changes: Any,
) -> Path:
    """Turn `film` into music.

    Args:
        film: Any film that `clavilux.media` reads.
        output: What to write: a MIDI file, sound, or the film with its music,
            as its suffix says.
        settings: What is to be heard; a soundtrack by default if None.
        progress: Hears how far it has come.
        changes: Fields of `Settings` by name, such as ``keep_sound=True``.

    Returns:
        The path of what was written.

    Raises:
        InputError: The film, the output's name or a setting cannot be used.
        OutputError: The output cannot be written.
    """
    chosen, target = replace(settings or Settings(), **changes), Path(output)
    _check_target(target, Path(film), chosen)
    if chosen.what == "drums":
        _only_drums(Path(film), target, chosen, progress)
        return target
    seen = _watched(Path(film), chosen, progress)
    duration_s = seen.duration_s
    music = _composed(Path(film), seen, chosen, progress)
    del seen  # to be played, music needs none of it
    _write(Path(film), target, music, duration_s, chosen, progress)
    return target


def takes(
    film: str | PathLike[str],
    output: str | PathLike[str],
    n_takes: int,
    *,
    settings: Settings | None = None,
    progress: Progress = silent,
) -> Iterator[Path]:
    """Write several different soundtracks: ``film-1.mp4``, ``film-2.mp4`` …

    Each is that of the next seed; the film is watched once.
    """
    chosen, target = settings or Settings(), Path(output)
    seen: Facts | None = None
    for number in range(n_takes):
        brief = replace(chosen.brief, seed=chosen.brief.seed + number)
        path = target.with_name(f"{target.stem}-{number + 1}{target.suffix}")
        take = replace(chosen, brief=brief)
        if take.what == "drums":
            yield hear(film, path, settings=take, progress=progress)
            continue
        _check_target(path, Path(film), take)
        seen = seen or _watched(Path(film), take, progress)
        music = _composed(Path(film), seen, take, progress)
        _write(Path(film), path, music, seen.duration_s, take, progress)
        yield path


def _watched(film: Path, settings: Settings, progress: Progress) -> Facts:
    return watch.facts(media.open_film(film), reader=_reader(settings), progress=progress)


def _composed(film: Path, seen: Facts, settings: Settings, progress: Progress) -> Score:
    drums = None
    brief = settings.brief
    if settings.what == "both":
        drums = hear_drums(film, settings.drums, progress)
        brief = replace(brief, without=brief.without | {"drums"})
    progress(0, 1, "composing")
    made = compose(seen, float(media.open_film(film).frame_rate), brief)
    if settings.report is not None:
        from clavilux.pipelines.report import write_report

        write_report(film, made, seen, Path(settings.report))
    return made.score if drums is None else with_drums(made.score, drums, kit=settings.drums.kit)


def _reader(settings: Settings) -> watch.semantics.Semantics | None:
    """Load what reads meaning, if it is asked for."""
    if settings.clip is None:
        return None
    return watch.semantics.make("clip", model=settings.clip)


def _only_drums(film: Path, target: Path, settings: Settings, progress: Progress) -> None:
    if settings.report is not None:
        raise InputError("--report shows a soundtrack's reasons; ask for --as soundtrack or both")
    heard = hear_drums(film, settings.drums, progress)
    if target.suffix.lower() == ".json":
        write_hits(heard, target)
    else:
        _write(film, target, heard.score, heard.duration_s, settings, progress)


def _check_target(target: Path, film: Path, settings: Settings) -> None:
    as_hits = target.suffix.lower() == ".json" and settings.what == "drums"
    if target.suffix.lower() not in MIDI_SUFFIXES and not as_hits:
        if target.suffix.lower() in media.SOUND_SUFFIXES:
            media.check_sound_target(target)
        elif media.film_kind(target) in ("gif", "png"):
            raise InputError(f"{target} cannot hold sound; name a .mp4, .mov, .mkv or .webm")
    check_writable(target)
    if target.exists() and film.exists() and target.samefile(film):
        raise InputError(f"{target} is the film itself; name another file, so that it is kept")


def _write(
    film: Path,
    target: Path,
    music: Score,
    duration_s: float,
    settings: Settings,
    progress: Progress,
) -> None:
    is_midi = target.suffix.lower() in MIDI_SUFFIXES
    if is_midi:
        score.write(music, target)
    if is_midi and settings.stems is None:
        return
    give_back()  # what watching and composing took
    mix = perform.synthesise(music, soundfont=settings.soundfont, duration_s=duration_s)
    gain_db = perform.mastering_gain(mix)
    give_back()  # what was played to be measured, before it is played to be written
    if settings.stems is not None:
        _write_stems(music, Path(settings.stems), gain_db, duration_s, settings.soundfont)
    if is_midi:
        return
    sound = faded(perform.limit(mix, gain_db=gain_db), _FADE_S)
    own = media.open_film(film).sound
    if own is not None and settings.keep_sound:
        sound = _over(own, sound, settings.duck)
    elif own is not None and target.suffix.lower() in media.FILM_SUFFIXES:
        warnings.warn(
            f"{target} leaves out the film's own sound: --keep-sound keeps it", stacklevel=2
        )
    if target.suffix.lower() in media.SOUND_SUFFIXES:
        media.write_sound(sound, target, progress=progress)
    else:
        media.rescore(film, sound, target, duration_s=duration_s, progress=progress)


def _write_stems(
    music: Score, folder: Path, gain_db: float, duration_s: float, soundfont: str | None
) -> None:
    """Write each instrument as loud as it is in the mix: their sum is the mix, unlimited."""
    parts = perform.stems(music, soundfont=soundfont, duration_s=duration_s)
    for name, sound in parts.items():
        louder = media.mix([(faded(sound, _FADE_S), 10 ** (gain_db / 20))])
        media.write_sound(louder, folder / f"{name}.wav", bit_depth=32)


def faded(sound: Sound, fade_s: float) -> Sound:
    """Let the last `fade_s` seconds go down to silence; the sound's length must be known."""
    if sound.n_samples is None:
        raise ValueError("only a sound of known length can be faded out")
    n_samples, n_fade = sound.n_samples, max(1, round(fade_s * sound.sample_rate))

    def blocks() -> Iterator[NDArray[np.float32]]:
        position = 0
        for block in sound:
            left = n_samples - position - np.arange(len(block))
            gain = np.clip((left - 1) / n_fade, 0, 1).astype(np.float32)
            yield block if gain[-1] == 1 else block * gain[:, None]
            position += len(block)

    return replace(sound, open=blocks)


def _over(own: Sound, music: Sound, duck: bool) -> Sound:
    """Lay music under a film's own sound; if asked, step back where that is loud.

    The music is as long as the pictures; what the film's sound has beyond them is left out.
    """
    own = media.resample(own, music.sample_rate)
    if music.n_samples is not None:
        own = media.fit(own, music.n_samples)
    if own.n_channels != music.n_channels:
        own = media.mono(own)  # which `mix` sends to every channel
    if duck:
        music = _ducked(music, own)
    return perform.limit(media.mix([(own, 1.0), (music, 0.7)]))


def _ducked(music: Sound, key: Sound) -> Sound:
    """Lower `music` by up to `_DUCK_DB` while `key` is loud, with a quarter second's grace."""

    def blocks() -> Iterator[NDArray[np.float32]]:
        reader = media.BlockReader(key)
        level = 0.0
        hop = music.sample_rate // 50
        for block in music:
            beside = reader.read(len(block))
            gain = np.ones(len(block), dtype=np.float32)
            for start in range(0, len(block), hop):
                part = beside[start : start + hop]
                loud = float(np.sqrt(np.mean(part**2))) if len(part) else 0.0
                level += (loud - level) * (0.5 if loud > level else 0.08)
                share = min(1.0, level / 0.05)
                gain[start : start + hop] = 10 ** (_DUCK_DB * share / 20)
            yield block * gain[:, None]

    return replace(music, open=blocks)

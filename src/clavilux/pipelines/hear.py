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

from clavilux import media, perform, score, watch
from clavilux.compose import styles
from clavilux.compose.soundtrack import Brief, compose
from clavilux.core.arguments import suffix_of
from clavilux.core.errors import ArgumentError, InputError
from clavilux.core.files import check_writable
from clavilux.core.memory import give_back
from clavilux.core.progress import Progress, silent
from clavilux.core.values import Facts, Score, Sound
from clavilux.pipelines import cue, score_plan
from clavilux.pipelines.drums import DrumSettings, hear_drums, with_drums, write_hits
from clavilux.pipelines.mixing import faded, over

MIDI_SUFFIXES = (".mid", ".midi")


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
    """Whether the music steps back while somebody speaks in the film; needs `keep_sound`."""
    duck_db: float = 12.0
    """By how much it does."""
    loudness: float = perform.LUFS
    """Integrated loudness of the music, LUFS."""
    in_s: float = 0.0
    """Where in the film the music begins, seconds."""
    out_s: float | None = None
    """Where it ends; with the film if None."""
    fade_in_s: float = 0.0
    fade_out_s: float = 0.4
    again: str | None = None
    """A plan that was written beside an earlier output, to compose from."""
    only_part: str | None = None
    """The label of the part that is written anew, from the brief's seed."""
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
    chosen, plan = _from_plan(chosen)
    seen = _watched(Path(film), chosen, progress)
    if plan is not None:
        score_plan.check_film(plan, seen, Path(str(chosen.again)))
    duration_s = seen.duration_s
    music = _composed(Path(film), target, seen, chosen, progress)
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
        music = _composed(Path(film), path, seen, take, progress)
        _write(Path(film), path, music, seen.duration_s, take, progress)
        yield path


def _watched(film: Path, settings: Settings, progress: Progress) -> Facts:
    return watch.facts(media.open_film(film), reader=_reader(settings), progress=progress)


def _from_plan(settings: Settings) -> tuple[Settings, score_plan.ScorePlan | None]:
    """Return the settings with what a plan says, if one is named."""
    if settings.again is None:
        if settings.only_part is not None:
            raise ArgumentError("`only_part` is a part of an earlier plan; name it with `from`")
        return settings, None
    plan = score_plan.read(Path(settings.again))
    seed = None if settings.brief.seed == 0 and settings.only_part is None else settings.brief.seed
    brief = plan.rewritten(settings.only_part, seed)
    asked = plan.request
    changed = replace(
        settings, brief=brief, in_s=asked.in_s, out_s=asked.out_s, clip=asked.clip, only_part=None
    )
    return changed, plan


def _composed(
    film: Path, target: Path, seen: Facts, settings: Settings, progress: Progress
) -> Score:
    drums = None
    brief = settings.brief
    if settings.what == "both":
        drums = hear_drums(film, settings.drums, progress)
        if len(drums.hits.kind):  # where none are seen, the soundtrack keeps its own
            brief = replace(brief, without=brief.without | {"drums"})
    progress(0, 1, "composing")
    start_s, end_s = cue.check(settings.in_s, settings.out_s, seen.duration_s)
    whole = start_s == 0 and end_s == seen.duration_s
    facts = seen if whole else cue.cut_facts(seen, start_s, end_s)
    asked = brief if whole else cue.cut_brief(brief, start_s, end_s)
    made = compose(facts, float(media.open_film(film).frame_rate), asked)
    for word in sorted(settings.brief.without):
        if not (settings.brief.instruments or styles.may_play(made.style, word)):
            warnings.warn(
                f"`without` {word} leaves nothing out: none plays in the style {made.style.name}",
                stacklevel=2,
            )
    score_plan.write(
        score_plan.beside(target), film, seen, settings.brief, made,
        in_s=settings.in_s, out_s=settings.out_s, clip=settings.clip,
    )  # fmt: skip
    if settings.report is not None:
        from clavilux.pipelines.report import write_report

        write_report(film, made, facts, Path(settings.report))
    music = made.score if whole else cue.delayed(made.score, start_s, seen.duration_s)
    return music if drums is None else with_drums(music, drums, kit=settings.drums.kit)


def _reader(settings: Settings) -> watch.semantics.Semantics | None:
    """Load what reads meaning, if it is asked for."""
    if settings.clip is None:
        return None
    return watch.semantics.make("clip", model=settings.clip)


def _only_drums(film: Path, target: Path, settings: Settings, progress: Progress) -> None:
    if settings.report is not None:
        raise ArgumentError("`report` shows a soundtrack's reasons, and `what` is drums")
    heard = hear_drums(film, settings.drums, progress)
    if target.suffix.lower() == ".json":
        write_hits(heard, target)
    else:
        _write(film, target, heard.score, heard.duration_s, settings, progress)


def _check_target(target: Path, film: Path, settings: Settings) -> None:
    films = tuple(suffix for suffix in media.FILM_SUFFIXES if suffix != ".gif")
    hits = (".json",) if settings.what == "drums" else ()
    suffix = suffix_of(target, (*films, *media.SOUND_SUFFIXES, *MIDI_SUFFIXES, *hits))
    if suffix in media.SOUND_SUFFIXES:
        media.check_sound_target(target)
    check_writable(target)
    _check_useful(target, settings)
    if settings.what != "drums":
        score_plan.beside(target)
    if target.exists() and film.exists() and target.samefile(film):
        raise InputError(f"{target} is the film itself; name another file, so that it is kept")


def _check_useful(target: Path, settings: Settings) -> None:
    """Raise an error if a setting does nothing here."""
    if settings.duck and not settings.keep_sound:
        raise ArgumentError("`duck` is for the film's own sound; give `keep_sound` too")
    if settings.what == "drums":
        for name in ("again", "only_part", "in_s", "out_s"):
            if getattr(settings, name) not in (None, 0.0):
                raise ArgumentError(f"`{_SPOKEN.get(name, name)}` is of soundtracks, not of drums")
    if target.suffix.lower() in MIDI_SUFFIXES and settings.stems is None:
        for name, default in (
            ("loudness", perform.LUFS), ("fade_in_s", 0.0), ("fade_out_s", 0.4),
            ("keep_sound", False), ("soundfont", None),
        ):  # fmt: skip
            if getattr(settings, name) != default:
                raise ArgumentError(
                    f"`{_SPOKEN.get(name, name)}` is of sound, and {target} is MIDI"
                )


_SPOKEN = {
    "again": "from", "in_s": "in", "out_s": "out", "fade_in_s": "fade_in", "fade_out_s": "fade_out",
}  # fmt: skip
"""Settings whose names differ from those of the options."""


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
    gain_db = perform.mastering_gain(mix, lufs=settings.loudness)
    give_back()  # what was played to be measured, before it is played to be written
    if settings.stems is not None:
        _write_stems(music, Path(settings.stems), gain_db, duration_s, settings)
    if is_midi:
        return
    sound = _faded(perform.limit(mix, gain_db=gain_db), settings)
    own = media.open_film(film).sound
    if own is not None and settings.keep_sound:
        sound = over(own, sound, duck_db=settings.duck_db if settings.duck else None)
    elif own is not None and target.suffix.lower() in media.FILM_SUFFIXES:
        warnings.warn(
            f"{target} leaves out the film's own sound: `keep_sound` keeps it", stacklevel=2
        )
    if target.suffix.lower() in media.SOUND_SUFFIXES:
        media.write_sound(sound, target, progress=progress)
    else:
        media.rescore(film, sound, target, duration_s=duration_s, progress=progress)


def _faded(sound: Sound, settings: Settings) -> Sound:
    return faded(
        sound,
        settings.fade_out_s,
        fade_in_s=settings.fade_in_s,
        start_s=settings.in_s,
        end_s=settings.out_s,
    )


def _write_stems(
    music: Score, folder: Path, gain_db: float, duration_s: float, settings: Settings
) -> None:
    """Write each instrument as loud as it is in the mix: their sum is the mix, unlimited."""
    parts = perform.stems(music, soundfont=settings.soundfont, duration_s=duration_s)
    for name, sound in parts.items():
        louder = media.mix([(_faded(sound, settings), 10 ** (gain_db / 20))])
        media.write_sound(louder, folder / f"{name}.wav", bit_depth=32)

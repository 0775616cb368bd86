"""Hear: a film becomes music in time with what is seen.

A film goes in. Out comes a soundtrack composed for it, the drums that were seen
in it, or both: as a MIDI file, as sound, or as the film with its new sound.
"""

import warnings
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from clavilux import media, perform, score, watch
from clavilux.compose import styles
from clavilux.compose.soundtrack import Brief, compose
from clavilux.core import arguments
from clavilux.core.arguments import NamesLike, PathLike, TimeLike, suffix_of
from clavilux.core.errors import ArgumentError, InputError
from clavilux.core.files import check_writable
from clavilux.core.memory import give_back
from clavilux.core.progress import Progress, silent
from clavilux.core.values import Facts, Score, Sound
from clavilux.pipelines import cue, score_plan
from clavilux.pipelines.drums import hear_drums, with_drums, write_hits
from clavilux.pipelines.hear_options import HearOptions
from clavilux.pipelines.mixing import faded, over

MIDI_SUFFIXES = (".mid", ".midi")
_OF_SOUND = ("loudness", "fade_in", "fade_out", "keep_sound", "soundfont")
"""Options that do nothing where notes alone are written."""


def hear(
    film: PathLike,
    output: PathLike,
    *,
    what: str = "soundtrack",
    key: str | None = None,
    mode: str | None = None,
    tempo: float | None = None,
    mood: str | None = None,
    style: str | None = None,
    harmony: str = "theory",
    clip: str | None = None,
    primer: str | None = None,
    instruments: NamesLike = (),
    without: NamesLike = (),
    hits: str | Sequence[TimeLike] | None = None,
    markers: PathLike | None = None,
    seed: int | None = None,
    again: PathLike | None = None,
    only_part: str | None = None,
    start: TimeLike | None = None,
    end: TimeLike | None = None,
    fade_in: float = 0.0,
    fade_out: float = 0.4,
    loudness: float = perform.LUFS,
    stems: PathLike | None = None,
    keep_sound: bool = False,
    duck: bool = False,
    duck_by: float | None = None,
    soundfont: PathLike | None = None,
    report: PathLike | None = None,
    model: str = "auto",
    weights: PathLike | None = None,
    head: str = "multilabel",
    quantise: str | float | None = None,
    sensitivity: float = 0.5,
    kit: str = "standard",
    progress: Progress = silent,
) -> Path:
    """Turn `film` into music.

    Args:
        film: Any film that `clavilux.media` reads.
        output: What to write: a MIDI file, sound, or the film with its music,
            as its suffix says.
        progress: Progress callback, called with (done, total, stage).

    The others are the options of ``clavilux hear``, with the same names, defaults and
    forms; `HearOptions` says what each means. `what`, `again`, `start` and `end` are the
    shell's ``--as``, ``--from``, ``--in`` and ``--out``, which are Python's own words.

    Returns:
        The path of what was written.

    Raises:
        InputError: The film, the output's name or an argument cannot be used.
        OutputError: The output cannot be written.
    """
    options = HearOptions(
        what=what,
        key=key,
        mode=mode,
        tempo=tempo,
        mood=mood,
        style=style,
        harmony=harmony,
        clip=clip,
        primer=primer,
        instruments=instruments,
        without=without,
        hits=hits,
        markers=markers,
        seed=seed,
        again=again,
        only_part=only_part,
        start=start,
        end=end,
        fade_in=fade_in,
        fade_out=fade_out,
        loudness=loudness,
        stems=stems,
        keep_sound=keep_sound,
        duck=duck,
        duck_by=duck_by,
        soundfont=soundfont,
        report=report,
        model=model,
        weights=weights,
        head=head,
        quantise=quantise,
        sensitivity=sensitivity,
        kit=kit,
    )
    return hear_with(options, film, output, progress=progress)


def hear_with(
    options: HearOptions, film: PathLike, output: PathLike, *, progress: Progress = silent
) -> Path:
    """Turn `film` into music by options that are checked; else as `hear`."""
    source = Path(arguments.path(film, "film"))
    target = Path(arguments.path(output, "output"))
    _check_target(target, source, options)
    if options.what == "drums":
        _only_drums(source, target, options, progress)
        return target
    asked, plan = _asked(options, source)
    seen = _watched(source, asked.clip, progress)
    if plan is not None:
        score_plan.check_film(plan, seen, Path(str(options.again)))
    duration_s = seen.duration_s
    music = _composed(source, target, seen, asked, options, progress)
    del seen  # to be played, music needs none of it
    _write(source, target, music, duration_s, asked, options, progress)
    return target


def takes(
    options: HearOptions,
    film: PathLike,
    output: PathLike,
    n_takes: int,
    *,
    progress: Progress = silent,
) -> Iterator[Path]:
    """Write several different soundtracks: ``film-1.mp4``, ``film-2.mp4`` …

    Each is that of the next seed; the film is watched once.
    """
    source, target = Path(film), Path(output)
    seen: Facts | None = None
    for number in range(n_takes):
        take = options.with_seed((options.seed or 0) + number)
        path = target.with_name(f"{target.stem}-{number + 1}{target.suffix}")
        if take.what == "drums" or take.again is not None:
            yield hear_with(take, source, path, progress=progress)
            continue
        _check_target(path, source, take)
        asked, _ = _asked(take, source)
        seen = seen or _watched(source, asked.clip, progress)
        music = _composed(source, path, seen, asked, take, progress)
        _write(source, path, music, seen.duration_s, asked, take, progress)
        yield path


@dataclass(frozen=True, slots=True)
class _Asked:
    """What is asked of a soundtrack, by options or by a plan."""

    brief: Brief
    in_s: float
    """Where in the film it begins, seconds."""
    out_s: float | None
    """Where it ends; with the film if None."""
    clip: str | None
    """The CLIP model that reads the film's mood."""


def _asked(options: HearOptions, film: Path) -> tuple[_Asked, score_plan.ScorePlan | None]:
    """Return what is asked, with the plan that says it, if one is named."""
    if options.again is None:
        brief = options.brief(film)
        return _Asked(brief, options.start or 0.0, options.end, options.clip), None
    plan = score_plan.read(Path(options.again))
    brief = plan.rewritten(options.only_part, options.seed)
    request = plan.request
    return _Asked(brief, request.in_s, request.out_s, request.clip), plan


def _watched(film: Path, clip: str | None, progress: Progress) -> Facts:
    reader = None if clip is None else watch.semantics.make("clip", model=clip)
    return watch.facts(media.open_film(film), reader=reader, progress=progress)


def _composed(
    film: Path,
    target: Path,
    seen: Facts,
    asked: _Asked,
    options: HearOptions,
    progress: Progress,
) -> Score:
    drums, brief = None, asked.brief
    if options.what == "both":
        drums = hear_drums(film, options.drums, progress)
        if len(drums.hits.kind):  # where none are seen, the soundtrack keeps its own
            brief = replace(brief, without=brief.without | {"drums"})
    progress(0, 1, "composing")
    start_s, end_s = cue.check(asked.in_s, asked.out_s, seen.duration_s)
    whole = start_s == 0 and end_s == seen.duration_s
    facts = seen if whole else cue.cut_facts(seen, start_s, end_s)
    cut = brief if whole else cue.cut_brief(brief, start_s, end_s)
    made = compose(facts, float(media.open_film(film).frame_rate), cut)
    for word in sorted(asked.brief.without):
        if not (asked.brief.instruments or styles.may_play(made.style, word)):
            warnings.warn(
                f"`without` {word} leaves nothing out: none plays in the style {made.style.name}",
                stacklevel=2,
            )
    score_plan.write(
        score_plan.beside(target), film, seen, asked.brief, made,
        in_s=asked.in_s, out_s=asked.out_s, clip=asked.clip,
    )  # fmt: skip
    if options.report is not None:
        from clavilux.pipelines.report import write_report

        write_report(film, made, facts, Path(options.report))
    music = made.score if whole else cue.delayed(made.score, start_s, seen.duration_s)
    return music if drums is None else with_drums(music, drums, kit=options.kit)


def _only_drums(film: Path, target: Path, options: HearOptions, progress: Progress) -> None:
    heard = hear_drums(film, options.drums, progress)
    if target.suffix.lower() == ".json":
        write_hits(heard, target)
    else:
        whole = _Asked(Brief(), 0.0, None, None)
        _write(film, target, heard.score, heard.duration_s, whole, options, progress)


def _check_target(target: Path, film: Path, options: HearOptions) -> None:
    films = tuple(suffix for suffix in media.FILM_SUFFIXES if suffix != ".gif")
    hits = (".json",) if options.what == "drums" else ()
    suffix = suffix_of(target, (*films, *media.SOUND_SUFFIXES, *MIDI_SUFFIXES, *hits))
    if suffix in media.SOUND_SUFFIXES:
        media.check_sound_target(target)
    check_writable(target)
    if suffix not in (*films, *media.SOUND_SUFFIXES):
        kind = "JSON" if suffix in hits else "MIDI"
        for name in _OF_SOUND if options.stems is None else ("keep_sound",):
            if options.is_given(name):
                raise ArgumentError(f"`{name}` is of sound, and {target} is {kind}")
    if suffix in hits and options.stems is not None:
        raise ArgumentError(f"`stems` is of sound, and {target} is JSON")
    if options.what != "drums":
        score_plan.beside(target)
    if target.exists() and film.exists() and target.samefile(film):
        raise InputError(f"{target} is the film itself; name another file, so that it is kept")


def _write(
    film: Path,
    target: Path,
    music: Score,
    duration_s: float,
    asked: _Asked,
    options: HearOptions,
    progress: Progress,
) -> None:
    is_midi = target.suffix.lower() in MIDI_SUFFIXES
    if is_midi:
        score.write(music, target)
    if is_midi and options.stems is None:
        return
    give_back()  # what watching and composing took
    mix = perform.synthesise(music, soundfont=options.soundfont, duration_s=duration_s)
    gain_db = perform.mastering_gain(mix, lufs=options.loudness)
    give_back()  # what was played to be measured, before it is played to be written
    if options.stems is not None:
        _write_stems(music, Path(options.stems), gain_db, duration_s, asked, options)
    if is_midi:
        return
    sound = _faded(perform.limit(mix, gain_db=gain_db), asked, options)
    own = media.open_film(film).sound
    if own is not None and options.keep_sound:
        sound = over(own, sound, duck_db=options.duck_db)
    elif own is not None and target.suffix.lower() in media.FILM_SUFFIXES:
        warnings.warn(
            f"{target} leaves out the film's own sound: `keep_sound` keeps it", stacklevel=2
        )
    if target.suffix.lower() in media.SOUND_SUFFIXES:
        media.write_sound(sound, target, progress=progress)
    else:
        media.rescore(film, sound, target, duration_s=duration_s, progress=progress)


def _faded(sound: Sound, asked: _Asked, options: HearOptions) -> Sound:
    return faded(
        sound,
        options.fade_out,
        fade_in_s=options.fade_in,
        start_s=asked.in_s,
        end_s=asked.out_s,
    )


def _write_stems(
    music: Score,
    folder: Path,
    gain_db: float,
    duration_s: float,
    asked: _Asked,
    options: HearOptions,
) -> None:
    """Write each instrument as loud as it is in the mix: their sum is the mix, unlimited."""
    parts = perform.stems(music, soundfont=options.soundfont, duration_s=duration_s)
    for name, sound in parts.items():
        louder = media.mix([(_faded(sound, asked, options), 10 ** (gain_db / 20))])
        media.write_sound(louder, folder / f"{name}.wav", bit_depth=32)

"""See: music becomes a film in which what is heard is what is seen.

A MIDI file or a recording goes in; a film with that music comes out. What is
heard becomes curves by a mapping, the curves become pictures by a renderer, and
all lie on one exact timeline with the sound.
"""

import warnings
from collections.abc import Callable, Sequence
from pathlib import Path

from clavilux import media
from clavilux.core import arguments
from clavilux.core.arguments import FrameRateLike, NamesLike, PathLike, SizeLike, TimeLike
from clavilux.core.errors import ArgumentError
from clavilux.core.files import write_text
from clavilux.core.lyrics import Lyrics
from clavilux.core.progress import Progress, silent
from clavilux.draw.lettering import BOLD, STYLES, Lettering
from clavilux.draw.text import typeface
from clavilux.editorial import lyrics as lyric_files
from clavilux.pipelines.drawing import Drawing
from clavilux.pipelines.finish import Finish
from clavilux.pipelines.music import LONGEST_S, as_it_sounds, is_document, is_midi, open_music
from clavilux.pipelines.production import (
    DEFAULT_FRAME_RATE,
    DEFAULT_SIZE,
    Production,
    production_of_document,
    production_of_music,
)
from clavilux.pipelines.settings import SeeOptions
from clavilux.pipelines.spool import Job, render_film
from clavilux.pipelines.storied import Telling
from clavilux.render import Request
from clavilux.render.notation import NOTE_LOOKS
from clavilux.schedule import mapping as mappings
from clavilux.schedule.shots import ShotPlan

MUSIC_ONLY = ("looks", "story", "loop", "mapping", "plan", "intensity", "speed", "calm")
"""Options that do nothing with a document."""


def see(
    music: PathLike,
    output: PathLike,
    *,
    sound: PathLike | None = None,
    offset: TimeLike = 0.0,
    look: str | None = None,
    looks: NamesLike = (),
    notes: str = "heard",
    palette: PathLike | Sequence[str] | None = None,
    hue_range: float | None = None,
    prompt: str | Sequence[str] = (),
    neg: str = "",
    lexicon: PathLike | None = None,
    image: PathLike | None = None,
    plan: PathLike | None = None,
    story: PathLike | None = None,
    lyrics: PathLike | None = None,
    lyrics_style: str | None = None,
    subtitles: PathLike | None = None,
    loop: int | None = None,
    mapping: PathLike = "clavilux",
    intensity: float = 1.0,
    speed: float = 1.0,
    calm: bool = False,
    size: SizeLike | None = None,
    fps: FrameRateLike | None = None,
    seed: int | None = None,
    fade: str | float | Sequence[TimeLike] | None = None,
    title: str = "",
    font: PathLike | None = None,
    start: TimeLike = 0.0,
    duration: TimeLike | None = None,
    preview: bool = False,
    flashing: bool = False,
    stems: PathLike | None = None,
    soundfont: PathLike | None = None,
    drums: str | None = None,
    to_end: bool = False,
    tempo: float | None = None,
    meter: str | None = None,
    beats: PathLike | Sequence[float] | None = None,
    renderer: str = "procedural",
    url: str | Sequence[str] = (),
    start_server: str | None = None,
    quality: str | int = "good",
    codec: str | None = None,
    transparent: bool = False,
    progress: Progress = silent,
) -> Path:
    """Turn `music` into a film.

    Args:
        music: A MIDI file, a recording, or a Parseq or Deforum document.
        output: The film to write; its suffix names the container. A run that was
            stopped goes on when it is asked for the same film again.
        progress: Progress callback, called with (done, total, stage).

    The others are the options of ``clavilux see``, with the same names, defaults and
    forms (``size="720p"``, ``start="1:05"``); `SeeOptions` says what each means.

    Returns:
        The path of the film.

    Raises:
        InputError: The music or an argument cannot be used; the message names it.
        OutputError: The film cannot be written.
    """
    options = SeeOptions(
        sound=sound,
        offset=offset,
        look=look,
        looks=looks,
        notes=notes,
        palette=palette,
        hue_range=hue_range,
        prompt=prompt,
        neg=neg,
        lexicon=lexicon,
        image=image,
        plan=plan,
        story=story,
        lyrics=lyrics,
        lyrics_style=lyrics_style,
        subtitles=subtitles,
        loop=loop,
        mapping=mapping,
        intensity=intensity,
        speed=speed,
        calm=calm,
        size=size,
        fps=fps,
        seed=seed,
        fade=fade,
        title=title,
        font=font,
        start=start,
        duration=duration,
        preview=preview,
        flashing=flashing,
        stems=stems,
        soundfont=soundfont,
        drums=drums,
        to_end=to_end,
        tempo=tempo,
        meter=meter,
        beats=beats,
        renderer=renderer,
        url=url,
        start_server=start_server,
        quality=quality,
        codec=codec,
        transparent=transparent,
    )
    return see_with(options, music, output, progress=progress)


def see_with(
    options: SeeOptions,
    music: PathLike,
    output: PathLike,
    *,
    progress: Progress = silent,
    tell: Callable[[str], None] = lambda _: None,
) -> Path:
    """Turn `music` into a film by options that are checked; else as `see`.

    When the film is whole, `tell` is called with a line that says which seed the music gave,
    where none is named.
    """
    source = Path(arguments.path(music, "music"))
    target = Path(arguments.path(output, "output"))
    media.check_film_target(target)
    check_coding(options, target)
    drawing = Drawing.of(options)  # before any work: a wrong name should cost no time
    telling = Telling.read(options)
    if options.subtitles is not None:
        read = (source, options.lyrics, options.story)
        arguments.target(options.subtitles, lyric_files.WRITABLE, *read, name="subtitles")
    check_useful(options, source)
    facts: list[str] = []
    production = _production(source, options, drawing.plan, telling, progress, facts.append)
    request = drawing.request(production)
    quality, preset = options.coding
    job = Job(
        renderer=drawing.renderer,
        request=request,
        finish=Finish.of(
            request.size,
            request.curves.frame_rate,
            request.curves.n_frames,
            fade=options.fade,
            title=options.title,
            font=options.font,
            lettering=_lettering(production, options, request) if options.draws_lyrics else None,
        ),
        quality=quality,
        preset=preset,
        codec=options.codec,
    )
    render_film(job, target, sound=production.sound, progress=progress)
    if options.subtitles is not None:
        shown = _within(production, options)
        write_text(
            options.subtitles, lyric_files.dump(shown, Path(options.subtitles).suffix.lower())
        )
    for line in facts:
        tell(line)
    return target


def check_coding(options: SeeOptions, target: Path) -> None:
    """Raise an error if a film of that name can't be encoded as the options say.

    Raises:
        ArgumentError: An option does nothing in it.
        MediaError: It holds no such codec or no transparency, or this machine has no such encoder.
    """
    codec = media.codec_of(target, options.codec)
    if options.quality != "good" and not codec.has_quality:
        raise ArgumentError(
            f"`quality` does nothing in {target.name}, whose codec has one quality; leave it out"
        )
    rate, preset = options.coding
    encoding = media.encoding_for(
        target,
        frame_rate=options.fps or DEFAULT_FRAME_RATE,
        size=options.size or DEFAULT_SIZE,
        quality=rate,
        preset=preset,
        codec=options.codec,
        transparent=options.transparent,
    )
    if options.codec is not None:
        encoding.check()


MIDI_ONLY = ("soundfont", "drums", "to_end")
"""Options for MIDI files alone."""
RECORDINGS_ONLY = ("stems", "tempo", "meter", "beats")
"""Options for recordings alone."""


def check_useful(options: SeeOptions, music: Path) -> None:
    """Raise an error if an option does nothing with music of this kind.

    Raises:
        ArgumentError: One does; the message names it.
        InputError: There is no such file.
    """
    useless = dict.fromkeys(MIDI_ONLY, "MIDI files")
    if is_document(music):
        kind = "a document"
        useless |= dict.fromkeys(MUSIC_ONLY, "music")
        useless |= dict.fromkeys(RECORDINGS_ONLY, "recordings")
    elif is_midi(music):
        kind, useless = "MIDI", dict.fromkeys(RECORDINGS_ONLY, "recordings")
    else:
        kind = "a recording"
    for name, use in useless.items():
        if getattr(options, name) != SeeOptions.model_fields[name].default:
            raise ArgumentError(f"`{name}` is for {use}; {music} is {kind}: leave it out")
    shows_notes = options.look in NOTE_LOOKS.names()
    if shows_notes:
        for name in ("preview", "prompt", "neg", "story"):
            if getattr(options, name):
                raise ArgumentError(
                    f"`{name}` does nothing in the look {options.look}; leave it out"
                )
        if is_document(music):
            raise ArgumentError(f"the look {options.look} shows notes, and {music} is a document")
    if options.is_words_alone:
        for name in ("prompt", "neg"):
            if getattr(options, name):
                raise ArgumentError(
                    f"`{name}` does nothing in a transparent film of words alone; leave it out"
                )
    if options.notes != "heard" and (not shows_notes or is_midi(music)):
        raise ArgumentError("`notes` is for recordings in a look that shows notes; leave it out")
    if options.soundfont is not None and options.sound is not None:
        raise ArgumentError("`sound` is heard instead of `soundfont`; leave one of them out")


def _production(
    music: Path,
    options: SeeOptions,
    plan: ShotPlan | None,
    telling: Telling | None,
    progress: Progress,
    tell: Callable[[str], None],
) -> Production:
    if is_document(music):
        return production_of_document(music, options, telling)
    mapping = mappings.load(options.mapping).scaled(
        intensity=options.intensity, speed=options.speed, calm=options.calm
    )
    progress(0, 1, "listening")
    piece = open_music(
        music,
        soundfont=options.soundfont,
        bounce=options.sound,
        offset_s=options.offset,
        stems=options.stems,
        drums=options.drums,
        to_end=options.to_end,
        tempo=options.tempo,
        meter=options.meter,
        beats=options.beats,
    )
    for line in piece.warnings:
        warnings.warn(f"{piece.path.name}: {line}", stacklevel=4)
    seed = options.seed
    if seed is None:
        seed = piece.own_seed()
        tell(f"{piece.path.name}: seed {seed}, from the music")
    needs_sound = any(rule.source.kind == "series" for rule in mapping.rules)
    if is_midi(music) and needs_sound and piece.duration_s <= LONGEST_S:
        piece = as_it_sounds(piece)  # not of days of silence, which nobody waits for
    return production_of_music(piece, mapping, options.but(seed=seed), plan, telling)


def _lettering(production: Production, options: SeeOptions, request: Request) -> Lettering:
    """Return the lyrics of a film in a font that has their letters."""
    style = options.lyrics_style or STYLES[0]
    text = "".join(line.text for line in production.lyrics.lines)
    face = typeface(text, path=options.font, bold=style in BOLD)
    if lacking := face.missing(text):
        warnings.warn(
            f"no font here has {lacking[:8]!r} of the lyrics: name one with `font`"
            if options.font is None
            else f"the font {options.font} has no {lacking[:8]!r} of the lyrics",
            stacklevel=3,
        )
    return Lettering(
        production.lyrics,
        request.size,
        style=style,
        face=face,
        frame_rate=float(request.curves.frame_rate),
        start_s=options.start,
    )


def _within(production: Production, options: SeeOptions) -> Lyrics:
    """Return the lyrics in the film's own time, those outside it left out."""
    end_s = float(production.curves.n_frames / production.curves.frame_rate)
    return production.lyrics.moved(-options.start).cut(end_s)

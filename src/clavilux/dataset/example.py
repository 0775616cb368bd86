"""Examples: notes, schedule, film and sound of one piece, written as one folder.

    music.mid       the notes
    schedule.json   the Parseq document, a keyframe a frame, as V2MIDI's
    rendered.json   what sd-parseq would render from it, which Deforum reads
    film.mp4        the film, with its sound
    sound.mp3, sound.flac
    record.json     what all hangs on, the hits, and the hash of every file

Other layouts have other names (`clavilux.dataset.layout`). The folder appears whole
or not at all, and its bytes hang on nothing but the example.
"""

import hashlib
import os
import socket
import time
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from itertools import islice
from pathlib import Path
from typing import Any

import orjson

from clavilux import media, perform, score
from clavilux.core.drums import drum_name, drum_notes
from clavilux.core.errors import InputError, OutputError
from clavilux.core.files import remove, world_errors
from clavilux.core.values import Curves, Score, Sound, Yuv
from clavilux.dataset import patterns
from clavilux.dataset.layout import RECORD, RECORD_FORMAT, names_of
from clavilux.dataset.recipe import Example, Source
from clavilux.matter import palettes
from clavilux.pipelines import seeds
from clavilux.render import RENDERERS, Renderer, Request, start
from clavilux.schedule import from_music
from clavilux.schedule import mapping as mappings


def make(
    content: dict[str, Any], layout: str, folder: str, staging: str, options: dict[str, Any]
) -> dict[str, Any]:
    """Make an example; the job that executors run.

    Args:
        content: The example, as `Example.to_dict` gives it.
        layout: Under which names its files lie, see `clavilux.dataset.layout`.
        folder: Where its folder shall appear.
        staging: A folder on the same disk for what is not yet whole.
        options: What the renderer takes besides the look, such as the servers' addresses.

    Returns:
        Processor and wall seconds of each part, and bytes written.
    """
    example, target = Example.from_dict(content), Path(folder)
    clock = _Clock()
    names = names_of(layout, example)
    with _staged(target, Path(staging)) as partial:
        files = {role: partial / name for role, name in names.items()}
        example, notes = _make_files(example, files, options, clock)
        with clock.part("record"):
            (partial / RECORD).write_bytes(_record(example, notes, files))
        written = sum(path.stat().st_size for path in partial.iterdir())
    if "folder" in options:
        remove(Path(options["folder"]))
    return {"seconds": clock.wall_s, "cpu_seconds": clock.cpu_s, "bytes": written}


def pictures_of(example: Example, curves: Curves, options: dict[str, Any]) -> Iterator[Yuv]:
    """Return the pictures of an example's film.

    Args:
        options: What its renderer takes, such as the servers' addresses.
    """
    renderer: Renderer = RENDERERS.make(example.renderer, **options)
    palette = None if example.palette is None else palettes.find(example.palette)
    drawn: dict[str, Any] = {"look": example.look, "palette": palette}
    honoured = {name: value for name, value in drawn.items() if name in renderer.honours}
    return iter(start(renderer, Request(curves, example.size, example.seed or 0, **honoured)))


def notes_of(source: Source, duration_s: float) -> bytes:
    """Return the MIDI file of an example.

    Raises:
        InputError: Its file is gone, or no longer what it was.
    """
    if source.kind == "house":
        return score.to_bytes(patterns.house(source.seed, duration_s=duration_s))
    if source.kind == "metre-free":
        return score.to_bytes(patterns.metre_free(source.seed, duration_s=duration_s))
    try:
        content = Path(source.path).read_bytes()
    except OSError as error:
        raise InputError(f"{source.path} cannot be read: {error.strerror}") from error
    if hashlib.sha256(content).hexdigest() != source.sha256:
        raise InputError(f"{source.path} has changed since the data set was begun")
    return content


def hits_of(notes: Score, duration_s: float) -> list[list[Any]]:
    """List the drum notes that fall in an example: seconds, name, note, velocity."""
    hits: list[tuple[float, str, int, int]] = []
    for track in notes.tracks:
        keep = drum_notes(track)
        times = notes.onsets_s(track.notes)[keep]
        pitches, forces = track.notes.pitch[keep].tolist(), track.notes.velocity[keep].tolist()
        hits += [
            (round(time_s, 6), drum_name(pitch), pitch, force)
            for time_s, pitch, force in zip(times.tolist(), pitches, forces, strict=True)
            if time_s < duration_s
        ]
    return [list(hit) for hit in sorted(hits)]


def curves_of(example: Example, notes: Score, sound: Sound | None = None) -> Curves:
    """Return the curves that an example's film is rendered from, and its words.

    A mapping that follows loudness follows that of the sound, as in `clavilux.pipelines.see`.

    Args:
        example: The example.
        notes: Its notes.
        sound: Its sound; played anew if None.
    """
    mapping, facts = mappings.load(example.mapping), score.facts(notes)
    if any(rule.source.kind == "series" for rule in mapping.rules):
        from clavilux import listen

        facts = listen.as_it_sounds(facts, sound or sound_of(example, notes))
    curves = mappings.apply(
        mapping,
        notes,
        frame_rate=example.rate,
        n_frames=example.n_frames,
        seed=example.seed or 0,
        facts=facts,
    )
    return Curves(curves.frame_rate, curves.values, ((0, example.prompt),))


def sound_of(example: Example, notes: Score) -> Sound:
    """Play an example's notes."""
    film_s = float(example.n_frames / example.rate)
    played = perform.perform(notes, duration_s=film_s, seed=example.seed or 0)
    return Sound.from_array(played.read(), played.sample_rate)


def _make_files(
    example: Example, files: dict[str, Path], options: dict[str, Any], clock: "_Clock"
) -> tuple[Example, Score]:
    """Write the files; return the example with its seed, and its notes."""
    film_s = float(example.n_frames / example.rate)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", UserWarning)  # of odd MIDI files: the score keeps them
        with clock.part("notes"):
            files["midi"].write_bytes(notes_of(example.source, film_s))
            notes = score.settle_drums(score.read(files["midi"]))
            if example.seed is None:
                example = replace(example, seed=seeds.of_score(notes))
        with clock.part("sound"):
            sound = sound_of(example, notes)
        with clock.part("schedule"):
            curves = curves_of(example, notes, sound)
            heading = from_music.heading_of(notes, name=example.name, prompt=example.prompt)
            schedule, rendered = from_music.dense_bytes(curves, heading)
            files["schedule"].write_bytes(schedule)
            files["rendered"].write_bytes(rendered)
        with clock.part("mp3 and flac"):
            media.write_sound(sound, files["mp3"])
            media.write_sound(sound, files["flac"])
    with clock.part("film"):
        media.write_film(
            islice(pictures_of(example, curves, options), example.n_frames),
            files["film"],
            frame_rate=example.rate,
            size=example.size,
            sound=sound,
            quality=example.quality,
            n_frames=example.n_frames,
        )
    return example, notes


def _record(example: Example, notes: Score, files: dict[str, Path]) -> bytes:
    """Write what is in an example; the paths of this machine stay out of it."""
    about = example.to_dict()
    about["source"]["path"] = Path(example.source.path).name
    content = {
        "format": RECORD_FORMAT,
        "name": example.name,
        "example": about,
        "n_frames": example.n_frames,
        "tempo_bpm": round(float(notes.tempo_map.tempi_bpm[0]), 3),
        "hits": hits_of(notes, float(example.n_frames / example.rate)),
        "files": {
            role: {"name": path.name, "sha256": sha256(path), "bytes": path.stat().st_size}
            for role, path in files.items()
        },
    }
    return orjson.dumps(content, option=orjson.OPT_INDENT_2 | orjson.OPT_APPEND_NEWLINE)


def sha256(path: Path) -> str:
    """Hash a file."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


@contextmanager
def _staged(target: Path, staging: Path) -> Iterator[Path]:
    """Return a folder to fill; it moves to `target` in one step, unless another came first."""
    partial = staging / f"{target.name}-{socket.gethostname()}-{os.getpid()}"
    with world_errors(target):
        remove(partial)
        partial.mkdir(parents=True)
        target.parent.mkdir(parents=True, exist_ok=True)
    try:
        with world_errors(target):
            yield partial
            try:
                partial.rename(target)
            except OSError as error:
                if not target.is_dir():
                    raise OutputError(f"cannot move {partial} to {target}: {error}") from error
    finally:
        remove(partial)


class _Clock:
    """Adds up what each part of an example takes."""

    def __init__(self) -> None:
        self.wall_s: dict[str, float] = {}
        self.cpu_s: dict[str, float] = {}

    @contextmanager
    def part(self, name: str) -> Iterator[None]:
        wall, cpu = time.perf_counter(), time.process_time()
        yield
        self.wall_s[name] = round(time.perf_counter() - wall, 4)
        self.cpu_s[name] = round(time.process_time() - cpu, 4)

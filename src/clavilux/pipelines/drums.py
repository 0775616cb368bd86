"""Drums from a film: what `clavilux hear --as drums` hears, before it is written anywhere.

A film goes in; hits and a score in tempo come out. Films made from drumming are
read back; to films that nobody drummed a part is made up from their cuts,
movements and flashes.
"""

import warnings
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
import orjson

from clavilux import media, models, watch
from clavilux.compose.drums import KITS, find_pulse, score_of, tempo_map_through, write_drums
from clavilux.compose.scene_drums import drums_for_scenes
from clavilux.core.errors import InputError
from clavilux.core.files import write_bytes
from clavilux.core.progress import Progress, silent
from clavilux.core.values import Events, Facts, Score
from clavilux.watch.drums import DrumsSeen, watch_drums

MODELS = ("auto", "geometry", "r3d18", "scenes")
HEADS = ("binary", "multilabel")
_FEW_PER_S = 0.5
_FEW_KICKS_PER_S, _REGULAR = 0.4, 0.6
"""Of films of kicks alone .7 to 2 a second, at regularities from .94; of 19 clips of others'
none has .28 a second."""
_FEWEST_KICKS = 8
"""Fewer may keep a beat by chance."""
_SURE = 0.85
_LOOKED_AT = 288  # pixels of the longer side


@dataclass(frozen=True, slots=True)
class DrumSettings:
    """How drums are heard; every field has the default of the command line."""

    model: str = "auto"
    """``geometry`` reads drumming back from movements, ``r3d18`` does so as V2MIDI does
    (needs `weights`), ``scenes`` makes a part up; ``auto`` takes the first, and writes
    nothing where the film shows no drumming."""
    weights: str | None = None
    """An ONNX file of the model's."""
    head: str = "multilabel"
    """What an r3d18's weights were trained for, see `HEADS`."""
    tempo_bpm: float | None = None
    """Found from the hits if None."""
    quantise: float | None = None
    """Beats whose multiples hits are put on; they stay where they are if None."""
    sensitivity: float = 0.5
    """0 hears only what is certain, 1 everything that could be a hit."""
    kit: str = "standard"
    """One of `clavilux.compose.drums.KITS`."""

    def check(self) -> None:
        """Raise an error if a setting cannot be.

        Raises:
            InputError: One cannot; the message names it.
        """
        for name, value, allowed in (
            ("model", self.model, MODELS),
            ("head", self.head, HEADS),
            ("kit", self.kit, tuple(KITS)),
        ):
            if value not in allowed:
                raise InputError(f"no {name} is called {value!r}; there are: {', '.join(allowed)}")
        if not 0 <= self.sensitivity <= 1:
            raise InputError(f"sensitivity is {self.sensitivity:g}; expected 0 to 1")
        if self.model == "r3d18" and self.weights is None:
            raise InputError(
                "model 'r3d18' ships no weights: train some with "
                "'clavilux train drums --model r3d18' and name them with `weights`"
            )


@dataclass(frozen=True, slots=True, eq=False)
class DrumsHeard:
    """The drums of a film."""

    hits: Events
    score: Score
    duration_s: float
    frame_rate: float
    model: str
    """Which model heard them: never ``auto``."""


def hear_drums(
    film: Path, settings: DrumSettings | None = None, progress: Progress = silent
) -> DrumsHeard:
    """Hear the drums of a film.

    Raises:
        InputError: The film or a setting cannot be used.
    """
    chosen = settings or DrumSettings()
    chosen.check()
    if chosen.model == "scenes":
        return _from_scenes(film, chosen, progress)
    if chosen.model == "r3d18":
        return _written(_by_r3d18(film, chosen, progress), chosen, "r3d18")
    model = models.load("drums", weights=chosen.weights)
    pictures = media.open_film(film, pixels="luma", size=_LOOKED_AT)
    seen = watch_drums(pictures, model=model, sensitivity=chosen.sensitivity, progress=progress)
    if chosen.model == "auto" and not shows_drumming(seen):
        warnings.warn(
            f"{film} shows no drumming, so no drums are written: `model` scenes makes a part up",
            stacklevel=2,
        )
        empty = Events(np.zeros(0), (), np.zeros(0))
        seen = replace(seen, events=empty, likelihood=np.zeros(0, np.float32))
    return _written(seen, chosen, "geometry")


def shows_drumming(seen: DrumsSeen) -> bool:
    """Return True if a film seems made from drumming: movements are struck often, and surely.

    Cuts and pushes look like kicks, so kicks alone count only where they keep a beat.
    """
    kick = np.array([kind == "kick" for kind in seen.events.kind], dtype=bool)
    sure = seen.likelihood >= _SURE
    seconds = max(seen.duration_s, 1.0)
    if (sure & ~kick).sum() >= _FEW_PER_S * seconds:
        return True
    beaten = sure & kick
    if beaten.sum() < max(_FEW_KICKS_PER_S * seconds, _FEWEST_KICKS):
        return False
    pulse = find_pulse(seen.events.time_s[beaten], seen.events.strength[beaten])
    return pulse.regularity >= _REGULAR


def with_drums(music: Score, heard: DrumsHeard, *, kit: str = "standard") -> Score:
    """Add heard drums to a score, at their seconds."""
    drums = score_of(heard.hits, music.tempo_map, heard.duration_s, kit=kit)
    return replace(music, tracks=(*music.tracks, *drums.tracks))


def write_hits(heard: DrumsHeard, target: Path) -> None:
    """Write hits as JSON: seconds, drum and velocity of each."""
    hits = [
        {"time_s": round(t, 5), "drum": kind, "velocity": max(1, round(127 * strength))}
        for t, kind, strength in zip(
            heard.hits.time_s.tolist(), heard.hits.kind, heard.hits.strength.tolist(), strict=True
        )
    ]
    document = {
        "format": "clavilux.drums/1",
        "model": heard.model,
        "duration_s": heard.duration_s,
        "frame_rate": heard.frame_rate,
        "tempo_bpm": round(float(heard.score.tempo_map.tempi_bpm[-1]), 3),
        "hits": hits,
    }
    write_bytes(target, orjson.dumps(document, option=orjson.OPT_INDENT_2) + b"\n")


def _written(seen: DrumsSeen, settings: DrumSettings, model: str) -> DrumsHeard:
    written = write_drums(
        seen.events, seen.duration_s,
        tempo_bpm=settings.tempo_bpm, quantise=settings.quantise, kit=settings.kit,
    )  # fmt: skip
    return DrumsHeard(seen.events, written, seen.duration_s, seen.frame_rate, model)


def _from_scenes(film: Path, settings: DrumSettings, progress: Progress) -> DrumsHeard:
    pictures = media.open_film(film)
    facts: Facts = watch.facts(pictures, progress=progress)
    rate = float(pictures.frame_rate)
    part = drums_for_scenes(
        facts, rate, tempo_bpm=settings.tempo_bpm, sensitivity=settings.sensitivity
    )
    tempo_map = tempo_map_through(part.grid.beats_s.tolist())
    written = score_of(
        part.hits, tempo_map, facts.duration_s, quantise=settings.quantise, kit=settings.kit
    )
    return DrumsHeard(part.hits, written, facts.duration_s, rate, "scenes")


def _by_r3d18(film: Path, settings: DrumSettings, progress: Progress) -> DrumsSeen:
    from clavilux.watch.drum_clips import watch_clips

    model = models.load("r3d18", weights=settings.weights)
    pictures = media.open_film(film, pixels="rgb", size=_LOOKED_AT)
    return watch_clips(
        pictures, model, head=settings.head, sensitivity=settings.sensitivity, progress=progress
    )

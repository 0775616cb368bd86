"""The report of a soundtrack: a picture, or a page, that shows why the music is as it is."""

import base64
import html
from itertools import pairwise
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np

from clavilux import media
from clavilux.compose.soundtrack import Soundtrack
from clavilux.core.errors import InputError
from clavilux.core.files import write_text
from clavilux.core.values import Facts, Rgb, Section, Span
from clavilux.draw.soundtrack import Scene, draw_soundtrack

_STILLS = 18
_STILL_SIDE = 128
_SHOWN = ("motion", "brightness", "valence", "arousal")


def write_report(film: Path, made: Soundtrack, facts: Facts, target: Path) -> None:
    """Write what was seen and what was composed, on one timeline.

    Args:
        film: The film, for its stills.
        made: The soundtrack.
        facts: What was seen.
        target: A ``.png`` picture or an ``.html`` page that needs no other file.

    Raises:
        InputError: The target is neither.
    """
    if target.suffix.lower() not in (".png", ".html"):
        raise InputError(f"a report cannot be written as {target}; name a .png or .html")
    scene = _scene(film, made, facts)
    if target.suffix.lower() == ".png":
        draw_soundtrack(scene, target)
        return
    with TemporaryDirectory() as folder:
        picture = Path(folder) / "report.png"
        draw_soundtrack(scene, picture)
        write_text(target, _page(picture.read_bytes(), made, facts, scene))


def _scene(film: Path, made: Soundtrack, facts: Facts) -> Scene:
    beats = made.grid.beats_s
    edges = made.grid.beats_s[made.grid.bars]
    parts = [
        Section(float(edges[p.bars.start]), float(edges[p.bars.stop]), p.label) for p in made.parts
    ]
    chords = [
        Span(float(np.interp(b, range(len(beats)), beats)), 0.0, chord.short)
        for bar in made.bars
        for chord, b, _ in bar.spans
    ]
    metre, tempo = made.grid.metre.name, made.grid.tempo_bpm
    return Scene(
        title=f"{film.name}: {made.style.name}, {made.key}, {metre}, {tempo:.1f} bpm",
        duration_s=facts.duration_s,
        stills=stills(film, facts.duration_s),
        cuts_s=facts.events.of("cut", "dissolve", "fade").time_s,
        series={name: facts.series[name] for name in _SHOWN if name in facts.series},
        parts=parts,
        chords=chords,
        downbeats_s=made.grid.downbeats_s,
        score=made.score,
    )


def stills(film: Path, duration_s: float) -> list[Rgb]:
    """Return pictures of a film at even distances."""
    wanted = (np.arange(_STILLS) + 0.5) * duration_s / _STILLS
    found: list[Rgb] = []
    for frame in media.open_film(film, pixels="rgb", size=_STILL_SIDE):
        if frame.time >= wanted[len(found)]:
            assert isinstance(frame.picture, np.ndarray)
            found.append(frame.picture)
            if len(found) == _STILLS:
                break
    return found


def _page(picture: bytes, made: Soundtrack, facts: Facts, scene: Scene) -> str:
    cuts = facts.events.of("cut", "dissolve", "fade").time_s
    off = np.abs(made.grid.beats_s[:, None] - cuts).min(axis=0) if len(cuts) else np.zeros(0)
    rows = "".join(
        f"<tr><td>{number}</td><td>{time:.2f} s</td><td>{miss * 1000:.0f} ms</td></tr>"
        for number, (time, miss) in enumerate(zip(cuts, off, strict=True), start=1)
    )
    lengths = ", ".join(f"{b - a:.1f}" for a, b in pairwise([0.0, *cuts, facts.duration_s]))
    data = base64.b64encode(picture).decode()
    return f"""<!doctype html>
<html lang="en"><meta charset="utf-8"><title>{html.escape(scene.title)}</title>
<style>body{{font:16px/1.5 system-ui,sans-serif;margin:2rem auto;max-width:1640px;color:#22262b}}
img{{max-width:100%}}td,th{{padding:.15rem .8rem;text-align:right}}</style>
<h1>{html.escape(scene.title)}</h1>
<img alt="The film, its cuts, its mood and the music on one timeline"
 src="data:image/png;base64,{data}">
<h2>Cuts</h2>
<p>Shots of {html.escape(lengths)} s.</p>
<table><tr><th>cut</th><th>at</th><th>from the nearest beat</th></tr>{rows}</table>
</html>
"""

"""Listen: what was heard in music, as data: JSON, CSV, MIDI or a picture."""

from dataclasses import replace
from pathlib import Path

import numpy as np

from clavilux import score
from clavilux.compose.drums import score_of, tempo_map_through
from clavilux.core import arguments
from clavilux.core.arguments import PathLike
from clavilux.core.drums import NOTES_OF_DRUM
from clavilux.core.progress import Progress, silent
from clavilux.core.values import Facts, Score, Text, Track
from clavilux.pipelines import fact_files
from clavilux.pipelines.music import open_music
from clavilux.pipelines.plot import plot

SUFFIXES = (".json", ".csv", ".png", ".mid", ".midi")
FORMAT = "clavilux.heard/1"


def listen(music: PathLike, output: PathLike, *, progress: Progress = silent) -> Path:
    """Write what was heard in `music`.

    Args:
        music: A MIDI file or a recording.
        output: A ``.json`` (everything), a ``.csv`` (ten rows a second), a ``.mid`` (the
            drums that were heard, with a tempo map through the beats and sections as
            markers) or a ``.png`` (waveform, events, sections and curves).
        progress: Progress callback, called with (done, total, stage).

    Returns:
        The path of what was written.

    Raises:
        InputError: The music or the output's name cannot be used.
        OutputError: The output cannot be written.
    """
    source = Path(arguments.path(music, "music"))
    target = arguments.target(output, SUFFIXES, source)
    kind = target.suffix.lower()
    if kind == ".png":
        return plot(source, target, progress=progress)
    progress(0, 1, "listening")
    heard = open_music(source)
    if kind == ".json":
        document = {"format": FORMAT, "music": source.name, **fact_files.as_document(heard.facts)}
        fact_files.write_json(document, target)
    elif kind == ".csv":
        fact_files.write_csv(heard.facts, target)
    else:
        score.write(_as_score(heard.facts), target)
    return target


def _as_score(facts: Facts) -> Score:
    """Return drums under a tempo map whose beats are those heard, sections as markers."""
    beats = facts.beats_s[facts.beats_s < facts.duration_s]
    edges = beats.tolist() if len(beats) > 1 else np.arange(0, facts.duration_s + 1, 0.5).tolist()
    if edges[0] > 0.02:
        edges = [0.0, *edges]
    else:
        edges[0] = 0.0
    tempo_map = tempo_map_through(edges)
    drums = score_of(facts.events.of(*NOTES_OF_DRUM), tempo_map, facts.duration_s)
    marks = tuple(
        Text(round(float(tempo_map.ticks(s.start_s))), "marker", s.label) for s in facts.sections
    )
    heard = Track("Heard", texts=marks, end_tick=drums.end_tick)
    return replace(drums, tracks=(heard, *drums.tracks))

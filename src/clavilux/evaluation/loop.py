"""The loop: music becomes a film, the film becomes drums, and the two are compared.

A MIDI file goes in; out come the film, what was heard in it, how well that agrees
with what was played, and a picture of both. It tests everything at once, and says
how legible a mapping and a look are.
"""

import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from os import PathLike
from pathlib import Path

import numpy as np
import orjson
from numpy.typing import NDArray

from clavilux import score
from clavilux.core.drums import FIVE
from clavilux.core.errors import InputError
from clavilux.core.files import write_bytes
from clavilux.core.metrics import match_onsets
from clavilux.core.progress import Progress, silent
from clavilux.draw.drum_rolls import DrumRolls, draw_drum_rolls
from clavilux.evaluation import drums
from clavilux.evaluation.drum_films import hits_heard
from clavilux.pipelines import seeds
from clavilux.pipelines.drums import DrumSettings, DrumsHeard, hear_drums
from clavilux.pipelines.see import see_with
from clavilux.pipelines.settings import DEFAULT_LOOK, SeeOptions

_SHOWN_S = 24.0


@dataclass(frozen=True, slots=True, eq=False)
class Loop:
    """One time round."""

    midi: Path
    options: SeeOptions
    played: dict[str, drums.Array]
    heard: DrumsHeard
    report: drums.Report
    seed: int
    """Of the film: the one named, or that of the music."""

    @property
    def f1(self) -> float:
        """Onset F1 within a video frame, of all five drums together."""
        return self.report.agreement("frame").f1


def go_round(
    midi: str | PathLike[str],
    *,
    options: SeeOptions | None = None,
    hearing: DrumSettings | None = None,
    film: str | PathLike[str] | None = None,
    progress: Progress = silent,
    tell: Callable[[str], None] = lambda _: None,
) -> Loop:
    """Make a film of a MIDI file, hear its drums and compare.

    Args:
        midi: The music.
        options: How the film is to look; small by default.
        hearing: How it is heard.
        film: Where the film is kept; nowhere if None.
        progress: Progress callback, called with (done, total, stage).
        tell: Called with a line on the seed, as in `see_with`.

    Raises:
        InputError: The file cannot be used, or plays none of the five drums.
    """
    chosen = options or SeeOptions(size=256)
    path = Path(midi)
    music = score.settle_drums(score.read(path))
    played = drums.hits_of(music)
    if not any(len(rows) for rows in played.values()):
        raise InputError(f"{path} plays none of these drums: {', '.join(FIVE)}")
    with tempfile.TemporaryDirectory() as folder:
        target = Path(film) if film is not None else Path(folder) / "loop.mp4"
        see_with(chosen, path, target, progress=progress, tell=tell)
        heard = hear_drums(target, hearing or DrumSettings(model="geometry"), progress)
    first, last = chosen.start, chosen.start + heard.duration_s
    played = {
        drum: rows[(rows[:, 0] >= first) & (rows[:, 0] < last)] - np.array([first, 0.0])
        for drum, rows in played.items()
    }
    report = drums.compare(
        played, hits_heard(heard.hits), frame_rate=heard.frame_rate, duration_s=heard.duration_s
    )
    seed = seeds.of_score(music) if chosen.seed is None else chosen.seed
    return Loop(path, chosen, played, heard, report, seed)


def draw_loop(loop: Loop, path: str | PathLike[str]) -> None:
    """Draw what was played and what was heard, the first seconds of it."""
    tolerance = 1 / loop.heard.frame_rate + 1e-3
    heard = hits_heard(loop.heard.hits)
    pairs = {d: match_onsets(loop.played[d][:, 0], heard[d][:, 0], tolerance) for d in FIVE}
    title = (
        f"{loop.midi.name}, {loop.options.mapping}, {loop.options.look or DEFAULT_LOOK}: "
        f"F1 {loop.f1:.3f} within a frame"
    )
    rolls = DrumRolls(
        title, 0.0, min(_SHOWN_S, loop.heard.duration_s), FIVE,
        {d: _met(loop.played[d], [i for i, _ in pairs[d]]) for d in FIVE},
        {d: _met(heard[d], [j for _, j in pairs[d]]) for d in FIVE},
    )  # fmt: skip
    draw_drum_rolls(rolls, path)


def write_loop(loop: Loop, path: str | PathLike[str]) -> None:
    """Write every figure as JSON."""
    options = loop.options
    document = {
        "format": "clavilux.loop/1",
        "midi": loop.midi.name,
        "look": options.look or DEFAULT_LOOK,
        "mapping": options.mapping,
        "seed": loop.seed,
        "frame_rate": loop.heard.frame_rate,
        "quality": options.coding[0],
        **loop.report.document(),
    }
    write_bytes(path, orjson.dumps(document, option=orjson.OPT_INDENT_2) + b"\n")


def _met(rows: NDArray[np.float64], indices: list[int]) -> NDArray[np.float64]:
    met = np.zeros((len(rows), 1))
    met[indices] = 1
    return np.concatenate([rows, met], axis=1)

"""Music made for tests of mappings, and what a mapping makes of it."""

from fractions import Fraction

import numpy as np

from clavilux.core.timeline import TempoMap
from clavilux.core.values import Events, Facts, Notes, Score, Track
from clavilux.schedule import mapping as mappings
from clavilux.schedule.mapping.document import read

RATES = [Fraction(24), Fraction(24000, 1001), Fraction(60)]


def drums(*hits: tuple[float, int, int], bpm: float = 120.0) -> Score:
    """A score of drum hits: seconds, note, velocity."""
    tempo_map = TempoMap.constant(bpm, 9600)
    return Score(tempo_map, (Track("Drums", notes(tempo_map, hits, channel=9)),))


def tune(*played: tuple[float, int, int], channel: int = 0) -> Score:
    """A score of notes of a quarter of a second each: seconds, pitch, velocity."""
    tempo_map = TempoMap.constant(120.0, 9600)
    return Score(tempo_map, (Track("Tune", notes(tempo_map, played, channel=channel)),))


def notes(tempo_map: TempoMap, played: tuple[tuple[float, int, int], ...], channel: int) -> Notes:
    columns = np.array(sorted(played), dtype=np.float64).reshape(-1, 3)
    onset = np.round(tempo_map.ticks(columns[:, 0])).astype(np.int64)
    return Notes(
        onset,
        onset + 4800,
        columns[:, 1].astype(np.uint8),
        columns[:, 2].astype(np.uint8),
        np.full(len(columns), channel, dtype=np.uint8),
    )


def facts(duration_s: float = 10.0, **others: object) -> Facts:
    given = {"events": Events(np.zeros(0), (), np.zeros(0)), **others}
    return Facts(
        duration_s,
        beats_s=np.arange(0.0, duration_s, 0.5),
        downbeats_s=np.arange(0.0, duration_s, 2.0),
        **given,  # type: ignore[arg-type]
    )


def rules(*lines: str, base: str = "{}") -> mappings.Mapping:
    listed = ", ".join(f"{{{line}}}" for line in lines)
    return read(f"format: clavilux.mapping/1\nbase: {base}\nrules: [{listed}]\n", "test")


def curve(
    mapping: mappings.Mapping,
    music: Score | Facts,
    parameter: str,
    *,
    rate: Fraction = Fraction(24),
    seconds: float = 4.0,
    start_s: float = 0.0,
    seed: int = 0,
    known: Facts | None = None,
) -> np.ndarray:
    made = mappings.apply(
        mapping,
        music,
        frame_rate=rate,
        n_frames=int(seconds * rate),
        start_s=start_s,
        seed=seed,
        facts=None if isinstance(music, Facts) else known or facts(),
    )
    return made.values[parameter]


SPACED = drums((0.5, 46, 127), (1.0, 44, 64), (1.5, 36, 100), (2.0, 38, 127), (2.5, 42, 127))

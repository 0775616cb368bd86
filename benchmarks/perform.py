"""How fast and how exact the synthesiser is: ``python -m benchmarks.perform [FOLDER]``.

Data: the demonstration piece and drums of our own; with FOLDER, its MIDI files.
Prints for each how many times faster than real time it is played (one process,
CPU time, from notes to samples, without and with mastering), its loudness and
true peak, and for lone hits how long after its time the sound rises.
"""

import sys
import time
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from clavilux.compose.demo import demo_score
from clavilux.core.errors import ClaviluxError
from clavilux.core.loudness import measure
from clavilux.core.timeline import TempoMap
from clavilux.core.values import Notes, Score, Track
from clavilux.perform import perform, synthesise
from clavilux.score import read

SEED = 0
SAMPLE_RATE = 44_100
DRUMS = {"kick": 36, "snare": 38, "closed hat": 42, "pedal hat": 44, "open hat": 46}
_HEARD = 0.01  # of the hit's own peak


def main() -> None:
    """Print every figure."""
    _warm_up()
    print(f"seed {SEED}, {SAMPLE_RATE} Hz, embedded soundfont, CPU time of one process")
    print(f"{'piece':40} {'length':>8} {'notes':>6} {'played':>8} {'mastered':>9}   LUFS   peak")
    scores = {"demonstration": demo_score()}
    for path in sorted(Path(sys.argv[1]).glob("*.mid*")) if len(sys.argv) > 1 else ():
        try:
            scores[path.name] = read(path)
        except ClaviluxError as error:
            print(f"{path.name[:40]:40} left out: {error}")
    lengths, costs = 0.0, 0.0
    for name, score in scores.items():
        length, cost = _row(name, score)
        lengths, costs = lengths + length, costs + cost
    print(f"all together {lengths / costs:.0f} x real time (aim: 100)")
    _onsets()


def _warm_up() -> None:
    """Import what is imported late, which is not the synthesiser's own cost."""
    started = time.process_time()
    synthesise(demo_score(), duration_s=0.1).read()
    print(
        f"first sound of a process: {time.process_time() - started:.2f} s of CPU, imports included"
    )


def _row(name: str, score: Score) -> tuple[float, float]:
    started = time.process_time()
    sound = synthesise(score, sample_rate=SAMPLE_RATE, seed=SEED)
    length = sum(len(block) for block in sound) / SAMPLE_RATE
    played = time.process_time() - started
    started = time.process_time()
    mastered = perform(score, sample_rate=SAMPLE_RATE, seed=SEED)
    for _ in mastered:
        pass
    both = time.process_time() - started
    meter = measure(mastered)
    n_notes = sum(len(track.notes) for track in score.tracks)
    speeds = f"{length / played:6.0f} x {length / both:7.0f} x"
    loudness = f"{meter.integrated:6.1f} {meter.true_peak_db:6.1f}"
    print(f"{name[:40]:40} {length:6.1f} s {n_notes:6d} {speeds} {loudness}", flush=True)
    return length, played


def _onsets() -> None:
    """Measure when lone hits rise, in eleven minutes of changing tempo."""
    tempi = [(t, 300_000 + 7919 * (t // 1920) % 400_000) for t in range(0, 600_000, 1920)]
    tempo_map = TempoMap.from_tempi(tempi, 480)
    onset = np.arange(480, 600_000, 1440)
    print("lone hits, tempo changing every bar for eleven minutes: rise after the hit's time, ms")
    for name, drum in DRUMS.items():
        columns = (np.full(len(onset), value, dtype=np.uint8) for value in (drum, 100, 9))
        notes = Notes(onset, onset + 60, *columns)
        score = Score(tempo_map, (Track("drums", notes),))
        waveform = np.abs(synthesise(score, seed=SEED, reverb=0).read()).max(axis=1)
        late = [_rise_ms(waveform[at - 882 : at + 4410]) for at in _samples(score, notes)]
        print(
            f"  {name:11} n {len(late)}  least {min(late):5.2f}  median {np.median(late):5.2f}  "
            f"most {max(late):5.2f}  (limit 10)"
        )


def _samples(score: Score, notes: Notes) -> list[int]:
    return [round(at * SAMPLE_RATE) for at in score.onsets_s(notes).tolist()]


def _rise_ms(window: NDArray[np.float32]) -> float:
    """Return when a hit, expected at sample 882, rises above what rang before it."""
    floor = max(1.5 * float(window[:882].max()), _HEARD * float(window[882:].max()))
    return (int(np.argmax(window > floor)) - 882) / SAMPLE_RATE * 1000


if __name__ == "__main__":
    main()

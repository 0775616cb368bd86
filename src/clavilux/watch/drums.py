"""Drums seen: where a film's movements and cuts say that a drum is struck.

Motion features in, hits out, by a small network that knows movements and changed
content, not pictures: a pitch is an open hat, a yaw a pedal hat, a roll a closed
hat, a push forward a snare, and content that is replaced a kick.

Conventions
-----------
- Drums are in the order of `core.drums.FIVE`.
- A film is read in overlapping windows: memory does not grow with its length.
- Before the first frame and after the last lie some frames which say that they
  are none, so that a hit on frame 0 has something to be told by.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import chain, islice

import numpy as np
from numpy.typing import NDArray

from clavilux import models
from clavilux.core.drums import FIVE
from clavilux.core.progress import Progress, silent
from clavilux.core.values import Events, Film, FilmFrame
from clavilux.models import Model
from clavilux.watch import drum_forces, drum_habits, drum_metre
from clavilux.watch.drum_hits import N_MOTION, Heard
from clavilux.watch.motion import BATCH, NAMES, MotionMeter, small_luma

Rows = NDArray[np.float32]
LEAD = 8
"""Frames before the first and after the last that say they are none."""
WINDOW, HOP, MARGIN = 512, 256, 64
USUAL_RATE = 27.0
"""Faster films are thinned to about so many frames a second, at least two thirds of it."""
MIRRORS: tuple[tuple[int, ...], ...] = ((0, 4), (1, 5), (2,))
"""Columns of features that change sign together when a film is mirrored or turned round."""
_TURNED = (
    (),
    MIRRORS[0] + MIRRORS[1],
    MIRRORS[0] + MIRRORS[2],
    MIRRORS[1] + MIRRORS[2],
)
"""Which columns change sign in each of the images of a film that the network is asked about."""
_CAUTION = 1.4
"""Turns sensitivity into the least likelihood of a hit: 0.38 at a sensitivity of a half."""
_SHARED = 0.5
"""How much of its likelier neighbour's likelihood a frame counts as its own."""
_MOVES = slice(0, 6)
_SIMPLE = tuple(NAMES.index(n) for n in ("explained", "histogram", "difference", "residual"))
_AGREEMENTS = tuple(
    NAMES.index(n) for n in ("kept", "fine_agreement", "agreement", "coarse_agreement")
)
_CHANGES = tuple(NAMES.index(n) for n in ("luma", "contrast", "sharpness"))
_PUSHES = tuple(NAMES.index(n) for n in ("pan_x", "pan_y", "roll", "zoom"))
_REACH, _BEFORE = 5, 3
"""Frames over which a push is added up, and frames before it that tell what moves anyhow."""
_ANSWERS = 3 * len(FIVE)
_NOT_KEPT = slice(len(FIVE), _ANSWERS)
_LIVES_ON = 0.8
"""Where pictures agree less, content is replaced and movement means nothing."""
_KEPT = NAMES.index("kept")
_GAIN, _OFFSET = NAMES.index("gain"), NAMES.index("offset")
N_CHANNELS = 30 + 2 * len(_PUSHES) + len(_SIMPLE) + 2 * len(_AGREEMENTS) + len(_CHANGES) + 2 + 2


@dataclass(frozen=True, slots=True, eq=False)
class DrumsSeen:
    """What was seen in a film."""

    events: Events
    """Hits of the five drums; strength is velocity / 127."""
    frame_rate: float
    n_frames: int
    likelihood: NDArray[np.float32]
    """How sure the network is of each hit, shape (n_hits,)."""

    @property
    def duration_s(self) -> float:
        """Length of the film."""
        return self.n_frames / self.frame_rate


def watch_drums(
    film: Film, *, model: Model | None = None, sensitivity: float = 0.5, progress: Progress = silent
) -> DrumsSeen:
    """Watch a film for drums, in one pass.

    Args:
        film: Any film; ``luma`` alone and 256 pixels of height are enough.
        model: The network; the one that ships if None.
        sensitivity: 0 hears only what is certain, 1 everything that could be a hit.
        progress: Hears of frames done.
    """
    step = max(1, round(float(film.frame_rate) / USUAL_RATE))
    rate = float(film.frame_rate) / step
    aspect = film.size.width / film.size.height
    times: list[float] = []
    counted = [0]

    def frames() -> Iterator[FilmFrame]:
        for number, frame in enumerate(film):
            counted[0] = number + 1
            if number % step == 0:
                yield frame
            if number % 64 == 0:
                progress(number, film.n_frames or number, "watching")

    rows = _timed_rows(frames(), aspect, times)
    events, sure = _picked(_answers(rows, rate, model or models.load("drums")), sensitivity, rate)
    exact = _on_frames(events, np.asarray(times), rate)
    return DrumsSeen(exact, float(film.frame_rate), counted[0], sure)


def drums_in(
    rows: Rows, frame_rate: float, *, model: Model | None = None, sensitivity: float = 0.5
) -> Events:
    """Find the drums in motion features, shape (n_frames, len(NAMES)), as `watch_drums` does."""
    answers = _answers(iter([rows]), frame_rate, model or models.load("drums"))
    return _picked(answers, sensitivity, frame_rate)[0]


def inputs(rows: Rows, frame_rate: float, *, begins: bool, ends: bool) -> Rows:
    """Turn features into what the network reads.

    Args:
        rows: Motion features, shape (n_frames, len(NAMES)).
        frame_rate: Video frames per second.
        begins: Whether the film begins with the first row, which then is led into.
        ends: Whether it ends with the last.

    Returns:
        Shape (N_CHANNELS, before + n_frames + after), before and after `LEAD` or 0.
    """
    moves = rows[:, _MOVES]
    usual = _usual(moves[rows[:, _AGREEMENTS[1]] > _LIVES_ON])
    trust = np.clip((rows[:, _KEPT : _KEPT + 1] - 0.25) / 0.4, 0, 1)
    signed = np.clip(moves * trust / usual, -3, 3)
    changes = rows[:, _CHANGES].astype(np.float64)
    changes[:, 1] = np.log(np.maximum(changes[:, 1], 0) + 0.01) / 4
    faint = np.diff(changes, axis=0, prepend=changes[:1])
    agreements = 1 - rows[:, _AGREEMENTS]
    columns = np.concatenate(
        [
            np.arcsinh(moves * 300) / 4,
            np.arcsinh(moves * 600) / 4 * trust,
            np.minimum(np.abs(moves) / usual, 3) / 2,
            signed / 2,
            signed / 2 * _one_sided(signed),
            *_pushes((moves * trust)[:, _PUSHES]),
            rows[:, _SIMPLE] * np.array([1, 2, 6, 12]),
            agreements,
            np.log(np.maximum(agreements, 0) + 0.004) / 3 + 1,
            np.clip(faint * np.array([6, 16, 3]), -2, 2),
            np.clip(rows[:, [_GAIN, _OFFSET]] * np.array([2, 4]), -2, 2),
        ],
        axis=1,
    )
    before, after = LEAD * begins, LEAD * ends
    whole = np.zeros((N_CHANNELS, before + len(rows) + after), dtype=np.float32)
    whole[:-2, before : before + len(rows)] = columns.T
    whole[-2] = np.log2(frame_rate / 24)
    whole[-1, :before] = 1
    whole[-1, before + len(rows) :] = -1
    return whole


def _usual(moves: Rows) -> NDArray[np.float64]:
    """Return how far this film's hits move things, column by column, shape (6,)."""
    if not len(moves):
        return np.ones(moves.shape[1])
    return np.asarray(np.percentile(np.abs(moves), 97, axis=0) + 2e-3, dtype=np.float64)


def _one_sided(moves: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return which way a film's pushes go, column by column: 1 all forth, -1 all back, 0 both ways.

    Who always pushes the same way lets the picture come back more slowly, if at all.
    """
    cubes = moves**3
    return np.asarray(cubes.sum(axis=0) / (np.abs(cubes).sum(axis=0) + 1e-9), dtype=np.float64)


def _pushes(moves: Rows) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Add up the push that may begin in each frame; give how far it goes, and how much is late.

    How far tells how hard; the share that is left for the frames after, where in the
    frame. Both of shape (n_frames, 4).
    """
    n = len(moves)
    padded = np.pad(moves, ((_BEFORE, _REACH - 1), (0, 0)), mode="edge").astype(np.float64)
    drift = np.median(np.stack([padded[i : i + n] for i in range(_BEFORE)]), axis=0)
    steps = np.stack([padded[_BEFORE + i : _BEFORE + i + n] for i in range(_REACH)]) - drift
    total, late = steps.sum(axis=0), steps[1:].sum(axis=0)
    size = np.abs(total)
    return np.minimum(size * 10, 3), np.clip(late * np.sign(total) / (size + 0.01) * 8, -2, 2)


def _timed_rows(frames: Iterable[FilmFrame], aspect: float, times: list[float]) -> Iterator[Rows]:
    """Measure frames as they come and note when each appears."""
    meter, frames = MotionMeter(aspect), iter(frames)
    while batch := list(islice(frames, BATCH)):
        times.extend(float(frame.time) for frame in batch)
        yield meter.measure(np.stack([small_luma(frame.picture) for frame in batch]))


def _answers(blocks: Iterator[Rows], rate: float, model: Model) -> Iterator[Rows]:
    """Run the network over rows of any number; yields answers and movements, (n, 22)."""
    kept = np.zeros((0, len(NAMES)), dtype=np.float32)
    first = done = 0  # index of kept[0], and of the next row to answer for
    for block, is_last in _with_end(blocks):
        kept = np.concatenate([kept, block])
        while len(kept) >= WINDOW or is_last:
            ends = is_last and len(kept) <= WINDOW
            part = kept if ends else kept[:WINDOW]
            answer = _ask(model, part, rate, first == 0, ends)
            until = first + len(part) - (0 if ends else MARGIN)
            yield np.hstack([answer, part[:, :N_MOTION]])[done - first : until - first]
            done = until
            if ends:
                return
            kept, first = kept[HOP:], first + HOP


def _ask(model: Model, rows: Rows, rate: float, begins: bool, ends: bool) -> Rows:
    """Ask about a film and its mirror images, in which the same is struck; return the mean."""
    if not len(rows):
        return np.zeros((0, 3 * len(FIVE)), dtype=np.float32)
    total = np.zeros((len(rows), 3 * len(FIVE)), dtype=np.float32)
    for turned in _TURNED:
        seen = rows.copy()
        seen[:, turned] *= -1
        read = inputs(seen, rate, begins=begins, ends=ends)
        total += model(read[None])[0][0].T[LEAD * begins : LEAD * begins + len(rows)]
    total /= len(_TURNED)
    return total


def _with_end(blocks: Iterator[Rows]) -> Iterator[tuple[Rows, bool]]:
    """Return for each block whether it is the last."""
    last = next(blocks, np.zeros((0, len(NAMES)), dtype=np.float32))
    for block in blocks:
        yield last, False
        last = block
    yield last, True


def _picked(
    answers: Iterator[Rows], sensitivity: float, rate: float
) -> tuple[Events, NDArray[np.float32]]:
    """Pick the peaks of likelihood, block by block; give hits and how sure each is.

    A hit that may lie in either of two frames is likely in neither: neighbours count too.
    """
    least = float(np.clip((1 - sensitivity) ** _CAUTION, 0.02, 0.98))
    edge = np.zeros((2, _ANSWERS + N_MOTION), dtype=np.float32)
    rows, first = edge, -2  # those not yet done with, and the index of the first
    found: list[tuple[float, ...]] = []
    kept: list[Rows] = []
    for block in chain(answers, [edge]):
        rows = np.concatenate([rows, block])
        kept.append(np.delete(block, _NOT_KEPT, axis=1))
        for i, drum in _peaks(rows[:, : len(FIVE)], min(least, drum_metre.FAINTEST)):
            place, *others = _hit(rows[i - 1 : i + 2], drum)
            found.append((max(0.0, first + i + place), drum, *others))
        first += max(0, len(rows) - 4)
        rows = rows[-4:]
    position, struck, force, sure = np.array(sorted(found)).reshape(-1, 4).T
    found_all = Heard(position, struck.astype(np.intp), force, sure)
    heard = drum_metre.expected(found_all, least, rate)
    heard = _told(heard, np.concatenate(kept), rate)
    events = Events(
        heard.position / rate,
        tuple(FIVE[drum] for drum in heard.drum),
        np.clip(heard.force, 1 / 127, 1.0),
    )
    return events, heard.sure.astype(np.float32)


def _told(heard: Heard, rows: Rows, rate: float) -> Heard:
    """Tell hits anew by what is known of the film as a whole; `rows` end in two that are none."""
    likely, motion = rows[:-2, : len(FIVE)], rows[:-2, len(FIVE) :]
    read = drum_forces.settled(heard, motion, rate)
    if read is not None:
        return read
    near = np.pad(likely, ((1, 1), (0, 0)))
    counted = np.asarray(likely + _SHARED * np.maximum(near[:-2], near[2:]), dtype=np.float32)
    return drum_habits.retold(heard, motion, counted, rate)


def _peaks(sure: Rows, least: float) -> list[tuple[int, int]]:
    """Find frame and drum of each peak of likelihood, but not in the two frames at either end."""
    likelier = np.maximum(sure[:-2], sure[2:])
    counted = sure[1:-1] + _SHARED * likelier
    middle = counted[1:-1]
    peaks = (middle >= least) & (middle > counted[:-2]) & (middle >= counted[2:])
    frames, drums = np.nonzero(peaks)
    return list(zip((frames + 2).tolist(), drums.tolist(), strict=True))


def _hit(rows: Rows, drum: int) -> tuple[float, float, float]:
    """Read a hit from three frames: where, from the second; its force and likelihood."""
    n = len(FIVE)
    share = rows[:, drum] / rows[:, drum].sum()
    place = float(share @ (np.arange(-1, 2) + rows[:, n + drum]))
    sure = rows[1, drum] + _SHARED * max(rows[0, drum], rows[2, drum])
    force = float(share @ rows[:, 2 * n + drum])
    return place, force, float(min(1.0, sure))


def _on_frames(events: Events, times: NDArray[np.float64], rate: float) -> Events:
    """Put hits, timed as if frames came evenly, between when frames really came."""
    if not len(times):
        return events
    position = events.time_s * rate
    place = np.interp(position, np.arange(len(times)), times)
    beyond = np.maximum(position - (len(times) - 1), 0) / rate
    return Events(place + beyond, events.kind, events.strength)

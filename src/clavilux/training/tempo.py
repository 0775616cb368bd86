"""Tempo: fits the weights by which `clavilux.listen.tempo` scores tempi and meters.

    python -m clavilux.training.tempo -o src/clavilux/listen/tempo.json

Made-up loops (`meter_loops`) are played on the embedded soundfont, begun anywhere and heard;
tempo and meter are those of a softmax over all pairs (multinomial logistic regression with an L2
penalty). Loops are of all tempi between two limits alike, so that the weights say nothing of how
common a tempo is: `listen.tempo.log_prior` does. Nothing but this repository is needed.
"""

import argparse
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import orjson
from numpy.typing import NDArray
from scipy.optimize import minimize
from scipy.special import logsumexp

from clavilux.core.values import Sound
from clavilux.listen.hits import hear_hits
from clavilux.listen.measure import measure
from clavilux.listen.onsets import band_envelopes
from clavilux.listen.tempo import METERS, cues_of, features, tempo_grid
from clavilux.perform import synthesise
from clavilux.training.meter_loops import FASTEST_BPM, SLOWEST_BPM, make_loop

SECONDS = 16.0
N_LOOPS = 2200
PENALTY = 0.6
"""Of the weights' squares; between 0.3 and 1, which did alike on every other sample loop."""
_RATE = 24_000
_N_FRAMES = round(SECONDS * 100)
_NEVER = -1e30


def main() -> None:
    """Make examples, fit, write."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--loops", type=int, default=N_LOOPS)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--penalty", type=float, default=PENALTY, help="of the weights' squares")
    parser.add_argument("--cache", type=Path, help="keep what is heard in this folder")
    parser.add_argument("-o", "--output", type=Path, required=True)
    options = parser.parse_args()
    parts = [
        _hundred(options.seed, first, min(100, options.loops - first), options.cache)
        for first in range(0, options.loops, 100)
    ]
    x = np.concatenate([part[0] for part in parts])
    y = np.concatenate([part[1] for part in parts])
    weights = fit(x, y, options.penalty)
    right = np.array([_is_right(row @ weights, target) for row, target in zip(x, y, strict=True)])
    print(f"tempo and meter right on {right.mean():.3f} of {len(right)} examples that were fitted")
    options.output.write_bytes(orjson.dumps({"weights": np.round(weights, 3).tolist()}) + b"\n")


def fit(x: NDArray[np.float32], y: NDArray[np.bool_], penalty: float) -> NDArray[np.float64]:
    """Fit weights of shape (n_features, n_meters).

    Args:
        x: Features, shape (n_examples, n_tempi, n_features).
        y: Which pairs are right, shape (n_examples, n_tempi, n_meters).
        penalty: Weight of the squares.
    """
    n, n_tempi, width = x.shape
    flat_x = x.reshape(-1, width)
    drawn = _drawn()

    def loss(flat: NDArray[np.float64]) -> tuple[float, NDArray[np.float64]]:
        w = flat.reshape(width, len(METERS))
        z = (flat_x @ w.astype(np.float32)).reshape(n, n_tempi, -1).astype(np.float64)
        z = np.where(drawn, z, _NEVER)
        every = logsumexp(z, axis=(1, 2), keepdims=True)
        good = logsumexp(np.where(y, z, _NEVER), axis=(1, 2), keepdims=True)
        pull = np.exp(z - every) - np.where(y, np.exp(z - good), 0)
        gradient = flat_x.T @ pull.reshape(-1, len(METERS)).astype(np.float32)
        value = float((every - good).sum() + penalty * (w**2).sum())
        return value, (gradient.astype(np.float64) + 2 * penalty * w).ravel()

    start = np.zeros(width * len(METERS))
    found = minimize(loss, start, jac=True, method="L-BFGS-B", options={"maxiter": 200})
    return np.asarray(found.x.reshape(width, len(METERS)))


def heard_loop(seed: Sequence[int]) -> tuple[NDArray[np.float16], float, str]:
    """Make up a loop and listen to it.

    Returns:
        Growth in bands and likelihoods of hits, shape (n_frames, n); tempo; meter.
    """
    rng = np.random.default_rng(seed)
    loop = make_loop(rng, duration_s=SECONDS + 4)
    start_s, wet = float(rng.uniform(0, 4)), float(rng.choice([0, rng.uniform(0, 1)]))
    played = synthesise(
        loop.score, sample_rate=_RATE, start_s=start_s, duration_s=SECONDS, reverb=wet
    )
    wave = played.read()
    wave = wave / max(float(np.abs(wave).max()), 1e-6)
    if rng.random() < 0.3:
        wave = np.tanh(wave * rng.uniform(1, 4))
    measures = measure(Sound.from_array(wave.astype(np.float32), _RATE))
    heard = hear_hits(measures.log_mel).likelihood
    columns = np.concatenate([band_envelopes(measures.log_mel), heard], axis=1)[:_N_FRAMES]
    missing = _N_FRAMES - len(columns)
    return np.pad(columns.astype(np.float16), ((0, missing), (0, 0))), loop.tempo_bpm, loop.meter


def _hundred(
    seed: int, first: int, count: int, cache: Path | None
) -> tuple[NDArray[np.float32], NDArray[np.bool_]]:
    """Make examples, or read them from the cache."""
    path = cache / f"{seed}-{first}-{count}.npz" if cache else None
    if path is not None and path.exists():
        kept = np.load(path)
        columns, tempi, meters = kept["columns"], kept["tempi"], kept["meters"]
    else:
        made = [heard_loop((seed, first + i)) for i in range(count)]
        columns, tempi = np.array([m[0] for m in made]), np.array([m[1] for m in made])
        meters = np.array([m[2] for m in made])
        if path is not None:
            path.parent.mkdir(parents=True, exist_ok=True)
            np.savez_compressed(path, columns=columns, tempi=tempi, meters=meters)
    x = [features(cues_of(one[:, :4], one[:, 4:])).astype(np.float32) for one in columns]
    y = [_target(float(bpm), str(meter)) for bpm, meter in zip(tempi, meters, strict=True)]
    return np.array(x), np.array(y)


def _drawn() -> NDArray[np.bool_]:
    """Return which tempi and meters are drawn at all, shape (n_tempi, n_meters)."""
    grid = tempo_grid()[:, None]
    slow, fast = (np.array([of[m] for m in METERS]) for of in (SLOWEST_BPM, FASTEST_BPM))
    return np.asarray((grid >= 0.97 * slow) & (grid <= 1.03 * fast))


def _target(bpm: float, meter: str) -> NDArray[np.bool_]:
    near = np.abs(np.log2(tempo_grid() / bpm)) < 0.02
    return np.asarray(near[:, None] & (np.array(METERS) == meter) & _drawn())


def _is_right(z: NDArray[np.float64], target: NDArray[np.bool_]) -> bool:
    return bool(target.ravel()[np.where(_drawn(), z, _NEVER).argmax()])


if __name__ == "__main__":
    main()

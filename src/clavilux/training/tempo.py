"""Tempo: fits the weights by which `clavilux.listen.tempo` scores tempi and meters.

    python -m clavilux.training.tempo --loops 800 -o src/clavilux/listen/tempo.json

Made-up loops (`meter_loops`) are played and cut at random; tempo and meter are those
of a softmax over all pairs (multinomial logistic regression with an L2 penalty). A
folder of recordings whose names end in their tempo (``_140bpm.ogg``, in 4/4) can be added.
"""

import argparse
from pathlib import Path

import numpy as np
import orjson
from numpy.typing import NDArray
from scipy.ndimage import gaussian_filter1d
from scipy.optimize import minimize
from scipy.special import logsumexp

from clavilux import media
from clavilux.core.values import Sound
from clavilux.listen.measure import measure
from clavilux.listen.onsets import band_envelopes
from clavilux.listen.tempo import METERS, features, tempo_grid
from clavilux.perform import synthesise
from clavilux.training.meter_loops import make_loop

SECONDS = 16.0


def main() -> None:
    """Make examples, fit, write."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--loops", type=int, default=800)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--recordings", type=Path, nargs="*", default=[])
    parser.add_argument("--penalty", type=float, default=0.3, help="of the weights' squares")
    parser.add_argument("--cache", type=Path, help="keep the examples' features here")
    parser.add_argument("-o", "--output", type=Path, required=True)
    options = parser.parse_args()
    if options.cache and options.cache.exists():
        kept = np.load(options.cache)
        x, y = kept["x"], kept["y"]
    else:
        made = [_made_up(np.random.default_rng([options.seed, i])) for i in range(options.loops)]
        x, y = np.array([a for a, _ in made]), np.array([b for _, b in made])
        if options.cache:
            np.savez_compressed(options.cache, x=x, y=y)
    if options.recordings:
        real = [_recorded(path) for path in options.recordings for _ in range(3)]
        x = np.concatenate([x, np.array([a for a, _ in real])])
        y = np.concatenate([y, np.array([b for _, b in real])])
    weights = fit(x, y, options.penalty)
    right = np.array([_is_right(row @ weights, target) for row, target in zip(x, y, strict=True)])
    print(f"tempo and meter right on {right.mean():.3f} of {len(right)} examples that were fitted")
    options.output.write_bytes(orjson.dumps({"weights": np.round(weights, 4).tolist()}) + b"\n")


def fit(x: NDArray[np.float32], y: NDArray[np.bool_], penalty: float) -> NDArray[np.float64]:
    """Fit weights of shape (n_features, n_meters).

    Args:
        x: Features, shape (n_examples, n_tempi, n_features).
        y: Which pairs are right, shape (n_examples, n_tempi, n_meters).
        penalty: Weight of the squares.
    """
    shape = (x.shape[2], y.shape[2])

    def loss(flat: NDArray[np.float64]) -> tuple[float, NDArray[np.float64]]:
        w = flat.reshape(shape)
        z = (x.reshape(-1, shape[0]) @ w.astype(np.float32)).reshape(y.shape).astype(np.float64)
        every = logsumexp(z, axis=(1, 2), keepdims=True)
        good = logsumexp(np.where(y, z, -np.inf), axis=(1, 2), keepdims=True)
        pull = np.exp(z - every) - np.where(y, np.exp(z - good), 0)
        gradient = x.reshape(-1, shape[0]).T @ pull.reshape(-1, shape[1]).astype(np.float32)
        value = float((every - good).sum() + penalty * (w**2).sum())
        return value, (gradient.astype(np.float64) + 2 * penalty * w).ravel()

    found = minimize(loss, np.zeros(shape).ravel(), jac=True, method="L-BFGS-B",
                     options={"maxiter": 300})  # fmt: skip
    return np.asarray(found.x.reshape(shape))


def _made_up(rng: np.random.Generator) -> tuple[NDArray[np.float32], NDArray[np.bool_]]:
    loop = make_loop(rng, duration_s=SECONDS + 4)
    sound = synthesise(loop.score, sample_rate=24_000, start_s=rng.uniform(0, 4),
                       duration_s=SECONDS, reverb=float(rng.uniform(0, 1)))  # fmt: skip
    return _features(sound), _target(loop.tempo_bpm, (loop.meter,))


def _recorded(path: Path) -> tuple[NDArray[np.float32], NDArray[np.bool_]]:
    sound = media.open_sound(path)
    wave = sound.read()
    wave = np.concatenate([wave] * (2 + round(20 * sound.sample_rate) // len(wave)))
    start = int(np.random.default_rng(len(wave)).integers(4 * sound.sample_rate))
    part = wave[start : start + round(SECONDS * sound.sample_rate)]
    bpm = float(path.stem.rpartition("_")[2].removesuffix("bpm"))
    return _features(Sound.from_array(part, sound.sample_rate)), _target(bpm, ("4/4",))


def _features(sound: Sound) -> NDArray[np.float32]:
    envelopes = band_envelopes(measure(sound).log_mel)
    return features(envelopes - gaussian_filter1d(envelopes, 100.0, axis=0)).astype(np.float32)


def _target(bpm: float, meters: tuple[str, ...]) -> NDArray[np.bool_]:
    near = np.abs(np.log2(tempo_grid() / bpm)) < 0.02
    return near[:, None] & np.isin(METERS, meters)


def _is_right(z: NDArray[np.float64], target: NDArray[np.bool_]) -> bool:
    return bool(target.ravel()[z.argmax()])


if __name__ == "__main__":
    main()

"""Hearing: the small network behind `clavilux.listen.hits`, from recipe to file.

``python -m clavilux.training.hearing --soundfont FluidR3_GM.sf2`` makes up the clips,
trains for about half an hour on two cores and writes ``models/hearing/model.onnx``.
The card beside the model says what it was trained on and how well it hears.
"""

import argparse
import json
from collections.abc import Sequence
from concurrent.futures import ProcessPoolExecutor
from itertools import repeat
from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn

from clavilux.listen.hits import KINDS
from clavilux.listen.spectrum import N_MELS
from clavilux.models import FOLDER
from clavilux.training import loop
from clavilux.training.hearing_clips import N_FRAMES, Clip, Font, make_clip

_WIDTH = 48
_DILATIONS = (1, 2, 4, 8, 16, 32)
_SEQUENCE = 300
_BATCH = 16


class _Block(nn.Module):
    """A dilated convolution beside a straight path."""

    def __init__(self, width: int, dilation: int) -> None:
        super().__init__()
        self.wide = nn.Conv1d(width, width, 3, padding=dilation, dilation=dilation)
        self.mix = nn.Conv1d(width, width, 1)

    def forward(self, x: Tensor) -> Tensor:
        """Keep the shape, (batch, width, n_frames)."""
        return x + self.mix(torch.relu(self.wide(x)))


class HearingNet(nn.Module):
    """Log-mel frames in, likelihoods and forces of hits out."""

    def __init__(self, width: int = _WIDTH) -> None:
        super().__init__()
        self.front = nn.Conv1d(2 * N_MELS, width, 5, padding=2)
        self.blocks = nn.Sequential(*[_Block(width, dilation) for dilation in _DILATIONS])
        self.head = nn.Conv1d(width, 2 * len(KINDS) - 1, 3, padding=1)

    def forward(self, log_mel: Tensor) -> Tensor:
        """Map (batch, N_MELS, n_frames) to logits, (batch, 2 * len(KINDS) - 1, n_frames).

        The first `len(KINDS)` channels say whether a kind begins in a frame, the
        others how hard it is struck (onsets of anything have no force).
        """
        earlier = torch.cat([log_mel[:, :, :1], log_mel[:, :, :1], log_mel[:, :, :-2]], dim=2)
        growth = torch.relu(log_mel - earlier)
        x = torch.relu(self.front(torch.cat([2 * log_mel - 1, 4 * growth], dim=1)))
        logits: Tensor = self.head(torch.relu(self.blocks(x)))
        return logits


class _Shipped(nn.Module):
    """The network with its logits turned into numbers from 0 to 1."""

    def __init__(self, net: HearingNet) -> None:
        super().__init__()
        self.net = net

    def forward(self, log_mel: Tensor) -> Tensor:
        return torch.sigmoid(self.net(log_mel))


def train(clips: Sequence[Clip], *, steps: int, seed: int = 0) -> HearingNet:
    """Train on clips; AdamW, one cycle, random stretches, a random equaliser on each."""
    torch.manual_seed(seed)
    rng = np.random.default_rng(seed)
    net = HearingNet()
    optimiser = torch.optim.AdamW(net.parameters(), lr=4e-3, weight_decay=1e-3)
    cycle = torch.optim.lr_scheduler.OneCycleLR(optimiser, 4e-3, steps, pct_start=0.1)
    for step in range(steps):
        loss = _loss(net, *_batch(rng, clips))
        optimiser.zero_grad()
        loss.backward()
        nn.utils.clip_grad_norm_(net.parameters(), 1.0)
        optimiser.step()
        cycle.step()
        if step % 200 == 0:
            print(f"step {step}: loss {loss.item():.4f}", flush=True)
    net.eval()
    return net


def export(net: HearingNet, path: Path) -> None:
    """Write the network as ONNX, for any number of frames, and check that it answers alike."""
    loop.export(
        _Shipped(net).eval(),
        torch.rand(1, N_MELS, 300),
        path,
        input_name="log_mel",
        output_name="heard",
        dynamic={2: torch.export.Dim("n_frames", min=3)},
        others=[torch.rand(1, N_MELS, 77)],
    )


def _batch(rng: np.random.Generator, clips: Sequence[Clip]) -> tuple[Tensor, Tensor, Tensor]:
    chosen = rng.integers(0, len(clips), _BATCH)
    starts = rng.integers(0, N_FRAMES - _SEQUENCE, _BATCH)
    spans = [(clips[c], slice(s, s + _SEQUENCE)) for c, s in zip(chosen, starts, strict=True)]
    frames = np.stack([clip.log_mel[span].T for clip, span in spans]).astype(np.float32)
    coloured = rng.random((_BATCH, 1)) < 0.6
    shape = rng.normal(0, 0.035, (_BATCH, 5)) * coloured  # 0.035 is 2.5 dB
    bands = np.linspace(0, 4, N_MELS)
    gain = np.stack([np.interp(bands, np.arange(5), row) for row in shape]).astype(np.float32)
    frames = np.maximum(0, frames + gain[:, :, None] * (frames > 0.02))
    return (
        torch.from_numpy(frames),
        _stack([clip.hits[span] for clip, span in spans]),
        _stack([clip.force[span] for clip, span in spans]),
    )


def _stack(parts: list[NDArray[np.float16]]) -> Tensor:
    return torch.from_numpy(np.stack([part.T for part in parts]).astype(np.float32))


def _loss(net: HearingNet, frames: Tensor, hits: Tensor, force: Tensor) -> Tensor:
    logits = net(frames)
    n = hits.shape[1]
    entropy = nn.functional.binary_cross_entropy_with_logits(logits[:, :n], hits, reduction="none")
    struck = force > 0
    error = (torch.sigmoid(logits[:, n:]) - force) ** 2 * struck
    # Hits are rare: each weighs twice as much as a frame without.
    return ((1 + hits) * entropy).mean() + 0.03 * error.sum() / struck.sum().clamp(min=1)


def main() -> None:
    """Make up clips, train, export."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--soundfont", action="append", default=[], help="another SF2 to play on")
    parser.add_argument("--clips", type=int, default=2250)
    parser.add_argument("--steps", type=int, default=12000)
    parser.add_argument("--workers", type=int, default=2)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--output", type=Path, default=FOLDER / "hearing" / "model.onnx")
    options = parser.parse_args()
    fonts: list[Font] = [None, *options.soundfont]
    seeds = range(options.seed * 1_000_000, options.seed * 1_000_000 + options.clips)
    with ProcessPoolExecutor(options.workers) as pool:
        clips = list(pool.map(make_clip, seeds, repeat(fonts), chunksize=16))
    net = train(clips, steps=options.steps, seed=options.seed)
    export(net, options.output)
    n_weights = sum(p.numel() for p in net.parameters())
    print(json.dumps({"clips": len(clips), "steps": options.steps, "weights": n_weights}))


if __name__ == "__main__":
    main()

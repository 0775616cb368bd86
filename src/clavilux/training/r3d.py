"""R3D-18: a video network over sixteen small frames, as V2MIDI uses it.

    clavilux train drums --model r3d18 --head multilabel --weights r3d_18-….pth

A residual network of 3D convolutions, 33 million weights. Parameter names are
those of torchvision's ``r3d_18``, so that its Kinetics weights load when one has
them; none ship here, and neither does a trained network: it is what the small
net over motion features is compared with.

Conventions
-----------
- Clips are (batch, 3, 16, 112, 112), normalised; see `clavilux.watch.drum_clips`.
- ``binary`` answers (batch, 16): is anything struck. ``multilabel`` answers
  (batch, 16, 5), each drum by itself: any number may be struck at once.

Source:
    D. Tran et al., "A Closer Look at Spatiotemporal Convolutions for Action
    Recognition", CVPR 2018: R3D. Differs in its last layer, which answers for every
    frame of the clip; V2MIDI's multilabel head is a softmax that knows one drum at a time.
"""

from collections.abc import Mapping, Sequence
from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn

from clavilux.core.drums import FIVE
from clavilux.training import loop
from clavilux.watch.drum_clips import N_FRAMES, SIDE, normalised

HEADS: Mapping[str, int] = {"binary": N_FRAMES, "multilabel": N_FRAMES * len(FIVE)}
"""Head to the number of its answers."""


class _BasicBlock(nn.Module):
    """Two 3 × 3 × 3 convolutions beside a straight path."""

    def __init__(self, n_in: int, n_out: int, stride: int) -> None:
        super().__init__()
        self.conv1 = nn.Sequential(
            nn.Conv3d(n_in, n_out, 3, stride, 1, bias=False), nn.BatchNorm3d(n_out), nn.ReLU(True)
        )
        self.conv2 = nn.Sequential(
            nn.Conv3d(n_out, n_out, 3, 1, 1, bias=False), nn.BatchNorm3d(n_out)
        )
        self.relu = nn.ReLU(True)
        self.downsample: nn.Module | None = None
        if stride != 1 or n_in != n_out:
            self.downsample = nn.Sequential(
                nn.Conv3d(n_in, n_out, 1, stride, bias=False), nn.BatchNorm3d(n_out)
            )

    def forward(self, x: Tensor) -> Tensor:
        """Map (batch, n_in, t, h, w) to (batch, n_out, …)."""
        straight = x if self.downsample is None else self.downsample(x)
        out: Tensor = self.relu(self.conv2(self.conv1(x)) + straight)
        return out


class R3D18(nn.Module):
    """The network, with one of `HEADS`."""

    def __init__(self, head: str = "multilabel") -> None:
        super().__init__()
        self.head = head
        self.stem = nn.Sequential(
            nn.Conv3d(3, 64, (3, 7, 7), (1, 2, 2), (1, 3, 3), bias=False),
            nn.BatchNorm3d(64),
            nn.ReLU(True),
        )
        self.layer1 = _layer(64, 64, 1)
        self.layer2 = _layer(64, 128, 2)
        self.layer3 = _layer(128, 256, 2)
        self.layer4 = _layer(256, 512, 2)
        self.avgpool = nn.AdaptiveAvgPool3d((1, 1, 1))
        self.fc = nn.Linear(512, HEADS[head])

    def forward(self, clips: Tensor) -> Tensor:
        """Map clips to logits, (batch, 16) or (batch, 16, 5)."""
        x = self.layer4(self.layer3(self.layer2(self.layer1(self.stem(clips)))))
        logits: Tensor = self.fc(self.avgpool(x).flatten(1))
        return logits if self.head == "binary" else logits.unflatten(1, (N_FRAMES, len(FIVE)))


def _layer(n_in: int, n_out: int, stride: int) -> nn.Sequential:
    return nn.Sequential(_BasicBlock(n_in, n_out, stride), _BasicBlock(n_out, n_out, 1))


def load_kinetics(net: R3D18, path: Path) -> list[str]:
    """Load torchvision's ``r3d_18`` weights; return the names of those that were left out.

    The last layer answers other questions there and stays as it is.
    """
    kept = torch.load(path, map_location="cpu", weights_only=True)
    fitting = {name: w for name, w in kept.items() if not name.startswith("fc.")}
    missing, unexpected = net.load_state_dict(fitting, strict=False)
    wrong = [name for name in (*missing, *unexpected) if not name.startswith("fc.")]
    if wrong:
        raise ValueError(f"{path} holds other weights than an r3d_18's: {', '.join(wrong[:4])}")
    return sorted(set(kept) - set(fitting))


def batch_of(
    clips: Sequence[NDArray[np.uint8]], targets: Sequence[NDArray[np.bool_]], head: str
) -> list[Tensor]:
    """Return clips (16, 112, 112, 3) and what is struck in them (16, 5) as tensors."""
    wanted = np.stack(targets).astype(np.float32)
    wanted = wanted.max(axis=2) if head == "binary" else wanted
    return [torch.from_numpy(np.stack([normalised(c) for c in clips])), torch.from_numpy(wanted)]


def loss_of(net: nn.Module, batch: Sequence[Tensor]) -> Tensor:
    """Cross-entropy of every answer; hits are rare, so each weighs three times."""
    clips, wanted = batch
    logits = net(clips)
    weight = torch.full_like(logits[0, :1], 3.0)
    return nn.functional.binary_cross_entropy_with_logits(logits, wanted, pos_weight=weight)


class _Shipped(nn.Module):
    def __init__(self, net: R3D18) -> None:
        super().__init__()
        self.net = net

    def forward(self, clips: Tensor) -> Tensor:
        return torch.sigmoid(self.net(clips))


def export(net: R3D18, path: Path) -> None:
    """Write the network as ONNX, for one clip at a time."""
    example = torch.rand(1, 3, N_FRAMES, SIDE, SIDE)
    loop.export(_Shipped(net).eval(), example, path, input_name="clips", output_name="struck")

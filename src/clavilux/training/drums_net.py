"""The net that reads drums: motion features in, hits out.

For each drum and frame it says how likely it is struck, where within the frame, and
how hard. Convolutions see a few frames to either side: enough for a gesture, too few
for a bar. One glance at the whole stretch tells how this film maker moves things, and
every frame is compared with all others: what a movement means, its likes may tell.
"""

import torch
from torch import Tensor, nn

from clavilux.core.drums import FIVE
from clavilux.watch.drums import N_CHANNELS

WIDTH = 64
_DILATIONS = (1, 2, 4, 8, 4, 2, 1)
_SEEN_BEFORE_GLANCE = 3
_COMPARED_AFTER = (4, 6)
"""Blocks after which every frame is compared with all others."""
_HEADS = 4
_MANNERS = 16
"""Numbers that may say how a film maker moves things: too few to know a film by heart."""
_MEASURES = 64
"""Numbers that time and force are told from besides what says that something is struck."""
_DROPPED = 0.03
_N = len(FIVE)


class _Block(nn.Module):
    """A dilated convolution beside a straight path."""

    def __init__(self, width: int, dilation: int) -> None:
        super().__init__()
        self.wide = nn.Conv1d(width, width, 3, padding=dilation, dilation=dilation)
        self.drop = nn.Dropout(_DROPPED)
        self.mix = nn.Conv1d(width, width, 1)

    def forward(self, x: Tensor) -> Tensor:
        """Keep the shape, (batch, width, n_frames)."""
        return x + self.mix(self.drop(nn.functional.gelu(self.wide(x))))


class _Comparison(nn.Module):
    """Every frame looks for others like it: what always follows a push is its way back."""

    def __init__(self, width: int) -> None:
        super().__init__()
        self.before = nn.LayerNorm(width)
        self.asks = nn.Linear(width, 3 * width)
        self.mix = nn.Linear(width, width)
        self.after = nn.LayerNorm(width)
        self.think = nn.Sequential(
            nn.Linear(width, 2 * width),
            nn.GELU(),
            nn.Dropout(_DROPPED),
            nn.Linear(2 * width, width),
        )

    def forward(self, x: Tensor) -> Tensor:
        """Keep the shape, (batch, width, n_frames)."""
        x = x.transpose(1, 2)
        batch, n, width = x.shape
        parts = self.asks(self.before(x)).view(batch, n, 3, _HEADS, width // _HEADS)
        asked, offered, said = parts.permute(2, 0, 3, 1, 4)
        found = nn.functional.scaled_dot_product_attention(asked, offered, said)
        x = x + self.mix(found.transpose(1, 2).reshape(batch, n, width))
        x = x + self.think(self.after(x))
        return x.transpose(1, 2)


class GeometryNet(nn.Module):
    """Motion features in; for each drum how likely it is struck, where in the frame, how hard."""

    def __init__(self, width: int = WIDTH) -> None:
        super().__init__()
        self.front = nn.Conv1d(N_CHANNELS, width, 5, padding=2)
        self.blocks = nn.ModuleList(_Block(width, dilation) for dilation in _DILATIONS)
        self.glance = nn.Sequential(
            nn.Linear(2 * width, _MANNERS),
            nn.Tanh(),
            nn.Dropout(2 * _DROPPED),
            nn.Linear(_MANNERS, 2 * width),
        )
        self.comparisons = nn.ModuleList(_Comparison(width) for _ in _COMPARED_AFTER)
        self.struck = nn.Conv1d(width, _N, 1)
        nn.init.constant_(self.struck.bias, -3.0)
        self.close = nn.Conv1d(N_CHANNELS, _MEASURES, 7, padding=3)
        self.measure = nn.Conv1d(width + _MEASURES, width, 1)
        self.exact = nn.Conv1d(width, 2 * _N, 1)

    def forward(self, rows: Tensor) -> Tensor:
        """Map (batch, N_CHANNELS, n_frames) to logits, (batch, 15, n_frames)."""
        x = nn.functional.gelu(self.front(rows))
        for number, block in enumerate(self.blocks):
            if number == _SEEN_BEFORE_GLANCE:
                seen = torch.cat([x.mean(dim=2), x.amax(dim=2)], dim=1)
                scale, shift = self.glance(seen).chunk(2, dim=1)
                x = x * (1 + torch.tanh(scale))[:, :, None] + shift[:, :, None]
            x = block(x)
            if number in _COMPARED_AFTER:
                x = self.comparisons[_COMPARED_AFTER.index(number)](x)
        x = nn.functional.gelu(x)
        close = torch.cat([x, nn.functional.gelu(self.close(rows))], dim=1)
        exact = self.exact(nn.functional.gelu(self.measure(close)))
        return torch.cat([self.struck(x), exact], dim=1)


class Shipped(nn.Module):
    """The net with logits turned into shares, frames and shares of full velocity."""

    def __init__(self, net: GeometryNet) -> None:
        super().__init__()
        self.net = net

    def forward(self, rows: Tensor) -> Tensor:
        """Return (batch, 15, n_frames): likelihoods, offsets in frames, velocity / 127."""
        sure, offset, force = self.net(rows).split(_N, dim=1)
        return torch.cat([torch.sigmoid(sure), torch.tanh(offset), torch.sigmoid(force)], dim=1)

"""Video2Music's affective multimodal transformer, as its paper and weights have it.

A transformer encoder sees the film, a causal decoder with relative positions writes chords
and looks at the film by cross-attention. Modules bear the authors' names, so that their
checkpoint loads; sizes are free.

Source:
    J. Kang, S. Poria, D. Herremans, "Video2Music", Expert Systems with Applications 249,
    2024, and the parameter names of github.com/AMAAI-Lab/Video2Music (MIT); relative
    positions by skewing as in C.-Z. Huang et al., "Music Transformer", ICLR 2019.
    Ours differs in two ways: the mask lets a batch have songs of several lengths, and
    the affective loss asks for the film's emotion at the second that is written.
"""

import math

import torch
from torch import Tensor, nn

from clavilux.compose.chord_nets import AMT_SECONDS
from clavilux.compose.vocabulary import N_TOKENS, QUALITY_ORDER
from clavilux.training.dropout import Dropout

N_ROOTS = 15
N_QUALITIES = 16
N_FILM = 776
"""CLIP features (768), time since the cut, motion, emotions (6)."""
MAX_SECONDS = AMT_SECONDS
_PAD_TOKEN = N_TOKENS
N_OUT = N_TOKENS + 1

AFFECT = {
    "exciting": ("maj", "sus4", "7"),
    "fearful": ("dim", "min7", "dim7", "hdim7"),
    "tense": ("dim", "sus4", "min7", "7"),
    "sad": ("min7", "min", "sus2"),
    "relaxing": ("maj", "maj6", "maj7"),
    "neutral": (),
}
"""Which qualities suit which emotion, by the authors' table."""


class _RelativeAttention(nn.Module):
    """Causal self-attention with an embedding for how far back a key lies."""

    def __init__(self, width: int, heads: int, dropout: float) -> None:
        super().__init__()
        self.heads = heads
        self.in_proj_weight = nn.Parameter(torch.empty(3 * width, width))
        self.in_proj_bias = nn.Parameter(torch.zeros(3 * width))
        self.out_proj = nn.Linear(width, width)
        self.Er = nn.Parameter(torch.rand(MAX_SECONDS, width // heads))
        self.drop = Dropout(dropout)
        nn.init.xavier_uniform_(self.in_proj_weight)
        nn.init.zeros_(self.out_proj.bias)

    def forward(self, x: Tensor, mask: Tensor) -> Tensor:
        batch, n, width = x.shape
        parts = nn.functional.linear(x, self.in_proj_weight, self.in_proj_bias)
        query, key, value = parts.view(batch, n, 3, self.heads, -1).permute(2, 0, 3, 1, 4)
        query = query * (width // self.heads) ** -0.5
        # Er's last row is distance 0, the row before it distance 1, and so on.
        places = torch.arange(n, device=x.device)
        back = (places[:, None] - places[None, :]).clamp(min=0)
        by_distance = query @ self.Er.flip(0)[:n].T  # (batch, heads, n, n): [.., i, distance]
        relative = by_distance.gather(3, back.expand(batch, self.heads, n, n))
        weights = self.drop(torch.softmax(query @ key.transpose(2, 3) + relative + mask, dim=3))
        found: Tensor = self.out_proj((weights @ value).transpose(1, 2).reshape(batch, n, width))
        return found


class _Attention(nn.Module):
    """Attention under the parameter names of `torch.nn.MultiheadAttention`."""

    def __init__(self, width: int, heads: int, dropout: float) -> None:
        super().__init__()
        self.heads = heads
        self.in_proj_weight = nn.Parameter(torch.empty(3 * width, width))
        self.in_proj_bias = nn.Parameter(torch.zeros(3 * width))
        self.out_proj = nn.Linear(width, width)
        self.drop = Dropout(dropout)
        nn.init.xavier_uniform_(self.in_proj_weight)
        nn.init.zeros_(self.out_proj.bias)

    def forward(self, x: Tensor, memory: Tensor) -> Tensor:
        batch, n, width = x.shape
        size = width // self.heads
        weight, bias = self.in_proj_weight, self.in_proj_bias
        query = nn.functional.linear(x, weight[:width], bias[:width])
        parts = nn.functional.linear(memory, weight[width:], bias[width:])
        key, value = parts.view(batch, memory.shape[1], 2, self.heads, size).permute(2, 0, 3, 1, 4)
        query = query.view(batch, n, self.heads, size).transpose(1, 2) * size**-0.5
        weights = self.drop(torch.softmax(query @ key.transpose(2, 3), dim=3))
        found: Tensor = self.out_proj((weights @ value).transpose(1, 2).reshape(batch, n, width))
        return found


class _EncoderLayer(nn.Module):
    def __init__(self, width: int, heads: int, hidden: int, dropout: float) -> None:
        super().__init__()
        self.self_attn = _Attention(width, heads, dropout)
        self.linear1, self.linear2 = nn.Linear(width, hidden), nn.Linear(hidden, width)
        self.norm1, self.norm2 = nn.LayerNorm(width), nn.LayerNorm(width)
        self.drop = Dropout(dropout)

    def forward(self, x: Tensor) -> Tensor:
        x = self.norm1(x + self.drop(self.self_attn(x, x)))
        inner = self.linear2(self.drop(torch.relu(self.linear1(x))))
        found: Tensor = self.norm2(x + self.drop(inner))
        return found


class _DecoderLayer(nn.Module):
    def __init__(self, width: int, heads: int, hidden: int, dropout: float) -> None:
        super().__init__()
        self.self_attn = _RelativeAttention(width, heads, dropout)
        self.multihead_attn = _Attention(width, heads, dropout)
        self.linear1, self.linear2 = nn.Linear(width, hidden), nn.Linear(hidden, width)
        self.norm1, self.norm2 = nn.LayerNorm(width), nn.LayerNorm(width)
        self.norm3 = nn.LayerNorm(width)
        self.drop = Dropout(dropout)

    def forward(self, x: Tensor, memory: Tensor, mask: Tensor) -> Tensor:
        x = self.norm1(x + self.drop(self.self_attn(x, mask)))
        x = self.norm2(x + self.drop(self.multihead_attn(x, memory)))
        inner = self.linear2(self.drop(torch.relu(self.linear1(x))))
        found: Tensor = self.norm3(x + self.drop(inner))
        return found


class _Stack(nn.Module):
    def __init__(self, layers: list[nn.Module], width: int) -> None:
        super().__init__()
        self.layers, self.norm = nn.ModuleList(layers), nn.LayerNorm(width)


class _Transformer(nn.Module):
    def __init__(self, width: int, layers: int, heads: int, hidden: int, dropout: float) -> None:
        super().__init__()
        sizes = (width, heads, hidden, dropout)
        self.encoder = _Stack([_EncoderLayer(*sizes) for _ in range(layers)], width)
        self.decoder = _Stack([_DecoderLayer(*sizes) for _ in range(layers)], width)


class _Positions(nn.Module):
    """Sines and cosines added to a sequence, kept in the authors' shape (length, 1, width)."""

    def __init__(self, width: int) -> None:
        super().__init__()
        place = torch.arange(MAX_SECONDS)[:, None].float()
        rate = torch.exp(torch.arange(0, width, 2).float() * (-math.log(10000.0) / width))
        table = torch.zeros(MAX_SECONDS, width)
        table[:, 0::2], table[:, 1::2] = torch.sin(place * rate), torch.cos(place * rate)
        self.register_buffer("pe", table[:, None])

    def forward(self, x: Tensor) -> Tensor:
        return x + self.pe[: x.shape[1], 0]  # type: ignore[index]


class AffectiveTransformer(nn.Module):
    """Chords so far and a film in, logits of the next second's chord out."""

    def __init__(
        self, width: int = 512, layers: int = 6, heads: int = 8, hidden: int = 1024,
        dropout: float = 0.1,
    ) -> None:  # fmt: skip
        super().__init__()
        self.embedding = nn.Embedding(N_OUT, width)  # in the checkpoint, but not used
        self.embedding_root = nn.Embedding(N_ROOTS, width)
        self.embedding_attr = nn.Embedding(N_QUALITIES, width)
        self.Linear_vis = nn.Linear(N_FILM, width)
        self.Linear_chord = nn.Linear(width + 1, width)
        self.condition_linear = nn.Linear(1, width)  # in the checkpoint, but not used
        self.positional_encoding = _Positions(width)
        self.positional_encoding_video = _Positions(width)
        self.transformer = _Transformer(width, layers, heads, hidden, dropout)
        self.Wout = nn.Linear(width, N_OUT)
        self.Wout_root = nn.Linear(width, N_ROOTS)  # in the checkpoint, but not used
        self.Wout_attr = nn.Linear(width, N_QUALITIES)  # in the checkpoint, but not used
        self.drop = Dropout(dropout)
        tokens = torch.arange(N_OUT)
        n = len(QUALITY_ORDER)
        root = torch.where(tokens == 0, 0, (tokens - 1) // n + 1)
        quality = torch.where(tokens == 0, 0, (tokens - 1) % n + 1)
        quality[N_TOKENS - 1], quality[_PAD_TOKEN] = 14, 15
        root[_PAD_TOKEN] = 14
        self.register_buffer("root_of", root, persistent=False)
        self.register_buffer("quality_of", quality, persistent=False)

    def forward(self, chords: Tensor, film: Tensor, minor: Tensor) -> Tensor:
        """Map a prefix and a film to logits.

        Args:
            chords: Indices of `clavilux.compose.vocabulary`, (batch, n), n ≤ 300.
            film: (batch, n_seconds, N_FILM): CLIP, 1 + seconds since the cut, motion, emotions;
                the authors fill it with zeros up to `MAX_SECONDS`.
            minor: 1 for minor keys, (batch,).

        Returns:
            Logits of the token at ``s + 1``, (batch, n, N_OUT); the last two are END and padding.
        """
        n = chords.shape[1]
        x = self.embedding_root(self.root_of[chords]) + self.embedding_attr(  # type: ignore[index]
            self.quality_of[chords]  # type: ignore[index]
        )
        key = minor.to(x.dtype)[:, None, None].expand(-1, n, 1)
        x = self.drop(self.positional_encoding(self.Linear_chord(torch.cat([x, key], dim=2))))
        seen = self.drop(self.positional_encoding_video(self.Linear_vis(film)))
        places = torch.arange(n, device=x.device)
        mask = torch.where(places[None, :] > places[:, None], -1e9, 0.0)
        for layer in self.transformer.encoder.layers:
            seen = layer(seen)
        seen = self.transformer.encoder.norm(seen)
        for layer in self.transformer.decoder.layers:
            x = layer(x, seen, mask)
        logits: Tensor = self.Wout(self.transformer.decoder.norm(x))
        return logits


def affect_targets(emotion: Tensor) -> Tensor:
    """Return which tokens suit each second's likeliest emotion, 0 or 1: (batch, n, N_OUT)."""
    table = torch.zeros(len(AFFECT), N_OUT)
    for row, qualities in enumerate(AFFECT.values()):
        for quality in qualities:
            table[row, 1 + QUALITY_ORDER.index(quality) : N_TOKENS - 1 : len(QUALITY_ORDER)] = 1
    return table[emotion.argmax(dim=2)]

"""The learnt chord writer's net: repetition and form first, taste second.

For each second it answers two questions: does the chord change in the next second, and
if so, to which? Both are answered from a causal transformer's state and by *copying*:
earlier seconds whose recent chords match the present ones tell what came next there.
How well two places match (equal runs of chords, equal seconds, equal age of the chord) is
computed, not learnt; how much each degree of match is worth is learnt.

    log p(same) = log (1 - h);  log p(c) = log h + log q(c), c another chord

with h the probability of change and q a mixture of copies and of a softmax over chords.

Source:
    A pointer-generator as in A. See et al., ACL 2017; matching by suffix as in the
    n-gram caches of R. Kuhn and R. De Mori, 1990.
"""

from typing import Any

import torch
from torch import Tensor, nn

from clavilux.compose.chord_features import N_FILM, N_RUNS, N_TIMES
from clavilux.compose.vocabulary import N_CHORDS, N_TOKENS, QUALITY_ORDER

WIDTH = 128
LAYERS = 3
HEADS = 4
COPY_HEADS = 8
DROPOUT = 0.2
_MAX_SECONDS_MATCHED = 16
_AGE_EDGES = (0.1303, 0.3803, 0.6303, 1.0203, 1.6203, 2.6203, 4.5203)
"""Seconds; no round numbers, at which rounding would decide."""
_DISTANCE_EDGES = (2, 4, 6, 8, 12, 16, 24, 32, 48, 64, 96, 128, 192)
_SECOND_EDGES = (1, 2, 3, 4, 6, 8, 11, 15)
_FLOOR = 1e-8


class _Layer(nn.Module):
    """Causal self-attention and an mlp, each with a residual."""

    def __init__(self, width: int) -> None:
        super().__init__()
        self.norm_1, self.norm_2 = nn.LayerNorm(width), nn.LayerNorm(width)
        self.query_key_value = nn.Linear(width, 3 * width)
        self.out = nn.Linear(width, width)
        self.distance = nn.Embedding(len(_DISTANCE_EDGES) + 1, HEADS)
        nn.init.zeros_(self.distance.weight)
        self.mlp = nn.Sequential(
            nn.Linear(width, 4 * width), nn.GELU(), nn.Dropout(DROPOUT), nn.Linear(4 * width, width)
        )
        self.drop = nn.Dropout(DROPOUT)

    def forward(self, x: Tensor, distance: Tensor, future: Tensor) -> Tensor:
        batch, n, width = x.shape
        parts = self.query_key_value(self.norm_1(x)).view(batch, n, 3, HEADS, width // HEADS)
        query, key, value = parts.permute(2, 0, 3, 1, 4)
        bias = self.distance(distance).permute(2, 0, 1).masked_fill(future, -1e9)  # (heads, n, n)
        score = query @ key.transpose(2, 3) * (width // HEADS) ** -0.5 + bias
        found = (torch.softmax(score, dim=3) @ value).transpose(1, 2).reshape(batch, n, width)
        x = x + self.drop(self.out(found))
        return x + self.drop(self.mlp(self.norm_2(x)))


class _Copy(nn.Module):
    """Attention over earlier seconds by content and by how well they match."""

    def __init__(self, width: int) -> None:
        super().__init__()
        self.query, self.key = nn.Linear(width, 8 * COPY_HEADS), nn.Linear(width, 8 * COPY_HEADS)
        self.runs_age = nn.Embedding((N_RUNS + 1) * (len(_AGE_EDGES) + 1), COPY_HEADS)
        self.seconds = nn.Embedding(len(_SECOND_EDGES) + 1, COPY_HEADS)
        self.distance = nn.Embedding(len(_DISTANCE_EDGES) + 1, COPY_HEADS)
        with torch.no_grad():  # begin as a cache does: the longer the match, the likelier
            matched = torch.arange(N_RUNS + 1).repeat_interleave(len(_AGE_EDGES) + 1)
            steps = torch.linspace(0.3, 2.0, COPY_HEADS)
            self.runs_age.weight.copy_(matched[:, None] * steps)
        nn.init.zeros_(self.seconds.weight)
        nn.init.zeros_(self.distance.weight)

    def forward(self, x: Tensor, match: dict[str, Tensor], allowed: Tensor) -> Tensor:
        """Return attention weights, (batch, copy heads, n, n); zero where nothing is allowed."""
        batch, n, _ = x.shape
        query = self.query(x).view(batch, n, COPY_HEADS, 8).transpose(1, 2)
        key = self.key(x).view(batch, n, COPY_HEADS, 8).transpose(1, 2)
        bias = _of_pairs(self.runs_age, match["runs_age"]) + _of_pairs(
            self.seconds, match["seconds"]
        )
        score = (query @ key.transpose(2, 3)) * 8**-0.5 + bias
        score = score + self.distance(match["distance"]).permute(2, 0, 1)
        score = score.masked_fill(~allowed, -1e9)
        return torch.softmax(score, dim=3) * allowed


class FormNet(nn.Module):
    """Rows of seconds in, log-probabilities of the next second's chord out."""

    def __init__(self, width: int = WIDTH, layers: int = LAYERS) -> None:
        super().__init__()
        self.root = nn.Embedding(14, width)
        self.quality = nn.Embedding(len(QUALITY_ORDER) + 2, width)
        self.minor = nn.Embedding(2, width)
        self.earlier = nn.Linear((N_RUNS - 1) * 24, width)
        self.small_root, self.small_quality = nn.Embedding(14, 16), nn.Embedding(15, 8)
        self.times = nn.Sequential(nn.Linear(N_TIMES, width), nn.GELU(), nn.Linear(width, width))
        self.film = nn.Linear(N_FILM, width)
        self.layers = nn.ModuleList(_Layer(width) for _ in range(layers))
        self.norm = nn.LayerNorm(width)
        self.copy_change, self.copy_chord = _Copy(width), _Copy(width)
        self.change = nn.Sequential(
            nn.Linear(width + 2 * COPY_HEADS + N_TIMES, width), nn.GELU(), nn.Dropout(DROPOUT),
            nn.Linear(width, 1),
        )  # fmt: skip
        self.gate = nn.Linear(width + COPY_HEADS, COPY_HEADS + 1)
        self.generate = nn.Linear(width, N_CHORDS)
        self.drop = nn.Dropout(DROPOUT)
        roots = torch.zeros(N_TOKENS, dtype=torch.long)
        qualities = torch.zeros(N_TOKENS, dtype=torch.long)
        for index in range(1, N_CHORDS):
            roots[index], qualities[index] = (n + 1 for n in divmod(index - 1, len(QUALITY_ORDER)))
        roots[N_CHORDS], qualities[N_CHORDS] = 13, 14
        self.register_buffer("root_of", roots)
        self.register_buffer("quality_of", qualities)

    def forward(self, runs: Tensor, times: Tensor, film: Tensor, minor: Tensor) -> Tensor:
        """Map rows to log-probabilities.

        Args:
            runs: Chord indices, (batch, n, N_RUNS); see `chord_features.ChordRows`.
            times: (batch, n, N_TIMES).
            film: Of the second to be written, (batch, n, N_FILM); zeros where unknown.
            minor: 1 for minor keys, (batch,).

        Returns:
            Log-probabilities of the chord at ``s + 1``, (batch, n, N_CHORDS).
        """
        n = runs.shape[1]
        chord = runs[:, :, 0]
        match = _matches(runs, times)
        before = torch.cat(
            [self.small_root(self.root_of[runs[:, :, 1:]]),
             self.small_quality(self.quality_of[runs[:, :, 1:]])], dim=3
        ).flatten(2)  # fmt: skip
        x = self.root(self.root_of[chord]) + self.quality(self.quality_of[chord])
        x = x + self.earlier(before) + self.times(times) + self.film(film)
        x = self.drop(x + self.minor(minor)[:, None])
        places = torch.arange(n, device=runs.device)
        future = places[None, :] > places[:, None]
        for layer in self.layers:
            x = layer(x, match["distance"], future)
        x = self.norm(x)

        # Second s tells what came at s + 1, which is known from s + 1 on.
        earlier = (places[None, :] < places[:, None])[None, None]
        following = torch.cat([chord[:, 1:], chord[:, -1:]], dim=1)
        changed = (following != chord) & (places < n - 1)
        weights = self.copy_change(x, match, earlier)
        told = weights @ changed.to(weights.dtype)[:, None, :, None]
        change = self.change(torch.cat(
            [x, told.squeeze(3).transpose(1, 2), weights.amax(dim=3).transpose(1, 2), times], dim=2
        )).squeeze(2)  # fmt: skip

        allowed = earlier & changed[:, None, None, :]
        weights = self.copy_chord(x, match, allowed)
        sharp = weights.amax(dim=3).transpose(1, 2)
        nothing = ~allowed.any(dim=3).transpose(1, 2)  # (batch, n, 1): no change to copy from
        barred = nn.functional.pad(nothing.to(x.dtype).expand(-1, -1, COPY_HEADS), (1, 0))
        mixture = torch.softmax(self.gate(torch.cat([x, sharp], dim=2)) - 1e9 * barred, dim=2)
        pointed = (mixture[:, :, 1:].permute(0, 2, 1)[:, :, :, None] * weights).sum(dim=1)
        one_hot = nn.functional.one_hot(following, N_TOKENS)[:, :, :N_CHORDS].to(x.dtype)
        here = nn.functional.one_hot(chord, N_TOKENS)[:, :, :N_CHORDS].to(x.dtype)
        new = torch.softmax(self.generate(x) - 1e9 * here, dim=2)
        mixed = (mixture[:, :, :1] * new + pointed @ one_hot) * (1 - here)
        mixed = mixed / (mixed.sum(dim=2, keepdim=True) + _FLOOR)
        log_next = torch.log(mixed + _FLOOR) + nn.functional.logsigmoid(change)[:, :, None]
        log_stay = nn.functional.logsigmoid(-change)[:, :, None]
        return torch.where(here > 0, log_stay, log_next)


class _Lookup(torch.autograd.Function):
    """Rows of a small table, by index; its gradient counts, which is several times as fast."""

    @staticmethod
    def forward(ctx: Any, table: Tensor, index: Tensor) -> Tensor:  # type: ignore[override]
        """Return what the table has at each index, (columns, …)."""
        ctx.save_for_backward(index)
        ctx.rows = len(table)
        found = table.t().contiguous().index_select(1, index.flatten())
        return found.view(-1, *index.shape)

    @staticmethod
    def backward(ctx: Any, gradient: Tensor) -> tuple[Tensor, None]:  # type: ignore[override]
        """Return the table's gradient."""
        index = ctx.saved_tensors[0].flatten()
        columns = [torch.bincount(index, column.flatten(), ctx.rows) for column in gradient]
        return torch.stack(columns, dim=1).to(gradient.dtype), None


def _of_pairs(embedding: nn.Embedding, index: Tensor) -> Tensor:
    """Return what is embedded of each pair of seconds, (batch, columns, n, n)."""
    if not embedding.training:
        return embedding(index).permute(0, 3, 1, 2)  # type: ignore[no-any-return]
    found: Tensor = _Lookup.apply(embedding.weight, index)
    return found.transpose(0, 1)


def _matches(runs: Tensor, times: Tensor) -> dict[str, Tensor]:
    """Compute how well every two seconds match, as indices into the tables of `_Copy`."""
    n = runs.shape[1]
    now = equal = runs[:, :, None, 0] == runs[:, None, :, 0]  # (batch, n, n)
    matched = equal.to(torch.int32)
    for k in range(1, N_RUNS):
        equal = equal & (runs[:, :, None, k] == runs[:, None, :, k])
        matched = matched + equal.to(torch.int32)
    seconds, equal, most = now.to(torch.int32), now, _MAX_SECONDS_MATCHED
    padded = nn.functional.pad(now, (most, 0, most, 0))
    for k in range(1, most):
        equal = equal & padded[:, most - k : most - k + n, most - k : most - k + n]
        seconds = seconds + equal.to(torch.int32)
    age = torch.expm1(times[:, :, 0])
    apart = (age[:, :, None] - age[:, None, :]).abs()
    ages = sum((apart > edge).to(torch.int32) for edge in _AGE_EDGES)
    places = torch.arange(n, device=runs.device)
    gap = (places[:, None] - places[None, :]).clamp(min=0)
    return {
        "runs_age": matched * (len(_AGE_EDGES) + 1) + ages,
        "seconds": sum((seconds > edge).to(torch.int32) for edge in _SECOND_EDGES),
        "distance": sum((gap > edge).to(torch.long) for edge in _DISTANCE_EDGES),
    }

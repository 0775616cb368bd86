"""Voice: one zone of one note, sounding.

Pages of a tone in, their sum into a block out. A voice is a pure function of
the position since its onset, so that blocks may be cut anywhere.
"""

import numpy as np
from numpy.typing import NDArray

from clavilux.perform.tone import KEPT_PAGES, PAGE, OwnPages, Pages, Wave

_CHOKE_S = 0.004
_LONGEST_RELEASE_S = 20.0


class Voice:
    """One zone of one note."""

    __slots__ = (
        "_level", "channel_gain", "choke", "end", "exclusive_class", "key", "left", "off", "on",
        "own", "pages", "right", "sample_rate",
    )  # fmt: skip

    def __init__(self, pages: Pages | OwnPages, key: int, on: int, off: int, gain: float) -> None:
        """Take the tone's pages, the key, the first samples held and let go, and the gain."""
        zone = pages.tone.zone
        self.pages, self.key, self.on, self.sample_rate = pages, key, on, pages.tone.sample_rate
        angle = np.pi / 2 * (zone.pan + 0.5)
        self.left = np.float32(gain * np.cos(angle))
        self.right = np.float32(gain * np.sin(angle))
        self.exclusive_class = zone.exclusive_class
        self.own: OwnPages | None = pages if isinstance(pages, OwnPages) else None
        self.choke = -1
        self.let_go(off)

    def let_go(self, off: int) -> None:
        """Let the key go at sample `off`: what follows is the release."""
        envelope = self.pages.envelope
        self.off = off
        self._level: float | None = None
        longest = int(_LONGEST_RELEASE_S * self.sample_rate)
        dying = min(off - self.on + min(envelope.release_length, longest), envelope.silent_after)
        self.end = self.on + int(dying)

    def silence(self, at: int) -> None:
        """Silence the voice at once, that is within a few thousandths of a second."""
        if self.choke < 0 or at < self.choke:
            self.choke = at
            self.end = min(self.end, at + int(8 * _CHOKE_S * self.sample_rate))

    def mix(self, out: NDArray[np.float32], start: int) -> bool:
        """Add what sounds from sample `start` on to `out`, shape (2, n).

        Returns:
            Whether anything may follow after this block.
        """
        stop = min(start + out.shape[1], self.end)
        at = max(start, self.on)
        while at < stop:
            index = (at - self.on) // PAGE
            until = min(stop, self.on + (index + 1) * PAGE)
            if at < self.off < until:
                until = self.off
            wave = self._stretch(index, at, until)
            if wave is None:
                return False
            there = slice(at - start, until - start)
            out[0, there] += wave * self.left
            out[1, there] += wave * self.right
            at = until
        return self.end > start + int(out.shape[1])

    def _stretch(self, index: int, at: int, until: int) -> Wave | None:
        """Return a stretch within one page, either all held or all let go."""
        held = at < self.off
        page = self._page(index, held)
        if page is None:
            return None
        first = self.on + index * PAGE
        wave = page[at - first : until - first]
        if not held:
            if self._level is None:
                self._level = self.pages.envelope.level(self.off - self.on)
            slope = self.pages.envelope.release_slope
            wave = wave * _falling(at - self.off, until - self.off, slope, self._level)
        if 0 <= self.choke < until:
            slope = 1 / (_CHOKE_S * self.sample_rate)
            wave = wave * _falling(at - self.choke, until - self.choke, slope, 1.0)
        return wave

    def _page(self, index: int, shaped: bool) -> Wave | None:
        if self.own is None and index >= KEPT_PAGES:
            if self.pages.page(KEPT_PAGES - 1, shaped=False) is None:
                return None
            self.own = OwnPages(self.pages.tone.clone())
        return (self.own or self.pages).page(index, shaped)


def _falling(start: int, stop: int, slope: float, level: float) -> Wave:
    """Return an exponential that leaves `level` at sample 0, and is `level` before it."""
    n = np.arange(start, stop, dtype=np.int64).astype(np.float32)
    if start < 0:
        np.maximum(n, 0, out=n)
    return np.asarray(np.float32(level) * np.exp(np.float32(-slope) * n), dtype=np.float32)

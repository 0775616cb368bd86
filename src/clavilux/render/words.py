"""Words in a film: prompts, each from a frame on, become changed curves and colours.

A change of words comes in over a second: factors and offsets glide, palettes mix,
and other matter of the same look flows in as it does at a new scene. The look
itself stays, since a film is made of one kind of matter.
"""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from clavilux.core.parameters import PARAMETERS
from clavilux.core.values import Curves
from clavilux.matter.palettes import Palette
from clavilux.matter.tables import Colourist, Transfer
from clavilux.narrate.lexicon import Lexicon
from clavilux.narrate.steering import Steering, beside, steering, tinted

FADE_S = 1.0
"""Seconds over which new words come in."""

_FACTORS = ("chroma", "contrast", "flow")
_OFFSETS = ("hue", "light", "glow", "detail")
_PACED = (
    "rotation_3d_x", "rotation_3d_y", "rotation_3d_z", "translation_x", "translation_y",
    "translation_z", "angle",
)  # fmt: skip
_DRIFTS = {
    "translation_z": ("forward", 1.0),
    "translation_x": ("right", -1.0),
    "translation_y": ("up", 1.0),
    "rotation_3d_z": ("roll", 1.0),
}


@dataclass(frozen=True, slots=True)
class Words:
    """What the prompts of a film ask for, each from a frame on."""

    first_frames: tuple[int, ...]
    """Strictly increasing from 0."""
    asked: tuple[Steering, ...]
    n_frames: int
    fade: int
    """Frames over which a change comes in."""

    @classmethod
    def of(cls, curves: Curves, lexicon: Lexicon | None = None) -> "Words":
        """Read the prompts of `curves`."""
        asked: dict[int, Steering] = {0: Steering()}
        for frame, prompt in curves.prompts:
            asked[max(0, frame)] = steering(prompt, lexicon=lexicon)
        kept = [(0, asked.pop(0))]
        for frame in sorted(asked):
            if asked[frame] != kept[-1][1]:
                kept.append((frame, asked[frame]))
        fade = max(1, round(FADE_S * curves.frame_rate))
        return cls(tuple(f for f, _ in kept), tuple(s for _, s in kept), curves.n_frames, fade)

    @property
    def silent(self) -> bool:
        """Whether there are no words, or none that mean anything."""
        return self.asked == (Steering(),)

    def steer(self, curves: Curves) -> Curves:
        """Return `curves` as changed by the words."""
        if self.silent:
            return curves
        values = dict(curves.values)

        def current(name: str) -> NDArray[np.float64]:
            return values.get(name, np.full(curves.n_frames, PARAMETERS[name].default))

        values["hue"] = current("hue") * self._glide("turning")
        for name in _FACTORS:
            values[name] = current(name) * self._glide(name)
        for name in _OFFSETS:
            values[name] = current(name) + self._glide(name)
        values["hue"] = (values["hue"] + 180) % 360 - 180
        pace = self._glide("pace")
        for name in _PACED:
            values[name] = current(name) * pace
        values["zoom"] = 1 + (current("zoom") - 1) * pace
        seconds = 1 / float(curves.frame_rate)
        for name, (drift, sign) in _DRIFTS.items():
            values[name] = values[name] + sign * seconds * self._glide(drift)
        values["scene"] = current("scene") + self._steps("scene")
        return Curves(curves.frame_rate, values, curves.prompts)

    def shares(self, frame: int) -> tuple[tuple[int, float], ...]:
        """Return which of the prompts hold at a frame, by index, each with its share."""
        last = int(np.searchsorted(self.first_frames, frame, side="right")) - 1
        found: list[tuple[int, float]] = []
        end = frame + 1
        for i in range(last, -1, -1):
            begin = max(self.first_frames[i], frame + 1 - self.fade)
            if i == 0:
                begin = frame + 1 - self.fade
            found.append((i, (end - begin) / self.fade))
            end = begin
            if begin == frame + 1 - self.fade:
                break
        return tuple(found)

    def _steps(self, name: str) -> NDArray[np.float64]:
        column = np.array([float(getattr(s, name)) for s in self.asked])
        lengths = np.diff([*self.first_frames, max(self.n_frames, self.first_frames[-1])])
        return np.repeat(column, lengths)[: self.n_frames]

    def _glide(self, name: str) -> NDArray[np.float64]:
        """Return what is asked for, each value the mean of the last `fade` frames."""
        steps = self._steps(name)
        if len(steps) == 0 or np.ptp(steps) == 0:
            return steps
        padded = np.concatenate([np.full(self.fade - 1, steps[0]), steps])
        sums = np.cumsum(np.concatenate([[0.0], padded]))
        glided = (sums[self.fade :] - sums[: -self.fade]) / self.fade
        return np.asarray(glided, dtype=np.float64)


class Colours:
    """The colours of a film whose words change."""

    def __init__(
        self,
        words: Words,
        base: Palette,
        transfer: Callable[[NDArray[np.float64], float], Transfer],
        *,
        named: bool = True,
    ) -> None:
        """Prepare the colours of `words`, from the palette `base`.

        Args:
            named: Whether words may choose another palette to start from.
        """
        self._words, self._base, self._transfer, self._named = words, base, transfer, named
        self._made: dict[int, Colourist] = {}
        self._last: tuple[tuple[tuple[int, float], ...], Colourist] | None = None

    def at(self, frame: int) -> Colourist:
        """Return the colours of a frame."""
        shares = self._words.shares(frame)
        if self._last is None or self._last[0] != shares:
            parts = [(self._colourist(i), share) for i, share in shares]
            only = parts[0][0] if len(parts) == 1 else Colourist.mixed(parts)
            self._last = (shares, only)
        return self._last[1]

    def _colourist(self, index: int) -> Colourist:
        if index not in self._made:
            while len(self._made) > 32:
                self._made.pop(next(iter(self._made)))
            asked = self._words.asked[index]
            palette = palette_asked_for(asked, self._base, named=self._named)
            pair = (palette, beside(palette, asked.turning))
            self._made[index] = Colourist(pair, self._transfer)
        return self._made[index]


def palette_asked_for(asked: Steering, base: Palette, *, named: bool = True) -> Palette:
    """Return the palette that words ask for, from `base` if they may not choose their own."""
    return asked.palette_for(base) if named else tinted(base, asked.colours)

"""Steering: what a prompt asks of the picture, as colours, factors and speeds.

Words that the lexicon knows give colours, a look, light and movement; every word,
known or not, also turns the hues a little and picks other matter of the same look,
by a hash that is the same everywhere, so that other words are always another film.

Conventions
-----------
- `Steering()` asks for nothing.
- Speeds are per second: units for translations, degrees for turning.
"""

import hashlib
import math
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from functools import lru_cache

from clavilux.core.colour import oklch_from_srgb
from clavilux.matter.palettes import NEIGHBOUR, PALETTES, Palette, Stop, companion
from clavilux.narrate.lexicon import LONGEST_PHRASE, Lexicon, Meaning, load
from clavilux.narrate.prompt import Word, words

_LITTLE = """
a an the of in on at to from with without by for and or as is are be was were it its this that
these those into onto over under through very some any all his her their my our your like near
beside between up down out no not one two three after before first last who which there here
then than per via so too more most much just only single lone about made full while during line
i me you he she we they am has have had do does can will would should make show give picture
image video scene style inspired please want der die das den dem des ein eine einen einem einer
und im vom zum mit ohne über unter auf aus le la les du de au aux un une et dans sur sous avec
sans el los las y en del al con sin sobre il lo gli di da e o os na em com het een van op och w
z в и на с из над под の と に は を が 的 和 在
"""
_STOP_WORDS = frozenset(_LITTLE.split())
_UNKNOWN_HUE = 22.0
"""Degrees by which an unknown word may turn the hues."""
_UNKNOWN_DETAIL = 0.10
_NAMED_COLOUR, _KEPT_CHROMA = 3.0, 0.9
"""What a colour by its number weighs beside those that words merely have, and the least factor
on how colourful it is: silver and fog beside it don't make it grey."""
_SPREAD = 16.0
_BESIDE_A_NAME = 0.35
"""What is left of the weight of a thing's colour (a whale's) beside one asked for by name."""
_SCENES = 9973
_UNWANTED = 0.6
"""How strongly an unwanted word pushes away, against how a wanted one pulls."""


@dataclass(frozen=True, slots=True)
class Steering:
    """What words ask for. Offsets add to the curves, factors multiply them."""

    looks: tuple[tuple[str, float], ...] = ()
    """Looks the words speak for, strongest first."""
    is_look_meant: bool = False
    """Whether a word that means a look chose it, not the hash of one that nobody wrote down."""
    palette: str | None = None
    """A named palette to start from."""
    colours: tuple[tuple[Stop, float], ...] = ()
    """OKLCH colours with their weights."""
    turning: float = 1.0
    """Factor on how far music turns the hues: colours asked for are to stay."""
    hue: float = 0.0
    chroma: float = 1.0
    contrast: float = 1.0
    light: float = 0.0
    glow: float = 0.0
    detail: float = 0.0
    flow: float = 1.0
    pace: float = 1.0
    forward: float = 0.0
    right: float = 0.0
    up: float = 0.0
    roll: float = 0.0
    scene: int = 0
    """Which other matter, a whole number."""
    unknown: tuple[str, ...] = field(default=(), compare=False)
    """Words that mean nothing to the lexicon, once each, in order."""

    @property
    def look(self) -> str | None:
        """The look the words speak for most, or None."""
        return self.looks[0][0] if self.looks else None

    def palette_for(self, base: Palette) -> Palette:
        """Return the palette the words ask for, from `base` where they name none."""
        start = PALETTES[self.palette] if self.palette else base
        return tinted(start, self.colours)


@lru_cache(maxsize=4096)
def steering(prompt: str, negative: str = "", lexicon: Lexicon | None = None) -> Steering:
    """Return what a prompt asks for.

    Args:
        prompt: Words; see `clavilux.narrate.prompt`.
        negative: What is not wanted.
        lexicon: What words mean; ours if None.
    """
    found = words(prompt, negative)
    if not found:
        return Steering()
    meanings, unknown = _meanings(found, lexicon or load())
    meant = _votes(meanings)
    palettes: dict[str, float] = defaultdict(float)
    for meaning, weight in meanings:
        if meaning.palette:
            palettes[meaning.palette] += weight
    best = max(palettes, key=lambda name: palettes[name], default=None)
    named = min(1.0, sum(m.weight * max(0.0, w) for m, w in meanings if m.colour))
    hue = sum(m.hue * w for m, w in meanings)
    is_coloured = any(word.text.startswith("#") for word in found)
    if not is_coloured:  # a colour by its number is to stay as it is
        hue += sum(_chance(word, "hue") * _UNKNOWN_HUE * weight for word, weight in unknown)
    detail = sum(m.detail * w for m, w in meanings)
    detail += sum(_chance(word, "detail") * _UNKNOWN_DETAIL * weight for word, weight in unknown)
    return Steering(
        looks=meant or _guess(unknown),
        is_look_meant=bool(meant),
        palette=best if best and palettes[best] > 0 else None,
        colours=_colours(meanings),
        turning=1 - 0.8 * named,
        hue=_within(hue * (1 - named), 120),
        chroma=_product(
            ((m.chroma, w) for m, w in meanings), _KEPT_CHROMA if is_coloured else 0.05, 1.8
        ),
        contrast=_product(((m.contrast, w) for m, w in meanings), 0.55, 1.7),
        light=_within(sum(m.light * w for m, w in meanings), 0.28),
        glow=_within(sum(m.glow * w for m, w in meanings), 0.6),
        detail=_within(detail, 0.5),
        flow=_product(((m.flow, w) for m, w in meanings), 0.15, 5),
        pace=_product(((m.pace, w) for m, w in meanings), 0.3, 2),
        forward=_within(sum(m.forward * w for m, w in meanings), 90),
        right=_within(sum(m.right * w for m, w in meanings), 60),
        up=_within(sum(m.up * w for m, w in meanings), 60),
        roll=_within(sum(m.roll * w for m, w in meanings), 40),
        scene=_scene(found),
        unknown=tuple(dict.fromkeys(word for word, _ in unknown)),
    )


def tinted(base: Palette, colours: Sequence[tuple[Stop, float]]) -> Palette:
    """Colour a palette: its steps of lightness stay near, its hues become those given.

    Colours are spread over the palette from dark to light; those that weigh
    little leave more of the palette as it was.

    Args:
        base: What to start from.
        colours: OKLCH colours and weights; negative ones push away.
    """
    wanted = sorted((stop, weight) for stop, weight in colours if weight > 0)
    unwanted = [(stop, -weight) for stop, weight in colours if weight < 0]
    if not wanted and not unwanted:
        return base
    total = sum(weight for _, weight in wanted)
    share = min(0.86, 0.4 * total + 0.36) if wanted else 0.0
    stops: list[Stop] = []
    for i, (lightness, chroma, hue) in enumerate(base.stops):
        a, b = chroma * math.cos(math.radians(hue)), chroma * math.sin(math.radians(hue))
        if wanted:
            target = _colour_at(wanted, i / (len(base.stops) - 1))
            # Depths and crests hold less colour than the middle, as in our own palettes.
            room = 1.1 * (4 * lightness * (1 - lightness)) ** 0.6 + 0.12
            # Few colours are spread a little, so that a picture has more than one.
            angle = math.radians(target[2] + _SPREAD / len(wanted) * (i % 2 * 2 - 1))
            strong = target[1] * min(1.0, room)
            a += share * (strong * math.cos(angle) - a)
            b += share * (strong * math.sin(angle) - b)
            lightness += 0.22 * share * (target[0] - lightness)
        for stop, weight in unwanted:
            angle = math.radians(stop[2])
            along = a * math.cos(angle) + b * math.sin(angle)
            if along > 0:
                push = min(1.5, weight) * along
                a, b = a - push * math.cos(angle), b - push * math.sin(angle)
        stops.append((lightness, math.hypot(a, b), math.degrees(math.atan2(b, a)) % 360))
    return Palette(f"{base.name} as asked for", tuple(stops))


def beside(asked: Palette, turning: float) -> Palette:
    """Return the palette that goes with one asked for: its hues stay near as `turning` falls."""
    return asked.turned(NEIGHBOUR * turning) if turning < 1 else companion(asked)


def _colour_at(colours: list[tuple[Stop, float]], place: float) -> Stop:
    """Return the colour that holds at `place` where each takes room by its weight."""
    total = sum(weight for _, weight in colours)
    reached = 0.0
    for stop, weight in colours:
        reached += weight / total
        if place <= reached + 1e-9:
            return stop
    return colours[-1][0]


Found = list[tuple[Meaning, float]]


def _meanings(found: tuple[Word, ...], lexicon: Lexicon) -> tuple[Found, list[tuple[str, float]]]:
    """Return what is known, longest phrases first, and which words are not."""
    meanings: Found = []
    unknown: list[tuple[str, float]] = []
    at = 0
    while at < len(found):
        for length in range(min(LONGEST_PHRASE, len(found) - at), 0, -1):
            run = found[at : at + length]
            meaning = lexicon.find(" ".join(word.text for word in run)) or _colour(run)
            if meaning is not None:
                meanings.append((meaning, _pull(run[0].weight)))
                break
        else:
            length, word = 1, found[at]
            parts = lexicon.parts(word.text)
            meanings += [(lexicon.meanings[part], _pull(word.weight)) for part in parts]
            if not parts and word.text not in _STOP_WORDS:
                unknown.append((word.text, _pull(word.weight)))
        at += length
    return meanings, unknown


def _colour(run: Sequence[Word]) -> Meaning | None:
    """Return the meaning of a colour written ``#a0b0c0``."""
    text = run[0].text
    if len(run) != 1 or not text.startswith("#"):
        return None
    rgb = [int(text[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    lightness, chroma, hue = oklch_from_srgb(rgb).tolist()
    return Meaning(words=(text,), colour=(lightness, chroma, hue), weight=_NAMED_COLOUR)


def _pull(weight: float) -> float:
    return weight if weight >= 0 else _UNWANTED * weight


def _colours(meanings: Found) -> tuple[tuple[Stop, float], ...]:
    """Return the colours of the words: those of things count less where a colour is named."""
    coloured = [(m.colour, m.weight, w) for m, w in meanings if m.colour]
    is_named = any(weight >= 1 and w > 0 for _, weight, w in coloured)
    return tuple(
        (colour, weight * w * (_BESIDE_A_NAME if is_named and weight < 1 else 1.0))
        for colour, weight, w in coloured
    )


def _votes(meanings: Found) -> tuple[tuple[str, float], ...]:
    votes: dict[str, float] = defaultdict(float)
    for meaning, weight in meanings:
        for look, vote in meaning.look.items():
            votes[look] += vote * weight
    held = ((look, vote) for look, vote in votes.items() if vote > 0)
    return tuple(sorted(held, key=lambda pair: (-pair[1], pair[0])))


def _guess(unknown: list[tuple[str, float]]) -> tuple[tuple[str, float], ...]:
    """Let the heaviest word that nobody wrote down choose a look by its hash."""
    if not unknown:
        return ()
    from clavilux.matter import LOOKS

    word, weight = max(unknown, key=lambda pair: (pair[1], pair[0]))
    names = LOOKS.names()
    return ((names[_hash(word, "look") % len(names)], 0.1 * weight),)


def _scene(found: tuple[Word, ...]) -> int:
    """Pick other matter by the words that weigh most, so that weights alone don't jump."""
    heaviest = max(word.weight for word in found)
    chosen = " ".join(word.text for word in found if word.weight >= 0.8 * heaviest)
    return _hash(chosen, "scene") % _SCENES * 16


def _chance(word: str, about: str) -> float:
    """Return a number from -1 to 1 that a word always has."""
    return _hash(word, about) / 2**31 - 1


def _hash(word: str, about: str) -> int:
    return int.from_bytes(hashlib.sha256(f"{about}:{word}".encode()).digest()[:4], "big")


def _product(pairs: Iterable[tuple[float, float]], low: float, high: float) -> float:
    value = 1.0
    for factor, weight in pairs:
        value *= max(factor, 0.02) ** weight
    return max(low, min(high, value))


def _within(value: float, bound: float) -> float:
    return max(-bound, min(bound, value))

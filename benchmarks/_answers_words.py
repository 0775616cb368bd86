"""The part ``words``: do other words give other pictures, and words for colours those colours?

Fifty prompts as people write them, on the same music and seed, so that only the words differ:
how unlike their pictures are two by two (mean absolute difference of 255, goal above 12), beside
the same prompt with another seed. Then colours by name: the share of coloured pixels within 30
degrees of a colour that was named (goal .9), and, of two colours, the share of the lesser. At
last which of the fifty hold words that mean nothing to the lexicon.
"""

import argparse
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from benchmarks.gallery import curves_twice
from clavilux.core.values import Curves, Rgb, Size
from clavilux.evaluation import answers
from clavilux.evaluation.answers import surface
from clavilux.narrate import lexicon
from clavilux.narrate.steering import steering
from clavilux.pipelines.looks import rgb_of
from clavilux.render import Request, pictures

GOAL_APART, GOAL_COLOUR = 12.0, 0.9
FIRST, LAST = 240, 288
"""Frames of the demonstration piece that are drawn; the last is looked at."""
SIZE = Size(96, 54)
PROMPTS = (
    "a red whale in fog", "a fox in the snow", "hummingbird and orchids",
    "black panther at midnight", "a swarm of bees", "goldfish in a blue bowl",
    "white horses on a beach",
    "the Scottish highlands", "Venice canals at dawn", "Tokyo alley, neon, rain",
    "desert road to nowhere", "abandoned hospital", "sahara under the stars", "cathedral of light",
    "a cosy kitchen in winter", "thunderstorm over the sea", "first snow", "hot summer haze",
    "hurricane", "rainbow after rain", "loneliness", "pure joy", "burning anger",
    "bittersweet nostalgia", "anxious, tense, claustrophobic", "hope", "turquoise and gold",
    "pitch black with a single red line", "pastel pink and mint", "electric blue",
    "burnt sienna and olive", "green", "van gogh starry night", "art deco, brass and marble",
    "bauhaus poster", "japanese ink wash", "8-bit pixel game", "vaporwave mall",
    "watercolour poppies", "dubstep drop", "slow blues in a smoky bar", "string quartet", "a fugue",
    "heavy metal", "ein blauer Wald im Nebel", "la mer au coucher du soleil", "紅葉の山",
    "noche estrellada", "зимний лес", "florp blint wuzzle",
)  # fmt: skip
"""Written before the lexicon knew their words: it was enlarged by them."""
COLOURS = (
    "red", "orange", "yellow", "green", "teal", "blue", "indigo", "violet", "magenta", "pink",
    "brown", "navy",
)  # fmt: skip
SENTENCES = ("{}", "a {} whale in fog", "{} rain over the city", "({}:1.3) flowers, oil painting")
PAIRS = (("red", "blue"), ("turquoise", "gold"), ("violet", "lime"), ("orange", "navy"),
         ("pink", "green"))  # fmt: skip


def main(options: argparse.Namespace) -> None:
    """Print how unlike the pictures are, which colours they show and what isn't known."""
    curves = curves_twice().cut(FIRST, LAST)
    drawn = [_last(curves, prompt) for prompt in PROMPTS]
    apart = answers.opening_distances(drawn)
    again = [
        float(answers.opening_distances([picture, _last(curves, prompt, seed=1)])[0])
        for prompt, picture in zip(PROMPTS, drawn, strict=True)
    ]
    print(f"words: {len(PROMPTS)} prompts, {SIZE}, one music and seed, not encoded")
    print(
        f"  apart: median {np.median(apart):.1f} of 255, least {apart.min():.1f}, "
        f"{np.mean(apart > GOAL_APART):.1%} of {len(apart)} pairs above {GOAL_APART:g}; "
        f"the same words with another seed: median {np.median(again):.1f}"
    )
    known = lexicon.load()
    one = [
        surface.palette_share(_last(curves, sentence.format(colour)), _oklch(known, [colour]))
        for colour in COLOURS
        for sentence in SENTENCES
    ]
    others = [surface.palette_share(p, _oklch(known, [c])) for c in COLOURS for p in drawn]
    print(
        f"  colours by name: {np.median(one):.2f} of the coloured pixels within 30 degrees, "
        f"least {min(one):.2f} of {len(one)}, {np.mean(np.array(one) >= GOAL_COLOUR):.0%} reach "
        f"{GOAL_COLOUR:g}; of other words' pictures "
        f"{np.mean(others):.2f}"
    )
    two = [
        surface.shares_of_colours(_last(curves, f"{a} and {b}"), _oklch(known, [a, b])).min()
        for a, b in PAIRS
    ]
    print(f"  the lesser of two colours: least {min(two):.2f} of {len(two)} pairs")
    unknown = [(prompt, steering(prompt).unknown) for prompt in PROMPTS]
    lacking = [f"{prompt!r}: {', '.join(words)}" for prompt, words in unknown if words]
    print(f"  words that mean nothing to us: {'; '.join(lacking) or 'none'}")


def _last(curves: Curves, prompt: str, seed: int = 0) -> Rgb:
    """Draw some frames of what words ask for, as `see` does without a look; return the last."""
    worded = Curves(curves.frame_rate, curves.values, ((0, prompt),))
    request = Request(worded, SIZE, seed, look=steering(prompt).look or "ink")
    *_, last = (rgb_of(picture) for picture in pictures(request))
    return last


def _oklch(known: lexicon.Lexicon, words: Sequence[str]) -> NDArray[np.float64]:
    """Return the colours that words mean, shape (n, 3)."""
    return np.array([known.meanings[word].colour for word in words], dtype=np.float64)

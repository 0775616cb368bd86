"""AIMV's own examples come out word for word, its spelling and its missing full stop included."""

import numpy as np
import pytest

from clavilux.listen.instruments import LABELS, Instruments
from clavilux.narrate import abstractions, aimv
from clavilux.narrate.content import Content, chosen, filled

EXAMPLES = [
    (
        ("loud", "heart", ("crash", "splash", "synth")),
        ("impact", "wave", "tech"),
        "Person loudly sings, holding a heart, alongside a Crash and Splash hit with a foreground "
        "techy synth wave impact, the scene has a (hexcolorname) color palette.",
    ),
    (
        ("loud", "", ("kick", "bass", "tom")),
        ("canon", "deep", "bounce"),
        "Kick hits and Bass plays in the background. In the foreground a bouncey tom deep canon, "
        "the scene has a (hexcolorname) color palette",
    ),
    (
        ("quiet", "", ("cello", "voice", "guitar")),
        ("floating", "vibrate", "pedal"),
        "Cello plays and Vocal sings in the background. In the foreground a pedaly guitar vibrate "
        "floating, the scene has a (hexcolorname) color palette.",
    ),
]


@pytest.mark.parametrize(("given", "abstract", "expected"), EXAMPLES)
def test_the_three_examples(given, abstract, expected):
    volume, words, instruments = given
    vocabulary = abstractions.load()
    words_of = abstractions.by_vocabulary(vocabulary)(instruments, np.random.default_rng(0))
    assert words_of == abstract
    content = Content(volume, words, instruments, "#00ffff", "(hexcolorname)", words_of)

    assert aimv.sentence(content, vocabulary, action="holding", thing="heart") == expected


def test_the_tuple_of_the_first_example():
    content = Content("loud", "heart", ("crash", "splash", "synth"), "#00ffff", "cyan",
                      ("impact", "wave", "tech"))  # fmt: skip

    assert content.as_tuple() == (
        "loud", "heart", "crash", "splash", "synth", "#00ffff", "impact", "wave", "tech",
    )  # fmt: skip


def test_drums_that_are_no_kick_are_struck():
    content = Content("quiet", "", ("snare", "piano", "bass"), "#00ffff", "cyan", ("a", "b", "c"))

    said = aimv.sentence(content, abstractions.load(), action="", thing="")

    assert said.startswith("Drum stick strikes Snare and Piano plays in the background.")


@pytest.mark.parametrize(
    ("passed", "guesses", "expected"),
    [
        (["crash"], [("splash", "synth")], ("crash", "splash", "synth")),
        (["guitar", "voice"], [("bass", "x"), ("y", "z")], ("guitar", "voice", "bass")),
        (["a", "b"], [("b", "c"), ("d",)], ("a", "b", "d")),
        (["a"], [()], ("a",)),
        ([], [], ()),
    ],
)
def test_fills_up_from_second_then_third_guesses_of_those_that_passed(passed, guesses, expected):
    assert filled(passed, guesses) == expected


@pytest.mark.parametrize(
    ("sure", "expected"),
    [
        ({"crash": 0.8}, ("crash", "splash", "synth")),
        ({"guitar": 0.9, "voice": 0.8, "piano": 0.69}, ("guitar", "voice", "piano")),
        ({"guitar": 0.9, "voice": 0.8}, ("guitar", "voice", "bass")),
        (
            {"crash": 0.9, "rimshot": 0.8, "snare": 0.75, "bass": 0.72},
            ("crash", "rimshot", "snare"),
        ),
        ({"crash": 0.69}, ()),
    ],
)
def test_seventy_percent_is_the_criterion(sure, expected):
    confidence = np.zeros((1, len(LABELS)), np.float32)
    for label, value in sure.items():
        confidence[0, LABELS.index(label)] = value

    assert chosen(Instruments(confidence), 0) == expected

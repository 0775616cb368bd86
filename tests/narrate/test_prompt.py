"""A prompt is taken apart as people who write prompts expect."""

import pytest

from clavilux.narrate.prompt import Word, words


def weights(prompt, negative=""):
    return {word.text: round(word.weight, 3) for word in words(prompt, negative)}


def test_plain_words_weigh_one_and_are_lower_case():
    expected = ["a", "red", "whale", "in", "fog"]

    assert words("A red WHALE, in fog!") == tuple(Word(word, 1.0) for word in expected)


@pytest.mark.parametrize(
    ("prompt", "expected"),
    [
        ("(red:1.3) whale", {"red": 1.3, "whale": 1.0}),
        ("((red)) whale", {"red": 1.21, "whale": 1.0}),
        ("[red] whale", {"red": 0.909, "whale": 1.0}),
        ("(red blue:0.5)", {"red": 0.5, "blue": 0.5}),
        ("a dragon : 0.7 AND sea : 0.3", {"a": 0.7, "dragon": 0.7, "sea": 0.3}),
        ("whale --neg red", {"whale": 1.0, "red": -1.0}),
        ("whale --neg red : 0.5 --w 512", {"whale": 1.0, "red": -0.5}),
        ("whale <lora:big:0.8>", {"whale": 1.0}),
        ("(((unclosed", {"unclosed": 1.0}),
        ("red:99 AND x : 1e9", None),
        ("", {}),
        (")]:( --neg", {}),
    ],
)
def test_weights_are_read(prompt, expected):
    found = weights(prompt)

    assert expected is None or found == expected
    assert all(abs(weight) <= 4 for weight in found.values())


def test_unwanted_words_may_be_given_apart():
    assert weights("sea", "red sky") == {"sea": 1.0, "red": -1.0, "sky": -1.0}


def test_other_scripts_are_words_too():
    assert [word.text for word in words("синий кит, 青い海")] == ["синий", "кит", "青い海"]

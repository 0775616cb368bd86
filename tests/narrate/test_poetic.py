"""The poetic voice reads as English, whatever is in the tuple."""

import re
from dataclasses import replace

import numpy as np
import pytest

from clavilux.listen.instruments import LABELS
from clavilux.narrate import abstractions, poetic
from clavilux.narrate.content import Content
from clavilux.narrate.telling import Teller

VOCABULARY = abstractions.load()


def tuples(count, seed=0):
    """Draw content tuples: any volume, words or none, none to three instruments, any colour."""
    from clavilux.narrate import colours

    rng = np.random.default_rng(seed)
    names = sorted(colours.names())
    words = ["", "", "heart", "I love you", "Oh, the stars!", "run run run", "la la", "été à Paris"]
    for _ in range(count):
        n = int(rng.choice([0, 1, 2, 3, 3, 3, 3]))
        instruments = tuple(rng.choice(LABELS, n, replace=False).tolist())
        name = names[rng.integers(len(names))]
        db = float(rng.choice([-np.inf, -9, -3, -0.2, 0, 1, 2, 6]))
        yield Content(
            "loud" if db >= -0.5 else "quiet", words[rng.integers(len(words))], instruments,
            colours.names()[name], name,
            tuple(VOCABULARY.entry(i).word for i in instruments), db,
        )  # fmt: skip


def test_every_label_is_in_the_vocabulary():
    assert set(LABELS) <= set(VOCABULARY.entries)


def test_sentences_are_whole_and_varied():
    rng = np.random.default_rng(1)
    poems = [poetic.poem(content, VOCABULARY, rng) for content in tuples(400)]

    for poem in poems:
        assert re.fullmatch(r"[A-Z“].*[.…]", poem.text), poem.text
        assert not re.search(r"[{}]|  |\.\.|,\.| ,|\ba [aeiou]|\ban [^aeiou]", poem.text), poem.text
    assert len({poem.pattern for poem in poems}) > 200


def test_other_abstractions_than_the_vocabulary_s_are_said_with_an_article():
    content = Content(
        "loud", "", ("piano", "bass", "kick"), "#ff0000", "red", ("fog", "deep", "x y")
    )

    texts = {poetic.poem(content, VOCABULARY, np.random.default_rng(i)).text for i in range(20)}

    assert all("the fog" in text.lower() for text in texts)


@pytest.mark.parametrize(
    ("verb", "expected"),
    [("hiss", "hisses"), ("carry", "carries"), ("play", "plays"), ("step lightly", "steps lightly"),
     ("be there", "is there")],
)  # fmt: skip
def test_verbs_agree(verb, expected):
    assert poetic.third_person(verb, plural=False) == expected
    assert poetic.third_person(verb, plural=True) == verb


@pytest.mark.parametrize(
    ("words", "noun"),
    [
        ("heart", "heart"),
        ("I love you", "love"),
        ("Oh, the stars!", "stars"),
        ("the garden is waiting", "garden"),
        ("where it ends", ""),
        ("la la la", ""),
        ("", ""),
    ],
)
def test_the_thing_sung_of_is_the_last_noun(words, noun):
    assert poetic.noun_of(words) == noun


def test_the_same_seed_says_the_same_and_another_something_else():
    content = next(c for c in tuples(50) if len(c.instruments) == 3 and c.words)

    assert Teller(seed=1).say(content, 3) == Teller(seed=1).say(content, 3)
    assert len({Teller(seed=s).say(content, 3) for s in range(10)}) > 5


@pytest.mark.parametrize(("db", "level"), [(9, "scream"), (2, "yell"), (0, "loud"), (-3, "soft"),
                                           (-9, "whisper"), (-np.inf, "whisper")])  # fmt: skip
def test_volume_is_the_manner_of_singing(db, level):
    assert poetic.level_of(db) == level
    content = Content("loud", "heart", (), "#ff0000", "red", volume_db=db)
    text = poetic.poem(replace(content), VOCABULARY, np.random.default_rng(0)).text
    assert any(verb in text for verb in poetic._SINGING[level])


@pytest.mark.parametrize(
    ("word", "category"),
    [("trumpet", "brass"), ("Fiddle", "violin"), ("trombone", "brass"), ("zzyzx", "other")],
)
def test_an_unknown_instrument_gets_the_category_of_what_is_like_it(word, category):
    entry = VOCABULARY.entry(word)

    assert entry.category == category
    assert category != "other" or VOCABULARY.verb(entry) == "plays"

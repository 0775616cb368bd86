"""A lexicon says what words mean, and what is wrong with one that does not."""

import pytest

from clavilux.core.errors import DocumentError
from clavilux.narrate import lexicon

HEAD = "format: clavilux.lexicon/1\nentries:\n"


def test_ours_knows_two_thousand_words():
    assert len(lexicon.load().meanings) > 2000


def test_other_languages_share_the_meaning_of_ours():
    ours = lexicon.load()

    for word in ("blauer", "bleu", "azul", "синий", "青", "蓝"):
        assert ours.find(word) is ours.meanings["blue"]


def test_words_of_scripts_without_spaces_are_found_within_a_run():
    ours = lexicon.load()

    assert ours.parts("紅葉の山") == ["紅葉", "山"]
    assert ours.parts("heartland") == []


@pytest.mark.parametrize(
    ("word", "stem"),
    [
        ("whales", "whale"), ("foggy", "fog"), ("spinning", "spin"), ("galaxies", "galaxy"),
        ("swirling", "swirling"), ("leaves", "leaf"), ("burnished", None), ("stormy", "storm"),
        ("slowly", "slow"), ("dancers", "dancer"), ("wolves", "wolf"),
    ],
)  # fmt: skip
def test_endings_find_their_stem(word, stem):
    ours = lexicon.load()

    assert ours.find(word) is (None if stem is None else ours.meanings[stem])


def test_ones_own_lexicon_replaces_ours(tmp_path):
    path = tmp_path / "mine.yaml"
    path.write_text(HEAD + "  - {words: [wug], colour: [0.5, 0.2, 20]}\n")
    mine = lexicon.load(path)

    assert mine.find("wugs") is not None
    assert mine.find("whale") is None
    assert mine.digest != lexicon.load().digest


@pytest.mark.parametrize(
    ("content", "message"),
    [
        ("[", "not YAML"),
        (b"\xff\xfe\x00", "not YAML"),
        ("format: other/1\nentries: []", "format"),
        (HEAD + "  - {words: [wug], colur: [1, 2, 3]}", "entries.0.colur"),
        (HEAD + "  - {words: [wug], look: {ikn: 1}}", "no look is called 'ikn'"),
        (HEAD + "  - {words: [wug], palette: puce}", "no palette is called 'puce'"),
        (HEAD + "  - {words: [], hue: 3}", "words"),
        (HEAD + "  - {words: [wug]}\nalso: {wig: [perruque]}", "no entry has the word 'wig'"),
        (HEAD + "  - {words: [wug], flow: .nan}", "flow"),
    ],
)
def test_a_wrong_lexicon_says_where(tmp_path, content, message):
    path = tmp_path / "mine.yaml"
    path.write_bytes(content if isinstance(content, bytes) else content.encode())

    with pytest.raises(DocumentError, match=message):
        lexicon.load(path)


def test_a_missing_lexicon_is_named():
    with pytest.raises(DocumentError, match=r"no lexicon 'nowhere\.yaml'"):
        lexicon.load("nowhere.yaml")

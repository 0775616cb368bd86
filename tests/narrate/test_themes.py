"""Themes give prompts by chance, the same for the same seed."""

import numpy as np
import pytest

from clavilux.core.errors import DocumentError
from clavilux.narrate import themes


def test_ours_are_at_least_eight_of_at_least_25_prompts_each():
    ours = themes.load()

    assert len(ours) >= 8
    assert min(len(set(prompts)) for prompts in ours.values()) >= 25


def test_a_seed_draws_the_same_and_all_themes_are_drawn():
    drawn = [themes.draw(np.random.default_rng(seed)) for seed in range(100)]
    again = [themes.draw(np.random.default_rng(seed)) for seed in range(100)]
    of = {prompt: name for name, prompts in themes.load().items() for prompt in prompts}

    assert drawn == again
    assert {of[prompt] for prompt in drawn} == set(themes.load())


def test_a_folder_of_ones_own(tmp_path):
    (tmp_path / "mine.txt").write_text("\ufeff# a remark\n\n  a wug  \n")
    (tmp_path / "other.md").write_text("no theme")

    assert themes.load(tmp_path) == {"mine": ("a wug",)}
    assert themes.draw(np.random.default_rng(0), tmp_path, "mine") == "a wug"


def test_says_what_is_missing(tmp_path):
    with pytest.raises(DocumentError, match="no folder of themes"):
        themes.load(tmp_path / "none")
    with pytest.raises(DocumentError, match="holds no themes"):
        themes.load(tmp_path)
    with pytest.raises(DocumentError, match="no theme is called 'wug'"):
        themes.draw(np.random.default_rng(0), theme="wug")
    (tmp_path / "bad.txt").write_bytes(b"\xff\xfe\xfa")
    with pytest.raises(DocumentError, match="not text in UTF-8"):
        themes.load(tmp_path)

"""Text is drawn in a font that has its letters, in lines that fit."""

import pytest

from clavilux.core.errors import InputError
from clavilux.draw.text import Typeface, mask_of, typeface, wrapped


def test_lines_fit_and_are_even():
    font = typeface("abc").at(20)
    text = "the quick brown fox jumps over the lazy dog and runs"

    lines = wrapped(text, font, 200)

    assert " ".join(lines) == text
    assert all(font.getlength(line) <= 200 for line in lines)
    assert min(map(font.getlength, lines)) > 0.5 * max(map(font.getlength, lines))


def test_what_is_too_long_is_cut_and_says_so():
    font = typeface("abc").at(20)

    assert wrapped("word " * 50, font, 200, most=2)[-1].endswith("…")
    assert all(font.getlength(line) <= 50 for line in wrapped("Donaudampfschifffahrt", font, 50))
    assert wrapped("  ", font, 100) == []


def test_pillow_s_own_font_lacks_other_scripts_and_knows_it():
    own = Typeface(None)

    assert own.missing("Hello, you") == ""
    assert own.missing("ab Ж字") == "Ж字"


def test_a_mask_holds_the_ink():
    mask, _, _ = mask_of("Hg", typeface("Hg").at(40))

    assert mask.max() == 255
    assert mask[0].max() == mask[-1].max() == 0


def test_refuses_a_file_that_is_no_font(tmp_path):
    (tmp_path / "a.ttf").write_bytes(b"no")

    with pytest.raises(InputError, match="no font that can be read"):
        typeface("a", path=tmp_path / "a.ttf")

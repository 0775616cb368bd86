"""A title lies in the safe area, whatever is written and however wide the picture is."""

import numpy as np
import pytest

from clavilux.core.errors import InputError
from clavilux.core.values import Size
from clavilux.draw.text import Typeface
from clavilux.draw.title import SAFE, title_layer


def title_mask(text, size):
    """Return how opaque the type is at every pixel of the picture."""
    layer = title_layer(text, size)
    mask = np.zeros((size.height, size.width), dtype=np.uint8)
    height, width = layer.type.shape
    mask[layer.top : layer.top + height, layer.left : layer.left + width] = layer.type
    return mask


@pytest.mark.parametrize("size", [Size(640, 360), Size(360, 640), Size(64, 64)])
@pytest.mark.parametrize(
    "text",
    ["Nocturne", "A very long title of a song that goes on and on\\nby somebody", "X" * 9],
)
def test_all_of_it_lies_in_the_safe_area(size, text):
    mask = title_mask(text, size)

    assert mask.shape == (size.height, size.width)
    rows, columns = np.nonzero(mask > 8)
    across, down = (1 - SAFE) / 2 * size.width, (1 - SAFE) / 2 * size.height
    assert columns.min() >= across - 2
    assert columns.max() <= size.width - across + 2
    assert rows.min() >= down - 2
    assert rows.max() <= size.height - down + 2
    assert abs((columns.min() + columns.max() + 1) / 2 - size.width / 2) < 0.02 * size.width + 1


def test_the_first_line_is_larger_and_a_written_out_newline_begins_another():
    one, two = (title_mask(text, Size(640, 360)) for text in ("Song", "Song\\nSong"))
    heights = [np.flatnonzero(mask.max(axis=1) > 8) for mask in (one, two)]

    gaps = np.flatnonzero(np.diff(heights[1]) > 1)
    assert len(gaps) == 1
    first, second = gaps[0] + 1, len(heights[1]) - gaps[0] - 1
    assert first == pytest.approx(len(heights[0]), abs=2)
    assert second < 0.7 * first


def test_long_titles_break_into_parts_about_as_long():
    mask = title_mask("A Night of Dizzy Spells", Size(360, 640)) > 8
    rows = np.flatnonzero(mask.max(axis=1))
    gap = rows[np.argmax(np.diff(rows))] + 1
    widths = [np.ptp(np.flatnonzero(part.max(axis=0))) for part in (mask[:gap], mask[gap:])]

    assert min(widths) > 0.5 * max(widths)


@pytest.mark.parametrize(
    ("text", "font", "message"),
    [
        ("   ", None, "the title is empty"),
        ("Song", "no-such-font.ttf", "no-such-font.ttf is no font that can be read"),
        ("word " * 400, None, "has no room in pictures of 64x64: write less"),
    ],
)
def test_what_cannot_be_set_is_said(text, font, message):
    with pytest.raises(InputError, match=message):
        title_layer(text, Size(64, 64), font)


def test_a_script_that_no_font_has_is_said(monkeypatch):
    monkeypatch.setattr("clavilux.draw.title.typeface", lambda text: Typeface(None))
    with pytest.raises(InputError, match="no font here has 'Полнч' of the title; name one with"):
        title_layer("Полночь", Size(320, 180))

"""Words, pictures and loops do to a film what they promise."""

import sys
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest

from clavilux import render
from clavilux.core.colour import srgb_from_yuv
from clavilux.core.values import Curves, Size
from clavilux.matter import palettes
from clavilux.render.loop import come_round
from clavilux.render.words import Words

sys.path.insert(0, str(Path(__file__).parent))
from drives import FRAME_RATE, beat, each_look, still

SIZE = Size(160, 96)


def worded(curves, *prompts):
    return Curves(curves.frame_rate, curves.values, tuple(prompts))


def pictures(curves, **options):
    return [picture.planes for picture in render.pictures(request(curves, **options))]


def request(curves, palette=None, **options):
    chosen = palette and palettes.find(palette)
    return render.Request(curves, SIZE, palette=chosen, **options)


def go_on(asked, cut):
    """Draw the first `cut` pictures, and the rest from the state after them."""
    renderer = render.RENDERERS.make("procedural")
    run = render.start(renderer, asked)
    first = [next(run).planes for _ in range(cut)]
    rest = render.start(renderer, asked, first_frame=cut, state=run.state())
    return first + [picture.planes for picture in rest]


def apart(one, other):
    return float(np.abs(one.astype(float) - other).mean())


@pytest.fixture(params=each_look())
def look(request):
    return request.param


def test_swapping_only_the_words_visibly_changes_the_film(look):
    shown = [
        pictures(worded(still(3), (0, words)), look=look)[-1]
        for words in ("a red whale in fog", "a red wug in fog", "a blue whale in fog", "")
    ]

    assert min(apart(a, b) for i, a in enumerate(shown) for b in shown[:i]) > 4


def test_words_that_change_in_a_film_come_in_over_a_second():
    film = worded(still(72), (0, "blue sea"), (24, "red fire"))
    changed = pictures(film)
    before = pictures(worded(still(72), (0, "blue sea")))
    jumps = [apart(a, b) for a, b in pairwise(changed)]

    np.testing.assert_array_equal(changed[:24], before[:24])
    assert changed[-1][-24:].mean() > before[-1][-24:].mean() + 5  # V: redder
    assert max(jumps[24:48]) < 12


def test_prompts_at_every_frame_as_parseq_writes_them():
    prompts = [
        (i, f"red dragon : {1 - i / 30:.2f} AND blue sea : {i / 30:.2f} --neg dark")
        for i in range(31)
    ]
    shown = pictures(worded(still(31), *prompts))

    assert len(shown) == 31


def test_a_film_with_words_and_a_picture_can_be_gone_on_with():
    image = np.random.default_rng(0).integers(0, 255, (40, 60, 3)).astype(np.uint8)
    curves = worded(beat(30), (0, "red fog"), (9, "blue fire"))

    whole = pictures(curves, image=image)
    np.testing.assert_array_equal(whole, go_on(request(curves, image=image), 13))


def test_a_palette_given_by_hand_outdoes_the_words():
    def colours(prompt, palette):
        planes = pictures(worded(still(3), (0, prompt)), palette=palette)[-1]
        return planes[SIZE.height :].astype(float).mean()

    fixed = [colours(words, "#200000, #ff2010") for words in ("blue", "green")]
    assert abs(fixed[0] - fixed[1]) < abs(colours("blue", None) - colours("red", None)) + 3


def test_shares_of_prompts_sum_to_one():
    words = Words.of(worded(still(90), (0, "red"), (10, "blue"), (20, "fog"), (60, "fire")))

    for frame in range(90):
        assert sum(share for _, share in words.shares(frame)) == pytest.approx(1)
    assert words.shares(89)[0] == (3, 1.0)


def test_the_film_begins_with_the_picture_itself(look):
    image = np.zeros((300, 500, 3), dtype=np.uint8)
    image[:, :250], image[:, 250:] = (220, 40, 30), (30, 60, 200)
    shown = pictures(still(120), look=look, image=image, flashing=True)
    height = SIZE.height
    first = shown[0]
    u, v = first[height:].reshape(2, height // 2, SIZE.width // 2)
    rgb = srgb_from_yuv(np.stack([first[:height:2, ::2], u, v], axis=-1).astype(float)) * 255

    np.testing.assert_allclose(rgb[24, 10], image[0, 0], atol=4)
    np.testing.assert_allclose(rgb[24, -10], image[0, -1], atol=4)
    without = pictures(still(120), look=look)
    assert apart(shown[-1], shown[0]) > 8
    assert apart(shown[12], shown[0]) < apart(without[12], shown[0])


@pytest.mark.parametrize("shape", [(16, 900), (900, 16), (1, 1), (2000, 3000)])
def test_pictures_of_any_size_and_shape_will_do(shape):
    image = np.full((*shape, 3), 128, dtype=np.uint8)

    assert len(pictures(still(2), image=image)) == 2


def test_a_loop_s_end_joins_its_beginning(look):
    curves = beat(72)
    shown = [planes[: SIZE.height] for planes in pictures(curves, look=look, loop=True)]
    moved = [apart(a, b) for a, b in pairwise(shown)]

    assert len(shown) == 72
    assert apart(shown[-1], shown[0]) <= np.quantile(moved, 0.9)


def test_a_loop_can_be_gone_on_with():
    curves = worded(beat(72), (0, "red fog"))

    whole = pictures(curves, loop=True)
    for cut in (5, 60):
        np.testing.assert_array_equal(whole, go_on(request(curves, loop=True), cut))


def test_curves_of_a_loop_come_round():
    curves = Curves(FRAME_RATE, {"hue": np.linspace(-170, 170, 96), "light": np.arange(96.0)})
    led = come_round(curves, 24)

    assert led.n_frames == 120
    np.testing.assert_array_equal(led.values["light"], [*np.arange(72, 96), *np.arange(96)])
    assert (led.values["hue"][-1] - led.values["hue"][24] + 180) % 360 == pytest.approx(180)

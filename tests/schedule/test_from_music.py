"""Music becomes a Parseq document, densely or compactly, and both say the same."""

from fractions import Fraction

import numpy as np
import pytest

from clavilux.core.values import Curves
from clavilux.dataset import patterns
from clavilux.schedule import from_music, mapping, parse
from clavilux.schedule.document import curves_of_parseq
from clavilux.schedule.polyline import levels, polyline

RATE, N_FRAMES = Fraction(24), 384


def document(score, preset, *, is_dense):
    return from_music.from_music(
        score, mapping.load(preset), frame_rate=RATE, n_frames=N_FRAMES, is_dense=is_dense
    )


@pytest.mark.parametrize("preset", mapping.names())
@pytest.mark.parametrize("make", [patterns.house, patterns.metre_free])
def test_compact_says_what_dense_says(preset, make):
    score = make(3)

    dense = parse(document(score, preset, is_dense=True)).render()
    compact = parse(document(score, preset, is_dense=False)).render()

    assert list(compact.fields) == list(dense.fields)
    for name, column in dense.fields.items():
        np.testing.assert_allclose(compact.fields[name], column, atol=1e-6, rtol=0)


def test_compact_takes_a_fifth_of_the_bytes():
    sizes = {True: 0, False: 0}
    for seed in range(6):
        score = (patterns.house if seed % 2 else patterns.metre_free)(seed)
        for is_dense in sizes:
            made = from_music.to_bytes(document(score, "v2midi", is_dense=is_dense))
            sizes[is_dense] += len(made)

    assert sizes[False] <= 0.2 * sizes[True]


def test_a_document_asks_the_renderer_for_what_the_mapping_does():
    score = patterns.house(1)
    asked = mapping.apply(mapping.load("clavilux"), score, frame_rate=RATE, n_frames=N_FRAMES)

    read = curves_of_parseq(parse(document(score, "clavilux", is_dense=True)))

    assert read.frame_rate == RATE
    for name in asked.values.keys() - {"strength"}:  # whose scale is Deforum's in documents
        column = asked.values[name]
        np.testing.assert_allclose(read.values[name], column, atol=1e-9)


def test_labels_let_expressions_ask_for_hits():
    score = patterns.house(2)
    made = document(score, "v2midi", is_dense=False)
    made["managedFields"] = [*made["managedFields"], "scale"]
    made["keyframes"][0]["scale_i"] = 'info_match_count("kick")'

    counted = parse(made).render().fields["scale"]

    kicks = mapping.marks(score)["kick"]
    assert counted[-1] == len({round(t * 24) for t in kicks if round(t * 24) < N_FRAMES})


def test_what_dense_renders_to_is_foretold():
    made = document(patterns.metre_free(4), "v2midi", is_dense=True)

    told = from_music.dense_rendered(made)
    rendered = parse(made).render().to_dict()

    assert told["rendered_frames_meta"].keys() == rendered["rendered_frames_meta"].keys()
    for ours, theirs in zip(told["rendered_frames"], rendered["rendered_frames"], strict=True):
        assert ours.pop("deforum_prompt") == theirs.pop("deforum_prompt")
        assert ours == pytest.approx(theirs, abs=1e-9)


def test_lines_and_levels_keep_within_the_tolerance():
    rng = np.random.default_rng(0)
    column = np.cumsum(rng.choice([0, 0, 0, 1.5], 300)) + rng.normal(0, 1e-4, 300)

    lines, steps = polyline(column, 1e-3), levels(column, 1e-3)

    frames = np.arange(300)
    np.testing.assert_allclose(np.interp(frames, lines.x, lines.y), column, atol=1.01e-3)
    held = np.searchsorted(steps.x, frames, side="left") - 1
    np.testing.assert_allclose(np.array(steps.y)[held], column, atol=1.01e-3)


def test_prompts_that_follow_the_music_pass_over_from_their_first_frames_on():
    curves = Curves(Fraction(10), {"zoom": np.ones(40)})
    told = ((0, "A sea. ${x}"), (20, "A fire."))
    heading = from_music.Heading(positive="film", prompts=told, fade=5)

    rendered = parse(from_music.compact(curves, heading)).render().to_dict()
    texts = [frame["deforum_prompt"] for frame in rendered["rendered_frames"]]

    assert texts[10].startswith("A sea. $ {x} film")
    assert "A sea" in texts[22]
    assert "A fire" in texts[22]
    assert "A sea" not in texts[26]

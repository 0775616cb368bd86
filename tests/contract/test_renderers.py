"""Every renderer obeys its request: the same pictures each time, nothing dropped in silence."""

from dataclasses import fields, replace
from fractions import Fraction

import numpy as np
import pytest

from clavilux import render
from clavilux.core.errors import InputError
from clavilux.core.notes import PlayedNotes
from clavilux.core.values import Curves, Size, Yuv
from clavilux.matter import palettes
from clavilux.narrate import lexicon
from clavilux.render import Request, ShotStart
from clavilux.render.deforum.fake import FakeServer

SIZE = Size(64, 48)
CURVES = Curves(Fraction(24), {"rotation_3d_z": np.linspace(0, 2, 12)}, ((0, "a red whale"),))
NOTES = PlayedNotes(
    np.array([0.0, 0.1, 0.2]),
    np.array([0.3, 0.2, 0.5]),
    np.array([60, 67, 38], dtype=np.uint8),
    np.array([90, 60, 110], dtype=np.uint8),
    np.array([0, 1, 2]),
    np.array([False, False, True]),
    ("Piano", "", "Drums"),
)
OTHER = {
    "look": "glass",
    "palette": palettes.find("ember"),
    "hue_range": 60.0,
    "image": np.full((20, 30, 3), 90, dtype=np.uint8),
    "lexicon": lexicon.load(None),
    "notes": NOTES,
    "plan": (ShotStart(0, "glass"), ShotStart(7)),
    "loop": True,
    "transparent": True,
    "flashing": True,
}
"""A value for every field, other than its default."""


@pytest.fixture(params=sorted(render.RENDERERS.built_in))
def renderer(request, tmp_path, monkeypatch):
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    if request.param != "deforum-api":
        yield render.RENDERERS.make(request.param)
        return
    with FakeServer(tmp_path) as server:
        yield render.RENDERERS.make(request.param, urls=[server.url])


def plain(renderer):
    """Return the least that a renderer can draw."""
    return Request(CURVES, SIZE, notes=NOTES if renderer.name == "notes" else None)


def test_the_list_of_tried_fields_is_whole():
    every = {field.name for field in fields(Request)}

    assert every - set(OTHER) == {"curves", "size", "seed"}


def test_one_picture_a_frame_at_the_size_asked_for(renderer):
    shown = list(render.start(renderer, plain(renderer)))

    assert len(shown) == CURVES.n_frames
    assert all(isinstance(picture, Yuv) and picture.size == SIZE for picture in shown)


def test_the_same_request_gives_the_same_pictures(renderer):
    one, other = (
        [picture.planes.copy() for picture in render.start(renderer, plain(renderer))]
        for _ in range(2)
    )

    np.testing.assert_array_equal(one, other)


def test_a_run_goes_on_from_its_state_through_a_file(renderer, tmp_path):
    whole = [picture.planes.copy() for picture in render.start(renderer, plain(renderer))]
    run = render.start(renderer, plain(renderer))
    for _ in range(5):
        next(run)
    np.savez(tmp_path / "state.npz", **run.state())
    with np.load(tmp_path / "state.npz", allow_pickle=False) as arrays:
        state = dict(arrays)
    rest = render.start(renderer, plain(renderer), first_frame=5, state=state)

    np.testing.assert_array_equal(whole[5:], [picture.planes for picture in rest])


@pytest.mark.parametrize("field", sorted(OTHER))
def test_what_a_renderer_does_not_honour_is_an_error_and_the_rest_is_none(renderer, field):
    other = "spiral" if (renderer.name, field) == ("notes", "look") else OTHER[field]
    asked = replace(plain(renderer), **{field: other})

    assert field in asked.options
    if field in renderer.honours:
        next(iter(render.start(renderer, asked)))
    else:
        with pytest.raises(InputError, match=f"does nothing with `{field}`; it honours"):
            render.start(renderer, asked)


@pytest.mark.parametrize("field", sorted(OTHER))
def test_every_field_is_part_of_a_film_s_digest(field):
    plain = Request(CURVES, SIZE)

    assert Request(CURVES, SIZE, **{field: OTHER[field]}).digest != plain.digest
    assert Request(CURVES, SIZE).digest == plain.digest


def test_a_back_end_takes_no_option_in_silence():
    with pytest.raises(InputError, match="the renderer 'procedural' takes no urls"):
        render.RENDERERS.make("procedural", urls=["http://localhost"])

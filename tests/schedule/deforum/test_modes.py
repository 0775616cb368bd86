"""Deforum settings are read as Deforum reads them: its modes, its odd strings, its prompts."""

import json
import time

import numpy as np
import pytest

from clavilux.core.errors import DocumentError
from clavilux.schedule import check as checks
from clavilux.schedule.deforum.curves import from_manifest, from_settings
from clavilux.schedule.deforum.export import settings_with_manifest
from clavilux.schedule.deforum.manifest import manifest
from clavilux.schedule.deforum.modes import not_drawn
from clavilux.schedule.deforum.rendered import rendered_settings
from clavilux.schedule.deforum.schedules import evaluate_prompts, evaluate_schedule
from clavilux.schedule.deforum.settings import DeforumSettings
from clavilux.schedule.document import open_document

MOVING = {
    "max_frames": 10,
    "fps": 10,
    "angle": "0:(2)",
    "zoom": "0:(1.02)",
    "translation_x": "0:(1)",
    "translation_z": "0:(3)",
    "rotation_3d_y": "0:(t)",
    "strength_schedule": "0:(0.6)",
    "prompts": {"0": "a `t` cat", "5": "a dog"},
}


def curves(**more):
    return from_settings(DeforumSettings.read({**MOVING, **more}))


@pytest.mark.parametrize(
    ("mode", "moves"),
    [
        ("2D", {"angle", "zoom", "translation_x"}),
        ("3D", {"translation_x", "translation_z", "rotation_3d_y"}),
        ("3d", {"translation_x", "translation_z", "rotation_3d_y"}),
        ("Interpolation", set()),
        ("Video Input", set()),
        ("None", set()),
    ],
)
def test_each_mode_obeys_its_own_movements(mode, moves):
    assert set(curves(animation_mode=mode).values) == moves | {"strength"}


def test_an_unknown_mode_is_refused():
    with pytest.raises(DocumentError, match="animation_mode is '4D'; there are 2D, 3D"):
        curves(animation_mode="4D")


def test_what_is_turned_on_and_not_drawn_is_named(tmp_path):
    path = tmp_path / "settings.txt"
    content = {**MOVING, "animation_mode": "Interpolation", "hybrid_composite": "Normal"}
    path.write_text(json.dumps(content))

    with pytest.warns(UserWarning, match="not drawn") as told:
        open_document(path)
    assert sorted(str(w.message).split("not drawn: ")[1][:22] for w in told) == [
        "animation_mode Interpo",
        "hybrid_composite: hybr",
    ]
    assert not_drawn({**MOVING, "animation_mode": "3D", "hybrid_motion": "None"}) == []


@pytest.mark.parametrize("value", ["1.02", " 1.02 ", 1.02, "0: 1.02: (t)", "0:(1.02)"])
def test_a_number_alone_and_a_second_colon_are_read(value):
    assert DeforumSettings.read({**MOVING, "zoom": value}).column("zoom").tolist() == [1.02] * 10


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16"])
def test_settings_saved_by_windows_are_read(tmp_path, encoding):
    path = tmp_path / "settings.txt"
    path.write_text(json.dumps(MOVING), encoding=encoding)

    assert open_document(path).curves.n_frames == 10


def test_a_manifest_of_settings_asks_for_the_same_as_the_settings():
    settings = DeforumSettings.read(MOVING)

    theirs = from_manifest(json.loads(json.dumps(manifest(rendered_settings(settings)))))

    ours = from_settings(settings)
    assert theirs.frame_rate == ours.frame_rate
    assert theirs.prompts == ours.prompts
    for name, column in ours.values.items():
        np.testing.assert_allclose(theirs.values[name], column, atol=1e-9)


def test_settings_that_hold_a_manifest_follow_it(tmp_path):
    path = tmp_path / "settings.txt"
    rendered = rendered_settings(DeforumSettings.read({**MOVING, "angle": "0:(7)"}))
    path.write_text(json.dumps({**MOVING, **settings_with_manifest(rendered)}))

    assert open_document(path).curves.values["angle"].tolist() == pytest.approx([7] * 10)


@pytest.mark.parametrize(
    ("expression", "at_3"),
    [("t", "3"), ("t*2+max_f", "15"), ("2t", "23"), ("sin(t)*0", "0"), ("t/2", "1.5")],
)
def test_prompt_expressions_are_what_putting_the_frame_for_t_gives(expression, at_3):
    assert evaluate_prompts({"0": f"a `{expression}` b"}, 10)[3] == f"a {at_3} b"


def test_prompt_expressions_of_many_frames_take_no_time():
    prompts = {"0": "a `t` `sin(t/10)` `max_f-t`", "5000": "b `t`"}

    started = time.process_time()
    texts = evaluate_prompts(prompts, 20_000)

    assert texts[19_999] == "b 19999"
    assert time.process_time() - started < 3  # a tenth of a second on one slow core


def test_a_key_after_the_first_is_a_prompt_from_there_and_before_the_first_it_holds():
    assert evaluate_prompts({"2": "a", "4": "b"}, 6) == ["a"] * 4 + ["b"] * 2


def test_settings_are_checked():
    content = {**MOVING, "animation_mode": "2D", "zoom": "0:(1/0)", "angle": "0:1:2, 99:(3)"}

    found = [str(finding) for finding in checks.check(content)]

    assert any("zoom: " in line and "not a finite number" in line for line in found)
    assert any("second colon" in line for line in found)
    assert any("frame 99 lies past the end" in line for line in found)
    assert any("translation_z: animation_mode 2D ignores it" in line for line in found)


def test_a_schedule_that_is_not_drawn_is_evaluated_all_the_same():
    assert evaluate_schedule("cfg", "7", 3).tolist() == [7, 7, 7]

"""Deforum's schedules and settings are evaluated as Deforum does, and safely."""

import contextlib
import json

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from clavilux.core.errors import DocumentError
from clavilux.schedule import parse
from clavilux.schedule.deforum.curves import from_parseq, from_settings
from clavilux.schedule.deforum.export import schedule_text, settings_with_schedules
from clavilux.schedule.deforum.manifest import driven, ignored, manifest, overrides
from clavilux.schedule.deforum.schedules import (
    evaluate_prompts,
    evaluate_schedule,
    split_negative,
)
from clavilux.schedule.deforum.settings import DeforumSettings


def values(text, n_frames=11, **more):
    return evaluate_schedule("zoom", text, n_frames, **more).tolist()


def test_numbers_are_joined_by_lines_and_held_at_the_ends():
    assert values("2:(1), 4:(3)", 6) == [1, 1, 1, 2, 3, 3]


def test_an_expression_holds_until_the_next_key():
    assert values("0:(t * 2), 3:(0)", 6) == [0, 2, 4, 0, 0, 0]


def test_a_key_may_name_the_last_frame():
    assert values("0:(0), max_f:(10)")[-1] == 10


@pytest.mark.parametrize(
    ("text", "at_3"),
    [
        ("t / 2", 1.5),
        ("-t ** 2", -9),
        ("2 ** 3 ** 2", 512),
        ("7 % 4 + s", 8),
        ("(t > 2) * 4", 4),
        ("sqrt(t + 1)", 2),
        ("max_f", 10),
        ("1e1 + .5", 10.5),
    ],
)
def test_expressions_mean_what_numexpr_means(text, at_3):
    assert values(f"0:({text})", seed=5)[3] == pytest.approx(at_3)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("0:(where(t>3,1,2))", "splits at every comma and colon"),
        ('0:(__import__("os"))', "cannot be read"),
        ("0:(foo(t))", "calls 'foo'"),
        ("0:(q + 1)", "names 'q'"),
        ("0:(1 / t)", "not a finite number at frame 0"),
        ("0:(" + "(" * 1000 + "t" + ")" * 1000 + ")", "too long or nests too deeply"),
        ("nonsense", "is not 'frame: value'"),
        ("20:(1)", "no key before frame 11"),
    ],
)
def test_what_cannot_be_evaluated_is_refused_with_the_reason(text, message):
    with pytest.raises(DocumentError, match=message):
        values(text)


@settings(max_examples=200, deadline=None)
@given(st.text(alphabet="0123456789.()t+-*/%<>=smaxf_, :einqr", max_size=40))
def test_any_text_gives_numbers_or_a_clear_error(text):
    with contextlib.suppress(DocumentError):
        assert len(values(text, 5)) == 5


def test_prompts_hold_until_the_next_and_count_in_backticks():
    prompts = {"0": "a `t*2` cat --neg dog", "max_f/2": "b"}

    assert evaluate_prompts(prompts, 4) == ["a 0 cat --neg dog", "a 2 cat --neg dog", "b", "b"]


def test_every_t_in_backticks_becomes_the_frame():
    with pytest.raises(DocumentError, match="every letter t"):
        evaluate_prompts({"0": "`sqrt(t)`"}, 4)


def test_a_prompt_splits_at_neg():
    assert split_negative("a cat --neg a dog") == ("a cat", "a dog")


def test_settings_come_back_unharmed(tmp_path):
    content = {"max_frames": 5, "zoom": "0: (1.0)", "unknown": [1], "prompts": {"0": "a"}}

    DeforumSettings.read(content).write(tmp_path / "settings.txt")

    assert DeforumSettings.read(tmp_path / "settings.txt").to_dict() == content


def rendered():
    keyframes = [{"frame": 0, "zoom": 1, "fov": 40, "prompt_weight_1": 1}, {"frame": 4, "zoom": 3}]
    fields = ["zoom", "fov", "prompt_weight_1"]
    prompts = {"positive": "x ${prompt_weight_1}", "negative": ""}
    return parse({"keyframes": keyframes, "managedFields": fields, "prompts": prompts}).render()


def test_the_manifest_holds_what_deforum_asks_for():
    content = json.loads(json.dumps(manifest(rendered())))

    assert {"rendered_frames", "options"} <= content.keys()
    assert overrides(rendered()) == {"max_frames": 5, "diffusion_cadence": 1, "fps": 20}


def test_driven_settings_are_named_with_their_columns():
    names = {entry.setting: entry.column for entry in driven(rendered())}

    assert names == {"zoom": "zoom_delta", "fov_schedule": "fov", "prompts": "deforum_prompt"}
    assert ignored(rendered()) == ["prompt_weight_1"]


def test_exported_schedules_give_every_frames_value():
    exported = DeforumSettings.read(settings_with_schedules(rendered()))

    np.testing.assert_allclose(exported.column("zoom"), rendered().column("zoom_delta"))
    assert exported.prompt_texts() == rendered().prompts


@given(st.lists(st.floats(-1e3, 1e3), min_size=2, max_size=40))
def test_a_schedule_written_reads_as_its_column(column):
    text = schedule_text(np.array(column))

    np.testing.assert_allclose(values(text, len(column)), column, atol=1e-9)


def test_both_kinds_become_the_same_curves():
    ours = from_parseq(rendered())
    theirs = from_settings(DeforumSettings.read({**settings_with_schedules(rendered()), "fps": 20}))

    assert ours.frame_rate == theirs.frame_rate == 20
    np.testing.assert_allclose(ours.values["zoom"], theirs.values["zoom"])
    assert ours.prompts == theirs.prompts

"""The check names what trips people, where and how to put it right, and fixes what is safe."""

import pytest

from clavilux.schedule import parse
from clavilux.schedule.check import Music, check, fix


def document(**more):
    base = {
        "options": {"output_fps": 20, "bpm": 120},
        "managedFields": ["zoom"],
        "prompts": {"positive": "a", "negative": ""},
        "keyframes": [{"frame": 0, "zoom": 1}, {"frame": 40, "zoom": 2}],
    }
    return {**base, **more}


def with_expression(text):
    return document(keyframes=[{"frame": 0, "zoom": 1, "zoom_i": text}, {"frame": 40, "zoom": 2}])


def reasons(content, **more):
    return [str(finding) for finding in check(content, **more)]


def test_a_sound_document_is_left_alone():
    assert check(document()) == []


@pytest.mark.parametrize("text", ["10-5-2", "8/4/2", "2^3*2", "1 and 0 or 1"])
def test_right_associativity_is_pointed_out_and_written_out(text):
    findings = check(with_expression(text))
    before = parse(with_expression(text)).render().fields["zoom"]

    fixed, dealt = fix(with_expression(text))

    assert "applied from the right" in findings[0].reason
    assert dealt
    assert not any("applied from the right" in finding.reason for finding in check(fixed))
    assert parse(fixed).render().fields["zoom"].tolist() == before.tolist()


def test_a_sign_before_a_power_is_pointed_out_until_it_is_bracketed():
    assert "binds tighter than ^" in check(with_expression("-f^2"))[0].reason
    assert check(with_expression("(-f)^2")) == []


def test_plain_sums_are_not_pointed_out():
    assert check(with_expression("1 + 2 * f - 3")) == []


def test_a_misspelt_name_is_suggested_and_put_right():
    findings = check(with_expression("prev_computed_vale + snn(p=2)"))

    assert any("did you mean prev_computed_value?" in str(finding) for finding in findings)
    fixed, _ = fix(with_expression("prev_computed_vale + 1"))
    assert fixed["keyframes"][0]["zoom_i"] == "prev_computed_value + 1"


def test_a_late_first_keyframe_is_doubled_at_zero():
    late = document(keyframes=[{"frame": 5, "zoom": 1}, {"frame": 40, "zoom": 2}])

    fixed, _ = fix(late)

    assert check(late)[0].is_error
    assert [keyframe["frame"] for keyframe in fixed["keyframes"]] == [0, 5, 40]
    assert check(fixed) == []


def test_times_past_the_end_are_named():
    prompts = [{"positive": "a", "negative": "", "from": 50, "to": 60, "overlap": {"type": "none"}}]

    assert "begins at frame 50, past the end at 40" in reasons(document(prompts=prompts))[0]


def test_fields_that_do_nothing_are_named():
    keyframes = [{"frame": 0, "zoom": 1, "angel": 3}, {"frame": 40, "zoom": 2}]

    found = reasons(document(keyframes=keyframes, managedFields=["zoom", "fov"]))

    assert any("angel is set but not among managedFields" in line for line in found)
    assert any("fov is managed but no keyframe sets it" in line for line in found)


def test_music_that_contradicts_is_named():
    found = reasons(document(), music=Music(tempo_bpm=96, duration_s=10))

    assert "bpm is 120 but the music has 96 beats a minute; set it to 96" in found[0]
    assert "end at frame 200" in found[1]


def test_what_cannot_be_read_is_an_error_with_its_place():
    finding = check(with_expression("1 +"))[0]

    assert finding.is_error
    assert str(finding).startswith(
        "keyframe at frame 0, zoom_i: the expression '1 +' is incomplete"
    )

"""``clavilux plan``: from music, or a plan that was edited, to a plan."""

import json
from fractions import Fraction

import pytest

import clavilux
from clavilux.core.errors import ArgumentError, UnknownBackEnd
from clavilux.schedule import shots
from tests.cli.shell import run


def test_used_frames_add_up_to_the_song(tiny_midi, tmp_path):
    plan = clavilux.plan(tiny_midi, tmp_path / "plan.json", model="wan-2.1")
    assert plan.frame_rate == 16
    assert sum(clip.used for clip in plan.clips) == plan.n_frames
    assert shots.read(tmp_path / "plan.json") == plan


def test_the_film_may_have_another_rate_than_the_model(tiny_midi):
    plan = clavilux.plan(tiny_midi, model="cogvideox", fps="23.976")
    assert plan.frame_rate == Fraction(24000, 1001)
    assert sum(clip.n_frames for clip in plan.clips) == plan.n_frames


def test_cuts_can_be_locked_by_hand_or_from_an_editor(tiny_midi, tmp_path):
    table = tmp_path / "markers.csv"
    table.write_text("Name,Start\nhit,1.5\n")
    plan = clavilux.plan(tiny_midi, cut=[0.5, "0:02.25"], markers=table)
    assert [shot.start_frame for shot in plan.shots if shot.locked] == [12, 36, 54]


def test_a_cut_outside_the_music_is_left_out_with_a_line(tiny_midi):
    with pytest.warns(UserWarning, match=r"`cut`: 99\.00 s lie outside"):
        clavilux.plan(tiny_midi, cut="99")


def test_prompts_are_for_all_or_for_a_section(tiny_midi):
    label = clavilux.plan(tiny_midi).shots[0].section
    plan = clavilux.plan(tiny_midi, prompt=[f"{label}: a red storm", "a lake", "*: a wood: dark"])
    assert plan.shots[0].prompt == "a red storm"
    plan = clavilux.plan(tiny_midi, prompt="a lake (calm:1.2)", neg="people")
    assert (plan.shots[0].prompt, plan.shots[0].negative_prompt) == ("a lake (calm:1.2)", "people")


@pytest.mark.parametrize(
    ("given", "message"),
    [
        ({"shortest": 4, "longest": 3}, "`shortest` is 4 s, more than `longest`"),
        ({"cut": "soon"}, "`cut`: 'soon' is not a time"),
        ({"prompt": "chorus: a storm"}, "`prompt`: no section is called 'chorus'"),
        ({"model": "animatediff", "overlap": 40}, "`overlap` is 40; expected less than 32"),
        ({"offset": 2.0}, "name the mix with `sound`"),
        ({"tempo": 100}, "`tempo` is for recordings"),
    ],
)
def test_what_cannot_be_is_refused_in_one_line(tiny_midi, given, message):
    with pytest.raises(ArgumentError, match=message):
        clavilux.plan(tiny_midi, **given)


def test_nothing_is_written_where_a_name_is_wrong(tiny_midi, tmp_path):
    with pytest.raises(ArgumentError, match=r"\.txt: expected a name that ends in \.json"):
        clavilux.plan(tiny_midi, tmp_path / "plan.txt")
    with pytest.raises(UnknownBackEnd):
        clavilux.plan(tiny_midi, tmp_path / "plan.json", model="sora")
    with pytest.raises(ArgumentError, match="the music itself"):
        copy = tmp_path / "song.csv"
        copy.write_bytes(tiny_midi.read_bytes())
        clavilux.plan(copy, copy)
    assert not (tmp_path / "plan.json").exists()


def test_an_edited_plan_keeps_its_shots_and_is_split_anew(tiny_midi, tmp_path):
    path = tmp_path / "plan.json"
    clavilux.plan(tiny_midi, path, model="cogvideox", fps=24, cut="1", prompt="a lake")
    document = json.loads(path.read_text())
    document["shots"][1]["start_frame"] = 30
    document["shots"][1]["prompt"] = "a red storm"
    path.write_text(json.dumps(document))
    plan = clavilux.plan(path, path, model="ltx-2")
    assert plan.starts[1] == 30
    assert [shot.prompt for shot in plan.shots[:2]] == ["a lake", "a red storm"]
    assert plan.model.name == "ltx-2"
    plan.check_clips()
    assert shots.read(path) == plan


def test_a_plan_cannot_be_cut_again(tiny_midi, tmp_path):
    clavilux.plan(tiny_midi, tmp_path / "plan.json")
    with pytest.raises(ArgumentError, match="`cut` is for music"):
        clavilux.plan(tmp_path / "plan.json", cut="1")


def test_the_command_prints_its_output_and_how_much_is_too_much(tiny_midi, tmp_path):
    output = tmp_path / "plan.edl"
    command = ["plan", tiny_midi, "-o", output]
    done = run(*command, "--model", "cogvideox")
    assert done.returncode == 0
    assert done.stdout.strip() == str(output)
    assert "more than are used" in done.stderr
    wrong = run(*command, "--min", "3", "--max", "2")
    assert wrong.returncode == 2
    assert wrong.stderr.strip().splitlines()[-1] == ("clavilux: --min is 3 s, more than --max, 2 s")

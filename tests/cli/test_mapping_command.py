"""A mapping can be checked and seen before a film is made with it."""

import pytest
import shell


def run(*arguments):
    return shell.run("mapping", *arguments)


def test_check_lists_the_rules():
    done = run("check", "v2midi")

    assert done.returncode == 0
    assert done.stdout.startswith("v2midi: 5 rules, 5 parameters")


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("rules: [", "not YAML"),
        ("format: clavilux.mapping/1\nrules: [{source: kik, target: zoom}]", "did you mean 'kick'"),
    ],
)
def test_check_refuses_a_wrong_document_in_one_line(tmp_path, text, said):
    path = tmp_path / "my.yaml"
    path.write_text(text)

    done = run("check", path)

    assert done.returncode == 2
    assert said in done.stderr
    assert done.stderr.count("\n") == 1
    assert not done.stdout


def test_plot_writes_a_picture_and_names_it(tmp_path):
    picture = tmp_path / "plot.png"

    done = run("plot", "clavilux", "-o", picture)

    assert done.returncode == 0, done.stderr
    assert done.stdout == f"{picture}\n"
    assert picture.read_bytes().startswith(b"\x89PNG")

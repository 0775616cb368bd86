"""Outputs appear whole or not at all."""

import errno
import os
import subprocess
import sys

import pytest

from clavilux.core.errors import InputError, OutputError
from clavilux.core.files import atomic_output, check_writable, write_text


def names(folder):
    return sorted(path.name for path in folder.iterdir())


def test_a_whole_output_appears_and_nothing_else(tmp_path):
    write_text(tmp_path / "deep" / "a.txt", "whole")

    assert (tmp_path / "deep" / "a.txt").read_text() == "whole"
    assert names(tmp_path / "deep") == ["a.txt"]


def test_a_failure_leaves_the_old_file_and_no_trace(tmp_path):
    (tmp_path / "a.txt").write_text("old")

    with pytest.raises(KeyboardInterrupt), atomic_output(tmp_path / "a.txt") as partial:
        partial.write_text("half")
        raise KeyboardInterrupt

    assert names(tmp_path) == ["a.txt"]
    assert (tmp_path / "a.txt").read_text() == "old"


def test_what_a_killed_writer_left_is_removed_by_the_next(tmp_path):
    code = (
        "import os, signal; from clavilux.core.files import atomic_output\n"
        f"with atomic_output({str(tmp_path / 'a.txt')!r}) as p:\n"
        "    p.write_text('half'); os.kill(os.getpid(), signal.SIGKILL)"
    )
    subprocess.run([sys.executable, "-c", code], check=False)
    assert len(names(tmp_path)) == 1
    assert names(tmp_path) != ["a.txt"]

    write_text(tmp_path / "a.txt", "whole")

    assert names(tmp_path) == ["a.txt"]


def test_a_full_disk_is_one_clear_line(tmp_path):
    full = OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    with (
        pytest.raises(OutputError, match="no space is left on the disk"),
        atomic_output(tmp_path / "a.txt"),
    ):
        raise full


def test_a_file_in_the_way_of_a_folder_is_one_clear_line(tmp_path):
    (tmp_path / "file").write_text("")

    with pytest.raises(OutputError, match=r"is a file, not a folder|file exists"):
        write_text(tmp_path / "file" / "a.txt", "")


def test_asking_whether_a_target_can_be_written_leaves_nothing(tmp_path):
    check_writable(tmp_path / "a.mp4")

    assert names(tmp_path) == []


def test_a_folder_is_no_file_to_write(tmp_path):
    with pytest.raises(InputError, match="is a folder"):
        check_writable(tmp_path)


def test_a_folder_takes_the_place_of_an_older_one(tmp_path):
    for content in ("old", "new"):
        with atomic_output(tmp_path / "frames") as partial:
            partial.mkdir()
            (partial / content).touch()

    assert names(tmp_path / "frames") == ["new"]

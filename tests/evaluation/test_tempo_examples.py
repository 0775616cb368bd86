"""Recorded loops are read with the tempo that their names say."""

import numpy as np
import pytest
import soundfile

from clavilux.evaluation.tempo import LENGTH_S, by_length_alone, recorded_loops


@pytest.mark.parametrize(
    ("name", "bpm"),
    [("house_142bpm.wav", 142), ("Cold 98BPM.wav", 98), ("a b 82.5 bpm key c.flac", 82.5)],
)
def test_a_loop_is_read_with_its_tempo(tmp_path, name, bpm):
    soundfile.write(tmp_path / name, np.zeros(22_050), 22_050)
    soundfile.write(tmp_path / "no tempo.wav", np.zeros(22_050), 22_050)

    (example,) = recorded_loops(tmp_path)

    assert example.bpm == bpm
    assert example.file_s == pytest.approx(1.0)
    assert len(example.sound.read()) == round(LENGTH_S * 22_050)


def test_length_alone_counts_whole_bars(tmp_path):
    soundfile.write(tmp_path / "x_100bpm.wav", np.zeros(8000 * 24 // 10), 8000)

    (example,) = recorded_loops(tmp_path)

    assert by_length_alone(example) == pytest.approx(100, rel=0.01)

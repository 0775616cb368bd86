"""A person's word on tempo, meter and beats goes before what is heard."""

import numpy as np
import pytest
from signals import pulse, sound

from clavilux import listen
from clavilux.core.errors import InputError
from clavilux.listen.known import beats_in_bar, known_from, read_beats


@pytest.mark.parametrize(
    "text",
    [
        "0.5\n1.0\n1.5\n2.0\n",
        "0.5\t1\n1.0\t2\n1.5\t3\n2.0\t1\n",
        "time,beat\n0.5,1\n1.0,2\n1.5,3\n2.0,1\n",
        "# beats\n\n0.5 1.1\n1.0 1.2\n1.5 1.3\n2.0 2.1\n",
        "\ufeff0.5\t0.5\t1\r\n1.0\t1.0\t2\r\n1.5\t1.5\t3\r\n2.0\t2.0\t1\r\n",
    ],
    ids=["librosa", "mir_eval", "csv", "bar.beat", "Audacity"],
)
def test_reads_beats_as_others_write_them(tmp_path, text):
    (tmp_path / "a.beats").write_text(text)

    beats, downbeats = read_beats(tmp_path / "a.beats")

    assert beats.tolist() == [0.5, 1.0, 1.5, 2.0]
    assert (
        downbeats is None
        if "\t" not in text and "," not in text and "1.1" not in text
        else (downbeats.tolist() == [0.5, 2.0])
    )


@pytest.mark.parametrize(
    ("text", "complaint"),
    [
        ("", "holds 0 beats"),
        ("1.0\n", "holds 1 beats"),
        ("1.0\n0.5\n", "beat 2 is at 0.5 s, not after beat 1 at 1 s"),
        ("1.0\n2.0\nthree\n", "line 3: 'three' is not a time"),
        ("-1\n2\n", "seconds from 0 on"),
        ("nan\n2\n", "seconds from 0 on"),
    ],
)
def test_refuses_what_are_no_beats_and_says_where(tmp_path, text, complaint):
    (tmp_path / "a.txt").write_text(text)

    with pytest.raises(InputError, match=complaint):
        read_beats(tmp_path / "a.txt")


@pytest.mark.parametrize(
    ("values", "complaint"),
    [
        ({"tempo": 0}, "`tempo` is 0; expected 20 to 400"),
        ({"tempo": float("nan")}, "`tempo` is nan"),
        ({"meter": "waltz"}, "`meter` is 'waltz'"),
        ({"meter": "0/4"}, "`meter` is '0/4'"),
        ({"beats": [1.0, 2.0], "tempo": 60}, "leave `tempo` out"),
        ({"beats": "nowhere.txt"}, "there is no file nowhere.txt"),
    ],
)
def test_refuses_values_that_cannot_be(values, complaint):
    with pytest.raises(InputError, match=complaint):
        known_from(**values)


def test_a_beat_is_what_a_meter_counts():
    assert [beats_in_bar(m) for m in ("4/4", "3/4", "6/8", "12/8", "7/8", "5/4", "2/2")] == [
        4, 3, 2, 4, 7, 5, 2,
    ]  # fmt: skip


@pytest.mark.parametrize(("tempo", "meter", "per_bar"), [(75, "3/4", 3), (150, "5/4", 5)])
def test_a_known_tempo_and_meter_are_obeyed(tempo, meter, per_bar):
    heard = listen.facts(sound(pulse(150, 20.0)), known=known_from(tempo=tempo, meter=meter))

    assert np.median(np.diff(heard.beats_s)) == pytest.approx(60 / tempo, rel=0.02)
    assert np.median(np.diff(heard.downbeats_s)) == pytest.approx(per_bar * 60 / tempo, rel=0.02)
    assert heard.meter == meter
    assert np.median(heard.series["tempo"].values) == tempo


def test_known_beats_are_the_beats():
    beats = np.arange(0.3, 9.9, 0.7)

    heard = listen.facts(sound(pulse(120, 8.0)), known=known_from(beats=beats.tolist()))

    np.testing.assert_allclose(heard.beats_s, beats[beats < 8])
    assert np.median(heard.series["tempo"].values) == pytest.approx(60 / 0.7)


def test_downbeats_of_a_file_are_the_downbeats(tmp_path):
    lines = [f"{0.5 * i + 0.2}\t{i % 3 + 1}" for i in range(15)]
    (tmp_path / "a.beats").write_text("\n".join(lines))

    heard = listen.facts(sound(pulse(120, 8.0)), known=known_from(beats=tmp_path / "a.beats"))

    np.testing.assert_allclose(heard.downbeats_s, [0.2, 1.7, 3.2, 4.7, 6.2])
    assert heard.meter == "3/4"


def test_beats_of_another_recording_are_refused():
    with pytest.raises(InputError, match="is the file of another recording"):
        listen.facts(sound(pulse(120, 4.0)), known=known_from(beats=[10.0, 11.0]))

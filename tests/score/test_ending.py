"""A score ends with its last sound, unless someone wants its silence."""

import pytest

from clavilux.score import ScoreBuilder, read, to_bytes, without_silence_at_end


def piece(*, end: float, pedal: tuple[float, float] | None = None) -> ScoreBuilder:
    builder = ScoreBuilder(tempo_bpm=60)
    track = builder.track("Piano")
    for beat in range(10):
        builder.note(track, beat, 1, 60)
    if pedal:
        builder.control(track, pedal[0], 64, 127)
        builder.control(track, pedal[1], 64, 0)
    builder.end(end)
    return builder


def test_silence_of_hours_is_left_out_and_said():
    score = without_silence_at_end(piece(end=3.7 * 3600).build())

    assert score.duration_s == pytest.approx(10)
    assert score.warnings == ("3.7 h of silence at the end were left out; --to-end keeps them",)


@pytest.mark.parametrize("end", [0, 10, 12, 15])
def test_a_piece_may_end_with_its_bar(end):
    score = piece(end=end).build()

    assert without_silence_at_end(score) is score


@pytest.mark.parametrize(("pedal", "end"), [((5, 13), 13), ((5, 500), 16), ((5, 7), 10)])
def test_what_a_pedal_holds_rings_for_a_while(pedal, end):
    assert without_silence_at_end(piece(end=600, pedal=pedal).build()).duration_s == pytest.approx(
        end, abs=0.01
    )


def test_a_score_without_notes_has_no_sound_to_end_with():
    builder = ScoreBuilder(tempo_bpm=60)
    builder.track("Piano")
    builder.end(100)

    assert without_silence_at_end(builder.build()).duration_s == 0


def test_a_note_that_is_never_let_go_does_not_sound_for_hours():
    data = to_bytes(piece(end=3600).build())
    last_off = data.rindex(bytes([60, 0]))  # its note-on of velocity 0 becomes another key's
    score = without_silence_at_end(read(data[:last_off] + bytes([61]) + data[last_off + 1 :]))

    assert score.duration_s == pytest.approx(14)

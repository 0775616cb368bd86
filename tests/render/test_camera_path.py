"""The course of a film follows from its curves alone, hit by hit."""

from fractions import Fraction

import numpy as np

from clavilux.core.values import Curves, Size
from clavilux.matter import LOOKS
from clavilux.render.camera_path import CameraPath, CameraState
from clavilux.render.frame_parameters import steps

SIZE = Size(80, 48)
N_FRAMES = 40


def moments(**columns):
    values = {"strength": np.full(N_FRAMES, 0.97)} | columns
    curves = Curves(Fraction(24), values)
    course = CameraPath(LOOKS.make("ink"), 0, 1 / 24)
    return list(course.moments(steps(curves, SIZE, 0, N_FRAMES), CameraState()))


def at_the_end(value, rest=0.0):
    column = np.full(N_FRAMES, rest)
    column[-1] = value
    return column


def test_begins_at_a_place_of_its_scene():
    first = moments()[0]

    assert first.new_scene
    assert first.anchored
    assert first.place.scene == 0


def test_a_kick_far_from_home_takes_the_view_elsewhere():
    flying, kick = np.full(N_FRAMES, 4.0), at_the_end(0.1, rest=0.97)

    assert not moments(translation_z=flying)[-1].anchored
    assert moments(translation_z=flying, strength=kick)[-1].anchored
    assert not moments(strength=kick)[-1].anchored


def test_a_hit_shows_although_a_kick_takes_the_view_elsewhere():
    flying, kick = np.full(N_FRAMES, 4.0), at_the_end(0.1, rest=0.97)
    alone = moments(translation_z=flying, strength=kick)[-1].place.view
    rolled = moments(translation_z=flying, strength=kick, rotation_3d_z=at_the_end(5.0))
    turn = np.arctan2(rolled[-1].place.view.sine, rolled[-1].place.view.cosine)

    assert np.degrees(abs(turn - np.arctan2(alone.sine, alone.cosine))) > 4


def test_going_on_from_a_place_is_as_if_never_stopped():
    curves = Curves(Fraction(24), {"rotation_3d_z": np.linspace(0, 5, N_FRAMES)})
    course = CameraPath(LOOKS.make("ink"), 0, 1 / 24)
    every = steps(curves, SIZE, 0, N_FRAMES)
    whole = [moment.place for moment in course.moments(every, CameraState())]
    rest = [moment.place for moment in course.moments(every[17:], whole[16])]

    assert whole[17:] == rest

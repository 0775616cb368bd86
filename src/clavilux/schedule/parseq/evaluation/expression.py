"""Expressions on their own: a text of the language evaluated without a document."""

from collections.abc import Iterable, Sequence

import numpy as np

from clavilux.schedule.parseq.evaluation import frames as frame_by_frame
from clavilux.schedule.parseq.evaluation.scene import (
    Chance,
    Clock,
    Fault,
    Labels,
    ParseqError,
    Scene,
)
from clavilux.schedule.parseq.javascript.values import Undefined, Value
from clavilux.schedule.parseq.language.parser import ParseqSyntaxError, parse_expression


def evaluate_expression(
    text: str,
    *,
    frames: Iterable[int],
    keyframes: Sequence[float],
    values: Sequence[float],
    output_fps: float = 20,
    bpm: float = 140,
    cadence: float = 1,
    seed: int = 0,
) -> list[Value]:
    """Evaluate one expression at some frames, from frame 0 on.

    Args:
        text: The expression.
        frames: Frame numbers, increasing.
        keyframes: The frames at which the field has a value, increasing.
        values: The values there.
        output_fps: Frames per second, for ``s`` and the unit s.
        bpm: Beats per minute, for ``b`` and the unit b.
        cadence: Frames between two that are generated.
        seed: Chooses the randomness of functions that are given no seed.

    Returns:
        A number or a string for each frame.

    Raises:
        DocumentError: It cannot be read or evaluated; the message is the original's.
    """
    at = np.array(list(frames), dtype=np.float64)
    defined = np.array(keyframes, dtype=np.float64)
    index = np.searchsorted(defined, at, side="right") - 1
    scene = Scene(
        field_name="test",
        frames=at,
        active=np.where(index >= 0, defined[np.maximum(index, 0)], 0.0),
        defined_frames=defined,
        defined_values=np.array(values, dtype=np.float64),
        clock=Clock(output_fps, bpm, cadence),
        labels=Labels([], []),
        series={},
        chance=Chance(seed),
        rendered={},
    )
    try:
        with np.errstate(all="ignore"):
            evaluate = frame_by_frame.evaluate(parse_expression(text), scene.view())
            for i in range(len(at)):
                value = evaluate(i)
                scene.computed.append(float("nan") if isinstance(value, Undefined) else value)
    except Fault as fault:
        raise ParseqError(str(fault), fault.plain) from None
    except ParseqSyntaxError as error:
        raise ParseqError(error.original, str(error)) from None
    return scene.computed

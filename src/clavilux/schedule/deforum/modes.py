"""Animation modes: which of its settings Deforum obeys in which mode, and what we don't draw.

Source: the "Animation Settings" page of Deforum's wiki. In 2D the picture is moved by angle,
zoom, translation_x and translation_y; in 3D the camera by translation_x, y, z and rotation_3d_x,
y, z, seen through fov; Interpolation and Video Input ignore all movements.
"""

from collections.abc import Mapping
from typing import Any

from clavilux.core.errors import DocumentError

MODES = ("2D", "3D", "Interpolation", "Video Input", "None")
_ONLY_2D = frozenset(("angle", "zoom", "transform_center_x", "transform_center_y"))
_ONLY_3D = frozenset(
    ("translation_z", "rotation_3d_x", "rotation_3d_y", "rotation_3d_z", "fov", "near", "far")
)
_MOVES = _ONLY_2D | _ONLY_3D | {"translation_x", "translation_y"}
_OFF = (None, False, 0, "", "None", "none")


def mode_of(content: Mapping[str, Any]) -> str | None:
    """Return the settings' animation mode; None where they name none.

    Raises:
        DocumentError: There is no such mode.
    """
    mode = content.get("animation_mode")
    if mode is None:
        return None
    named = {name.lower(): name for name in MODES}.get(str(mode).strip().lower())
    if named is None:
        raise DocumentError(f"animation_mode is {mode!r}; there are {', '.join(MODES)}")
    return named


def is_obeyed(parameter: str, mode: str | None) -> bool:
    """Return True if Deforum reads `parameter` (a schedule without its ending) in `mode`."""
    if mode == "2D":
        return parameter not in _ONLY_3D
    if mode == "3D":
        return parameter not in _ONLY_2D
    return mode is None or parameter not in _MOVES


def not_drawn(content: Mapping[str, Any]) -> list[str]:
    """Return what the settings turn on and our renderers don't draw, each in words."""
    found = []
    mode = mode_of(content)
    if mode == "Interpolation":
        found.append("animation_mode Interpolation blends prompts; each holds until the next")
    elif mode == "Video Input":
        found.append("animation_mode Video Input draws over a film, which is not read")
    elif mode == "None":
        found.append(
            "animation_mode None makes single pictures; they follow as a film without moves"
        )
    for name, words in (
        ("hybrid_composite", "hybrid video compositing"),
        ("hybrid_motion", "hybrid motion of another film"),
        ("enable_perspective_flip", "perspective flips"),
        ("use_looper", "guided images"),
        ("use_init", "the init image (give it with --image)"),
        ("use_mask", "masks"),
        ("optical_flow_cadence", "optical flow between diffused frames"),
        ("optical_flow_redo_generation", "optical flow generation"),
        *((f"cn_{i}_enabled", f"ControlNet {i}") for i in range(1, 6)),
    ):
        if content.get(name) not in _OFF:
            found.append(f"{name}: {words}")
    return found

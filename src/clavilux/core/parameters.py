"""Parameters: what a schedule may drive and every renderer must show.

The first group bears Deforum's names and units, so that Parseq and Deforum
documents drive our renderer unchanged; the second is what our looks add.

Conventions
-----------
- A parameter *per frame* is the movement from the last video frame to this one,
  as in Deforum. Rates of our own presets are written per second and turned into
  movements per frame by the mapping, so that the frame rate never changes a film's pace.
- The value at frame ``i`` stands for the time from half a frame before
  ``i / frame_rate`` to half a frame after: what happens at an instant is seen in
  the nearest frame, and its share of that frame tells where in it.
"""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Parameter:
    """One thing a renderer lets a schedule drive."""

    name: str
    default: float
    """Its value where no schedule drives it."""
    low: float
    high: float
    """The range a renderer promises to show; values outside are held at its ends."""
    unit: str
    meaning: str


_ALL = (
    # Deforum's
    Parameter("rotation_3d_x", 0.0, -45, 45, "degrees per frame", "pitch: tilt about the x axis"),
    Parameter("rotation_3d_y", 0.0, -45, 45, "degrees per frame", "yaw: turn about the y axis"),
    Parameter("rotation_3d_z", 0.0, -45, 45, "degrees per frame", "roll about the viewing axis"),
    Parameter("translation_x", 0.0, -200, 200, "units per frame", "camera moves right"),
    Parameter("translation_y", 0.0, -200, 200, "units per frame", "camera moves down"),
    Parameter("translation_z", 0.0, -200, 200, "units per frame", "camera moves forward"),
    Parameter("angle", 0.0, -45, 45, "degrees per frame", "the picture turns in its plane"),
    Parameter("zoom", 1.0, 0.5, 2.0, "factor per frame", "the picture grows about its centre"),
    Parameter("fov", 40.0, 10, 150, "degrees", "field of view of the camera"),
    Parameter("transform_center_x", 0.5, 0, 1, "of the width", "centre of angle and zoom"),
    Parameter("transform_center_y", 0.5, 0, 1, "of the height", "centre of angle and zoom"),
    Parameter("strength", 0.85, 0, 1, "share per frame", "how much of the last picture stays"),
    Parameter("noise", 0.0, 0, 0.2, "of full scale", "grain added to new matter"),
    Parameter("contrast", 1.0, 0.2, 3, "factor", "contrast of the shown picture"),
    # ours
    Parameter("hue", 0.0, -180, 180, "degrees", "turns every colour of the palette"),
    Parameter("chroma", 1.0, 0, 2, "factor", "0 is grey, 1 the palette's own"),
    Parameter("light", 0.0, -1, 1, "of full scale", "brightens or darkens the shown picture"),
    Parameter("glow", 0.25, 0, 1, "share", "halo around what is bright"),
    Parameter("palette", 0.0, 0, 1, "position", "moves to the same colours seen otherwise"),
    Parameter("scene", 0.0, 0, 1e9, "number", "each whole number is other matter of the same look"),
    Parameter("flow", 1.0, 0, 8, "factor", "how fast the matter moves by itself"),
    Parameter("detail", 0.5, 0, 1, "share", "fine structure in the matter"),
    Parameter("height", 0.0, -1, 1, "of half the height", "moves the matter's focus up or down"),
)

PARAMETERS: dict[str, Parameter] = {parameter.name: parameter for parameter in _ALL}
"""Every parameter by name, in the order in which they are documented."""

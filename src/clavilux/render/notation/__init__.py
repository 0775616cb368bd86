"""Notes as pictures: looks in which the score itself is seen.

Every track has a colour and a shape; a note is born on its onset, shines while it is held
and fades as it decays. A picture depends on its time alone, so films go on from anywhere.
"""

from clavilux.core.backends import Family

NOTE_LOOKS = Family(
    kind="note look",
    group="clavilux.note_looks",
    built_in={
        "contours": "clavilux.render.notation.contours:Contours",
        "roll": "clavilux.render.notation.roll:Roll",
        "spiral": "clavilux.render.notation.spiral:Spiral",
    },
)
"""Every look that shows notes, by name; reading it imports nothing."""

__all__ = ["NOTE_LOOKS"]

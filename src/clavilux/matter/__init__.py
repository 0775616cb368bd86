"""Pictures from nothing: the looks and their palettes.

A look is a kind of matter that a person chooses by name. `LOOKS.make(name)`
gives it; its `open` prepares it for a size and a seed. Used by `render`, which
moves a camera over it, and wherever a single picture is wanted.
"""

from clavilux.core.backends import Family

LOOKS = Family(
    kind="look",
    group="clavilux.looks",
    built_in={
        "glass": "clavilux.matter.glass:Glass",
        "ink": "clavilux.matter.ink:Ink",
    },
)
"""Every look by name; reading it imports nothing."""

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
        "aurora": "clavilux.matter.aurora:Aurora",
        "coral": "clavilux.matter.coral:Coral",
        "glass": "clavilux.matter.glass:Glass",
        "ink": "clavilux.matter.ink:Ink",
        "nebula": "clavilux.matter.nebula:Nebula",
        "paper": "clavilux.matter.paper:Paper",
        "stained": "clavilux.matter.stained:Stained",
        "woodcut": "clavilux.matter.woodcut:Woodcut",
    },
)
"""Every look by name; reading it imports nothing."""

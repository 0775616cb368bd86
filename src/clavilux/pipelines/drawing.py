"""Drawing: settings become a renderer, and a description that names its pictures.

What files hold (a picture, a palette's picture, a lexicon) enters the description by
its content, so that a film which was begun with another is not gone on with.
"""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from clavilux import media, render
from clavilux.core.errors import InputError
from clavilux.core.values import Curves, Rgb
from clavilux.matter import LOOKS
from clavilux.matter.given import palette as palette_of
from clavilux.matter.palettes import Palette
from clavilux.narrate import lexicon as lexicons
from clavilux.narrate.lexicon import Lexicon
from clavilux.narrate.steering import steering
from clavilux.pipelines.settings import DEFAULT_LOOK, Settings
from clavilux.render.flash import Keep


@dataclass(frozen=True, slots=True, eq=False)
class Drawing:
    """What draws a film, all names and files checked."""

    settings: Settings
    palette: Palette | None
    image: Rgb | None
    lexicon: Lexicon
    description: Mapping[str, Any]
    """What names the pictures, besides the curves; anything JSON takes."""

    @classmethod
    def of(cls, settings: Settings) -> "Drawing":
        """Read what the settings name.

        Raises:
            InputError: A name is unknown or a file cannot be used.
        """
        palette = None if settings.palette is None else palette_of(settings.palette)
        image = None if settings.image is None else media.open_picture(settings.image)
        lexicon = lexicons.load(settings.lexicon)
        if settings.look is not None:
            LOOKS.make(settings.look)
        if settings.renderer not in render.RENDERERS.names():
            render.RENDERERS.make(settings.renderer)  # says which there are
        if settings.renderer == "deforum-api" and not settings.urls:
            raise InputError("the renderer deforum-api needs the address of a server: --url")
        description = {
            "renderer": settings.renderer,
            "look": settings.look,
            "palette": None if palette is None else palette.stops,
            "flashing": settings.flashing,
            "image": None if image is None else hashlib.sha256(image.tobytes()).hexdigest(),
            "lexicon": lexicon.digest,
            "loop": settings.loop,
        }
        return cls(settings, palette, image, lexicon, description)

    def renderer(
        self, curves: Curves, keep: Keep = "hits", look: str | None = None
    ) -> render.Renderer:
        """Build the renderer; the first words of `curves` choose the look if none was named.

        Args:
            curves: What it will draw.
            keep: What the limit of flashes leaves as it is.
            look: What is taken unless a word means another; if None, any word may choose.
        """
        options: dict[str, Any] = {}
        if self.settings.renderer == "deforum-api":
            options = {"urls": self.settings.urls, "start_server": self.settings.start_server}
        if self.settings.renderer == "procedural":
            options = {
                "look": self.settings.look or self._asked_for(curves, look),
                "palette": self.palette,
                "flashing": self.settings.flashing,
                "keep": keep,
                "image": self.image,
                "lexicon": self.lexicon,
            }
        made: render.Renderer = render.RENDERERS.make(self.settings.renderer, **options)
        if self.settings.loop is not None:
            from clavilux.render.loop import LoopRenderer
            from clavilux.render.procedural import ProceduralRenderer

            assert isinstance(made, ProceduralRenderer)
            return LoopRenderer(made)
        return made

    def _asked_for(self, curves: Curves, otherwise: str | None) -> str:
        first = next((words for frame, words in curves.prompts if frame <= 0), "")
        asked = steering(first, lexicon=self.lexicon)
        if otherwise is not None and not asked.is_look_meant:
            return otherwise
        return asked.look or DEFAULT_LOOK

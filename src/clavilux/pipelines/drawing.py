"""Drawing: options become a renderer and the request it is given.

What files hold (a picture, a palette's picture, a lexicon) enters the request by its
content, so that a film which was begun with another is not gone on with.
"""

from dataclasses import dataclass, replace

from clavilux import media, render
from clavilux.core.errors import UnknownBackEnd
from clavilux.core.values import Curves, Rgb
from clavilux.matter import LOOKS
from clavilux.matter.given import palette as palette_of
from clavilux.matter.palettes import Palette
from clavilux.narrate import lexicon as lexicons
from clavilux.narrate.lexicon import Lexicon
from clavilux.narrate.steering import steering
from clavilux.pipelines.production import DEFAULT_FRAME_RATE, DEFAULT_SIZE, Production
from clavilux.pipelines.settings import DEFAULT_LOOK, SeeOptions
from clavilux.render.notation import NOTE_LOOKS


@dataclass(frozen=True, slots=True, eq=False)
class Drawing:
    """What draws a film, all names and files checked."""

    options: SeeOptions
    palette: Palette | None
    image: Rgb | None
    lexicon: Lexicon | None
    renderer: render.Renderer

    @classmethod
    def of(cls, options: SeeOptions) -> "Drawing":
        """Read what the options name.

        Raises:
            InputError: A name is unknown or a file cannot be used.
        """
        palette = None if options.palette is None else palette_of(options.palette)
        image = None if options.image is None else media.open_picture(options.image)
        lexicon = None if options.lexicon is None else lexicons.load(options.lexicon)
        name = render.renderer_of(options.look, options.renderer)
        if options.look is not None and name != "notes":
            _check_look(options.look)
        given = {"urls": options.url, "start_server": options.start_server}
        built = {name: value for name, value in given.items() if value}
        renderer: render.Renderer = render.RENDERERS.make(name, **built)
        drawing = cls(options, palette, image, lexicon, renderer)
        render.check(drawing._asked(), renderer.honours, renderer.name)
        return drawing

    def request(self, production: Production) -> render.Request:
        """Return the request for what a production shows.

        The first words choose the look if none is named. A default of ours that the
        renderer doesn't honour is left out; what the user asked for never is.
        """
        look = self.options.look
        if look is None and self.renderer.name != "notes" and "look" in self.renderer.honours:
            look = self._look_of(production.curves, production.look)
        asked = replace(self._asked(), look=look)
        ours = self.palette is None and self.image is None and self.options.hue_range is None
        if ours and "hue_range" in self.renderer.honours:
            asked = replace(asked, hue_range=production.hue_range)
        return replace(
            asked,
            curves=production.curves,
            size=production.size,
            seed=self.options.seed,
            notes=production.notes if "notes" in self.renderer.honours else None,
        )

    def _asked(self) -> render.Request:
        """Return what the user asked for, before there are curves."""
        return render.Request(
            Curves(DEFAULT_FRAME_RATE, {}),
            DEFAULT_SIZE,
            look=self.options.look,
            palette=self.palette,
            hue_range=self.options.hue_range,
            image=self.image,
            lexicon=self.lexicon,
            loop=self.options.loop is not None,
            flashing=self.options.flashing,
        )

    def _look_of(self, curves: Curves, otherwise: str | None) -> str:
        first = next((words for frame, words in curves.prompts if frame <= 0), "")
        asked = steering(first, lexicon=self.lexicon)
        if otherwise is not None and not asked.is_look_meant:
            return otherwise
        return asked.look or DEFAULT_LOOK


def _check_look(name: str) -> None:
    """Raise an error if there is no look, of matter or of notes, of that name."""
    if name not in LOOKS.names():
        known = ", ".join([*LOOKS.names(), *NOTE_LOOKS.names()])
        raise UnknownBackEnd(f"no look is called {name!r}; there are: {known}")

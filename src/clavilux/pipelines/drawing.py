"""Drawing: options become a renderer and the request it is given.

What files hold (a picture, a palette's picture, a lexicon) enters the request by its
content, so that a film which was begun with another is not gone on with.
"""

import warnings
from dataclasses import dataclass, replace
from pathlib import Path

from clavilux import media, render
from clavilux.core.errors import ArgumentError, UnknownBackEnd
from clavilux.core.values import Curves, Rgb
from clavilux.matter import LOOKS
from clavilux.matter.given import palette as palette_of
from clavilux.matter.palettes import Palette
from clavilux.narrate import lexicon as lexicons
from clavilux.narrate.lexicon import Lexicon
from clavilux.narrate.steering import steering
from clavilux.pipelines.production import DEFAULT_FRAME_RATE, DEFAULT_SIZE, Production
from clavilux.pipelines.settings import DEFAULT_LOOK, SeeOptions
from clavilux.render import ShotStart
from clavilux.render.notation import NOTE_LOOKS
from clavilux.schedule import shots
from clavilux.schedule.shots import ShotPlan

_MOST_NAMED = 8
"""Unknown words that are named in full."""


@dataclass(frozen=True, slots=True, eq=False)
class Drawing:
    """What draws a film, all names and files checked."""

    options: SeeOptions
    palette: Palette | None
    image: Rgb | None
    lexicon: Lexicon | None
    renderer: render.Renderer
    plan: ShotPlan | None = None

    @classmethod
    def of(cls, options: SeeOptions) -> "Drawing":
        """Read what the options name.

        Raises:
            InputError: A name is unknown or a file cannot be used.
        """
        palette = None if options.palette is None else palette_of(options.palette)
        image = None if options.image is None else media.open_picture(options.image)
        lexicon = None if options.lexicon is None else lexicons.load(options.lexicon)
        otherwise = "blank" if options.is_words_alone else options.renderer
        name = render.renderer_of(options.look, otherwise)
        if options.look is not None and name != "notes":
            _check_look(options.look)
        given = {"urls": options.url, "start_server": options.start_server}
        built = {name: value for name, value in given.items() if value}
        renderer: render.Renderer = render.RENDERERS.make(name, **built)
        plan = None if options.plan is None else shots.read(Path(options.plan))
        shown = [] if plan is None else [shot.look for shot in plan.shots if shot.look]
        for look in (*shown, *options.looks):
            _check_look(look, of_notes=False)
        if options.looks and "plan" not in renderer.honours:
            raise ArgumentError(f"the renderer {name!r} does nothing with `looks`; leave it out")
        drawing = cls(options, palette, image, lexicon, renderer, plan)
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
        if self.options.prompt and "lexicon" in self.renderer.honours:
            self._name_unknown(production.curves)
        asked = replace(self._asked(), look=look)
        ours = self.palette is None and self.image is None and self.options.hue_range is None
        if ours and "hue_range" in self.renderer.honours:
            asked = replace(asked, hue_range=production.hue_range)
        return replace(
            asked,
            curves=production.curves,
            size=production.size,
            seed=production.seed,
            plan=self._shots(production, look) if "plan" in self.renderer.honours else (),
            notes=production.notes if "notes" in self.renderer.honours else None,
        )

    def _name_unknown(self, curves: Curves) -> None:
        """Warn of the words that mean nothing to the lexicon, once each, in one line."""
        asked = [steering(words, lexicon=self.lexicon) for _, words in curves.prompts]
        unknown = list(dict.fromkeys(word for each in asked for word in each.unknown))
        if not unknown:
            return
        named = ", ".join(repr(word) for word in unknown[:_MOST_NAMED])
        more = f" and {len(unknown) - _MOST_NAMED} more" if len(unknown) > _MOST_NAMED else ""
        whose = "our lexicon" if self.lexicon is None else f"{self.options.lexicon}"
        warnings.warn(
            f"words that mean nothing to {whose}: {named}{more}; they vary the picture by chance",
            stacklevel=4,
        )

    def _asked(self) -> render.Request:
        """Return what the user asked for, before there are curves."""
        return render.Request(
            Curves(DEFAULT_FRAME_RATE, {}),
            DEFAULT_SIZE,
            look=self.options.look or next(iter(self.options.looks), None) or self._planned_look(),
            palette=self.palette,
            hue_range=self.options.hue_range,
            image=self.image,
            plan=(ShotStart(0),) if self.plan is not None or self.options.looks else (),
            lexicon=self.lexicon,
            loop=self.options.loop is not None,
            transparent=self.options.transparent,
            flashing=self.options.flashing,
        )

    def _planned_look(self) -> str | None:
        """Return the look of one of the plan's shots, for renderers that know none."""
        return (
            next((shot.look for shot in self.plan.shots if shot.look), None) if self.plan else None
        )

    def _shots(self, production: Production, otherwise: str | None) -> tuple[ShotStart, ...]:
        """Return a production's shots, each with the look that it names or its words mean."""
        if self.options.look is not None or "look" not in self.renderer.honours:
            return production.shots
        found = []
        for shot in production.shots:
            words = production.curves.cut(shot.first_frame, shot.first_frame + 1)
            look = shot.look or self._look_of(words, otherwise)
            found.append(replace(shot, look=look))
        return tuple(found)

    def _look_of(self, curves: Curves, otherwise: str | None) -> str:
        first = next((words for frame, words in curves.prompts if frame <= 0), "")
        asked = steering(first, lexicon=self.lexicon)
        if otherwise is not None and not asked.is_look_meant:
            return otherwise
        return asked.look or DEFAULT_LOOK


def _check_look(name: str, *, of_notes: bool = True) -> None:
    """Raise an error if there is no look, of matter or of notes, of that name."""
    if name not in LOOKS.names():
        known = ", ".join([*LOOKS.names(), *(NOTE_LOOKS.names() if of_notes else ())])
        raise UnknownBackEnd(f"no look is called {name!r}; there are: {known}")

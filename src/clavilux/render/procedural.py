"""The procedural renderer: Deforum's manner without a diffusion model; see `render.run`."""

from dataclasses import replace
from typing import ClassVar

from clavilux.core.values import Curves
from clavilux.matter import LOOKS, palettes
from clavilux.matter.look import Look
from clavilux.render import hues
from clavilux.render.flash import FlashLimiter
from clavilux.render.init_image import InitImage
from clavilux.render.loop import LoopRun
from clavilux.render.parts import State
from clavilux.render.request import Request
from clavilux.render.run import ProceduralRun
from clavilux.render.shots import ShotsRun
from clavilux.render.words import Colours, Words

DEFAULT_LOOK = "ink"


class ProceduralRenderer:
    """Draws films of one look, see `clavilux.matter.LOOKS`."""

    name: ClassVar[str] = "procedural"
    honours: ClassVar[frozenset[str]] = frozenset(
        {"look", "palette", "hue_range", "image", "lexicon", "plan", "loop", "flashing"}
    )

    def start(
        self, request: Request, *, first_frame: int = 0, state: State | None = None
    ) -> ProceduralRun | LoopRun | ShotsRun:
        """Begin a film at `first_frame`; see `clavilux.render.Renderer`.

        Raises:
            UnknownBackEnd: No look has that name.
            ValueError: The size is not even.
        """
        if request.loop:
            return LoopRun(_begin, request, first_frame, state)
        if request.plan:
            return ShotsRun(_begin_shot, request, _limiter(request), first_frame, state)
        return _begin(request, request.curves, first_frame, state)


def _limiter(request: Request) -> FlashLimiter | None:
    if request.flashing:
        return None
    return FlashLimiter(request.size, float(request.curves.frame_rate))


def _begin_shot(
    request: Request, first_frame: int, state: State | None, turn: float
) -> ProceduralRun:
    """Begin the film of a shot, whose flashes are counted with those before."""
    unlimited = replace(request, flashing=True)
    return _begin(unlimited, request.curves, first_frame, state, turn)


def _begin(
    request: Request,
    curves: Curves,
    first_frame: int,
    state: State | None,
    turn: float = 0.0,
) -> ProceduralRun:
    """Begin a film of `curves` that ends where they end, its hues turned by some degrees."""
    look: Look = LOOKS.make(request.look or DEFAULT_LOOK)
    palette = request.palette
    if palette is None and request.image is not None:
        palette = palettes.from_picture(request.image)
    hue_range = request.hue_range
    if hue_range is None:
        hue_range = hues.OWN_RANGE if palette is None else hues.KEPT_RANGE
    if palette is not None:
        palette = replace(palette, kept=hue_range < hues.WHOLE)
    matter = look.open(request.size, request.seed, palette)
    frame_rate = float(curves.frame_rate)
    words = Words.of(curves, request.lexicon)
    colours = None
    if not words.silent and request.palette is None:
        base = palette or palettes.find(look.palette)
        colours = Colours(words, base, look.transfer, named=request.image is None)
    init_image = None
    if request.image is not None:
        init_image = InitImage(request.image, request.size, matter.coarse, frame_rate)
    run = ProceduralRun(
        matter,
        words.steer(hues.turned(hues.within(curves, hue_range), turn)),
        first_frame,
        limiter=_limiter(request),
        colours=colours,
        init_image=init_image,
    )
    if state is not None:
        run.resume(state)
    return run

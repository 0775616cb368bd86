"""Watch: film becomes facts. One pass over small pictures, in constant memory.

``facts(film) -> Facts``
    Cuts, dissolves, fades, flashes and bursts of motion; motion, colours, valence and
    arousal over time; shots.
``watch(film, *, reader=None) -> Watched``
    The same with the shots' palettes, MuVi-Sync's rows, the drum transcriber's features,
    and what `reader` (``semantics.make("clip")``) reads from one picture a second.
``motion.features(film) -> MotionFeatures``
    Only what the drum transcriber reads, from luma alone.
``project(vectors, basis, n_dimensions)``
    CLIP vectors on MuVi-Sync's principal components.

Open films at their own size as ``yuv``: pictures are sampled down here, and MuVi-Sync's
motion is that of the film as it is.
"""

from clavilux.watch.watched import MuviRows as MuviRows
from clavilux.watch.watched import Watched as Watched
from clavilux.watch.watched import facts as facts
from clavilux.watch.watched import project as project
from clavilux.watch.watched import watch as watch

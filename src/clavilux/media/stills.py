"""Stills: one picture from a file, whatever its format, depth, size or turn.

Conventions
-----------
- Pictures are sRGB; what is transparent is shown on black, animations by their first frame.
"""

import os
import warnings
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from clavilux.core.errors import MediaError
from clavilux.core.values import Rgb

if TYPE_CHECKING:
    from PIL.Image import Image as Stored

LONGEST = 4096
"""Larger pictures are made smaller on reading: no film is larger by much."""
_MOST_PIXELS = 400_000_000


def open_picture(path: str | os.PathLike[str]) -> Rgb:
    """Read a picture, shape (height, width, 3).

    Raises:
        MediaError: There is none, it is damaged or absurdly large.
    """
    from PIL import Image, ImageOps, UnidentifiedImageError

    file = Path(path)
    if not file.is_file():
        what = "is a folder" if file.is_dir() else "is not there"
        raise MediaError(f"the picture {path} {what}; expected a PNG, JPEG, WebP or the like")
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # about size, which is checked here
            with Image.open(file) as opened:
                if opened.width * opened.height > _MOST_PIXELS:
                    raise MediaError(
                        f"the picture {path} has {opened.width}x{opened.height} pixels; "
                        f"expected at most {_MOST_PIXELS // 1_000_000} million"
                    )
                opened.draft("RGB", (LONGEST, LONGEST))
                opened.load()
                upright = ImageOps.exif_transpose(opened)
                return _plain(upright)
    except (UnidentifiedImageError, Image.DecompressionBombError) as error:
        raise MediaError(
            f"{path} is no picture that can be read; expected a PNG, JPEG, WebP or the like"
        ) from error
    except (OSError, SyntaxError, ValueError, EOFError) as error:
        raise MediaError(f"the picture {path} is damaged: {str(error).lower()}") from error


def _plain(image: "Stored") -> Rgb:
    from PIL import Image

    image.thumbnail((LONGEST, LONGEST))
    if image.mode in ("I", "F") or image.mode.startswith("I;16"):
        grey = _eight_bits(np.asarray(image, dtype=np.float64))
        return np.repeat(grey[..., None], 3, axis=2)
    if "A" in image.getbands() or "transparency" in image.info:
        image = image.convert("RGBA")
        ground = Image.new("RGBA", image.size, (0, 0, 0, 255))
        image = Image.alpha_composite(ground, image)
    return np.asarray(image.convert("RGB"), dtype=np.uint8).copy()


def _eight_bits(grey: NDArray[np.float64]) -> NDArray[np.uint8]:
    """Bring deep grey to 8 bits: 16 bits by their scale, floats in [0, 1] by theirs."""
    highest = float(np.nanmax(grey, initial=0.0))
    scale = 255.0 if highest <= 1 else 1.0 if highest <= 255 else 255 / max(65535.0, highest)
    return np.asarray(np.clip(np.nan_to_num(grey) * scale, 0, 255), dtype=np.uint8)

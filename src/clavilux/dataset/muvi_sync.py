"""MuVi-Sync, in either of its layouts: music videos as rows of features, one a second.

*Packed* in a few arrays (`clavilux.dataset.muvi_packed`) or in the authors' own *folders*
(`clavilux.dataset.muvi_folders`); what a folder contains tells which.

Source:
    J. Kang, S. Poria, D. Herremans, "Video2Music", Expert Systems with
    Applications 249, 2024; Zenodo record 10057093.
"""

from collections.abc import Sequence
from os import PathLike
from pathlib import Path

from clavilux.core.errors import InputError
from clavilux.dataset import muvi_folders, muvi_packed
from clavilux.dataset.muvi_song import SPLITS, Song

LAYOUTS = ("packed", "folders")


def read(
    folder: str | PathLike[str], *, split: str | None = None, semantic: bool = False
) -> list[Song]:
    """Read a data set in either layout.

    Args:
        folder: Packed files, or the authors' folders.
        split: Only this one: ``train``, ``val`` or ``test``.
        semantic: Whether to read CLIP features, too (600 MB for all of MuVi-Sync).

    Raises:
        InputError: There is no such folder, or it has neither layout.
        DocumentError: A file in it is not what it should be.
    """
    path = Path(folder)
    if not path.is_dir():
        raise InputError(f"there is no folder {path}")
    if split is not None and split not in SPLITS:
        raise InputError(f"no split is called {split!r}; there are: {', '.join(SPLITS)}")
    if muvi_packed.is_layout(path):
        return muvi_packed.read(path, split, semantic)
    if muvi_folders.is_layout(path):
        return muvi_folders.read(path, split, semantic)
    raise InputError(
        f"{path} holds no MuVi-Sync data; expected songs.json and seconds.npz, "
        "or the folders vevo_chord, vevo_emotion, vevo_meta …"
    )


def write(songs: Sequence[Song], folder: str | PathLike[str], layout: str = "packed") -> Path:
    """Write songs in the layout named; the folder appears when it is whole.

    Raises:
        InputError: No layout has that name.
    """
    if layout not in LAYOUTS:
        raise InputError(f"no layout is called {layout!r}; there are: {', '.join(LAYOUTS)}")
    write_layout = muvi_packed.write if layout == "packed" else muvi_folders.write
    return write_layout(songs, Path(folder))

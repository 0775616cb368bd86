"""Errors: what can go wrong that is not the caller's own mistake.

    ClaviluxError
    ├── InputError            what was given cannot be used             exit code 2
    │   ├── ArgumentError     an argument of a verb is wrong; named in backticks
    │   ├── ScoreError        a MIDI file breaks the standard
    │   ├── MediaError        a file holds no sound or film we can read
    │   ├── DocumentError     a schedule, mapping or settings file is wrong
    │   ├── UnknownBackEnd    no back end has that name
    │   └── MissingExtra      it has, but its packages are not installed
    └── WorldError            the world failed while we worked          exit code 1
        ├── OutputError       a file or folder cannot be written
        ├── ServiceError      a server refused, failed or fell silent
        └── JobError          a child process died or passed its limits

A message says what was found, what was expected and the way out: lower case,
no full stop, values as the user wrote them, units beside numbers. A caller's
mistake in Python (a wrong shape, a negative hop) is a `ValueError` instead.
"""

from typing import ClassVar


class ClaviluxError(Exception):
    """Whatever Clavilux raises about the world; catch this to catch them all."""

    exit_code: ClassVar[int] = 1


class InputError(ClaviluxError):
    """What was given cannot be used; the message says what would do."""

    exit_code = 2


class ArgumentError(InputError):
    """An argument is wrong, or does nothing beside the others.

    The message names arguments in backticks, as Python writes them: `keep_sound`. The
    command line shows them as its own options: --keep-sound.
    """


class ScoreError(InputError):
    """A MIDI file is not one, is cut short, or asks for more than is sane."""


class MediaError(InputError):
    """A file holds no sound or film that can be read."""


class DocumentError(InputError):
    """A schedule, mapping or settings document is wrong; names the place."""


class UnknownBackEnd(InputError):  # noqa: N818 - reads as a sentence: raise UnknownBackEnd
    """No back end of this family has that name."""


class MissingExtra(InputError):  # noqa: N818 - reads as a sentence: raise MissingExtra
    """A back end exists, but the packages it needs are not installed."""


class WorldError(ClaviluxError):
    """The world failed while we worked: no space, no server, no memory."""


class OutputError(WorldError):
    """A file or folder cannot be written."""


class ServiceError(WorldError):
    """A server refused, failed or did not answer in time."""


class JobError(WorldError):
    """A child process died, or passed its limit of time or memory."""

"""Back ends: families of interchangeable implementations, chosen by name.

A family is a table of names, each with the ``module:attribute`` that builds it
and the extra it needs. Others add theirs as entry points of the family's group.
Reading the table imports nothing; `Family.make` imports one module, late.
Nothing falls back in silence: an unknown name or a missing package is an error.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from importlib import import_module
from importlib.metadata import entry_points
from inspect import Parameter, signature
from typing import Any

from clavilux.core.errors import InputError, MissingExtra, UnknownBackEnd


@dataclass(frozen=True, slots=True)
class Family:
    """A family of back ends, such as the renderers."""

    kind: str
    """What one of them is called in a message: ``renderer``."""
    group: str
    """The entry-point group in which others add theirs: ``clavilux.render``."""
    built_in: Mapping[str, str]
    """Name to ``module:attribute``."""
    extra_of: Mapping[str, str] = field(default_factory=dict)
    """Name to the extra of this package that installs what it needs."""

    def names(self) -> list[str]:
        """Return every name there is, sorted; imports nothing."""
        return sorted(self._targets())

    def make(self, name: str, **options: Any) -> Any:
        """Build the back end called `name`, importing its module only now.

        Raises:
            UnknownBackEnd: There is none of that name; the message lists those there are.
            InputError: It takes no option of one of these names.
            MissingExtra: Its packages are not installed; the message says how to.
        """
        targets = self._targets()
        if name not in targets:
            known = ", ".join(sorted(targets))
            raise UnknownBackEnd(f"no {self.kind} is called {name!r}; there are: {known}")
        module, _, attribute = targets[name].partition(":")
        try:
            build = getattr(import_module(module), attribute)
            _check_options(build, f"{self.kind} {name!r}", options)
            return build(**options)
        except ModuleNotFoundError as error:
            if name not in self.extra_of or (error.name or "").startswith("clavilux"):
                raise
            raise MissingExtra(
                f"{self.kind} {name!r} needs {error.name}, which is not installed: "
                f"pip install 'clavilux[{self.extra_of[name]}]'"
            ) from error

    def _targets(self) -> dict[str, str]:
        others = {entry.name: entry.value for entry in entry_points(group=self.group)}
        return others | dict(self.built_in)


def _check_options(build: Any, what: str, options: Mapping[str, Any]) -> None:
    """Raise an error if a back end takes no option of some name."""
    if not options:
        return
    taken = signature(build).parameters
    if any(parameter.kind is Parameter.VAR_KEYWORD for parameter in taken.values()):
        return
    refused = sorted(set(options) - set(taken))
    if refused:
        raise InputError(f"the {what} takes no {', '.join(refused)}")

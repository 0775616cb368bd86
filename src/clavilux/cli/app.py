"""The table of commands: what ``clavilux --help`` lists, in the order of use."""

import sys
from typing import Annotated, Any

import typer
from typer.core import TyperGroup

from clavilux import __version__
from clavilux.cli import (
    dataset,
    demo,
    describe,
    evaluate,
    flashes,
    hear,
    listen,
    looks,
    loop,
    mapping,
    plan,
    plot,
    schedule,
    see,
    train,
    transcribe,
    watch,
)

UsageError: Any = typer.BadParameter.__base__
"""What a command called wrongly raises; typer has its own, which only its children name."""


class Commands(TyperGroup):
    """The commands, in the order in which they were added."""

    def list_commands(self, ctx: Any) -> list[str]:
        """Keep the order of use, not of the alphabet."""
        return list(self.commands)

    def invoke(self, ctx: Any) -> Any:
        """Run a command; an interrupt ends it with one line."""
        try:
            return super().invoke(ctx)
        except KeyboardInterrupt:
            print("\nclavilux: stopped; the same command goes on from here", file=sys.stderr)
            raise


app = typer.Typer(
    cls=Commands,
    help="Translate music into pictures and pictures into music, and measure how well.",
    no_args_is_help=True,
    add_completion=False,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)


@app.callback(invoke_without_command=True)
def root(
    version: Annotated[
        bool, typer.Option("--version", help="Print the version and exit.", is_eager=True)
    ] = False,
) -> None:
    """Translate music into pictures and pictures into music, and measure how well."""
    if version:
        print(__version__)
        raise typer.Exit


app.command("see")(see.see)
app.command("hear")(hear.hear)
app.command("looks")(looks.looks)
app.command("flashes")(flashes.flashes)
app.command("watch")(watch.watch)
app.command("listen")(listen.listen)
app.command("describe")(describe.describe)
app.command("plan")(plan.plan)
app.command("plot")(plot.plot)
app.command("transcribe")(transcribe.transcribe)
app.add_typer(mapping.app, name="mapping")
app.add_typer(schedule.app, name="schedule")
app.add_typer(dataset.app, name="dataset")
app.command("loop")(loop.loop)
app.add_typer(evaluate.app, name="evaluate")
app.add_typer(train.app, name="train")
app.command("demo")(demo.demo)

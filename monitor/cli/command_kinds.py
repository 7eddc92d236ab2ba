"""Kinds of commands that Typer does not have: a group whose commands are loaded when they are
named, and a command that takes a query, which may begin with a minus sign: "-opinion garcia" is no
option.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from importlib import import_module
from typing import Any, ClassVar

import typer
from typer.core import TyperCommand, TyperGroup, TyperOption

# What Typer puts around the two columns of a list of commands, in characters.
_FRAME = 6


@dataclass(frozen=True, slots=True)
class CommandPlace:
    """Where a command is.

    Attributes:
        target: `module:name` of its function, or of the `typer.Typer` of a group.
        summary: the first sentence of its help, which a list of commands shows without loading it.
        kind: the class of its command.
    """

    target: str
    summary: str
    kind: type[TyperCommand] = TyperCommand

    def load(self, name: str) -> Any:
        """Imports the module of the command; returns the command."""
        module, _, attribute = self.target.partition(":")
        found = getattr(import_module(module), attribute)
        # In an app of its own, since Typer makes commands of whole apps only.
        around = typer.Typer(rich_markup_mode=None, add_completion=False)
        around.callback()(_nothing)
        if isinstance(found, typer.Typer):
            around.add_typer(found, name=name)
        else:
            around.command(name, cls=self.kind)(found)
        group: Any = typer.main.get_command(around)
        return group.commands[name]

    def shorten(self, limit: int) -> str:
        """Returns the summary in at most so many characters, as Typer shortens it."""
        return TyperCommand(None, help=self.summary).get_short_help_str(limit)


def _nothing() -> None:
    """Typer makes a group of an app with one command only where something stands before it."""


class LoadedCommands(Mapping[str, Any]):
    """Commands by name: all names are known, a command is loaded when it is asked for."""

    def __init__(self, places: Mapping[str, CommandPlace]) -> None:
        self._places = places
        self._loaded: dict[str, Any] = {}

    def __getitem__(self, name: str) -> Any:
        if name not in self._loaded:
            self._loaded[name] = self._places[name].load(name)
        return self._loaded[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self._places)

    def __len__(self) -> int:
        return len(self._places)


class LazyGroup(TyperGroup):
    """A group that loads a command when it is named; its own help loads none of them."""

    places: ClassVar[Mapping[str, CommandPlace]] = {}

    def __init__(self, **given: Any) -> None:
        super().__init__(**given)
        self.commands = LoadedCommands(self.places)  # type: ignore[assignment]  # nothing adds any

    def list_commands(self, _ctx: Any) -> list[str]:
        """Returns the names of all commands in their order."""
        return list(self.places)

    def format_commands(self, _ctx: Any, formatter: Any) -> None:
        """Writes a line for each command."""
        limit = formatter.width - _FRAME - max(map(len, self.places))
        with formatter.section("Commands"):
            formatter.write_dl([(name, at.shorten(limit)) for name, at in self.places.items()])


class QueryCommand(TyperCommand):
    """A command whose argument is a query: what begins with one minus sign and is no option by its
    whole spelling is the query, wherever it stands.
    """

    def parse_args(self, ctx: Any, args: list[str]) -> list[str]:
        """Reads the command line, queries behind `--`, where nothing is an option."""
        # `Any`: which library's context this is depends on the version of typer.
        options = {
            name: not option.is_flag
            for option in self.get_params(ctx)
            if isinstance(option, TyperOption)
            for name in option.opts
        }
        options |= dict.fromkeys(ctx.help_option_names, False)
        place = next(_find_queries(args, options), None)
        if place is not None:
            args = [*args[:place], *args[place + 1 :], "--", args[place]]
        return super().parse_args(ctx, args)


def _find_queries(args: Sequence[str], options: Mapping[str, bool]) -> Iterator[int]:
    """Yields the places of arguments that would be taken for bundles of short options.

    Args:
        options: by name, whether the next argument is their value.
    """
    is_value = False
    for place, argument in enumerate(args):
        if argument == "--":
            return
        is_short = argument.startswith("-") and not argument.startswith("--")
        if is_short and len(argument) > 1 and not is_value and argument not in options:
            yield place
        is_value = not is_value and options.get(argument, False)

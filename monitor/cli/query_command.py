"""Commands that take a query, which may begin with a minus sign: "-opinion garcia" is no option."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from typer.core import TyperCommand, TyperOption


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
